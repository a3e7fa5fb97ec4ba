"""The exchange once more, written to be obviously right: all orders in one list, and every question looks at all.

It takes the engine's commands and says what must happen as tuples (see `facts`), and shares no code with the engine but
the names of its constants.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from engine import codes, commands, events, reasons

Fact = tuple[Any, ...]
OPEN = (codes.NEW, codes.PARTIALLY_FILLED)
KNOWN_TIF = (codes.DAY, codes.GTC, codes.IOC, codes.FOK)


@dataclass
class NaiveOrder:
    """An order that was entered; `rank` is its time priority, `worst` the worst price at which it may trade."""

    session: int
    firm: int
    instrument: int
    name: bytes
    side: int
    ord_type: int
    tif: int
    price: int
    quantity: int
    stp: int
    number: int = 0
    cum: int = 0
    leaves: int = 0
    status: int = codes.NEW
    worst: int = 0
    rank: int = 0


class NaiveGate(Protocol):
    """Answers (reason, value, limit, version); all zeros lets the order pass."""

    def check(self, model: "NaiveExchange", order: NaiveOrder) -> Fact: ...
    def check_replace(self, model: "NaiveExchange", order: NaiveOrder, quantity: int, price: int) -> Fact: ...
    def configure(self, command: commands.Command) -> None: ...
    def trade(self, instrument: int, price: int, time_ns: int) -> None: ...
    def resumed(self, instrument: int) -> None: ...


class NaiveExchange:
    """All orders ever entered, and per session what each ClOrdID of today stands for."""

    def __init__(self, gate: NaiveGate) -> None:
        self.gate = gate
        self.orders: list[NaiveOrder] = []
        self.sessions: list[commands.RegisterSession] = []
        self.names: dict[tuple[int, bytes], NaiveOrder | None] = {}
        self.halted: dict[int, bool] = {}
        self.trades: list[tuple[int, int, int, int, int]] = []  # instrument, price, lots, buying firm, selling firm
        self.rank = 0
        self.time_ns = 0
        self.happened: list[Fact] = []

    def execute(self, command: commands.Command) -> list[Fact]:
        """What must happen."""
        self.happened = []
        self.time_ns = command.time_ns
        getattr(self, "do_" + type(command).__name__.lower())(command)
        return self.happened

    def say(self, kind: int, order: NaiveOrder, reason: int = 0, last: Fact = (0, 0, 0), **other: Any) -> None:
        whose = (order.number, order.session, order.instrument)
        names = (other.get("name", order.name), other.get("orig", b""))
        state = (order.side, order.price, order.quantity, order.cum, order.leaves, order.status)
        more = other.get("compared", (0, 0, 0)), other.get("aggressor", False)
        self.happened.append((kind, *whose, *names, *state, reason, last, *more))

    # -- the venue

    def do_registersession(self, command: commands.RegisterSession) -> None:
        self.sessions.append(command)
        self.gate.configure(command)

    def do_defineinstrument(self, command: commands.DefineInstrument) -> None:
        self.halted.setdefault(command.number, False)
        self.gate.configure(command)

    def do_setlimits(self, command: commands.SetLimits) -> None:
        self.gate.configure(command)

    def do_haltinstrument(self, command: commands.HaltInstrument) -> None:
        self.halted[command.instrument] = True
        self.happened.append(("halted", command.instrument, command.reason, command.value, command.limit))

    def do_resumeinstrument(self, command: commands.ResumeInstrument) -> None:
        self.halted[command.instrument] = False
        self.gate.resumed(command.instrument)
        self.happened.append(("resumed", command.instrument, 0, 0, 0))

    def do_endday(self, command: commands.EndDay) -> None:
        day_orders = [order for order in self.open() if order.tif != codes.GTC]
        for order in day_orders:
            self.end(order, codes.EXPIRED, reasons.DAY_ENDED)
        alive = [(key, order) for key, order in self.names.items() if order is not None and order.leaves > 0]
        self.names = {key: order for key, order in alive if order.name == key[1]}
        self.happened.append(("day", command.day, len(day_orders)))

    # -- one order

    def do_enterorder(self, command: commands.EnterOrder) -> None:
        session = self.sessions[command.session - 1]
        terms = (command.side, command.ord_type, command.time_in_force, command.price_ticks, command.quantity_lots)
        order = NaiveOrder(
            command.session, session.firm, command.instrument, command.cl_ord_id, *terms, session.self_trade
        )
        order.leaves = order.quantity
        reason = self.wrong(command)
        key = (command.session, command.cl_ord_id)
        if key in self.names:
            first = self.names[key]
            if first is not None and command.poss_resend:
                self.say(codes.STATUS, first, name=command.cl_ord_id)
            elif first is not None:
                self.say(codes.REJECT, first, reason or reasons.DUPLICATE_CL_ORD_ID, name=command.cl_ord_id)
            else:
                self.reject(order, reason or reasons.DUPLICATE_CL_ORD_ID)
            return
        self.names[key] = None
        if reason:
            self.reject(order, reason)
            return
        reason, *compared = self.gate.check(self, order)
        if reason:
            self.reject(order, reason, tuple(compared))
            return
        self.orders.append(order)
        order.number = len(self.orders)
        self.names[key] = order
        self.say(codes.ENTERED, order)
        self.meet(order)

    def wrong(self, command: commands.EnterOrder) -> int:
        if command.instrument == 0:
            return reasons.UNKNOWN_SYMBOL
        if self.halted[command.instrument]:
            return reasons.NOT_TRADING
        if command.defect:
            return int(command.defect)
        if command.ord_type not in (codes.LIMIT, codes.MARKET):
            return reasons.UNSUPPORTED_ORD_TYPE
        if command.side not in (codes.BUY, codes.SELL):
            return reasons.UNSUPPORTED_SIDE
        if command.time_in_force not in KNOWN_TIF:
            return reasons.UNSUPPORTED_TIME_IN_FORCE
        if command.exec_inst:
            return reasons.UNSUPPORTED_INSTRUCTION
        return self.out_of_bounds(command.ord_type, command.quantity_lots, command.price_ticks)

    def out_of_bounds(self, ord_type: int, quantity: int, price: int) -> int:
        if quantity <= 0:
            return reasons.QUANTITY_NOT_POSITIVE
        if quantity > codes.QUANTITY_LOTS_MAX:
            return reasons.QUANTITY_TOO_LARGE
        if ord_type == codes.LIMIT and price <= 0:
            return reasons.PRICE_NOT_POSITIVE
        if ord_type == codes.LIMIT and price > codes.PRICE_TICKS_MAX:
            return reasons.PRICE_TOO_LARGE
        return reasons.NOTIONAL_TOO_LARGE if ord_type == codes.LIMIT and quantity * price > codes.NOTIONAL_MAX else 0

    def reject(self, order: NaiveOrder, reason: int, compared: Fact = (0, 0, 0)) -> None:
        order.leaves, order.status = 0, codes.REJECTED
        self.say(codes.REJECT, order, reason, compared=compared)

    def do_replaceorder(self, command: commands.ReplaceOrder) -> None:
        order, reason = self.asked(command)
        if order is None or reason:
            self.refuse(command, codes.TO_REPLACE, order, reason)
            return
        same_place = command.price_ticks == order.price and command.quantity_lots <= order.quantity
        same_place = same_place and command.time_in_force != codes.IOC
        reason = self.wrong_replace(command, order, same_place)
        compared: Fact = (0, 0, 0)
        if not reason and command.quantity_lots > order.cum:
            reason, *found = self.gate.check_replace(self, order, command.quantity_lots, command.price_ticks)
            compared = tuple(found)
        if reason:
            self.refuse(command, codes.TO_REPLACE, order, reason, compared)
            return
        self.names[command.session, command.cl_ord_id] = order
        order.name, order.tif, order.price = command.cl_ord_id, command.time_in_force, command.price_ticks
        order.quantity = max(command.quantity_lots, order.cum)
        order.leaves = order.quantity - order.cum
        order.status = self.status_of(order)
        self.say(codes.REPLACE, order, orig=command.orig_cl_ord_id)
        if order.leaves and not same_place:
            self.meet(order)

    def wrong_replace(self, command: commands.ReplaceOrder, order: NaiveOrder, same_place: bool) -> int:
        if command.defect:
            return int(command.defect)
        if command.ord_type != order.ord_type:
            return reasons.TYPE_CHANGED
        if command.time_in_force not in (codes.DAY, codes.GTC, codes.IOC):
            return reasons.UNSUPPORTED_TIME_IN_FORCE
        if command.exec_inst:
            return reasons.UNSUPPORTED_INSTRUCTION
        reason = self.out_of_bounds(command.ord_type, command.quantity_lots, command.price_ticks)
        halted = self.halted[order.instrument] and not same_place
        return reason or (reasons.HALTED_REPLACE if halted else 0)

    def do_cancelorder(self, command: commands.CancelOrder) -> None:
        order, reason = self.asked(command)
        if order is None or reason:
            self.refuse(command, codes.TO_CANCEL, order, reason)
            return
        order.leaves, order.status = 0, codes.CANCELED
        self.say(codes.CANCEL, order, name=command.cl_ord_id, orig=command.orig_cl_ord_id)

    def asked(self, command: commands.CancelOrder | commands.ReplaceOrder) -> tuple[NaiveOrder | None, int]:
        """The order a request means, and why the request cannot be obeyed."""
        order = self.find(command.session, command.orig_cl_ord_id)
        if (command.session, command.cl_ord_id) in self.names:
            return order, reasons.DUPLICATE_CL_ORD_ID
        self.names[command.session, command.cl_ord_id] = None
        if isinstance(command, commands.CancelOrder) and command.defect:
            return order, int(command.defect)
        if order is None:
            return None, reasons.UNKNOWN_ORDER
        if order.status not in OPEN:
            return order, reasons.TOO_LATE
        if command.order_id not in (0, order.number):
            return order, reasons.ORDER_ID_MISMATCH
        if command.instrument != order.instrument:
            return order, reasons.SYMBOL_CHANGED
        return order, 0 if command.side == order.side else reasons.SIDE_CHANGED

    def find(self, session: int, name: bytes) -> NaiveOrder | None:
        order = self.names.get((session, name))
        return order if order is not None and order.name == name else None

    def refuse(self, command: Any, to: int, order: NaiveOrder | None, reason: int, compared: Fact = (0, 0, 0)) -> None:
        stands = (0, codes.REJECTED) if order is None else (order.number, order.status)
        self.happened.append(("refused", to, *stands, command.cl_ord_id, command.orig_cl_ord_id, reason, compared))

    # -- the book

    def meet(self, order: NaiveOrder) -> None:
        """Trade what can be traded, then rest, or end."""
        self.rank += 1
        order.rank = self.rank
        if order.ord_type == codes.LIMIT:
            order.worst = order.price
        if order.tif == codes.FOK and not self.fills(order):
            self.end(order, codes.CANCELED, reasons.CANNOT_FILL)
            return
        while order.leaves:
            if not (facing := self.facing(order)):
                break
            if order.stp and facing[0].firm == order.firm:
                self.end(order, codes.CANCELED, reasons.SELF_TRADE)
                return
            self.trade(order, facing[0])
        if order.leaves and (order.ord_type == codes.MARKET or order.tif == codes.IOC):
            self.end(order, codes.CANCELED, reasons.UNFILLED)

    def facing(self, order: NaiveOrder) -> list[NaiveOrder]:
        """The resting orders it may trade with, best price first, then by time."""
        sign = 1 if order.side == codes.BUY else -1
        others = [o for o in self.open(instrument=order.instrument) if o.side != order.side]
        good = [o for o in others if sign * o.price <= sign * order.worst]
        return sorted(good, key=lambda o: (sign * o.price, o.rank))

    def fills(self, order: NaiveOrder) -> bool:
        lots = 0
        for other in self.facing(order):
            if lots < order.leaves and order.stp and other.firm == order.firm:
                return False
            lots += other.leaves
        return lots >= order.leaves

    def trade(self, taker: NaiveOrder, maker: NaiveOrder) -> None:
        lots = min(taker.leaves, maker.leaves)
        buyer, seller = (taker, maker) if taker.side == codes.BUY else (maker, taker)
        self.trades.append((taker.instrument, maker.price, lots, buyer.firm, seller.firm))
        self.gate.trade(taker.instrument, maker.price, self.time_ns)
        for order in (taker, maker):
            order.cum += lots
            order.leaves -= lots
            order.status = self.status_of(order)
            self.say(codes.TRADE, order, 0, (lots, maker.price, len(self.trades)), aggressor=order is taker)

    def status_of(self, order: NaiveOrder) -> int:
        if order.leaves == 0:
            return codes.FILLED
        return codes.PARTIALLY_FILLED if order.cum else codes.NEW

    def end(self, order: NaiveOrder, status: int, reason: int) -> None:
        order.leaves, order.status = 0, status
        self.say(codes.EXPIRE if status == codes.EXPIRED else codes.CANCEL, order, reason)

    # -- many orders

    def open(self, session: int = 0, instrument: int = 0, side: int = 0) -> list[NaiveOrder]:
        """Open orders by instrument, bids before asks, best price first, then by time; 0 is any."""
        chosen = [order for order in self.orders if order.status in OPEN]
        chosen = [o for o in chosen if session in (0, o.session) and instrument in (0, o.instrument)]
        chosen = [o for o in chosen if side in (0, o.side)]
        sign = {codes.BUY: -1, codes.SELL: 1}
        return sorted(chosen, key=lambda o: (o.instrument, o.side, sign[o.side] * o.price, o.rank))

    def scope(self, command: Any, unsupported: int) -> tuple[int, int]:
        """The instrument a mass request is about (0: all), and what is wrong with it."""
        if command.request_type == codes.MASS_ALL:
            return 0, command.defect
        if command.request_type != codes.MASS_SYMBOL:
            return 0, command.defect or unsupported
        return command.instrument, command.defect or (0 if command.instrument else reasons.UNKNOWN_SYMBOL)

    def do_masscancel(self, command: commands.MassCancel) -> None:
        instrument, reason = self.scope(command, reasons.UNSUPPORTED_MASS_CANCEL)
        key = (command.session, command.cl_ord_id)
        if key in self.names:
            reason = reasons.DUPLICATE_CL_ORD_ID
        self.names.setdefault(key, None)
        orders = [] if reason else self.open(command.session, instrument, command.side)
        response = codes.MASS_REJECTED if reason else command.request_type
        self.happened.append(("mass canceled", command.cl_ord_id, response, reason, len(orders)))
        for order in orders:
            self.end(order, codes.CANCELED, reasons.CANCELED_BY_MASS_REQUEST)

    def do_cancelorders(self, command: commands.CancelOrders) -> None:
        for order in self.open(command.session, command.instrument):
            self.end(order, codes.CANCELED, command.reason)

    def do_requeststatus(self, command: commands.RequestStatus) -> None:
        order = self.find(command.session, command.cl_ord_id)
        if order is not None and (order.instrument, order.side) == (command.instrument, command.side):
            self.say(codes.STATUS, order)
        else:
            self.unknown(command.session, command.cl_ord_id, command.side, reasons.UNKNOWN_ORDER)

    def do_requestmassstatus(self, command: commands.RequestMassStatus) -> None:
        instrument, reason = self.scope(command, reasons.UNSUPPORTED_MASS_STATUS)
        orders = [] if reason else self.open(command.session, instrument, command.side)
        for order in orders:
            self.say(codes.STATUS, order)
        if not orders:
            self.unknown(command.session, b"", command.side, reason or reasons.UNKNOWN_ORDER)

    def unknown(self, session: int, name: bytes, side: int, reason: int) -> None:
        nothing = NaiveOrder(session, 0, 0, name, side, codes.LIMIT, codes.DAY, 0, 0, 0, status=codes.REJECTED)
        self.say(codes.STATUS, nothing, reason)


def facts(event: events.Event) -> Fact:
    """What the naive exchange says of an event, of an event of the engine."""
    match event:
        case events.OrderEvent():
            e = event
            names = (e.cl_ord_id, e.orig_cl_ord_id)
            state = (e.side, e.price_ticks, e.quantity_lots, e.cum_lots, e.leaves_lots, e.status, e.reason)
            last = (e.last_lots, e.last_ticks, e.match)
            compared = (e.value, e.limit, e.limits_version)
            return (e.kind, e.order_id, e.session, e.instrument, *names, *state, last, compared, bool(e.aggressor))
        case events.RequestRejected():
            compared = (event.value, event.limit, event.limits_version)
            names = (event.cl_ord_id, event.orig_cl_ord_id)
            return ("refused", event.response_to, event.order_id, event.status, *names, event.reason, compared)
        case events.MassCanceled():
            return ("mass canceled", event.cl_ord_id, event.response, event.reason, event.total_affected)
        case events.InstrumentChanged():
            state_word = "halted" if event.state == codes.HALTED else "resumed"
            return (state_word, event.instrument, event.reason, event.value, event.limit)
        case events.DayEnded():
            return ("day", event.day, event.orders_expired)
