"""Rebuilds the venue from its journal: the exchange by executing the commands again, the sessions from their records.

Every event that the exchange makes anew is compared byte for byte with the recorded one (AUD-03), and so is every
command that follows from another.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Protocol

import cython

from engine.commands import Command, RegisterSession
from engine.events import Event
from persistence.errors import DeterminismError
from persistence.frames import FRAME_HEAD, Frame
from persistence.journal import Journal
from persistence.kinds import COMMAND, EVENT, INBOUND, LOGGED_ON, OUTBOUND, RECORD_HEAD, RESENT, RESET, SESSION
from persistence.packing import Writer, put_command, put_event
from persistence.unpacking import Reader, take_command, take_event


class Replayable(Protocol):
    """The exchange as a replay needs it (engine.exchange)."""

    def execute(self, command: Command) -> list[Event]:
        """Run one command and return its events."""

    def follow_up(self) -> Command | None:
        """The command that must be executed next, or None."""


@dataclass(slots=True)
class Numbers:
    """How a session stood: numbers since the last reset (`epoch` counts them from 1), which began at `started_ns`."""

    epoch: int = 1
    started_ns: int = 0
    next_in: int = 1
    next_out: int = 1
    positions: array[int] = field(default_factory=lambda: array("q"))


@dataclass(slots=True)
class Recovered:
    """What the journal says about everything but the exchange; `last_time_ns` is when its last frame was written."""

    last_time_ns: int = 0
    commands: int = 0
    events: int = 0
    registrations: list[RegisterSession] = field(default_factory=list)
    sessions: dict[int, Numbers] = field(default_factory=dict)

    def session(self, number: int) -> tuple[tuple[int, int, int, int], array[int]]:
        """(epoch, its start in ns UTC, next number in, next out), and the positions of messages 1, 2 … sent in it."""
        found = self.sessions.get(number) or Numbers()
        return (found.epoch, found.started_ns, found.next_in, found.next_out), found.positions


def replay(journal: Journal, exchange: Replayable) -> Recovered:
    """Read the journal to its end, after which it can be written, and bring a fresh exchange to where it was.

    JournalError if the journal is damaged, DeterminismError if the exchange does not do the same again.
    """
    player = Player(exchange)
    for frame in journal.recorded():
        player.play(frame)
    player.recovered.last_time_ns = player.last_time_ns
    return player.recovered


@cython.final
@cython.cclass
class Player:
    """Plays frame after frame. A command's events follow it in the same frame, and so do the commands it leads to."""

    __slots__ = ("_due", "_exchange", "_expected", "_writer", "last_time_ns", "recovered")

    def __init__(self, exchange: Replayable) -> None:
        self._exchange = exchange
        self._writer = Writer()
        self._expected: list[Event] = []  # what the last command gave, and has not been seen recorded
        self._due: Command | None = None  # what must come next because of the last command
        self.recovered = Recovered()
        self.last_time_ns = 0

    def play(self, frame: Frame) -> None:
        """Execute the frame's commands, compare its events, take note of its messages.

        Each value is taken by a statement of its own: in C, arguments of one call are evaluated in any order.
        """
        body = frame.body
        r = Reader(body)
        base = frame.position + FRAME_HEAD
        while r.at < r.size:
            start = r.at
            length = r.u32()
            kind = r.u8()
            code = r.u8()
            flags = r.u8()
            r.u8()
            end = r.at + length
            if kind == COMMAND:
                number = r.i64()
                self._execute(number, take_command(r, code))
            elif kind == EVENT:
                self._compare(body[start:end])
            elif kind == OUTBOUND:
                if not flags & RESENT:
                    session = r.u32()
                    self._sent(session, r.i64(), base + start)
            elif kind == SESSION:
                session = r.u32()
                next_in = r.i64()
                next_out = r.i64()
                self._change(code, session, next_in, next_out, r.i64())
            else:
                assert kind == INBOUND, f"record of unknown kind {kind}"
            assert r.at <= end, "record shorter than its fields"
            r.at = end
        self._nothing_missing()
        self.last_time_ns = frame.time_ns

    def _execute(self, number: int, command: Command) -> None:
        self._none_unseen()
        if self._due is not None:
            due, self._due = self._due, None
            if self._packed_command(due) != self._packed_command(command):
                raise DeterminismError(f"command {number}: {due} should follow, recorded is {command}")
        if isinstance(command, RegisterSession):
            self.recovered.registrations.append(command)
        self.recovered.commands += 1
        if number != self.recovered.commands:
            raise DeterminismError(f"command {self.recovered.commands} is recorded as number {number}")
        self._expected = self._exchange.execute(command)[::-1]
        self._due = self._exchange.follow_up()
        self.recovered.events += len(self._expected)

    def _compare(self, recorded: bytes) -> None:
        number = self.recovered.commands
        if not self._expected:
            raise DeterminismError(f"command {number} gave one more event when it was recorded: {_event(recorded)}")
        event = self._expected.pop()
        writer = self._writer
        writer.at = 0
        put_event(writer, event)
        if writer.data[: writer.at] != recorded:
            raise DeterminismError(
                f"command {number}: event {event.sequence} is now {_text(event)}, recorded is {_text(_event(recorded))}"
            )

    def _sent(self, session: int, number: int, position: int) -> None:
        numbers = self._numbers(session)
        positions = numbers.positions
        assert number == len(positions) + 1, f"session {session} sent {number} after {len(positions)}"
        positions.append(position)

    def _change(self, change: int, session: int, next_in: int, next_out: int, time_ns: int) -> None:
        numbers = self._numbers(session)
        numbers.next_in = next_in
        numbers.next_out = next_out
        if change == RESET:
            numbers.epoch += 1
            numbers.started_ns = time_ns
            numbers.positions = array("q")
        elif change == LOGGED_ON:
            numbers.started_ns = numbers.started_ns or time_ns

    def _numbers(self, session: int) -> Numbers:
        return self.recovered.sessions.setdefault(session, Numbers())

    def _none_unseen(self) -> None:
        if self._expected:
            number = self.recovered.commands
            raise DeterminismError(f"command {number} gave no such event when recorded: {_text(self._expected.pop())}")

    def _nothing_missing(self) -> None:
        self._none_unseen()
        if self._due is not None:
            raise DeterminismError(f"{self._due} should follow command {self.recovered.commands}, nothing is recorded")

    def _packed_command(self, command: Command) -> bytes:
        self._writer.at = 0
        put_command(self._writer, 0, command)
        return bytes(self._writer.data[: self._writer.at])


def _event(recorded: bytes) -> Event:
    return take_event(Reader(recorded, RECORD_HEAD), recorded[5])


def _text(event: Event) -> str:
    names = [name for name in dir(event) if not name.startswith("_")]
    return f"{type(event).__name__}({', '.join(f'{name}={getattr(event, name)!r}' for name in names)})"
