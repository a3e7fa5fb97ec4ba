"""Random trading and its journal, written as the venue writes it."""

from pathlib import Path
from random import Random
from typing import Any

from engine.codes import BUY, GTD, LIMIT, MARKET, SELL, STOP_LIMIT, TRADE
from engine.commands import (
    CancelOrder,
    Command,
    DefineInstrument,
    EndDay,
    EnterOrder,
    HaltInstrument,
    RegisterSession,
    ReplaceOrder,
    RequestStatus,
    ResumeInstrument,
    SetLimits,
)
from engine.events import Event, OrderEvent
from engine.exchange import Exchange
from engine.gate import Gate, OpenGate
from engine.order import Order, Terms
from engine.reasons import BREAKER_HALT
from persistence.journal import Journal
from persistence.kinds import CONNECTED, LOGGED_ON, NUMBERS
from tests.model.checker import Checker

DAY_NS = 86_400_000_000_000
SECOND_NS = 1_000_000_000
START_NS = 1_790_000_000_000_000_000
SYMBOLS = (b"AAPL", b"MSFT")


class Breaker(Gate):
    """A gate that lets everything in and halts an instrument after every so many trades in it."""

    def __init__(self, trades: int) -> None:
        super().__init__()
        self._open = OpenGate()
        self._trades = trades
        self._left = [trades] * (len(SYMBOLS) + 1)
        self._due = 0
        self._time_ns = 0

    def check(self, order: Order) -> int:
        return self._open.check(order)

    def check_replace(self, order: Order, quantity_lots: int, price_ticks: int, stop_ticks: int) -> int:
        reason = self._open.check_replace(order, quantity_lots, price_ticks, stop_ticks)
        self.worst_ticks = self._open.worst_ticks
        return reason

    def check_elected(self, order: Order) -> int:
        reason = self._open.check_elected(order)
        self.worst_ticks = self._open.worst_ticks
        return reason

    def observe(self, event: Event) -> None:
        if isinstance(event, OrderEvent) and event.kind == TRADE:
            self._left[event.instrument] -= 1
            if self._left[event.instrument] == 0:
                self._left[event.instrument] = self._trades
                self._due = event.instrument
                self._time_ns = event.time_ns

    def configure(self, command: RegisterSession | DefineInstrument | SetLimits) -> None:
        self._open.configure(command)

    def follow_up(self) -> Command | None:
        due, self._due = self._due, 0
        return HaltInstrument(due, BREAKER_HALT, b"breaker", b"moved", time_ns=self._time_ns) if due else None


def exchange(trades: int = 20) -> Exchange:
    """A fresh exchange whose breaker trips after that many trades."""
    return Exchange(Breaker(trades))


class Trader:
    """Two sessions of two firms that trade at random, each turn of theirs one frame."""

    def __init__(self, directory: Path, seed: int, trades: int = 20, policy: str = "os") -> None:
        self.random = Random(seed)
        self.exchange = exchange(trades)
        self.journal = Journal(directory, policy, 1 << 20)  # type: ignore[arg-type]
        assert list(self.journal.recorded()) == []
        self.checker = Checker()
        self.next_in = [0, 1, 1]
        self.sent: list[list[bytes]] = [[], [], []]
        self.names = 0
        self.now_ns = START_NS
        self.commands: list[Command] = []
        self.events: list[Event] = []
        for number, symbol in enumerate(SYMBOLS, 1):
            self.execute(DefineInstrument(number, symbol, 2, 1, 0, 1, 1, 10_000, time_ns=self.now_ns))
        for number in (1, 2):
            name = b"FIRM%d" % number
            self.execute(RegisterSession(number, b"CLIENT%d" % number, number, name, time_ns=self.now_ns))
            self.journal.session(number, CONNECTED, 1, 1, self.now_ns, b"127.0.0.1")
            self.journal.session(number, LOGGED_ON, 1, 1, self.now_ns)
        self.journal.commit(self.now_ns)

    def play(self, *steps: Command) -> None:
        """Run these a second apart, each in a frame of its own."""
        for number, command in enumerate(steps, 1):
            self.now_ns = START_NS + number * SECOND_NS
            self.execute(self.at_now(command))
            self.journal.commit(self.now_ns)

    def at_now(self, command: Command) -> Command:
        """The same command, received now."""
        values = {name: getattr(command, name) for name in dir(command) if not name.startswith("_")}
        kind: Any = type(command)
        made: Command = kind(**{**values, "time_ns": self.now_ns})
        return made

    def execute(self, command: Command | None) -> None:
        """Run a command and what follows from it, and journal both and the reports."""
        while command is not None:
            events = self.exchange.execute(command)
            self.checker.see(events)
            self.commands.append(command)
            self.journal.command(self.exchange.tape.command, command)
            for event in events:
                self.journal.event(event)
                self.events.append(event)
                session = getattr(event, "session", 0)
                if session:
                    self.say(session, event)
            command = self.exchange.follow_up()

    def say(self, session: int, event: Event) -> None:
        """Send a report about an event."""
        number = len(self.sent[session]) + 1
        raw = b"8=FIX.4.4\x019=99\x0135=8\x0134=%d\x0117=%d\x0110=000\x01" % (number, event.sequence)
        self.sent[session].append(raw)
        self.journal.outbound(session, number, self.now_ns, raw)

    def turn(self, messages: int = 5) -> None:
        """Some requests, then one durable write."""
        for _ in range(messages):
            self.now_ns += self.random.randrange(1_000_000)
            session = self.random.choice((1, 2))
            command = self.request(session)
            raw = b"8=FIX.4.4\x019=99\x0135=D\x0134=%d\x0110=000\x01" % self.next_in[session]
            self.journal.inbound(session, self.next_in[session], self.now_ns, raw)
            self.next_in[session] += 1
            self.execute(command)
        for session in (1, 2):
            self.journal.session(session, NUMBERS, self.next_in[session], len(self.sent[session]) + 1, self.now_ns)
        self.journal.commit(self.now_ns)

    def with_terms(self, command: EnterOrder) -> EnterOrder:
        """The order as a stop-limit, an iceberg or good till a moment soon."""
        match self.random.randrange(3):
            case 0:
                command.ord_type = STOP_LIMIT
                command.terms = Terms(stop_ticks=10_000)
            case 1:
                command.terms = Terms(display_lots=max(command.quantity_lots // 4, 1))
            case _:
                command.time_in_force = GTD
                command.terms = Terms(expire_ns=self.now_ns + self.random.randrange(1, 5_000_000))
        return command

    def request(self, session: int) -> Command:
        """What comes next: mostly orders, sometimes anything else."""
        draw = self.random
        instrument = draw.choice((1, 2))
        side = draw.choice((BUY, SELL))
        kind = draw.random()
        self.names += 1
        name = b"O%d" % self.names
        old = b"O%d" % draw.randrange(1, self.names + 1)
        if kind < 0.6:
            lots = draw.randrange(1, 100)
            if draw.random() < 0.1:
                return EnterOrder(session, name, instrument, side, lots, ord_type=MARKET, time_ns=self.now_ns)
            ticks = draw.randrange(9_990, 10_010)
            if draw.random() < 0.2:
                return self.with_terms(EnterOrder(session, name, instrument, side, lots, ticks, time_ns=self.now_ns))
            return EnterOrder(
                session, name, instrument, side, lots, ticks, LIMIT, account=b"A1", symbol=b"S", time_ns=self.now_ns
            )
        if kind < 0.75:
            return CancelOrder(session, name, old, instrument, side, time_ns=self.now_ns)
        if kind < 0.9:
            lots = draw.randrange(1, 100)
            return ReplaceOrder(session, name, old, instrument, side, lots, 10_000, time_ns=self.now_ns)
        if kind < 0.95:
            return RequestStatus(session, old, instrument, side, time_ns=self.now_ns)
        if kind < 0.99:
            return ResumeInstrument(instrument, b"operator", b"calm again", time_ns=self.now_ns)
        self.now_ns += DAY_NS
        return EndDay(20260101, b"calendar", b"close", time_ns=self.now_ns)
