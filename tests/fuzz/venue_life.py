"""A whole venue in process under clients that send mutated messages, and one beside them that does not."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import time_ns

from simplefix import FixParser

from fix.dictionary import Dictionary
from gateway.acceptor import UNHEARD_NS
from gateway.connections import Connections
from gateway.settings import Settings, load
from gateway.venue import Venue
from persistence.journal import Journal
from tests.fuzz.corpus import APPLICATION, SESSION, Field
from tests.fuzz.mutation import Mutator, frame
from tests.gateway.fix_client import utc_now
from tests.gateway.told import check_told

DICTIONARY = Path(__file__).parents[2] / "specs" / "fix44_outcry.xml"
SYMBOLS = (b"AAPL", b"AAPL", b"AAPL", b"MSFT")


class Wire:
    """The transport of one connection: what is written is kept, and it may be closed.

    `reads` is whether the venue wants to hear more now.
    """

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.is_open = True
        self.reads = True

    def write(self, data: bytes) -> None:
        if self.is_open:  # as an event loop's own: what is written after close() is lost
            self.written.append(data)

    def close(self) -> None:
        self.is_open = False

    def abort(self) -> None:
        self.is_open = False

    def get_write_buffer_size(self) -> int:
        return 0

    def get_extra_info(self, name: str) -> tuple[str, int]:
        assert name == "peername"
        return "127.0.0.1", 1

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True


class House:
    """The venue and its loop: every end_soon() is honoured after the bytes at hand, as an event loop would, and that
    of a calm turn when nothing else is `due`. Its clock is the system's, but for wait().
    """

    def __init__(self, directory: Path, settings: Settings | None = None) -> None:
        self._directory = directory
        self.journal = Journal(directory, "os")
        self.due: list[Callable[[], None]] = []
        self.calm_due: list[Callable[[], None]] = []
        self._ahead_ns = 0
        self.venue = Venue(
            settings or load(environ={}),
            Dictionary.load(DICTIONARY),
            self.journal,
            self._end_soon,
            self._failed,
            read_ns=lambda: time_ns() + self._ahead_ns,
        )
        self.told: deque[str] = deque(maxlen=100)
        self.connections = Connections(self.venue, self.told.append)
        self.settle()

    def _end_soon(self, calm: bool) -> None:
        if calm:
            self.calm_due.append(self._end_calm_turn)
        else:
            self.due.append(self._end_turn)

    def _end_turn(self) -> None:
        self.venue.dispatcher.end_turn()

    def _end_calm_turn(self) -> None:
        self.venue.dispatcher.end_calm_turn()

    def _failed(self, error: Exception) -> None:
        raise AssertionError("a client has stopped the venue") from error

    def close(self) -> None:
        """Let go of the journal; every report in it was right."""
        self.journal.close()
        check_told(self._directory)

    def connect(self) -> Caller:
        return Caller(self)

    def settle(self) -> None:
        """Let the loop turn until nothing is to do."""
        while self.due or self.calm_due:
            (self.due or self.calm_due).pop(0)()

    def wait(self, ns: int) -> None:
        """Let time pass."""
        self._ahead_ns += ns
        self.connections.tick(self.venue.clock.now_ns())
        self.settle()


class Caller:
    """One connection to the venue."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.wire = Wire()
        self.connection = house.connections.make()
        self.connection.connection_made(self.wire)  # type: ignore[arg-type]  # all of a transport that is used

    def say(self, data: bytes) -> list[dict[int, str]]:
        """Send bytes; the messages that come, their frames checked."""
        if self.wire.is_open:
            self.connection.data_received(data)
        self._house.settle()
        if not self.wire.is_open:
            self.hang_up()
        reader = FixParser()
        said = b"".join(self.wire.written)
        reader.append_buffer(said)
        self.wire.written.clear()
        messages = list(iter(reader.get_message, None))
        assert b"".join(message.encode() for message in messages) == said, "simplefix reads something else"
        return [{int(tag): value.decode("latin-1") for tag, value in message.pairs} for message in messages]

    def hang_up(self) -> None:
        """The connection is gone."""
        self.connection.connection_lost(None)
        self._house.settle()


class Hostile:
    """A CompID whose client sends mutated messages; `random` is all it knows."""

    def __init__(self, house: House, comp_id: bytes, random: Random) -> None:
        self._house = house
        self._comp_id = comp_id
        self._random = random
        self._mutator = Mutator(random)
        self._caller: Caller | None = None
        self._ids = itertools.count(1)

    def act(self) -> int:
        """Log on if need be, and send some messages; how many."""
        caller = self._caller
        if caller is None or not caller.wire.is_open:
            caller = self._caller = self._house.connect()
            caller.say(frame(self._fields(b"A", ((b"98", b"0"), (b"108", b"30"), (b"141", b"Y")), 1)))
            if caller.connection.waits:
                self._house.wait(UNHEARD_NS)
        count = self._random.choice((1, 2, 5, 10))
        peer = caller.connection.peer
        first = peer.session.state.next_in if peer is not None else 1
        caller.say(b"".join([self._message(first + at) for at in range(count)]))
        if self._random.random() < 0.01 and caller.wire.is_open:
            caller.hang_up()
            self._caller = None
        return count

    def _fields(self, msg_type: bytes, body: tuple[Field, ...], number: int) -> list[Field]:
        now = utc_now().encode()
        return [
            (b"35", msg_type),
            (b"34", b"%d" % number),
            (b"49", self._comp_id),
            (b"52", now),
            (b"56", b"OUTCRY"),
            *((tag, self._fill(tag, value, number)) for tag, value in body),
        ]

    def _fill(self, tag: bytes, value: bytes, number: int) -> bytes:
        random = self._random
        match tag:
            case b"36":
                return b"%d" % (number + random.randrange(3))
            case b"11":
                return b"%b%d" % (self._comp_id, next(self._ids))
            case b"41":
                return b"%b%d" % (self._comp_id, random.randrange(1, 500))
            case b"55":
                return random.choice(SYMBOLS)
            case b"54":
                return random.choice((b"1", b"2"))
            case b"38":
                return b"%d" % random.randrange(1, 200)
            case b"44" | b"99":
                return b"%.2f" % (150 + random.randrange(-20, 20) / 100)
            case _:
                return value

    def _message(self, number: int) -> bytes:
        random = self._random
        samples = SESSION if random.random() < 0.1 else APPLICATION[:17]
        fields = self._fields(*random.choice(samples), number)
        chance = random.random()
        if chance < 0.5:
            return frame(fields)
        if chance < 0.95:
            self._mutator.fields(fields)
            return frame(fields)
        return self._mutator.octets(frame(fields))
