"""The exchange once more, written to be obviously right: all orders in one list, and every question looks at all.

It takes the engine's commands and says what must happen as tuples (see `facts`), and shares no code with the engine but
the names of its constants and the dice. Beside this: how orders meet (naive_matching, naive_book), what is wrong with
them (naive_form), phases (naive_phases), auctions (naive_auction), choices (naive_choices), risk (naive_gate).
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from engine import codes, commands, reasons
from engine.choices import SetOrderChoices
from engine.dice import Dice
from engine.entry import RestrictEntry
from engine.phase_commands import AdvancePhase, SetPhase, SetTradingRules
from engine.safeguard_commands import AwaitReturn, CancelOnDisconnect, Kill, NoteReturn, Unkill
from engine.trade_commands import CorrectTrade
from tests.model import naive_asking, naive_corrections, naive_matching, naive_pending, naive_phases, naive_safeguards
from tests.model.naive_book import can_trade, facing, status_of
from tests.model.naive_choices import part_of, reopens, unwanted_order, unwanted_replace
from tests.model.naive_form import wrong_form, wrong_replace
from tests.model.naive_order import AUCTION_TIF, OPEN, PRICED, WAITING, Fact, NaiveOrder, place
from tests.model.naive_versions import keeps_place, no_replace_now


class NaiveGate(Protocol):
    """Answers (reason, value, limit, version); all zeros lets the order pass."""

    def check(self, model: "NaiveExchange", order: NaiveOrder) -> Fact: ...
    def check_replace(
        self, model: "NaiveExchange", order: NaiveOrder, quantity: int, price: int, stop: int
    ) -> Fact: ...
    def check_elected(self, model: "NaiveExchange", order: NaiveOrder) -> Fact: ...
    def configure(self, command: commands.Command) -> None: ...
    def trade(self, instrument: int, price: int, time_ns: int) -> None: ...
    def auction(self, instrument: int, price: int) -> None: ...
    def resumed(self, instrument: int) -> None: ...
    def called_for(self) -> list[tuple[int, int, int]]: ...


class NaiveExchange:
    """All orders ever entered, and per session what each ClOrdID of today stands for."""

    def __init__(self, gate: NaiveGate) -> None:
        self.gate = gate
        self.orders: list[NaiveOrder] = []
        self.sessions: list[commands.RegisterSession] = []
        self.names: dict[tuple[int, bytes], NaiveOrder | None] = {}
        self.refused: dict[tuple[int, bytes], tuple[int, Fact]] = {}  # why each order of today that is none is none
        self.listed: dict[int, commands.DefineInstrument] = {}
        self.stages: dict[int, naive_phases.Stage] = {}
        self.rules = SetTradingRules()
        self.choices = SetOrderChoices()
        self.dice = Dice(self.rules.seed)
        self.lots: dict[int, Dice] = {}  # by instrument, how small parts of icebergs are
        self.restricted = 0
        self.killed: dict[tuple[int, bytes], bool] = {}  # by scope and name
        self.trades: list[tuple[int, int, int, int, int]] = []  # instrument, price, lots, buying firm, selling firm
        self.prices: list[int] = []  # of the command's trades since stops were last looked at
        self.rank = 0
        self.time_ns = 0
        self.settled = 0  # trades of earlier days, which stand
        self.corrected: dict[int, naive_corrections.Standing] = {}
        self.pending = naive_pending.Queue()
        self.sequence = 0  # how much had happened before this command
        self.happened: list[Fact] = []
        self.handlers: dict[type, Callable[[Any], None]] = {
            commands.RegisterSession: self.register,
            commands.DefineInstrument: self.define,
            commands.SetLimits: gate.configure,
            commands.ExpireOrders: lambda _: None,
            commands.EndDay: self.end_day,
            commands.EnterOrder: self.enter,
            commands.ReplaceOrder: self.replace,
            commands.CancelOrder: self.cancel,
            commands.MassCancel: partial(naive_asking.mass_cancel, self),
            commands.CancelOrders: partial(naive_asking.cancel_orders, self),
            commands.RequestStatus: partial(naive_asking.status, self),
            commands.RequestMassStatus: partial(naive_asking.mass_status, self),
            commands.HaltInstrument: partial(naive_phases.halt, self),
            commands.ResumeInstrument: partial(naive_phases.resume, self),
            SetTradingRules: partial(naive_phases.set_rules, self),
            SetPhase: partial(naive_phases.set_phase, self),
            AdvancePhase: partial(naive_phases.advance, self),
            SetOrderChoices: self.choose,
            RestrictEntry: self.restrict,
            CorrectTrade: partial(naive_corrections.correct, self),
            Kill: partial(naive_safeguards.kill, self),
            Unkill: partial(naive_safeguards.unkill, self),
            AwaitReturn: partial(naive_safeguards.note, self),
            NoteReturn: partial(naive_safeguards.note, self),
            CancelOnDisconnect: partial(naive_safeguards.cancel_on_disconnect, self),
        }

    def execute(self, command: commands.Command) -> list[Fact]:
        """What must happen."""
        self.sequence += len(self.happened)
        self.happened = []
        self.prices = []
        self.time_ns = command.time_ns
        due = [order for order in self.open() if order.expires and order.expires <= self.time_ns]
        for order in sorted(due, key=lambda o: (o.expires, o.number)):
            self.end(order, codes.EXPIRED, reasons.EXPIRY_REACHED)
        ends = isinstance(command, commands.EndDay | SetOrderChoices)
        naive_pending.carry_out(self, None if ends else self.time_ns)
        self.handlers[type(command)](command)
        return self.happened

    def say(self, kind: int, order: NaiveOrder, reason: int = 0, last: Fact = (0, 0, 0), **other: Any) -> None:
        whose = (order.number, order.session, order.instrument)
        names = (other.get("name", order.name), other.get("orig", b""))
        status = naive_pending.told_status(self, order)
        state = (order.side, order.price, order.quantity, order.cum, order.leaves, status)
        more = other.get("compared", (0, 0, 0)), other.get("aggressor", False)
        shown = (order.ord_type, order.displayed(other.get("trades_on", False)))
        self.happened.append((kind, *whose, *names, *state, reason, last, *more, *shown))

    def register(self, command: commands.RegisterSession) -> None:
        self.sessions.append(command)
        self.gate.configure(command)

    def define(self, command: commands.DefineInstrument) -> None:
        self.listed[command.number] = command
        self.stages.setdefault(command.number, naive_phases.Stage())
        self.lots.setdefault(command.number, Dice(self.choices.seed + command.number))
        self.gate.configure(command)

    def choose(self, command: SetOrderChoices) -> None:
        self.choices = command
        self.lots = {number: Dice(command.seed + number) for number in self.listed}

    def restrict(self, command: RestrictEntry) -> None:
        self.restricted = command.reason

    def end_day(self, command: commands.EndDay) -> None:
        for order in (day_orders := [o for o in self.open() if o.tif not in (codes.GTC, codes.GTD)]):
            self.end(order, codes.DONE_FOR_DAY if self.choices.days_done else codes.EXPIRED, reasons.DAY_ENDED)
        alive = [(key, order) for key, order in self.names.items() if order is not None and order.leaves > 0]
        self.names = {key: order for key, order in alive if order.name == key[1]}
        self.happened.append(("day", command.day, len(day_orders)))
        self.refused.clear()
        self.settled = len(self.trades)
        self.corrected.clear()
        for order in [] if self.choices.nights_silent else self.open():
            self.say(codes.RESTATE, order, reasons.GOOD_TILL_RENEWED)

    # -- requests

    def enter(self, command: commands.EnterOrder) -> None:
        session = self.sessions[command.session - 1]
        terms = (command.side, command.ord_type, command.time_in_force, command.price_ticks, command.quantity_lots)
        order = NaiveOrder(
            command.session, session.firm, command.instrument, command.cl_ord_id, *terms, session.self_trade
        )
        order.leaves = order.quantity
        order.take_terms(command)
        blocked = reasons.BLOCKED if naive_safeguards.is_blocked(self, command.session) else 0
        reason = blocked or self.not_now(command) or wrong_form(command)
        key = (command.session, command.cl_ord_id)
        if self.is_used(*key):
            self.enter_again(order, self.names[key], command.poss_resend, reason)
            return
        self.names[key] = None
        if reason:
            self.reject_first(order, reason)
            return
        reason, *compared = self.gate.check(self, order)
        if reason:
            self.reject_first(order, reason, tuple(compared))
            return
        order.worst = order.worst or order.price
        if reason := unwanted_order(self, order):
            self.reject_first(order, reason)
            return
        slid = self.slid(order) if order.post_only and self.would_trade(order) else None
        if slid == 0:
            self.reject_first(order, reasons.POST_ONLY_WOULD_TRADE)
            return
        self.orders.append(order)
        order.number = len(self.orders)
        self.names[key] = order
        self.say(codes.ENTERED, order)
        if slid:
            self.reprice(order, slid, reasons.POST_ONLY_REPRICED)
        self.come_in(order)

    def enter_again(self, order: NaiveOrder, first: NaiveOrder | None, resent: bool, reason: int) -> None:
        """A ClOrdID used before (IDN-02, IDN-03)."""
        reason = reason or reasons.DUPLICATE_CL_ORD_ID
        key = (order.session, order.name)
        if first is not None and resent:
            self.say(codes.STATUS, first, name=order.name)
        elif first is not None:
            self.say(codes.REJECT, first, reason, name=order.name)
        elif resent and key in self.refused:
            self.reject(order, *self.refused[key])
        else:
            self.reject(order, reason)

    def not_now(self, command: commands.EnterOrder) -> int:
        if command.instrument == 0:
            return reasons.UNKNOWN_SYMBOL
        return naive_phases.says(self, command.instrument, naive_phases.kind_of(command)) or self.restricted

    def would_trade(self, order: NaiveOrder) -> bool:
        """Whether an order that comes in now trades at once."""
        meets = self.stages[order.instrument].phase in naive_phases.MATCHING and order.ord_type == codes.LIMIT
        return meets and order.tif != codes.AT_THE_CLOSE and can_trade(self.open(), order) >= 1

    def slid(self, order: NaiveOrder) -> int:
        """The price one tick from the best opposite one, where the session wants that and there is such a price."""
        if not self.sessions[order.session - 1].post_only_slides:
            return 0
        return facing(self.open(), order)[0].price + (-1 if order.side == codes.BUY else 1)

    def reprice(self, order: NaiveOrder, price: int, reason: int) -> None:
        order.price = order.worst = price
        self.say(codes.RESTATE, order, reason)

    def reject_first(self, order: NaiveOrder, reason: int, compared: Fact = (0, 0, 0)) -> None:
        self.refused[order.session, order.name] = (reason, compared)
        self.reject(order, reason, compared)

    def reject(self, order: NaiveOrder, reason: int, compared: Fact = (0, 0, 0)) -> None:
        order.leaves, order.status = 0, codes.REJECTED
        self.say(codes.REJECT, order, reason, compared=compared)

    def replace(self, command: commands.ReplaceOrder) -> None:
        order, reason = self.asked(command)
        if order is None or reason:
            self.refuse(command, codes.TO_REPLACE, order, reason)
            return
        reason = self.restricted or wrong_replace(command, order) or no_replace_now(self, command, order)
        reason = reason or unwanted_replace(self, order, command)
        compared: Fact = (0, 0, 0)
        worst = order.worst
        grows = command.quantity_lots > order.cum
        if not reason and grows:
            stop = 0 if command.terms is None else command.terms.stop_ticks
            reason, *found = self.gate.check_replace(self, order, command.quantity_lots, command.price_ticks, stop)
            compared = tuple(found)
        slid = None
        passive = command.exec_inst & codes.POST_ONLY or self.stages[order.instrument].phase == codes.POST_ONLY_PHASE
        if not reason and passive and grows:
            new = replace(order, worst=command.price_ticks, leaves=command.quantity_lots - order.cum)
            if self.would_trade(new):
                slid = self.slid(new) if command.exec_inst & codes.POST_ONLY else 0
            reason = reasons.POST_ONLY_WOULD_TRADE if slid == 0 else 0
        if not reason:
            reason = naive_pending.put_off(self, order, command)
        if reason:
            order.worst = worst
            self.refuse(command, codes.TO_REPLACE, order, reason, compared)
            return
        self.put_in_force(command, order, slid or 0)

    def put_in_force(self, command: commands.ReplaceOrder, order: NaiveOrder, slid: int) -> None:
        """An order's new version, after all checks."""
        stays = keeps_place(self, command, order)
        orig = order.name
        self.names[command.session, command.cl_ord_id] = order
        order.name, order.tif, order.price = command.cl_ord_id, command.time_in_force, command.price_ticks
        if order.ord_type in PRICED and command.quantity_lots > order.cum:
            order.worst = order.price
        order.quantity = max(command.quantity_lots, order.cum)
        order.leaves = order.quantity - order.cum
        order.status = status_of(order)
        order.take_terms(command)
        order.shown = min(order.shown, order.leaves)
        if not stays:
            order.leave()
        self.say(codes.REPLACE, order, orig=orig)
        if order.leaves and not stays:
            if slid:
                self.reprice(order, slid, reasons.POST_ONLY_REPRICED)
            self.come_in(order)

    def cancel(self, command: commands.CancelOrder) -> None:
        order, reason = self.asked(command)
        if order is not None and not reason:
            reason = naive_phases.no_cancel(self, order)
        if order is not None and not reason:
            reason = naive_pending.put_off(self, order, command)
        if order is None or reason:
            self.refuse(command, codes.TO_CANCEL, order, reason)
            return
        order.leaves, order.status = 0, codes.CANCELED
        order.leave()
        self.say(codes.CANCEL, order, name=command.cl_ord_id, orig=order.name)

    def is_used(self, session: int, name: bytes) -> bool:
        """Whether a name may not be used again today (IDN-01)."""
        if (session, name) not in self.names:
            return False
        first = self.names[session, name]
        return not self.choices.names_reused or (first is not None and first.leaves > 0)

    def names_itself(self, command: naive_pending.Request) -> bool:
        """Whether a request has the name of the order it is about, ended or not (IDN-04)."""
        return command.cl_ord_id == command.orig_cl_ord_id and (command.session, command.cl_ord_id) in self.names

    def asked(self, command: naive_pending.Request) -> tuple[NaiveOrder | None, int]:
        """The order a request means, and why the request cannot be obeyed; one that waited has its order."""
        order = self.pending.turn or self.find(command.session, command.orig_cl_ord_id)
        if order is not None and order is self.pending.turn:
            if order.name != command.orig_cl_ord_id and not self.choices.names_chained:
                return order, reasons.UNKNOWN_ORDER if order.leaves else reasons.TOO_LATE
        elif self.is_used(command.session, command.cl_ord_id) or self.names_itself(command):
            return order, reasons.DUPLICATE_CL_ORD_ID
        else:
            self.names[command.session, command.cl_ord_id] = None
        if isinstance(command, commands.CancelOrder) and command.defect:
            return order, int(command.defect)
        if order is None:
            return None, reasons.UNKNOWN_ORDER
        if order.status not in OPEN and not reopens(self, order, command):
            return order, reasons.TOO_LATE
        if command.order_id not in (0, order.number):
            return order, reasons.ORDER_ID_MISMATCH
        if command.instrument != order.instrument:
            return order, reasons.SYMBOL_CHANGED
        return order, 0 if command.side == order.side else reasons.SIDE_CHANGED

    def find(self, session: int, name: bytes) -> NaiveOrder | None:
        order = self.names.get((session, name))
        any_name = self.choices.names_chained or naive_pending.is_pending(self, session, name)
        return order if order is not None and (order.name == name or any_name) else None

    def refuse(self, command: Any, to: int, order: NaiveOrder | None, reason: int, compared: Fact = (0, 0, 0)) -> None:
        if reason != naive_pending.PUT_OFF:
            stands = (0, codes.REJECTED) if order is None else (order.number, naive_pending.told_status(self, order))
            orig = naive_pending.orig_of(self, command, order)
            self.happened.append(("refused", to, *stands, command.cl_ord_id, orig, reason, compared))

    def come_in(self, order: NaiveOrder) -> None:
        """A new order or version: it meets the others, or where nothing is matched stands with them."""
        phase = self.stages[order.instrument].phase
        if phase in naive_phases.MATCHING and order.tif != codes.AT_THE_CLOSE:
            naive_matching.meet(self, order)
            self.elect(order.instrument)
        else:
            self.hold(order)

    def hold(self, order: NaiveOrder) -> None:
        """It stands where it may in this phase, or waits for another."""
        phase = self.stages[order.instrument].phase
        order.waits = order.tif in AUCTION_TIF and not naive_phases.is_its_auction(order, phase)
        self.stand(order)

    def stand(self, order: NaiveOrder) -> None:
        """Last in the queue of where it belongs, without trading."""
        self.rank += 1
        order.rank = self.rank
        if order.waits or order.ord_type in WAITING:
            return
        if order.ord_type == codes.LIMIT:
            self.rest(order)
        else:
            order.gathers = True

    def rest(self, order: NaiveOrder) -> None:
        self.rank += 1
        order.rank = self.rank
        order.rests = True
        order.shown = part_of(self, order, order.leaves)

    def show_less(self, order: NaiveOrder, lots: int, left: int) -> None:
        """Lots of what an order shows are taken, `left` is what it has after that: the next part stands at the end."""
        order.shown -= lots
        if order.shown == 0 and left == 0:
            order.leave()
        elif order.shown == 0:
            self.rest(order)
            order.shown = min(order.shown, left)

    def elect(self, instrument: int) -> None:
        naive_matching.elect(self, instrument)

    def last(self, instrument: int) -> int:
        """The last price, 0 before the first trade."""
        prices = [price for number, price, *_ in self.trades if number == instrument]
        return prices[-1] if prices else 0

    def end(self, order: NaiveOrder, status: int, reason: int, compared: Fact = (0, 0, 0)) -> None:
        order.leaves, order.status = 0, status
        order.leave()
        kinds = {codes.EXPIRED: codes.EXPIRE, codes.DONE_FOR_DAY: codes.DONE, codes.CANCELED: codes.CANCEL}
        self.say(kinds[status], order, reason, compared=compared)

    def open(self, session: int = 0, instrument: int = 0, side: int = 0) -> list[NaiveOrder]:
        """Open orders by instrument, bids before asks, best price first, then by time; 0 is any."""
        chosen = [order for order in self.orders if order.status in OPEN]
        chosen = [o for o in chosen if session in (0, o.session) and instrument in (0, o.instrument)]
        chosen = [o for o in chosen if side in (0, o.side)]
        return sorted(chosen, key=place)
