"""What one message costs the venue's process, stage by stage: its real classes in one loop each, without sockets.

The flow is the flood's, orders and their cancels, in turns of a thousand. Where a stage cannot run alone, it runs with
those before it, and theirs is taken off.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path

from engine.commands import Command, DefineInstrument, EnterOrder, RegisterSession, SetLimits
from engine.events import Event
from engine.exchange import Exchange
from engine.order import Order
from fix.dictionary import Dictionary
from fix.orders import Orders
from fix.outbox import JOURNAL
from fix.parser import Parser
from fix.profile import Profile
from fix.reports import Reports
from fix.resend import Outbound
from fix.session import DELIVER, Session
from fix.state import State
from fix.writer import Writer
from gateway.dispatcher import APPLICATIONS
from gateway.listing import define_instrument, set_limits
from gateway.settings import load
from loadtests.wire import Pen
from persistence.journal import Journal
from persistence.kinds import NUMBERS
from risk.gate import RiskGate

ROOT = Path(__file__).resolve().parents[1]
TURN = 1_000  # messages a turn when clients flood
STAGES = ("parse", "session", "translate", "match", "risk", "encode", "journal")


class Nothing(Outbound):
    """Nobody asks for anything again."""

    def read(self, begin: int, end: int) -> list[tuple[int, bytes]]:
        """Nothing."""
        return []


class Line:
    """The parts of a venue with one client logged on, and what the stages of the current turn hand on."""

    def __init__(self, directory: Path, logon: bytes) -> None:
        dictionary = Dictionary.load(ROOT / "specs" / "fix44_outcry.xml")
        self.now_ns = time.time_ns()
        self.parser = Parser(dictionary)
        self.writer = Writer()
        self.session = Session(b"OUTCRY", b"BENCH", Profile(), State(), self.writer, Nothing(), APPLICATIONS)
        self.exchange = Exchange(RiskGate())
        self.gate = RiskGate()  # a second one, for it alone
        for command in opening_commands():
            self.exchange.execute(command)
            if isinstance(command, DefineInstrument | RegisterSession | SetLimits):
                self.gate.configure(command)
        instruments = [book.instrument for book in self.exchange.books[1:] if book is not None]
        self.orders = Orders()
        self.orders.instruments = {listed.symbol: listed for listed in instruments}
        self.reports = Reports(4)
        self.reports.instruments[1:] = instruments
        self.journal = Journal(directory, "os")
        for _ in self.journal.recorded():
            raise AssertionError("a new journal is empty")
        self.number = 0
        self.commands: list[Command] = []
        self.events: list[list[Event]] = []
        self.messages: list[bytes] = []
        self.session.connected(self.now_ns)
        self.parser.parse(logon, 0)
        self.session.receive(self.parser.message, self.now_ns)
        self.session.drain()

    def parse(self, stream: bytes) -> None:
        """Bytes to messages, checked against the dictionary."""
        parser, position, end = self.parser, 0, len(stream)
        while position < end:
            position = parser.parse(stream, position)

    def receive(self, stream: bytes) -> None:
        """The same, and the session's numbers, identities and times."""
        parser, position, end = self.parser, 0, len(stream)
        session, now_ns = self.session, self.now_ns
        while position < end:
            position = parser.parse(stream, position)
            action = session.receive(parser.message, now_ns)
            assert action == DELIVER, action

    def translate(self, stream: bytes) -> None:
        """The same without the session, and messages to commands."""
        parser, position, end = self.parser, 0, len(stream)
        orders, now_ns, commands = self.orders, self.now_ns, self.commands
        commands.clear()
        while position < end:
            position = parser.parse(stream, position)
            command = orders.translate(parser.message, 1, now_ns)
            assert command is not None
            commands.append(command)

    def execute(self) -> None:
        """Commands to events."""
        exchange, events = self.exchange, self.events
        events.clear()
        for command in self.commands:
            events.append(exchange.execute(command))
            exchange.follow_up()

    def entered(self) -> list[Order | None]:
        """The orders of this turn, None for a cancel."""
        known = self.exchange.participant(1).orders
        return [known.get(command.cl_ord_id) if isinstance(command, EnterOrder) else None for command in self.commands]

    def risk(self, entered: list[Order | None]) -> None:
        """The gate's part of that: it checks orders, and takes note of events."""
        gate = self.gate
        for order, events in zip(entered, self.events, strict=True):
            if order is not None:
                gate.check(order)
            for event in events:
                gate.observe(event)
            gate.follow_up()

    def encode(self) -> None:
        """Events to numbered, framed reports."""
        session, reports, writer, now_ns = self.session, self.reports, self.writer, self.now_ns
        for events in self.events:
            for event in events:
                session.send(reports.write(event, writer), now_ns)
        self.messages = [message for kind, _, message in session.drain() if kind & JOURNAL]

    def record(self, raw: list[bytes]) -> None:
        """All of it into one frame, handed to the operating system."""
        journal, number = self.journal, self.number
        for message, command, events in zip(raw, self.commands, self.events, strict=True):
            number += 1
            journal.inbound(1, number, 0, message)
            journal.command(number, command)
            for event in events:
                journal.event(event)
        for message in self.messages:
            journal.outbound(1, number, 0, message)
        journal.session(1, NUMBERS, number, number, 0)
        journal.commit(0)
        self.number = number


def opening_commands() -> list[Command]:
    """What the packaged settings put into force, and one client."""
    settings = load(None)
    money_decimals = settings.venue.money_decimals
    listed: list[DefineInstrument] = [
        define_instrument(number, instrument, money_decimals)
        for number, instrument in enumerate(settings.instruments, 1)
    ]
    numbers = {command.symbol.decode(): command.number for command in listed}
    limits: list[SetLimits] = set_limits(settings, 1, {}, numbers, b"bench", b"bench")
    return [*listed, *limits, RegisterSession(1, b"BENCH", 1, b"BENCH")]


def measure(count: int, rounds: int, directory: Path) -> dict[str, float]:
    """Microseconds of CPU a message, by stage: the least of the rounds."""
    found = [play(count, directory / f"stages-{number}") for number in range(rounds)]
    return {stage: min(each[stage] for each in found) / count / 1000 for stage in STAGES}


def play(count: int, directory: Path) -> dict[str, int]:
    """Nanoseconds of CPU of every stage, for one flow that goes through them turn by turn, as in the venue."""
    pen = Pen(b"BENCH", b"OUTCRY")
    line = Line(directory, pen.logon())
    raw = list(pen.flood("cancel", count))
    spent = dict.fromkeys(STAGES, 0)
    gc.collect()
    gc.freeze()
    for at in range(0, count, TURN):
        play_turn(line, raw[at : at + TURN], spent)
    gc.unfreeze()
    line.journal.close()
    return spent


def play_turn(line: Line, raw: list[bytes], spent: dict[str, int]) -> None:
    """One turn through all stages, their times added to `spent`."""
    stream = b"".join(raw)
    parse = clocked(line.parse, stream)
    spent["parse"] += parse
    spent["session"] += clocked(line.receive, stream) - parse
    spent["translate"] += clocked(line.translate, stream) - parse
    execute = clocked(line.execute)
    risk = clocked(line.risk, line.entered())
    spent["match"] += execute - risk
    spent["risk"] += risk
    spent["encode"] += clocked(line.encode)
    spent["journal"] += clocked(line.record, raw)


def clocked(stage: Callable[..., None], *arguments: object) -> int:
    """Nanoseconds of CPU that a call takes."""
    begun = time.thread_time_ns()
    stage(*arguments)
    return time.thread_time_ns() - begun
