"""Phases of the naive exchange: which requests one allows, how one follows another, and the dice they are drawn with.

The lots alone are the engine's own (engine.dice): another dice would draw something else.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import codes, commands, phase_commands, reasons
from engine.answers import REQUESTS
from engine.dice import Dice
from tests.model.naive_auction import CALLS, indicated, uncross
from tests.model.naive_order import AUCTION_TIF, WAITING, NaiveOrder

if TYPE_CHECKING:
    from tests.model.naive_exchange import NaiveExchange

MATCHING = (codes.TRADING, codes.POST_ONLY_PHASE)


@dataclass
class Stage:
    """Where one instrument is: its phase, when that ends by itself (0: never), and what the calendar or an operator
    wants; orders up to `carried` were there when the call began.
    """

    phase: int = codes.TRADING
    until: int = 0
    after: int = codes.TRADING
    extensions: int = 0
    carried: int = 0
    midpoint: int = 0


def says(model: "NaiveExchange", instrument: int, request: str) -> int:
    """Why the phase refuses a request, by the table in force (PHA-01); 0: it does not."""
    table = bytes.fromhex(model.rules.answers.decode())
    return table[model.stages[instrument].phase * len(REQUESTS) + REQUESTS.index(request)]


def kind_of(command: commands.EnterOrder) -> str:
    """Under which heading of the table a new order falls."""
    if command.time_in_force in AUCTION_TIF:
        return "at_the_opening" if command.time_in_force == codes.AT_THE_OPENING else "at_the_close"
    if command.time_in_force in (codes.IOC, codes.FOK):
        return "immediate"
    if command.ord_type in WAITING:
        return "stop"
    if command.ord_type != codes.LIMIT:
        return "market"
    return "post_only" if command.exec_inst & codes.POST_ONLY else "limit"


def no_cancel(model: "NaiveExchange", order: NaiveOrder) -> int:
    """Why an order's owner may not cancel it now."""
    reason = says(model, order.instrument, "cancel")
    outlives = order.tif in (codes.GTC, codes.GTD)
    return 0 if reason == reasons.GOOD_TILL_ONLY and outlives else reason


def is_its_auction(order: NaiveOrder, phase: int) -> bool:
    if order.tif == codes.AT_THE_OPENING:
        return phase in (codes.PRE_OPEN, codes.OPENING_AUCTION)
    return phase == codes.CLOSING_AUCTION


# -- commands


def set_rules(model: "NaiveExchange", command: phase_commands.SetTradingRules) -> None:
    model.rules = command
    model.dice = Dice(command.seed)


def halt(model: "NaiveExchange", command: commands.HaltInstrument) -> None:
    pause = model.rules.pause_ns if command.reason == reasons.BREAKER_HALT else 0
    until = model.time_ns + pause if pause else 0
    change(model, command.instrument, codes.HALTED, command.reason, command.value, command.limit, until)


def resume(model: "NaiveExchange", command: commands.ResumeInstrument) -> None:
    if model.stages[command.instrument].phase == codes.HALTED:
        lift(model, command.instrument)


def lift(model: "NaiveExchange", instrument: int) -> None:
    """End a halt: into what is due by now, and into trading through a call (PHA-04)."""
    after, length = model.stages[instrument].after, model.rules.reopening_ns
    if after in MATCHING and length:
        go(model, instrument, codes.VOLATILITY_AUCTION, reasons.REOPENING, length)
    else:
        go(model, instrument, after, 0)


def set_phase(model: "NaiveExchange", command: phase_commands.SetPhase) -> None:
    stage, instrument, phase = model.stages[command.instrument], command.instrument, command.phase
    if not command.scheduled_ns:
        stage.after = stage.after if phase in CALLS else phase
        go(model, instrument, phase, reasons.OPERATOR_PHASE, command.length_ns)
        return
    stage.after = phase
    if stage.phase == codes.HALTED or (stage.phase in CALLS and phase not in CALLS and stage.until):
        return  # a halt is lifted first, and a call of the venue's own ends first
    if stage.phase in CALLS and phase not in CALLS:
        late = model.dice.draw(model.rules.random_end_ns)
        if late:
            change(model, instrument, stage.phase, reasons.CALL_ENDS, until=model.time_ns + late)
        else:
            leave(model, instrument, reasons.CALENDAR)
    else:
        go(model, instrument, phase, reasons.CALENDAR)


def advance(model: "NaiveExchange", command: phase_commands.AdvancePhase) -> None:
    stage = model.stages[command.instrument]
    if stage.until and stage.until <= model.time_ns:
        if stage.phase == codes.HALTED:
            lift(model, command.instrument)
        else:
            leave(model, command.instrument, 0)


# -- from phase to phase


def leave(model: "NaiveExchange", instrument: int, reason: int) -> None:
    """A call's time is over, unless its price is too far out (AUC-08)."""
    stage, rules = model.stages[instrument], model.rules
    price = indicated(model, instrument)[0]
    reference = model.listed[instrument].reference_ticks
    last = model.last(instrument) or reference
    far = [
        ticks
        for ticks, width in ((reference, rules.static_bp), (last, rules.dynamic_bp))
        if price and width and abs(price - ticks) * 10_000 > ticks * width
    ]
    if far and rules.extension_ns and stage.extensions < rules.extensions_max:
        stage.extensions += 1
        until = model.time_ns + rules.extension_ns + model.dice.draw(rules.random_end_ns)
        change(model, instrument, stage.phase, reasons.AUCTION_EXTENDED, price, far[0], until)
    else:
        go(model, instrument, stage.after, reason)


def go(model: "NaiveExchange", instrument: int, phase: int, reason: int, length: int = 0) -> None:
    stage = model.stages[instrument]
    old = stage.phase
    if phase == old and not length and not stage.until:
        return
    begins_matching = phase in MATCHING and old not in MATCHING
    ends_the_day = old in (codes.OPENING_AUCTION, codes.VOLATILITY_AUCTION, codes.CLOSING_AUCTION)
    uncrosses = begins_matching or (ends_the_day and phase == codes.CLOSED)
    set_aside(model, instrument, old if uncrosses else phase)
    if uncrosses:
        uncross(model, instrument)
    for order in [o for o in model.open(instrument=instrument) if o.waits and is_its_auction(o, phase)]:
        order.waits = False
        model.stand(order)
    until = 0
    if phase in CALLS:
        if old not in CALLS:
            begin(model, instrument)
        if length:
            until = model.time_ns + length + model.dice.draw(model.rules.random_end_ns)
    change(model, instrument, phase, reason, until=until)
    if phase == codes.TRADING:
        model.elect(instrument)


def set_aside(model: "NaiveExchange", instrument: int, phase: int) -> None:
    """Orders for another auction than this phase's do not stand in the book (MAT-14)."""
    for order in sorted(model.open(instrument=instrument), key=lambda o: o.number):
        if order.tif in AUCTION_TIF and not is_its_auction(order, phase) and not order.waits:
            model.rank += 1
            order.rank = model.rank
            order.leave()
            order.waits = True


def begin(model: "NaiveExchange", instrument: int) -> None:
    """What a call finds that begins now."""
    stage = model.stages[instrument]
    stage.extensions, stage.carried, stage.midpoint = 0, len(model.orders), 0
    bids = [o.price for o in model.open(instrument=instrument, side=codes.BUY) if o.rests]
    asks = [o.price for o in model.open(instrument=instrument, side=codes.SELL) if o.rests]
    if bids and asks and max(bids) < min(asks):
        stage.midpoint = (max(bids) + min(asks)) // 2


def change(
    model: "NaiveExchange", instrument: int, phase: int, reason: int, value: int = 0, limit: int = 0, until: int = 0
) -> None:
    stage = model.stages[instrument]
    stage.phase, stage.until = phase, until
    model.happened.append(("phase", instrument, phase, reason, value, limit, until))
    if phase == codes.TRADING:
        model.gate.resumed(instrument)
