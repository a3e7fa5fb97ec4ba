"""What happens to an order of the naive exchange that comes in: it trades, then rests or ends; and stops follow."""

from typing import TYPE_CHECKING

from engine import codes, reasons
from tests.model.naive_book import can_trade, facing, status_of
from tests.model.naive_choices import end_unfilled, next_elected
from tests.model.naive_order import RESTING_TIF, WAITING, NaiveOrder, own
from tests.model.naive_phases import begin, change

if TYPE_CHECKING:
    from tests.model.naive_exchange import NaiveExchange


def meet(model: "NaiveExchange", order: NaiveOrder) -> None:
    """Trade what can be traded, then rest, or end; a stop waits."""
    model.rank += 1
    order.rank = model.rank
    order.leave()
    if order.ord_type in WAITING:
        return
    if order.ord_type == codes.LIMIT:
        order.worst = order.price
    if too_little(model, order):
        return
    traded = len(model.trades)
    match(model, order)
    if order.leaves and order.tif in RESTING_TIF:
        if order.ord_type == codes.MARKET_TO_LIMIT and len(model.trades) > traded:
            order.ord_type = codes.LIMIT
            model.reprice(order, model.trades[-1][1], reasons.MARKET_TO_LIMIT_PRICED)
        if order.ord_type == codes.LIMIT:
            model.rest(order)
            return
    if order.leaves:
        end_unfilled(model, order, reasons.CANNOT_FILL if order.tif == codes.FOK else reasons.UNFILLED)


def too_little(model: "NaiveExchange", order: NaiveOrder) -> bool:
    """End an order that would trade less at once than it must; one that meets nobody is simply unfilled."""
    wanted = order.leaves if order.tif == codes.FOK else min(max(order.minimum - order.cum, 0), order.leaves)
    if not facing(model.open(), order) or can_trade(model.open(), order) >= wanted:
        return False
    end_unfilled(model, order, reasons.CANNOT_FILL if order.tif == codes.FOK else reasons.BELOW_MIN_QUANTITY)
    return True


def match(model: "NaiveExchange", order: NaiveOrder) -> None:
    """Meet one resting order after another; trades at one price are told together, one per resting order, or one per
    part where parts trade apart.
    """
    taken: list[tuple[NaiveOrder, int]] = []
    while order.leaves > sum(lots for _, lots in taken):
        others = facing(model.open(), order)
        other = others[0] if others else None
        is_own = other is not None and order.stp and own(other, order)
        if taken and (other is None or is_own or other.price != taken[0][0].price):
            tell(model, order, taken)
            continue
        if other is None:
            return
        if is_own:
            prevent(model, order, other)
            continue
        part = min(other.shown, order.leaves - sum(lots for _, lots in taken))
        taken.append((other, part))
        model.show_less(other, part, other.leaves - sum(lots for one, lots in taken if one is other))
    tell(model, order, taken)


def tell(model: "NaiveExchange", order: NaiveOrder, taken: list[tuple[NaiveOrder, int]]) -> None:
    if not model.choices.parts_apart:
        makers = {other.number: other for other, _ in taken}
        taken[:] = [(maker, sum(lots for one, lots in taken if one is maker)) for maker in makers.values()]
    while taken:
        other, lots = taken.pop(0)
        trade(model, order, other, lots, any(one is other for one, _ in taken))


def trade(model: "NaiveExchange", taker: NaiveOrder, maker: NaiveOrder, lots: int, maker_trades_on: bool) -> None:
    buyer, seller = (taker, maker) if taker.side == codes.BUY else (maker, taker)
    model.trades.append((taker.instrument, maker.price, lots, buyer.firm, seller.firm))
    model.prices.append(maker.price)
    model.gate.trade(taker.instrument, maker.price, model.time_ns)
    for order in (taker, maker):
        order.cum += lots
        order.leaves -= lots
        order.status = status_of(order)
        more = {"aggressor": order is taker, "trades_on": order is maker and maker_trades_on}
        model.say(codes.TRADE, order, 0, (lots, maker.price, len(model.trades)), **more)


def prevent(model: "NaiveExchange", order: NaiveOrder, other: NaiveOrder) -> None:
    """Two orders of a firm meet: the incoming one's mode decides."""
    if order.stp == codes.STP_DECREMENT:
        lots = min(order.leaves, other.leaves)
        for one in (order, other):
            if one.leaves == lots:
                model.end(one, codes.CANCELED, reasons.SELF_TRADE)
            else:
                one.quantity -= lots
                one.leaves -= lots
                one.shown = min(one.shown, one.leaves)
                model.say(codes.RESTATE, one, reasons.SELF_TRADE_DECREMENT)
    if order.stp in (codes.STP_CANCEL_OLDEST, codes.STP_CANCEL_BOTH):
        model.end(other, codes.CANCELED, reasons.SELF_TRADE)
    if order.stp in (codes.STP_CANCEL_NEWEST, codes.STP_CANCEL_BOTH):
        model.end(order, codes.CANCELED, reasons.SELF_TRADE)


def elect(model: "NaiveExchange", instrument: int) -> None:
    """Elect stops until no trade of the command, nor the last one, reaches another; round by round (STO-03)."""
    rounds = 0
    while model.stages[instrument].phase == codes.TRADING:
        last = model.last(instrument)
        prices, model.prices = model.prices + [last] * (last > 0), []
        chosen = next_elected(model, instrument, prices)
        if not chosen:
            return
        if rounds == model.choices.election_rounds_max:
            interrupt(model, instrument, rounds)
            return
        rounds += 1
        for order in chosen:
            order.ord_type = codes.MARKET if order.ord_type == codes.STOP else codes.LIMIT
            checked = model.gate.check_elected(model, order) if model.choices.elected_checked else (0, 0, 0, 0)
            reason, *compared = checked
            model.say(codes.RESTATE, order, reasons.STOP_ELECTED)
            if reason:
                model.end(order, codes.CANCELED, reason, tuple(compared))
            else:
                meet(model, order)


def interrupt(model: "NaiveExchange", instrument: int, rounds: int) -> None:
    """A cascade of stops ends in a call, if that has a length, else in a halt (STO-07)."""
    length = model.rules.volatility_ns
    limit = (rounds, model.choices.election_rounds_max)
    if length:
        begin(model, instrument)
        until = model.time_ns + length + model.dice.draw(model.rules.random_end_ns)
        change(model, instrument, codes.VOLATILITY_AUCTION, reasons.STOP_CASCADE_HALT, *limit, until)
    else:
        change(model, instrument, codes.HALTED, reasons.STOP_CASCADE_HALT, *limit)
