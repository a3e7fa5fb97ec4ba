"""Random trading under the venue's own risk gate, on a journal, in a way that reaches every part of the state."""

from __future__ import annotations

from pathlib import Path
from random import Random

from engine.codes import BUY, FOK, GTC, GTD, IOC, LIMIT, MARKET, MARKET_TO_LIMIT, SELL, STOP, STOP_LIMIT
from engine.commands import (
    CancelOrder,
    Command,
    DefineInstrument,
    EndDay,
    EnterOrder,
    MassCancel,
    RegisterSession,
    ReplaceOrder,
    ResumeInstrument,
    SetLimits,
)
from engine.events import Event
from engine.exchange import Exchange
from engine.order import Terms
from persistence.journal import Journal
from persistence.kinds import LOGGED_ON, NUMBERS, RESET
from persistence.recovery import Recovered, replay
from risk.gate import RiskGate

DAY_NS = 86_400_000_000_000
START_NS = 1_790_000_000_000_000_000
SESSIONS = (1, 2, 3)


def fresh_exchange() -> Exchange:
    """An exchange as a venue starts with."""
    return Exchange(RiskGate())


class RiskyTrader:
    """Three sessions of two firms; each `turn` is one frame. What was committed is `acknowledged`."""

    def __init__(self, journal: Journal, seed: int, exchange: Exchange | None = None) -> None:
        self.random = Random(seed)
        self.journal = journal
        self.exchange = fresh_exchange() if exchange is None else exchange
        self.recovered: Recovered = replay(journal, self.exchange)
        self.now_ns = max(START_NS, self.recovered.last_time_ns)
        self.names = self.exchange.tape.command
        self.next_in = {session: self.recovered.session(session)[0][2] for session in SESSIONS}
        self.next_out = {session: self.recovered.session(session)[0][3] for session in SESSIONS}
        if self.exchange.tape.command == 0:
            self._open()

    def _open(self) -> None:
        for number, symbol in enumerate((b"AAPL", b"MSFT"), 1):
            self.execute(DefineInstrument(number, symbol, 2, 1, 0, 1, 1, 10_000, time_ns=self.now_ns))
        for number, firm in zip(SESSIONS, (1, 1, 2), strict=True):
            register = RegisterSession(
                number, b"CLIENT%d" % number, firm, b"FIRM%d" % firm, self_trade=number, post_only_slides=number % 2
            )
            self.execute(register)
            self.journal.session(number, LOGGED_ON, 1, 1, self.now_ns)
        minute_ns = 60_000_000_000
        self.execute(SetLimits(1, 0, 0, collar_bp=500, position_lots=4_000, move_bp=40, window_ns=minute_ns))
        self.execute(SetLimits(1, 1, 0, gross_notional=10**9))
        self.journal.commit(self.now_ns)

    def execute(self, command: Command | None) -> list[Event]:
        """Run a command and what follows from it into the journal, not yet committed."""
        made: list[Event] = []
        while command is not None:
            events = self.exchange.execute(command)
            self.journal.command(self.exchange.tape.command, command)
            for event in events:
                self.journal.event(event)
                self._report(getattr(event, "session", 0), event)
            made += events
            command = self.exchange.follow_up()
        return made

    def _report(self, session: int, event: Event) -> None:
        if session:
            number = self.next_out[session]
            raw = b"8=FIX.4.4\x019=99\x0135=8\x0134=%d\x0117=%d\x0110=000\x01" % (number, event.sequence)
            self.journal.outbound(session, number, self.now_ns, raw)
            self.next_out[session] += 1

    def turn(self, messages: int = 5) -> None:
        """Some requests, then one durable write."""
        for _ in range(messages):
            self.now_ns += self.random.randrange(100_000_000)
            session = self.random.choice(SESSIONS)
            self.journal.inbound(session, self.next_in[session], self.now_ns, b"8=FIX.4.4\x0135=D\x01")
            self.next_in[session] += 1
            self.execute(self.request(session))
        for session in SESSIONS:
            self.journal.session(session, NUMBERS, self.next_in[session], self.next_out[session], self.now_ns)
        if self.random.random() < 0.02:
            session = self.random.choice(SESSIONS)
            self.next_in[session] = self.next_out[session] = 1
            self.journal.session(session, RESET, 1, 1, self.now_ns)
        self.journal.commit(self.now_ns)

    def request(self, session: int) -> Command:
        """What comes next: mostly orders of every kind, sometimes anything else."""
        draw = self.random
        kind = draw.random()
        self.names += 1
        name, old = b"O%d" % self.names, b"O%d" % max(1, self.names - draw.randrange(1, 60))
        instrument, side = draw.choice((1, 2)), draw.choice((BUY, SELL))
        if kind < 0.7:
            return self._order(session, name, instrument, side)
        if kind < 0.78:
            return CancelOrder(session, name, old, instrument, side, time_ns=self.now_ns)
        if kind < 0.9:
            lots, ticks = draw.randrange(1, 100), draw.randrange(9_980, 10_020)
            return ReplaceOrder(session, name, old, instrument, side, lots, ticks, time_ns=self.now_ns)
        if kind < 0.92:
            return MassCancel(session, name, ord("1"), instrument, b"AAPL", time_ns=self.now_ns)
        if kind < 0.99:
            return ResumeInstrument(instrument, b"operator", b"calm again", time_ns=self.now_ns)
        self.now_ns += DAY_NS // 4
        return EndDay(20260101, b"calendar", b"close", time_ns=self.now_ns)

    def _order(self, session: int, name: bytes, instrument: int, side: int) -> EnterOrder:
        draw = self.random
        order = EnterOrder(session, name, instrument, side, draw.randrange(1, 100), draw.randrange(9_980, 10_020))
        order.ord_type = draw.choice((LIMIT, LIMIT, LIMIT, LIMIT, MARKET, MARKET_TO_LIMIT, STOP, STOP_LIMIT))
        order.time_in_force = draw.choice((48, 48, GTC, IOC, FOK, GTD))
        order.account = draw.choice((b"", b"A1"))
        order.time_ns = self.now_ns
        terms = Terms()
        if order.ord_type in (STOP, STOP_LIMIT):
            order.time_in_force = draw.choice((48, GTC))
            terms.stop_ticks = draw.randrange(9_980, 10_020)
        elif order.ord_type == LIMIT and order.time_in_force in (48, GTC) and draw.random() < 0.3:
            terms.display_lots = max(1, order.quantity_lots // 4)
        if order.time_in_force == GTD:
            terms.expire_ns = self.now_ns + draw.randrange(1, 50_000_000_000)
        order.terms = terms if any(terms.values()) else None
        if order.ord_type in (MARKET, MARKET_TO_LIMIT, STOP):
            order.price_ticks = 0
        return order


def open_journal(directory: Path) -> Journal:
    """A journal in small segments."""
    return Journal(directory, "os", 1 << 16)
