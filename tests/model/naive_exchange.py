"""The exchange once more, written to be obviously right: all orders in one list, and every question looks at all.

It takes the engine's commands and says what must happen as tuples (see `facts`), and shares no code with the engine but
the names of its constants.
"""

from dataclasses import replace
from typing import Any, Protocol

from engine import codes, commands, reasons
from tests.model.naive_book import can_trade, elected, facing, status_of
from tests.model.naive_form import scope, wrong_form, wrong_replace
from tests.model.naive_order import OPEN, PRICED, RESTING_TIF, WAITING, Fact, NaiveOrder, place


class NaiveGate(Protocol):
    """Answers (reason, value, limit, version); all zeros lets the order pass."""

    def check(self, model: "NaiveExchange", order: NaiveOrder) -> Fact: ...
    def check_replace(
        self, model: "NaiveExchange", order: NaiveOrder, quantity: int, price: int, stop: int
    ) -> Fact: ...
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
        self.refused: dict[tuple[int, bytes], tuple[int, Fact]] = {}  # why each order of today that is none is none
        self.halted: dict[int, bool] = {}
        self.trades: list[tuple[int, int, int, int, int]] = []  # instrument, price, lots, buying firm, selling firm
        self.prices: list[int] = []  # of trades since stops were last looked at
        self.rank = 0
        self.time_ns = 0
        self.happened: list[Fact] = []

    def execute(self, command: commands.Command) -> list[Fact]:
        """What must happen."""
        self.happened = []
        self.time_ns = command.time_ns
        due = [order for order in self.open() if order.expires and order.expires <= self.time_ns]
        for order in sorted(due, key=lambda o: (o.expires, o.number)):
            self.end(order, codes.EXPIRED, reasons.EXPIRY_REACHED)
        getattr(self, "do_" + type(command).__name__.lower())(command)
        return self.happened

    def say(self, kind: int, order: NaiveOrder, reason: int = 0, last: Fact = (0, 0, 0), **other: Any) -> None:
        whose = (order.number, order.session, order.instrument)
        names = (other.get("name", order.name), other.get("orig", b""))
        state = (order.side, order.price, order.quantity, order.cum, order.leaves, order.status)
        more = other.get("compared", (0, 0, 0)), other.get("aggressor", False)
        shown = (order.ord_type, order.displayed())
        self.happened.append((kind, *whose, *names, *state, reason, last, *more, *shown))

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
        if self.halted[command.instrument]:
            self.halted[command.instrument] = False
            self.gate.resumed(command.instrument)
            self.happened.append(("resumed", command.instrument, 0, 0, 0))
            self.elect(command.instrument)

    def do_expireorders(self, command: commands.ExpireOrders) -> None: ...

    def do_endday(self, command: commands.EndDay) -> None:
        for order in (day_orders := [o for o in self.open() if o.tif not in (codes.GTC, codes.GTD)]):
            self.end(order, codes.EXPIRED, reasons.DAY_ENDED)
        alive = [(key, order) for key, order in self.names.items() if order is not None and order.leaves > 0]
        self.names = {key: order for key, order in alive if order.name == key[1]}
        self.happened.append(("day", command.day, len(day_orders)))
        self.refused.clear()
        for order in self.open():
            self.say(codes.RESTATE, order, reasons.GOOD_TILL_RENEWED)

    def do_enterorder(self, command: commands.EnterOrder) -> None:
        session = self.sessions[command.session - 1]
        terms = (command.side, command.ord_type, command.time_in_force, command.price_ticks, command.quantity_lots)
        order = NaiveOrder(
            command.session, session.firm, command.instrument, command.cl_ord_id, *terms, session.self_trade
        )
        order.leaves = order.quantity
        order.take_terms(command)
        reason = self.not_now(command) or wrong_form(command)
        key = (command.session, command.cl_ord_id)
        if key in self.names:
            first = self.names[key]
            if first is not None and command.poss_resend:
                self.say(codes.STATUS, first, name=command.cl_ord_id)
            elif first is not None:
                self.say(codes.REJECT, first, reason or reasons.DUPLICATE_CL_ORD_ID, name=command.cl_ord_id)
            elif command.poss_resend and key in self.refused:
                self.reject(order, *self.refused[key])
            else:
                self.reject(order, reason or reasons.DUPLICATE_CL_ORD_ID)
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
        self.meet(order)
        self.elect(order.instrument)

    def would_trade(self, order: NaiveOrder) -> bool:
        return bool(can_trade(self.open(), order) >= 1)

    def slid(self, order: NaiveOrder) -> int:
        """The price one tick from the best opposite one, where the session wants that and there is such a price."""
        if not self.sessions[order.session - 1].post_only_slides:
            return 0
        return facing(self.open(), order)[0].price + (-1 if order.side == codes.BUY else 1)

    def reprice(self, order: NaiveOrder, price: int, reason: int) -> None:
        order.price = order.worst = price
        self.say(codes.RESTATE, order, reason)

    def not_now(self, command: commands.EnterOrder) -> int:
        if command.instrument == 0:
            return reasons.UNKNOWN_SYMBOL
        return reasons.NOT_TRADING if self.halted[command.instrument] else 0

    def reject_first(self, order: NaiveOrder, reason: int, compared: Fact = (0, 0, 0)) -> None:
        self.refused[order.session, order.name] = (reason, compared)
        self.reject(order, reason, compared)

    def reject(self, order: NaiveOrder, reason: int, compared: Fact = (0, 0, 0)) -> None:
        order.leaves, order.status = 0, codes.REJECTED
        self.say(codes.REJECT, order, reason, compared=compared)

    def do_replaceorder(self, command: commands.ReplaceOrder) -> None:
        order, reason = self.asked(command)
        if order is None or reason:
            self.refuse(command, codes.TO_REPLACE, order, reason)
            return
        stop, display = (0, 0) if command.terms is None else command.terms.values()[:2]
        same_place = command.price_ticks == order.price and command.quantity_lots <= order.quantity
        same_place = same_place and command.time_in_force != codes.IOC and display == order.display
        same_place = same_place and (order.ord_type not in WAITING or stop == order.stop)
        reason = wrong_replace(command, order, self.halted[order.instrument] and not same_place)
        compared: Fact = (0, 0, 0)
        before = (order.worst, order.price, order.quantity, order.leaves)
        if not reason and command.quantity_lots > order.cum:
            reason, *found = self.gate.check_replace(self, order, command.quantity_lots, command.price_ticks, stop)
            compared = tuple(found)
        slid = None
        if not reason and command.exec_inst and command.quantity_lots > order.cum:
            new = replace(order, worst=command.price_ticks, leaves=command.quantity_lots - order.cum)
            slid = self.slid(new) if self.would_trade(new) else None
            reason = reasons.POST_ONLY_WOULD_TRADE if slid == 0 else 0
        if reason:
            order.worst = before[0]
            self.refuse(command, codes.TO_REPLACE, order, reason, compared)
            return
        self.names[command.session, command.cl_ord_id] = order
        order.name, order.tif, order.price = command.cl_ord_id, command.time_in_force, command.price_ticks
        if order.ord_type in PRICED and command.quantity_lots > order.cum:
            order.worst = order.price
        order.quantity = max(command.quantity_lots, order.cum)
        order.leaves = order.quantity - order.cum
        order.status = status_of(order)
        same_place = same_place and order.leaves > 0
        order.take_terms(command)
        order.shown = min(order.shown, order.leaves)
        order.rests = order.rests and same_place
        self.say(codes.REPLACE, order, orig=command.orig_cl_ord_id)
        if order.leaves and not same_place:
            if slid:
                self.reprice(order, slid, reasons.POST_ONLY_REPRICED)
            self.meet(order)
            self.elect(order.instrument)

    def do_cancelorder(self, command: commands.CancelOrder) -> None:
        order, reason = self.asked(command)
        if order is None or reason:
            self.refuse(command, codes.TO_CANCEL, order, reason)
            return
        order.leaves, order.status, order.rests = 0, codes.CANCELED, False
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

    def meet(self, order: NaiveOrder) -> None:
        """Trade what can be traded, then rest, or end; a stop waits."""
        self.rank += 1
        order.rank = self.rank
        order.rests = False
        if order.ord_type in WAITING:
            return
        if order.ord_type == codes.LIMIT:
            order.worst = order.price
        if self.too_little(order):
            return
        traded = len(self.trades)
        self.match(order)
        if order.leaves and order.tif in RESTING_TIF:
            if order.ord_type == codes.MARKET_TO_LIMIT and len(self.trades) > traded:
                order.ord_type = codes.LIMIT
                self.reprice(order, self.trades[-1][1], reasons.MARKET_TO_LIMIT_PRICED)
            if order.ord_type == codes.LIMIT:
                order.rests = True
                order.shown = min(order.display or order.leaves, order.leaves)
                return
        if order.leaves:
            self.end(order, codes.CANCELED, reasons.CANNOT_FILL if order.tif == codes.FOK else reasons.UNFILLED)

    def too_little(self, order: NaiveOrder) -> bool:
        """End an order that would trade less at once than it must; one that meets nobody is simply unfilled."""
        wanted = order.leaves if order.tif == codes.FOK else order.minimum
        if not facing(self.open(), order) or can_trade(self.open(), order) >= wanted:
            return False
        reason = reasons.CANNOT_FILL if order.tif == codes.FOK else reasons.BELOW_MIN_QUANTITY
        self.end(order, codes.CANCELED, reason)
        return True

    def match(self, order: NaiveOrder) -> None:
        """Meet one resting order after another; trades at one price are told together, one per resting order."""
        taken: list[NaiveOrder] = []
        lots: dict[int, int] = {}
        while order.leaves > sum(lots.values()):
            others = facing(self.open(), order)
            other = others[0] if others else None
            own = other is not None and order.stp and other.firm == order.firm
            if taken and (other is None or own or other.price != taken[0].price):
                self.tell(order, taken, lots)
                continue
            if other is None:
                return
            if own:
                self.prevent(order, other)
                continue
            if other not in taken:
                taken.append(other)
            took = min(other.shown, order.leaves - sum(lots.values()))
            lots[other.number] = lots.get(other.number, 0) + took
            other.shown -= took
            if other.shown == 0:
                other.shown = min(other.display, other.leaves - lots[other.number])
                self.rank += 1
                other.rank = self.rank
                other.rests = other.shown > 0
        self.tell(order, taken, lots)

    def tell(self, order: NaiveOrder, taken: list[NaiveOrder], lots: dict[int, int]) -> None:
        for other in taken:
            self.trade(order, other, lots[other.number])
        taken.clear()
        lots.clear()

    def trade(self, taker: NaiveOrder, maker: NaiveOrder, lots: int) -> None:
        buyer, seller = (taker, maker) if taker.side == codes.BUY else (maker, taker)
        self.trades.append((taker.instrument, maker.price, lots, buyer.firm, seller.firm))
        self.prices.append(maker.price)
        self.gate.trade(taker.instrument, maker.price, self.time_ns)
        for order in (taker, maker):
            order.cum += lots
            order.leaves -= lots
            order.status = status_of(order)
            self.say(codes.TRADE, order, 0, (lots, maker.price, len(self.trades)), aggressor=order is taker)

    def prevent(self, order: NaiveOrder, other: NaiveOrder) -> None:
        """Two orders of a firm meet: the incoming one's mode decides."""
        if order.stp == codes.STP_DECREMENT:
            lots = min(order.leaves, other.leaves)
            for one in (order, other):
                if one.leaves == lots:
                    self.end(one, codes.CANCELED, reasons.SELF_TRADE)
                else:
                    one.quantity -= lots
                    one.leaves -= lots
                    one.shown = min(one.shown, one.leaves)
                    self.say(codes.RESTATE, one, reasons.SELF_TRADE_DECREMENT)
        if order.stp in (codes.STP_CANCEL_OLDEST, codes.STP_CANCEL_BOTH):
            self.end(other, codes.CANCELED, reasons.SELF_TRADE)
        if order.stp in (codes.STP_CANCEL_NEWEST, codes.STP_CANCEL_BOTH):
            self.end(order, codes.CANCELED, reasons.SELF_TRADE)

    def elect(self, instrument: int) -> None:
        """Elect stops until no trade, nor the last one, reaches another; round by round."""
        rounds = 0
        while not self.halted[instrument]:
            last = [price for number, price, *_ in self.trades if number == instrument][-1:]
            prices, self.prices = self.prices + last, []
            chosen = elected(self.open(instrument=instrument), prices)
            if not chosen:
                return
            if rounds == codes.ELECTION_ROUNDS_MAX:
                self.halted[instrument] = True
                limit = (rounds, codes.ELECTION_ROUNDS_MAX)
                self.happened.append(("halted", instrument, reasons.STOP_CASCADE_HALT, *limit))
                return
            rounds += 1
            for order in chosen:
                order.ord_type = codes.MARKET if order.ord_type == codes.STOP else codes.LIMIT
                self.say(codes.RESTATE, order, reasons.STOP_ELECTED)
                self.meet(order)

    def end(self, order: NaiveOrder, status: int, reason: int) -> None:
        order.leaves, order.status, order.rests = 0, status, False
        self.say(codes.EXPIRE if status == codes.EXPIRED else codes.CANCEL, order, reason)

    def open(self, session: int = 0, instrument: int = 0, side: int = 0) -> list[NaiveOrder]:
        """Open orders by instrument, bids before asks, best price first, then by time, stops last; 0 is any."""
        chosen = [order for order in self.orders if order.status in OPEN]
        chosen = [o for o in chosen if session in (0, o.session) and instrument in (0, o.instrument)]
        chosen = [o for o in chosen if side in (0, o.side)]
        return sorted(chosen, key=place)

    def do_masscancel(self, command: commands.MassCancel) -> None:
        instrument, reason = scope(command, reasons.UNSUPPORTED_MASS_CANCEL)
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
        instrument, reason = scope(command, reasons.UNSUPPORTED_MASS_STATUS)
        orders = [] if reason else self.open(command.session, instrument, command.side)
        for order in orders:
            self.say(codes.STATUS, order)
        if not orders:
            self.unknown(command.session, b"", command.side, reason or reasons.UNKNOWN_ORDER)

    def unknown(self, session: int, name: bytes, side: int, reason: int) -> None:
        nothing = NaiveOrder(session, 0, 0, name, side, 0, codes.DAY, 0, 0, 0, status=codes.REJECTED)
        self.say(codes.STATUS, nothing, reason)
