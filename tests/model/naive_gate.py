"""The risk gate once more, written to be obviously right: every check adds up all orders and all trades anew."""

from engine import codes, commands, reasons
from tests.model.naive_exchange import NaiveExchange
from tests.model.naive_order import Fact, NaiveOrder

PASS: Fact = (0, 0, 0, 0)
CEILINGS = {
    "order_quantity_lots": codes.QUANTITY_LOTS_MAX,
    "order_notional": codes.NOTIONAL_MAX,
    "position_lots": codes.QUANTITY_LOTS_MAX,
    "gross_notional": codes.NOTIONAL_MAX,
    "net_notional": codes.NOTIONAL_MAX,
}


class NaiveRisk:
    """Limits, instruments and sessions as they were told; `due` is the halt that a trade just called for."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int], commands.SetLimits] = {}
        self.listed: dict[int, commands.DefineInstrument] = {}
        self.sessions: list[commands.RegisterSession] = []
        self.reference: dict[int, int] = {}  # of the collar
        self.start: dict[int, int] = {}  # of the breaker, before its first slot is over
        self.history: dict[int, list[tuple[int, int]]] = {}  # (time, price) since the breaker's restart
        self.window: dict[int, int] = {}
        self.tripped: dict[int, bool] = {}
        self.called: dict[int, int] = {}  # the price of the auction before trading
        self.due: list[tuple[int, int, int]] = []

    def limit(self, firm: int, instrument: int, field: str) -> tuple[int, int]:
        """The first limit that is one, from the most particular row on, and its version; else the ceiling."""
        keys = [(firm, instrument), (firm, 0), (0, instrument), (0, 0)]
        if field in ("gross_notional", "net_notional"):
            keys = [(firm, 0), (0, 0)]
        for key in keys:
            if key in self.rows and getattr(self.rows[key], field):
                return getattr(self.rows[key], field), self.rows[key].version
        return CEILINGS.get(field, 0), 0

    def configure(self, command: commands.Command) -> None:
        match command:
            case commands.RegisterSession():
                self.sessions.append(command)
            case commands.SetLimits():
                self.rows[command.firm, command.instrument] = command
            case commands.DefineInstrument(number=number, reference_ticks=reference):
                known = self.listed.get(number)
                self.listed[number] = command
                if known is None or known.reference_ticks != reference:
                    self.reference[number] = reference
                    self.restart(number, reference)
            case _:
                raise AssertionError(command)
        for number in self.listed:
            window = self.limit(0, number, "window_ns")[0]
            if self.window.setdefault(number, 0) != window:
                self.window[number] = window
                self.restart(number, self.history[number][-1][1] if self.history[number] else self.start[number])

    # -- an order

    def check(self, model: NaiveExchange, order: NaiveOrder) -> Fact:
        reference = order.stop or self.reference[order.instrument]
        low, high = self.collar(order.firm, order.instrument, reference)
        counted_at = order.worst = order.price
        priced = order.ord_type in (codes.LIMIT, codes.STOP_LIMIT)
        if not priced:
            order.worst = high if order.side == codes.BUY else low
            counted_at = order.worst if self.limit(order.firm, order.instrument, "collar_bp")[0] else reference
        return (
            self.size(order, order.quantity, counted_at)
            or (self.price(order, order.price, reference) if priced else None)
            or self.exposure(model, order, order.quantity)
            or self.open_orders(model, order)
            or PASS
        )

    def check_replace(self, model: NaiveExchange, order: NaiveOrder, quantity: int, price: int, stop: int) -> Fact:
        waits = order.ord_type in (codes.STOP, codes.STOP_LIMIT)
        if price == order.price and quantity <= order.quantity and (not waits or stop == order.stop):
            return PASS
        more = quantity - order.quantity
        reference = stop or self.reference[order.instrument]
        counted_at, worst = price, price
        if order.ord_type not in (codes.LIMIT, codes.STOP_LIMIT):
            low, high = self.collar(order.firm, order.instrument, reference)
            worst = high if order.side == codes.BUY else low
            counted_at = worst if self.limit(order.firm, order.instrument, "collar_bp")[0] else reference
        answer = (
            self.size(order, quantity, counted_at)
            or (self.price(order, price, reference) if order.ord_type in (codes.LIMIT, codes.STOP_LIMIT) else None)
            or (self.exposure(model, order, more) if more > 0 else None)
            or (self.open_orders(model, order) if order.leaves == 0 else None)
            or PASS
        )
        if answer == PASS:
            order.worst = worst
        return answer

    def check_elected(self, model: NaiveExchange, order: NaiveOrder) -> Fact:
        """A stop that has just become a market or limit order, as it would be checked if it came now."""
        reference = self.reference[order.instrument]
        low, high = self.collar(order.firm, order.instrument, reference)
        counted_at = order.price
        worst = order.worst
        if order.ord_type == codes.MARKET:
            worst = high if order.side == codes.BUY else low
            counted_at = worst if self.limit(order.firm, order.instrument, "collar_bp")[0] else reference
        answer = (
            self.size(order, order.leaves, counted_at)
            or (self.price(order, order.price, reference) if order.ord_type == codes.LIMIT else None)
            or self.exposure(model, order, 0)
            or PASS
        )
        if answer == PASS:
            order.worst = worst
        return answer

    def collar(self, firm: int, instrument: int, reference: int) -> tuple[int, int]:
        """The lowest and the highest price allowed, found by trying."""
        bp = self.limit(firm, instrument, "collar_bp")[0]
        if bp == 0:
            return 1, codes.PRICE_TICKS_MAX
        allowed = [p for p in range(1, 4 * reference) if abs(p - reference) * 10_000 <= bp * reference]
        return allowed[0], allowed[-1]

    def size(self, order: NaiveOrder, quantity: int, price: int) -> Fact | None:
        most, version = self.limit(order.firm, order.instrument, "order_quantity_lots")
        if quantity > most:
            return reasons.ORDER_QUANTITY_LIMIT, quantity, most, version
        if order.side == codes.SELL:
            price = max(price, self.reference[order.instrument])
        notional = quantity * price * self.listed[order.instrument].tick_value
        most, version = self.limit(order.firm, order.instrument, "order_notional")
        if notional > most:
            return reasons.ORDER_NOTIONAL_LIMIT, min(notional, codes.NOTIONAL_MAX), most, version
        return None

    def price(self, order: NaiveOrder, price: int, reference: int) -> Fact | None:
        version = self.limit(order.firm, order.instrument, "collar_bp")[1]
        low, high = self.collar(order.firm, order.instrument, reference)
        if price > high:
            return reasons.PRICE_ABOVE_COLLAR, price, high, version
        return (reasons.PRICE_BELOW_COLLAR, price, low, version) if price < low else None

    def exposure(self, model: NaiveExchange, order: NaiveOrder, more: int) -> Fact | None:
        sides = {"buy": more, "sell": 0} if order.side == codes.BUY else {"buy": 0, "sell": more}
        before = self.worst(model, order.firm)
        after = self.worst(model, order.firm, order.instrument, **sides)
        worth = {n: row.reference_ticks * row.tick_value for n, row in self.listed.items()}
        side = 0 if order.side == codes.BUY else 1
        most, version = self.limit(order.firm, order.instrument, "position_lots")
        most = min(most, codes.NOTIONAL_MAX // worth[order.instrument])
        if after[order.instrument][side] > most:
            return reasons.POSITION_LIMIT, after[order.instrument][side], most, version
        gross_before = sum(max(before[n]) * worth[n] for n in worth)
        gross = sum(max(after[n]) * worth[n] for n in worth)
        most, version = self.limit(order.firm, 0, "gross_notional")
        if gross > most and gross > gross_before:
            return reasons.GROSS_NOTIONAL_LIMIT, gross, most, version
        net = sum(after[n][side] * worth[n] for n in worth)
        most, version = self.limit(order.firm, 0, "net_notional")
        return (reasons.NET_NOTIONAL_LIMIT, net, most, version) if net > most else None

    def worst(
        self, model: NaiveExchange, firm: int, instrument: int = 0, buy: int = 0, sell: int = 0
    ) -> dict[int, tuple[int, int]]:
        """How long and how short a firm may become in each instrument, with more lots open to buy or sell in one."""
        found = {}
        for number in self.listed:
            trades = [(lots, buyer, seller) for n, _, lots, buyer, seller in model.trades if n == number]
            held = sum(lots * ((buyer == firm) - (seller == firm)) for lots, buyer, seller in trades)
            mine = [order for order in model.open(instrument=number) if order.firm == firm]
            buys = sum(order.leaves for order in mine if order.side == codes.BUY)
            sells = sum(order.leaves for order in mine if order.side == codes.SELL)
            here = number == instrument
            found[number] = (held + buys + buy * here, sells - held + sell * here)
        return found

    def open_orders(self, model: NaiveExchange, order: NaiveOrder) -> Fact | None:
        count, most = len(model.open(order.session)) + 1, self.sessions[order.session - 1].open_orders_max
        return (reasons.TOO_MANY_OPEN_ORDERS, count, most, 0) if 0 < most < count else None

    # -- a trade

    def called_for(self) -> list[tuple[int, int, int]]:
        """The halts that are due, once."""
        due, self.due = self.due, []
        return due

    def restart(self, instrument: int, reference: int) -> None:
        self.start[instrument] = reference
        self.history[instrument] = []
        self.tripped[instrument] = False

    def auction(self, instrument: int, price: int) -> None:
        self.reference[instrument] = self.called[instrument] = price

    def resumed(self, instrument: int) -> None:
        """Measure from the auction that ended, if there was one."""
        self.restart(instrument, self.called.pop(instrument, 0))

    def trade(self, instrument: int, price: int, time_ns: int) -> None:
        self.reference[instrument] = price
        if not self.history[instrument] and self.start[instrument] == 0:
            self.start[instrument] = price
        reference = self.rolling(instrument, time_ns)
        self.history[instrument].append((time_ns, price))
        move = self.limit(0, instrument, "move_bp")[0]
        if move and not self.tripped[instrument] and abs(price - reference) * 10_000 >= move * reference:
            self.tripped[instrument] = True
            self.due.append((instrument, price, reference))

    def rolling(self, instrument: int, time_ns: int) -> int:
        """The mean of the last prices of the 60 slots before this one, else the newest slot's, else the start."""
        slot_ns = self.window[instrument] // 60
        if slot_ns == 0:
            return self.start[instrument]
        closes = {time // slot_ns: price for time, price in self.history[instrument]}
        now = time_ns // slot_ns
        past = [slot for slot in closes if slot < now]
        if not past:
            return self.start[instrument]
        recent = [closes[slot] for slot in past if slot >= now - 60] or [closes[max(past)]]
        return sum(recent) // len(recent)
