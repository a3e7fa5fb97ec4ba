"""A whole venue inside the test's process, over a disk and a clock of the test's: it lives, dies, and is started again.

Everything between the clients' bytes and the journal's is the real thing; only sockets, the disk and the clock are not.
"""

from __future__ import annotations

from pathlib import Path

from fix.dictionary import Dictionary
from fix.message import Message
from gateway.acceptor import Connection
from gateway.peer import Peer
from gateway.settings import Settings, load
from gateway.venue import Venue
from persistence.journal import Journal
from persistence.segments import PWrite
from tests.simulation.wire_client import WireClient

SEGMENT_BYTES = 1 << 14
TURNS_MAX = 1_000


class World:
    """What outlives a venue: its directory, the settings, the dictionary, and the system's clock."""

    def __init__(self, directory: Path, dictionary: Dictionary, now_ns: int) -> None:
        self.directory = directory
        self.dictionary = dictionary
        self.settings: Settings = load(environ={}, data_dir=directory)
        self.now_ns = now_ns

    def read_ns(self) -> int:
        """The system's clock."""
        return self.now_ns


class SimulatedVenue:
    """One life of a venue; `failure` is why it stopped by itself."""

    def __init__(self, world: World, pwrite: PWrite, known_end: int = 0) -> None:
        self.world = world
        self.failure: Exception | None = None
        self.journal = Journal(world.directory / "journal", "os", SEGMENT_BYTES, pwrite)
        self.journal.known_end = known_end
        self._connections: list[Connection] = []
        self._turn_is_open = self._calm_turn_is_open = False
        try:
            self.venue = Venue(
                world.settings, world.dictionary, self.journal, self._end_soon, self._failed, read_ns=world.read_ns
            )
        except BaseException:
            self.journal.close()
            raise

    def _end_soon(self, calm: bool) -> None:
        if calm:
            self._calm_turn_is_open = True
        else:
            self._turn_is_open = True

    def _failed(self, error: Exception) -> None:
        self.failure = error
        for connection in self._connections:
            connection.abort()

    def connect(self, client: WireClient) -> None:
        """A client's new connection."""
        venue = self.venue
        connection = Connection(venue.dispatcher, venue.parser, venue.clock, self, 1 << 30)
        self._connections.append(connection)
        client.connect(connection, venue.clock.now_ns())

    def identify(self, connection: Connection, message: Message, now_ns: int) -> Peer | None:
        """Everybody is who they say they are."""
        peer = self.venue.admit(message.get(49) or b"", now_ns)
        assert peer is not None
        peer.credentials.refusal = None
        peer.connection = connection
        peer.session.connected(now_ns)
        return peer

    def opened(self, connection: Connection) -> None:
        """Nothing to do, as below: connections end with the venue."""

    def ending(self, connection: Connection) -> None:
        """Nothing to do."""

    def closed(self, connection: Connection) -> None:
        """Nothing to do."""

    def end_turn(self) -> None:
        """As the event loop does when all that was ready has been handled."""
        if self._turn_is_open:
            self._turn_is_open = False
            self.venue.dispatcher.end_turn()
        elif self._calm_turn_is_open:
            self._calm_turn_is_open = False
            self.venue.dispatcher.end_calm_turn()

    def settle(self, clients: list[WireClient]) -> None:
        """Turn after turn, until nobody has anything to say."""
        for _ in range(TURNS_MAX):
            self.end_turn()
            now_ns = self.venue.clock.now_ns()
            came = [client.listen(now_ns) for client in clients]
            if not any(came) and not self._turn_is_open and not self._calm_turn_is_open:
                return
        raise AssertionError("clients and venue never come to an end")

    def die(self, clients: list[WireClient]) -> None:
        """The process is gone; the operating system closes what it had open."""
        for client in clients:
            client.hang_up()
        self.journal.close()
