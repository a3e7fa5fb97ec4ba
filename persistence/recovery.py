"""Rebuilds the venue from its journal: the exchange by executing the commands again, the sessions from their records.

Every event that the exchange makes anew is compared byte for byte with the recorded one (AUD-03), and so is every
command that follows from another.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

import cython

from engine.commands import Command, RegisterSession
from engine.events import Event
from engine.exchange import Exchange
from persistence.errors import DeterminismError
from persistence.frames import FRAME_HEAD, Frame
from persistence.journal import Journal
from persistence.kinds import COMMAND, EVENT, INBOUND, LOGGED_ON, OUTBOUND, RECORD_HEAD, RESENT, RESET, SESSION
from persistence.packing import Writer, put_command, put_event
from persistence.snapshots import Snapshot, good, restore_newest
from persistence.unpacking import Reader, take_command, take_event


@cython.final
@cython.cclass
class Numbers:
    """How a session stood: numbers since the last reset (`epoch` counts them from 1), which began at `started_ns`, and
    the positions of the messages sent since then.
    """

    __slots__ = ("epoch", "next_in", "next_out", "positions", "started_ns")

    def __init__(self) -> None:
        self.epoch = 1
        self.started_ns = 0
        self.next_in = 1
        self.next_out = 1
        self.positions: array[int] = array("q")


Tell = Callable[[int, int], None]  # is told the commands replayed and the position reached


def nobody(_commands: int, _position: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Start:
    """From where a replay began: a snapshot with so many commands behind it, and what was wrong with newer ones."""

    snapshot: Snapshot | None
    passed_over: list[str]
    commands: int


@dataclass(slots=True)
class Recovered:
    """What the journal says about everything but the exchange; `last_time_ns` is when its last frame was written."""

    last_time_ns: int = 0
    commands: int = 0
    events: int = 0
    registrations: list[RegisterSession] = field(default_factory=list)
    sessions: dict[int, Numbers] = field(default_factory=dict)
    start: Start | None = None

    def session(self, number: int) -> tuple[tuple[int, int, int, int], array[int]]:
        """(epoch, its start in ns UTC, next number in, next out), and the positions of messages 1, 2 … sent in it."""
        found = self.sessions.get(number) or Numbers()
        return (found.epoch, found.started_ns, found.next_in, found.next_out), found.positions


def replay(journal: Journal, exchange: Exchange, tell: Tell = nobody) -> Recovered:
    """Bring a fresh exchange to where it was: from the newest good snapshot, then by the rest of the journal, which
    can be written after that. `tell` hears how far it is.

    JournalError if the journal is damaged, DeterminismError if the exchange does not do the same again.
    """
    recovered = Recovered()
    snapshot, passed_over = restore_newest(journal.stream, journal.salt, roots_of(exchange, recovered))
    recovered.start = Start(snapshot, passed_over, recovered.commands)
    newest = next(good(journal.directory, journal.salt), None)
    journal.known_end = max(journal.known_end, newest.position if newest else 0)
    player = Player(exchange, recovered)
    position, first = (0, 1) if snapshot is None else (snapshot.position, snapshot.record + 1)
    for frame in journal.recorded(position, first):
        player.play(frame)
        tell(recovered.commands, frame.end)
    return recovered


def roots_of(exchange: Exchange, recovered: Recovered) -> tuple[object, ...]:
    """What a snapshot is of: all that can be reached from these."""
    return exchange, exchange.gate, recovered


@cython.final
@cython.cclass
class Player:
    """Plays frame after frame. A command's events follow it in the same frame, and so do the commands it leads to.

    It has `stopped` before the first command whose number is above `until_command`, or whose time is after `until_ns`
    (-1: all are played); then nothing more is to be played.
    """

    __slots__ = (
        "_commands",
        "_due",
        "_events",
        "_exchange",
        "_expected",
        "_seen",
        "_sessions",
        "_writer",
        "recovered",
        "stopped",
        "until_command",
        "until_ns",
    )

    def __init__(self, exchange: Exchange, recovered: Recovered | None = None) -> None:
        """`recovered` is where an exchange restored from a snapshot stands; a fresh one begins with nothing."""
        self._exchange = exchange
        self._writer = Writer()
        self._expected: list[Event] = []  # what the last command gave; as many as `_seen` were seen recorded
        self._seen = 0
        self._due: Command | None = None  # what must come next because of the last command
        self.recovered = Recovered() if recovered is None else recovered
        self._sessions = self.recovered.sessions
        self._commands = self.recovered.commands
        self.until_command = -1
        self.until_ns = -1
        self.stopped = False
        self._events = self.recovered.events

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
                command = take_command(r, code)
                if self._is_after(number, command):
                    self.stopped = True
                    break
                self._execute(number, command)
            elif kind == EVENT:
                self._compare(body, start, end)
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
        if not self.stopped:
            self._nothing_missing()
        recovered = self.recovered
        recovered.last_time_ns = frame.time_ns
        recovered.commands = self._commands
        recovered.events = self._events

    def _is_after(self, number: int, command: Command) -> bool:
        """Whether a command is later than the last one to be played."""
        if 0 <= self.until_command < number:
            return True
        return self.until_ns >= 0 and command.time_ns > self.until_ns

    def _execute(self, number: int, command: Command) -> None:
        self._none_unseen()
        if self._due is not None:
            due, self._due = self._due, None
            if self._packed_command(due) != self._packed_command(command):
                raise DeterminismError(f"command {number}: {due} should follow, recorded is {command}")
        if type(command) is RegisterSession:
            self.recovered.registrations.append(command)
            self._numbers(command.number).started_ns = command.time_ns
        self._commands += 1
        if number != self._commands:
            raise DeterminismError(f"command {self._commands} is recorded as number {number}")
        self._expected = self._exchange.execute(command)
        self._seen = 0
        self._events += len(self._expected)
        self._due = self._exchange.follow_up()

    def _compare(self, body: bytes, start: int, end: int) -> None:
        """The next event that the last command gave, against the bytes recorded of it."""
        number = self._commands
        if self._seen == len(self._expected):
            recorded = _text(_event(body[start:end]))
            raise DeterminismError(f"command {number} gave one more event when it was recorded: {recorded}")
        event = self._expected[self._seen]
        self._seen += 1
        writer = self._writer
        writer.at = 0
        put_event(writer, event)
        if writer.at != end - start or not is_same(writer.data, body, start, end - start):
            recorded = _text(_event(body[start:end]))
            raise DeterminismError(
                f"command {number}: event {event.sequence} is now {_text(event)}, recorded is {recorded}"
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
        numbers = self._sessions.get(session)
        if numbers is None:
            numbers = self._sessions[session] = Numbers()
        return numbers

    def _none_unseen(self) -> None:
        if self._seen < len(self._expected):
            event = _text(self._expected[self._seen])
            raise DeterminismError(f"command {self._commands} gave no such event when recorded: {event}")

    def _nothing_missing(self) -> None:
        self._none_unseen()
        if self._due is not None:
            raise DeterminismError(f"{self._due} should follow command {self._commands}, nothing is recorded")

    def _packed_command(self, command: Command) -> bytes:
        self._writer.at = 0
        put_command(self._writer, 0, command)
        return bytes(self._writer.data[: self._writer.at])


def is_same(data: bytearray, recorded: bytes, start: int, count: int) -> bool:
    """Whether the first `count` bytes of `data` are those of `recorded` from `start` on."""
    if not cython.compiled:
        return data[:count] == recorded[start : start + count]
    mine = data
    theirs = recorded
    different = 0
    for i in range(count):  # without an early end, so that C compares many bytes at once
        different |= mine[i] ^ theirs[start + i]
    return different == 0


def _event(recorded: bytes) -> Event:
    return take_event(Reader(recorded, RECORD_HEAD), recorded[5])


def _text(event: Event) -> str:
    names = [name for name in dir(event) if not name.startswith("_")]
    return f"{type(event).__name__}({', '.join(f'{name}={getattr(event, name)!r}' for name in names)})"
