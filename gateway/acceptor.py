"""Connections: bytes from the event loop to messages, and the venue's bytes back to the socket."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

import cython

from fix.kinds import MESSAGE, NO_REASON
from fix.message import Message
from fix.parser import Parser
from fix.session import DISCONNECT
from fix.tags import LOGOUT
from gateway.clock import Clock
from gateway.dispatcher import Dispatcher
from gateway.peer import Peer
from gateway.turns import SUSPECT_BYTES

SUSPECT_NS = 1_000_000_000
UNHEARD_NS = 500_000_000


class Listener(Protocol):
    """Whose connections they are."""

    def identify(self, connection: Connection, message: Message, now_ns: int) -> Peer | None:
        """The peer a first message comes from (SES-01, SES-02); None ends the connection for its `reason`, or where it
        `waits`, as long as it takes to find out.
        """

    def opened(self, connection: Connection) -> None:
        """The connection is there."""

    def ending(self, connection: Connection) -> None:
        """We shall close it as soon as what was said is out."""

    def closed(self, connection: Connection) -> None:
        """The connection is gone."""


@cython.final
@cython.cclass
class Connection:
    """One TCP connection of a client: an asyncio protocol by its methods.

    A peer that has no room for what it asked for is not read from until it has; one that lets more than
    `outbound_bytes_max` wait is cut off (SES-25). While it is found out who the peer is, `waits`, nothing is read, nor
    from a client that has said more than a turn takes, until that is dealt with (gateway.turns); for SUSPECT_NS after
    a faulty message, or one that ended its session, all it says waits in the line of the suspects, its next Logon, too,
    which then is `queued`; for UNHEARD_NS after it was cut off for too many this waits, until `held_until_ns`.
    `logged_out` says that it ended by a Logout(5), `verdict` what was found out: None is nothing yet.
    """

    __slots__ = (
        "_at",
        "_buffer",
        "_clock",
        "_closing",
        "_dispatcher",
        "_in_line",
        "_listener",
        "_outbound_bytes_max",
        "_parser",
        "_reads",
        "_transport",
        "ending_ns",
        "held_until_ns",
        "logged_out",
        "opened_ns",
        "paused",
        "peer",
        "queued",
        "reason",
        "verdict",
        "waits",
    )

    def __init__(
        self, dispatcher: Dispatcher, parser: Parser, clock: Clock, listener: Listener, outbound_bytes_max: int
    ) -> None:
        self.peer: Peer | None = None
        self.paused = False
        self.waits = False
        self.logged_out = False
        self.queued = False
        self.reason = ""
        self.verdict: str | None = None
        self.ending_ns = 0
        self.held_until_ns = 0
        self.opened_ns = clock.now_ns()
        self._dispatcher = dispatcher
        self._parser = parser
        self._clock = clock
        self._listener = listener
        self._outbound_bytes_max = outbound_bytes_max
        self._buffer = b""
        self._at = 0  # what is before it in the buffer has been dealt with
        self._in_line = False
        self._reads = True
        self._closing = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """asyncio: the connection is there."""
        self._transport = transport
        if self._closing:
            transport.abort()
        else:
            self._listener.opened(self)

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes came. As many messages as may be dealt with at once belong to one turn of the venue."""
        if self._closing:
            return
        self._buffer = self._buffer[self._at :] + data if self._at < len(self._buffer) else data
        self._at = 0
        if self.waits or self._in_line:
            self._settle_reading()
            return
        now_ns = self._clock.now_ns()
        if self._is_suspect(now_ns):
            self._wait_in_line(True, now_ns)
        else:
            self._deal(self._dispatcher.turns.allowance(self, now_ns), now_ns)
            self._dispatcher.end_full_turn()

    def go_on(self, allowance: int, now_ns: int) -> int:
        """Deal with more of what came, when it is this client's turn; the bytes of work that was."""
        self._in_line = False
        if self._closing or self.waits:
            return 0
        is_known = self.peer is not None
        used = self._deal(allowance, now_ns)
        self._settle_reading()
        return used if is_known else max(used, SUSPECT_BYTES)  # a Logon is work, however short it is

    def _deal(self, allowance: int, now_ns: int) -> int:
        """Deal with whole messages until the allowance is used up, one at least; the bytes read and journaled."""
        buffer = self._buffer
        journal = self._dispatcher.journal
        parser = self._parser
        parser.lenience = 0 if self.peer is None else self.peer.session.lenience
        begin = position = self._at
        journaled = journal.pending_bytes()
        while not self._closing:
            following = parser.parse(buffer, position)
            if following == position:
                break
            if parser.outcome == MESSAGE:
                if not self._receive(parser.message, now_ns):
                    break
                if parser.message.problem_reason != NO_REASON:
                    self._bear(following - position, now_ns)
            elif self.peer is None:
                self.end("the first message is garbled")
            else:
                self._bear(following - position, now_ns)
            position = following
            used = position - begin + journal.pending_bytes() - journaled
            suspect = self._is_suspect(now_ns)
            if (used >= allowance or (suspect and used >= SUSPECT_BYTES)) and position < len(buffer):
                self._at = position
                self._wait_in_line(suspect, now_ns)
                break
        self._at = position
        used = position - begin + journal.pending_bytes() - journaled
        self._dispatcher.turns.spend(used)
        return used

    def _is_suspect(self, now_ns: int) -> bool:
        peer = self.peer
        return peer is not None and now_ns < peer.suspect_ns

    def _wait_in_line(self, suspect: bool, now_ns: int) -> None:
        if not self._closing:
            self._in_line = True
            self._dispatcher.wait_in_line(self, suspect, now_ns)
            self._settle_reading()

    def _receive(self, message: Message, now_ns: int) -> bool:
        """Whether the message is dealt with, and not to be read again."""
        peer = self.peer
        if peer is None:
            peer = self._listener.identify(self, message, now_ns)
            if peer is None:
                if self.waits or self._in_line:
                    self._settle_reading()
                    return False
                self.end(self.reason)
                return True
            self.peer = peer
            if peer.session.lenience:  # the message was checked before it was known whose it is
                self._parser.lenience = peer.session.lenience
                self._parser.parse(message.buffer, message.begin)
        if self._dispatcher.receive(peer, message, now_ns) == DISCONNECT:
            self.logged_out = message.msg_type == LOGOUT
            if not self.logged_out:
                peer.suspect_ns = now_ns + SUSPECT_NS
            self.end(peer.session.farewell)
        return True

    def proceed(self, verdict: str) -> None:
        """It has been found out: "" for the right one, else why not. The first message is read again."""
        self.verdict = verdict
        self.waits = False
        if not self._closing:
            self._settle_reading()
            self.data_received(b"")

    def hold(self, until_ns: int) -> None:
        """Let the first message wait until then, and for queue()."""
        self.waits = True
        self.held_until_ns = until_ns

    def queue(self, now_ns: int) -> None:
        """Let the first message be read again in the line of the suspects."""
        self.held_until_ns = 0
        self.waits = False
        self.queued = True
        self._wait_in_line(True, now_ns)

    def _settle_reading(self) -> None:
        """Read from the client unless it does not read, or is being looked into, or has more to say than is heard."""
        transport = self._transport
        reads = not (self.paused or self.waits or self._in_line)
        if transport is None or self._closing or reads == self._reads:
            return
        self._reads = reads
        if reads:
            transport.resume_reading()
        else:
            transport.pause_reading()

    def _bear(self, faulty_bytes: int, now_ns: int) -> None:
        """Bytes that were garbled or a message that was invalid: from one client we bear only so many (SES-24)."""
        peer = self.peer
        if peer is None:
            return
        peer.suspect_ns = now_ns + SUSPECT_NS
        if peer.faults is not None and not peer.faults.charge(now_ns, faulty_bytes):
            peer.heard_from_ns = now_ns + UNHEARD_NS
            self.end("too much of what it sent was garbled or invalid")

    def end(self, reason: str) -> None:
        """Close once the current turn's bytes are out; nothing more is read."""
        if self._closing:
            return
        self._closing = True
        self.reason = reason
        self.ending_ns = self._clock.now_ns()
        self._listener.ending(self)
        self._dispatcher.waiting.append(self._close)
        self._dispatcher.begin_turn()

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Cut the connection now; what has not left does not leave."""
        self._closing = True
        if self._transport is not None:
            self._transport.abort()

    def write(self, messages: list[bytes]) -> None:
        """Send framed messages."""
        transport = self._transport
        if not messages or transport is None:
            return
        transport.write(messages[0] if len(messages) == 1 else b"".join(messages))
        if transport.get_write_buffer_size() > self._outbound_bytes_max:
            self.reason = f"more than {self._outbound_bytes_max} bytes waited to be read by the client"
            self.abort()

    @property
    def is_open(self) -> bool:
        """Whether there is a connection: not before connection_made, nor after connection_lost."""
        return self._transport is not None

    def outbound_bytes(self) -> int:
        """How much waits to be read by the client."""
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    def address(self) -> str:
        """host:port of the client."""
        name = self.extra("peername")
        return f"{name[0]}:{name[1]}" if name else "unknown"

    def extra(self, name: str) -> Any:
        """What the transport knows (asyncio's get_extra_info), None without one."""
        return None if self._transport is None else self._transport.get_extra_info(name)

    def pause_writing(self) -> None:
        """asyncio: the client does not read; neither do we, for a while."""
        self.paused = True
        self._settle_reading()

    def resume_writing(self) -> None:
        """asyncio: the client reads again."""
        self.paused = False
        self._settle_reading()
        if self.peer is not None and self.peer.session.resending:
            self._dispatcher.resume_resend(self.peer)

    def eof_received(self) -> bool:
        """asyncio: the client will say no more; close."""
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: the connection is gone."""
        self._closing = True
        if error is not None and not self.reason:
            self.reason = str(error)
        self._listener.closed(self)
        self._transport = None
