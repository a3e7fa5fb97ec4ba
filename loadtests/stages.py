"""What one message costs the venue's process, stage by stage: its real classes in one loop each, without sockets.

The flow is the flood's: orders and their cancels. Where a stage cannot run alone, it runs with those before it, and
theirs is taken off.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path

from engine.commands import Command, DefineInstrument, EnterOrder, RegisterSession, SetLimits
from engine.events import Event
from engine.exchange import Exchange
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
from gateway.listing import define_instrument, set_limits
from gateway.settings import load
from gateway.venue import APPLICATIONS
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


class Bench:
    """The parts of a venue with one client, and the flow in every form it takes on its way."""

    def __init__(self, count: int, directory: Path) -> None:
        self.count = count
        self.directory = directory
        pen = Pen(b"BENCH", b"OUTCRY")
        self.logon = pen.logon()
        self.raw = list(pen.flood("cancel", count))
        self.stream = b"".join(self.raw)
        self.dictionary = Dictionary.load(ROOT / "specs" / "fix44_outcry.xml")
        self.parser = Parser(self.dictionary)
        self.opening = opening_commands()
        self.orders = Orders()
        self.reports = Reports(4)
        books = self.exchange().books[1:]
        instruments = [book.instrument for book in books if book is not None]
        self.orders.instruments = {listed.symbol: listed for listed in instruments}
        self.reports.instruments[1:] = instruments
        self.writer = Writer()
        self.commands: list[Command] = []
        self.events: list[list[Event]] = []
        self.messages: list[bytes] = []

    def exchange(self) -> Exchange:
        """An exchange as it stands when the first client has logged on."""
        exchange = Exchange(RiskGate())
        for command in self.opening:
            exchange.execute(command)
        return exchange

    def session(self) -> Session:
        """The client's session, logged on."""
        session = Session(b"OUTCRY", b"BENCH", Profile(), State(), self.writer, Nothing(), APPLICATIONS)
        now_ns = time.time_ns()
        session.connected(now_ns)
        self.parser.parse(self.logon, 0)
        session.receive(self.parser.message, now_ns)
        session.drain()
        return session

    # -- the stages ---------------------------------------------------------------------------------------------------

    def parse(self) -> Callable[[], None]:
        """Bytes to messages, checked against the dictionary."""
        parser, stream, end = self.parser, self.stream, len(self.stream)

        def run() -> None:
            position = 0
            while position < end:
                position = parser.parse(stream, position)

        return run

    def parse_and_session(self) -> Callable[[], None]:
        """And the session's numbers, identities and times."""
        parser, stream, end = self.parser, self.stream, len(self.stream)
        session, now_ns = self.session(), time.time_ns()

        def run() -> None:
            position = 0
            while position < end:
                position = parser.parse(stream, position)
                action = session.receive(parser.message, now_ns)
                assert action == DELIVER, action

        return run

    def parse_and_translate(self) -> Callable[[], None]:
        """Messages to commands."""
        parser, stream, end = self.parser, self.stream, len(self.stream)
        orders, now_ns = self.orders, time.time_ns()
        commands: list[Command] = []
        self.commands = commands

        def run() -> None:
            position = 0
            while position < end:
                position = parser.parse(stream, position)
                command = orders.translate(parser.message, 1, now_ns)
                assert command is not None
                commands.append(command)

        return run

    def match_and_risk(self) -> Callable[[], None]:
        """Commands to events."""
        exchange = self.exchange()
        commands = self.commands
        events: list[list[Event]] = []
        self.events = events

        def run() -> None:
            for command in commands:
                events.append(exchange.execute(command))
                exchange.follow_up()

        return run

    def risk(self) -> Callable[[], None]:
        """What the gate does of that: it checks orders, and takes note of events."""
        done = self.exchange()
        for command in self.commands:
            done.execute(command)
        entered = done.participant(1).orders
        orders = [entered[command.cl_ord_id] if isinstance(command, EnterOrder) else None for command in self.commands]
        gate = self.exchange().gate

        def run() -> None:
            for order, events in zip(orders, self.events, strict=True):
                if order is not None:
                    gate.check(order)
                for event in events:
                    gate.observe(event)
                gate.follow_up()

        return run

    def encode(self) -> Callable[[], None]:
        """Events to numbered, framed reports."""
        session, reports, now_ns = self.session(), self.reports, time.time_ns()
        writer = self.writer
        messages: list[bytes] = []
        self.messages = messages

        def run() -> None:
            for events in self.events:
                for event in events:
                    session.send(reports.write(event, writer), now_ns)
            messages.extend(message for kind, _, message in session.drain() if kind & JOURNAL)

        return run

    def journal(self) -> Callable[[], None]:
        """All of it into frames, handed to the operating system once a turn."""
        journal = Journal(self.directory / f"journal-{time.perf_counter_ns()}", "os")
        for _ in journal.recorded():
            raise AssertionError("a new journal is empty")
        turns = [slice(at, at + TURN) for at in range(0, self.count, TURN)]

        def run() -> None:
            number = 0
            for turn in turns:
                for raw, command, events in zip(self.raw[turn], self.commands[turn], self.events[turn], strict=True):
                    number += 1
                    journal.inbound(1, number, 0, raw)
                    journal.command(number, command)
                    for event in events:
                        journal.event(event)
                for message in self.messages[turn]:
                    journal.outbound(1, number, 0, message)
                journal.session(1, NUMBERS, number, number, 0)
                journal.commit(0)

        return run


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


def spent_us(make: Callable[[], Callable[[], None]], count: int, rounds: int) -> float:
    """Microseconds a message of the fastest of some rounds, each made anew."""
    fastest = float("inf")
    for _ in range(rounds):
        run = make()
        gc.collect()
        gc.freeze()
        begun = time.thread_time_ns()
        run()
        fastest = min(fastest, time.thread_time_ns() - begun)
        gc.unfreeze()
    return fastest / count / 1000


def measure(count: int, rounds: int, directory: Path) -> dict[str, float]:
    """Microseconds of CPU a message, by stage."""
    bench = Bench(count, directory)
    parse = spent_us(bench.parse, count, rounds)
    session = spent_us(bench.parse_and_session, count, rounds) - parse
    translate = spent_us(bench.parse_and_translate, count, rounds) - parse
    match = spent_us(bench.match_and_risk, count, rounds)
    risk = spent_us(bench.risk, count, rounds)
    encode = spent_us(bench.encode, count, rounds)
    journal = spent_us(bench.journal, count, rounds)
    return dict(zip(STAGES, (parse, session, translate, match - risk, risk, encode, journal), strict=True))
