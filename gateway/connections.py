"""The connections of the FIX listener, from accept to close: let in, counted, and none kept that is no use.

A connection that never logs on ends, so does one whose client does not take what was said before its end; both would
otherwise stay for as long as the other side wishes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from fix.message import Message
from fix.session import ACTIVE, DISCONNECT, LEAVING
from gateway.absences import Absences
from gateway.acceptor import Connection
from gateway.admission import Admission, host
from gateway.peer import Peer
from gateway.tls import HANDSHAKE_S_MAX
from gateway.venue import Venue

CLOSES = "the venue closes"
NS_PER_S = 1_000_000_000
ENDING_NS_MAX = 2 * NS_PER_S
HANDSHAKE_NS_MAX = int(2 * HANDSHAKE_S_MAX) * NS_PER_S


class Connections:
    """gateway.acceptor.Listener for a venue; `log` hears why each connection ended."""

    def __init__(self, venue: Venue, log: Callable[[str], None]) -> None:
        self._venue = venue
        self._log = log
        self._limits = venue.settings.limits
        self._logon_wait_ns = venue.settings.fix.template.logon_wait_s * NS_PER_S
        self._all: dict[Connection, str] = {}  # with the address, empty until the connection is made
        self._watched: dict[Connection, None] = {}  # not logged on yet, or ending
        self._addresses: Counter[str] = Counter()
        self._ends_ns = 0
        self.absences = Absences(venue.dispatcher, venue.settings_of)
        self.admission = Admission(venue)
        venue.dispatcher.logged_on = self._logged_on

    def __len__(self) -> int:
        return len(self._all)

    def make(self) -> Connection:
        """asyncio's protocol factory: a connection that has been accepted, its TLS handshake perhaps to come."""
        venue = self._venue
        connection = Connection(venue.dispatcher, venue.parser, venue.clock, self, self._limits.outbound_bytes_max)
        if len(self._all) >= self._limits.connections_max:
            connection.reason = f"there are {len(self._all)} connections, and no more are let in"
            connection.abort()
            return connection
        self._all[connection] = ""
        self._watched[connection] = None
        return connection

    # -- what connections say of themselves -------------------------------------------------------------------------

    def opened(self, connection: Connection) -> None:
        """It is there; perhaps its address has too many."""
        address = self._all[connection] = host(connection)
        self._addresses[address] += 1
        most = self._limits.connections_per_address_max
        if most and self._addresses[address] > most:
            connection.end(f"{address} has {most} connections already")

    def identify(self, connection: Connection, message: Message, now_ns: int) -> Peer | None:
        """Whose it is, once that is known."""
        peer = self.admission.identify(connection, message, now_ns)
        if peer is not None:
            peer.connection = connection
            peer.connected_ns = now_ns
            peer.session.connected(now_ns)
            if self._ends_ns:
                peer.session.plan_end(self._ends_ns, CLOSES)
        return peer

    def ending(self, connection: Connection) -> None:
        """It may take until ENDING_NS_MAX for its last words."""
        self._watched[connection] = None

    def closed(self, connection: Connection) -> None:
        """Its session, if it had one, goes on without it."""
        self._forget(connection)
        peer = connection.peer
        if peer is None:
            self._log(f"{connection.address()} refused: {connection.reason or 'closed without a Logon'}")
            return
        venue = self._venue
        was_on = peer.session.stage in (ACTIVE, LEAVING)
        peer.connection = None
        venue.board.forget(peer)
        if connection.reason:
            peer.session.disconnected(connection.reason)
        else:
            peer.session.disconnected()
        venue.dispatcher.note_end(peer, venue.clock.now_ns())
        self._log(f"{peer.comp_id.decode('latin-1')} disconnected: {peer.session.farewell}")
        if was_on:
            self.absences.left(peer, connection.logged_out, venue.clock.now_ns())

    def _logged_on(self, peer: Peer, logon: Message, now_ns: int) -> None:
        connection = peer.connection
        if connection is not None:
            self._watched.pop(connection, None)
        self.admission.logged_on(peer, now_ns)
        self.absences.logged_on(peer, logon, now_ns)

    def _forget(self, connection: Connection) -> None:
        self.admission.forget(connection)
        self._watched.pop(connection, None)
        address = self._all.pop(connection, "")
        if address:
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]

    # -- time ---------------------------------------------------------------------------------------------------------

    def tick(self, now_ns: int) -> None:
        """Let time pass: for sessions, for connections that have none, and for those that should be gone."""
        for peer in self._venue.peers:
            if not 0 < peer.session.next_tick_ns <= now_ns:
                continue
            action = peer.session.tick(now_ns)
            self._venue.dispatcher.touch(peer)
            if action == DISCONNECT and peer.connection is not None:
                peer.connection.end(peer.session.farewell)
        for connection in list(self._watched):
            self._watch(connection, now_ns)
        self.absences.tick(now_ns)

    def _watch(self, connection: Connection, now_ns: int) -> None:
        if not connection.is_open:
            if now_ns - connection.opened_ns > HANDSHAKE_NS_MAX:  # asyncio does not say that a handshake has failed
                self._forget(connection)
        elif connection.ending_ns:
            if now_ns - connection.ending_ns > ENDING_NS_MAX:
                connection.abort()
        elif connection.peer is None and now_ns - connection.opened_ns > self._logon_wait_ns:
            connection.end("no Logon came")
        elif 0 < connection.held_until_ns <= now_ns:
            connection.queue(now_ns)

    def plan_end(self, ends_ns: int) -> None:
        """The venue will end then: its clients are told before (SES-28)."""
        self._ends_ns = ends_ns
        for peer in self._venue.peers:
            peer.session.plan_end(ends_ns, CLOSES)

    def part(self, now_ns: int) -> None:
        """The venue ends: log every session out, and see off who has none. That is no disconnect (KIL-05)."""
        self.absences.settled = True
        for peer in self._venue.peers:
            if peer.connection is not None:
                peer.session.logout(CLOSES, now_ns)
                self._venue.dispatcher.touch(peer)
        for connection in list(self._watched):
            connection.end(CLOSES)

    def cut(self) -> None:
        """Nobody hears a word more: the venue has failed, or its last turn is over."""
        self.absences.settled = True
        for connection in list(self._all):
            connection.abort()
