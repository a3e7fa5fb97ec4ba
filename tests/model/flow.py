"""Random commands likely to mean something: crossing prices, own firms, stale names, phases and ends of days."""

import os
from random import Random

from engine.codes import (
    ALL_OR_NONE,
    AT_THE_CLOSE,
    AT_THE_OPENING,
    BUY,
    DAY,
    FOK,
    GTC,
    GTD,
    HALTED,
    IOC,
    LIMIT,
    MARKET,
    MARKET_TO_LIMIT,
    MASS_ALL,
    MASS_SYMBOL,
    PENDING_CANCEL,
    PENDING_REPLACE,
    POST_ONLY,
    REJECT,
    SELL,
    STATUS,
    STOP,
    STOP_LIMIT,
    STP_CANCEL_BOTH,
    STP_CANCEL_NEWEST,
    STP_CANCEL_OLDEST,
    STP_DECREMENT,
    STP_NONE,
    TRADE,
)
from engine.commands import (
    CancelOrder,
    CancelOrders,
    Command,
    DefineInstrument,
    EndDay,
    EnterOrder,
    ExpireOrders,
    HaltInstrument,
    MassCancel,
    RegisterSession,
    ReplaceOrder,
    RequestMassStatus,
    RequestStatus,
    ResumeInstrument,
)
from engine.events import Event, InstrumentChanged, OrderEvent, RequestRejected
from engine.order import Terms
from engine.reasons import CANCELED_BY_OPERATOR, OPERATOR_HALT, QUANTITY_OFF_LOT
from engine.safeguard_commands import BY_FIRM, BY_MARKET, BY_SESSION, BY_USER, CancelOnDisconnect, Kill, Unkill
from engine.trade_commands import CorrectTrade
from tests.model.flow_of_phases import Phases

SEQUENCES = int(os.environ.get("OUTCRY_SEQUENCES") or 200)
"""How many random sequences a test tries; `make soak` asks for many more."""
INSTRUMENTS = 2
SESSIONS = 5
MODES = (STP_CANCEL_NEWEST, STP_NONE, STP_CANCEL_BOTH, STP_CANCEL_OLDEST, STP_DECREMENT)  # of the sessions
FIRMS = 3
REFERENCE = 100


def opening(open_orders_max: int = 0) -> list[Command]:
    """What sets the stage: two firms of two sessions and one of one, each with its own self-trade prevention."""
    listed = [DefineInstrument(n, b"S%d" % n, 2, 1, 0, 1, n, REFERENCE) for n in range(1, INSTRUMENTS + 1)]
    sessions = []
    for number in range(1, SESSIONS + 1):
        firm = (number - 1) % FIRMS + 1
        slides = number % 2
        sessions.append(
            RegisterSession(number, b"C%d" % number, firm, b"F%d" % firm, MODES[number - 1], slides, open_orders_max)
        )
    return [*listed, *sessions]


def draw_instruction(random: Random) -> int:
    """An ExecInst that is refused, or not for every order."""
    return random.choice((POST_ONLY, ALL_OR_NONE, POST_ONLY | ALL_OR_NONE, 128))


Named = tuple[int, bytes, int, int]
"""Session, name, instrument, side of an order."""


class Flow:
    """Draws one command after another; it remembers the names it used and is shown what happened (`see`), so that most
    requests find an open order. Two days of three have phases, and two of three choices that are not the usual ones.
    """

    def __init__(self, random: Random, spread: int = 4, lots_max: int = 9) -> None:
        self.random = random
        self.phases = Phases(random, INSTRUMENTS)
        self.spread = spread
        self.lots_max = lots_max
        self.count = 0
        self.time_ns = 0
        self.types: dict[bytes, int] = {}
        self.times: dict[bytes, int] = {}
        self.used: list[Named] = [(1, b"none", 1, BUY)]
        self.open: dict[int, Named] = {}
        self.killed: list[tuple[int, bytes]] = []
        self.deals: list[tuple[OrderEvent, OrderEvent]] = []
        self.corrects = True

    def next(self) -> Command:
        """The next command."""
        draws = [self._enter] * 16 + [self._replace] * 5 + [self._cancel] * 4 + [self._ask] * 2 + [self._operate]
        self.time_ns += self.random.choice((0, 1, 1_000, 1_000_000))
        if self.killed and self.random.randrange(6) == 0:
            return self._safeguard()
        if self.deals and self.corrects and self.random.randrange(24) == 0:
            return self._correct()
        halted = [number for number, phase in self.phases.guess.items() if phase == HALTED]
        if halted and self.random.randrange(8) == 0:
            return ResumeInstrument(self.random.choice(halted), b"op", b"why", self.time_ns)
        return self.phases.next(self.time_ns) or self.random.choice(draws)()

    def see(self, events: list[Event]) -> None:
        """What the last command came to."""
        trades = [event for event in events if isinstance(event, OrderEvent) and event.kind == TRADE]
        self.deals += zip(trades[::2], trades[1::2], strict=True)
        for event in events:
            if isinstance(event, InstrumentChanged):
                self.phases.guess[event.instrument] = event.state
            elif isinstance(event, OrderEvent) and event.leaves_lots and event.kind not in (STATUS, REJECT):
                is_pending = event.kind in (PENDING_CANCEL, PENDING_REPLACE)
                name = event.orig_cl_ord_id if is_pending and event.sequence % 3 == 0 else event.cl_ord_id
                self.open[event.order_id] = (event.session, name, event.instrument, event.side)
                self.types[event.cl_ord_id] = event.ord_type
            elif isinstance(event, OrderEvent) and event.leaves_lots == 0:
                self.open.pop(event.order_id, None)
            elif isinstance(event, RequestRejected) and event.order_id in self.open:
                session, name, instrument, side = self.open[event.order_id]
                name = event.orig_cl_ord_id if name == event.cl_ord_id else name
                self.open[event.order_id] = (session, name, instrument, side)

    def _name(self) -> bytes:
        """A new name, or sometimes one that was used."""
        if self.random.randrange(12) == 0:
            return self._used()[1]
        self.count += 1
        return b"%d" % self.count

    def _used(self) -> Named:
        """An open order, or one that was asked for, preferably not long ago."""
        if self.open and self.random.randrange(4):
            return self.random.choice(list(self.open.values()))
        return self.random.choice(self.used[-12:] if self.random.randrange(4) else self.used)

    def _price(self) -> int:
        return REFERENCE + self.random.randint(-self.spread, self.spread)

    def _lots(self) -> int:
        return self.random.randint(1, self.lots_max)

    def _tif(self) -> int:
        if self.phases.has and self.random.randrange(8) == 0:
            return self.random.choice((AT_THE_OPENING, AT_THE_CLOSE))
        return self.random.choice((DAY, DAY, DAY, DAY, GTC, GTD, IOC, FOK))

    def _enter(self) -> Command:
        side = self.random.choice((BUY, SELL))
        session = self.random.randint(1, SESSIONS)
        instrument = 1 if self.random.randrange(2) else self.random.randint(1, INSTRUMENTS)
        command = EnterOrder(session, self._name(), instrument, side, self._lots(), self._price())
        command.time_in_force = self._tif()
        command.time_ns = self.time_ns
        command.ord_type = self.random.choice((LIMIT,) * 12 + (MARKET, MARKET, MARKET_TO_LIMIT, STOP, STOP_LIMIT))
        if command.time_in_force == AT_THE_CLOSE and self.random.randrange(4):
            command.ord_type = self.random.choice((LIMIT, LIMIT, MARKET, MARKET_TO_LIMIT))
        if command.ord_type not in (LIMIT, STOP_LIMIT):
            command.price_ticks = 0
        if self.random.randrange(4) == 0:
            command.self_match = self.random.choice((b"x", b"y"))
        self._add_terms(command)
        self._spoil(command)
        self.types[command.cl_ord_id] = command.ord_type
        self.times[command.cl_ord_id] = command.time_in_force
        self.used.append((session, command.cl_ord_id, instrument, side))
        return command

    def _add_terms(self, command: EnterOrder | ReplaceOrder) -> None:
        """What the order's type and time in force need, and sometimes what they do not allow."""
        draw = self.random
        stop = self._price() if command.ord_type in (STOP, STOP_LIMIT) or draw.randrange(60) == 0 else 0
        display = draw.randint(1, max(command.quantity_lots, 1)) if draw.randrange(5) == 0 else 0
        minimum = (
            draw.randint(1, self.lots_max) if draw.randrange(4 if command.time_in_force == IOC else 40) == 0 else 0
        )
        expires = self.time_ns + draw.choice((0, 1_000, 1_000_000, 3_000_000)) if draw.randrange(40) == 0 else 0
        if command.time_in_force == GTD and draw.randrange(10):
            expires = self.time_ns + draw.choice((1, 1_000, 1_000_000, 3_000_000))
        if stop or display or minimum or expires:
            command.terms = Terms(stop, display, minimum, expires)
        if draw.randrange(3 if self.phases.is_post_only(command.instrument) else 10) == 0:
            command.exec_inst = POST_ONLY

    def _spoil(self, command: EnterOrder) -> None:
        """Some orders are wrong."""
        match self.random.randrange(90):
            case 0:
                command.instrument = 0
            case 1:
                command.quantity_lots = 0
            case 2:
                command.price_ticks = -1
            case 3:
                command.ord_type = ord("P")
            case 4:
                command.defect = QUANTITY_OFF_LOT
            case 5:
                command.exec_inst = draw_instruction(self.random)
            case 6:
                command.side = ord("5")
            case 7 | 8 | 9:
                command.poss_resend = True
            case _:
                pass
        if command.ord_type not in (LIMIT, STOP_LIMIT):
            command.price_ticks = 0

    def _replace(self) -> Command:
        filled = [deal for pair in self.deals[-4:] for deal in pair if deal.leaves_lots == 0]
        if filled and self.random.randrange(6) == 0:
            return self._raise(self.random.choice(filled))
        session, orig, instrument, side = self._used()
        name = self._name()
        command = ReplaceOrder(session, name, orig, instrument, side, self._lots(), self._price())
        command.time_in_force = self._tif()
        command.time_ns = self.time_ns
        if self.random.randrange(3):
            command.time_in_force = self.times.get(orig, DAY)
        command.ord_type = self.types.get(orig, LIMIT)
        if self.random.randrange(8) == 0:
            command.ord_type = self.random.choice((LIMIT, MARKET))
        if command.ord_type not in (LIMIT, STOP_LIMIT):
            command.price_ticks = 0
        self._add_terms(command)
        self.types[name] = command.ord_type
        self.times[name] = command.time_in_force
        if self.random.randrange(20) == 0:
            command.side = BUY + SELL - side
        self.used.append((session, name, instrument, side))
        return command

    def _raise(self, filled: OrderEvent) -> Command:
        """A filled order is to trade more, mostly at its price."""
        draw = self.random
        price = filled.price_ticks + draw.choice((0, 0, 0, 1)) if filled.price_ticks else 0
        lots = filled.quantity_lots + draw.randint(0, self.lots_max)
        name, orig = self._name(), filled.cl_ord_id
        self.types[name], self.times[name] = filled.ord_type, filled.time_in_force
        self.used.append((filled.session, name, filled.instrument, filled.side))
        whose = (filled.session, name, orig, filled.instrument, filled.side)
        until = DAY if filled.time_in_force == GTD else filled.time_in_force
        return ReplaceOrder(*whose, lots, price, filled.ord_type, until, time_ns=self.time_ns)

    def _cancel(self) -> Command:
        session, orig, instrument, side = self._used()
        order_id = self.random.choice((0, 0, 0, 1, 2))
        if self.random.randrange(20) == 0:
            instrument = 3 - instrument
        return CancelOrder(session, self._name(), orig, instrument, side, order_id, time_ns=self.time_ns)

    def _ask(self) -> Command:
        session, name, instrument, side = self._used()
        kind = self.random.choice((MASS_ALL, MASS_SYMBOL, ord("9")))
        some_side = self.random.choice((0, BUY, SELL))
        some_instrument = self.random.randint(0, INSTRUMENTS)
        match self.random.randrange(6):
            case 0:
                return MassCancel(session, self._name(), kind, some_instrument, b"", some_side, time_ns=self.time_ns)
            case 1 | 2:
                return RequestMassStatus(session, b"q", kind, some_instrument, b"", some_side, time_ns=self.time_ns)
            case _:
                return RequestStatus(session, name, instrument, side, time_ns=self.time_ns)

    def _safeguard(self) -> Command:
        """A kill, which does not last, or a client that is gone."""
        draw, who = self.random, (b"op", b"why")
        session = draw.randint(1, SESSIONS)
        if self.killed:
            return Unkill(*self.killed.pop(), *who, self.time_ns)
        if draw.randrange(2):
            firm = draw.choice((0, 0, (session - 1) % FIRMS + 1))
            return CancelOnDisconnect(session, firm, draw.randrange(2), *who, self.time_ns)
        scoped = draw.choice(((BY_MARKET, b""), (BY_FIRM, b"F1"), (BY_USER, b"nobody"), (BY_SESSION, b"C%d" % session)))
        self.killed.append(scoped)
        return Kill(*scoped, *who, self.time_ns)

    def _correct(self) -> Command:
        """A trade, preferably a late one, is taken back, or becomes another."""
        draw = self.random
        one, other = draw.choice(self.deals[-6:] if draw.randrange(4) else self.deals)
        buy, sell = (one, other) if one.side == BUY else (other, one)
        lots = draw.choice((0, 0, one.last_lots, max(one.last_lots + draw.randint(-2, 2), 0)))
        ticks = one.last_ticks + draw.randint(-1, 1) if lots else 0
        bought = (buy.session, buy.cl_ord_id, buy.order_id, buy.sequence)
        sold = (sell.session, sell.cl_ord_id, sell.order_id, sell.sequence)
        was = (one.last_lots, one.last_ticks)
        return CorrectTrade(
            one.match, one.instrument, *bought, *sold, *was, lots, ticks, b"op", b"why", time_ns=self.time_ns
        )

    def _operate(self) -> Command:
        instrument = self.random.randint(1, INSTRUMENTS)
        match self.random.randrange(11):
            case 9 | 10:
                return self._safeguard()
            case 8:
                return ExpireOrders(b"clock", b"tick", self.time_ns)
            case 0 | 1:
                return HaltInstrument(instrument, OPERATOR_HALT, b"op", b"why", time_ns=self.time_ns)
            case 2:
                return EndDay(20260102, b"clock", b"close", self.time_ns)
            case 3:
                session, instrument = self.random.randint(0, SESSIONS), self.random.randint(0, INSTRUMENTS)
                return CancelOrders(session, instrument, CANCELED_BY_OPERATOR, b"op", b"why", self.time_ns)
            case _:
                return ResumeInstrument(instrument, b"op", b"why", self.time_ns)
