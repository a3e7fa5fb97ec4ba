"""Connections: bytes from the event loop to messages, and the venue's bytes back to the socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import cython

from fix.kinds import MESSAGE
from fix.message import Message
from fix.parser import Parser
from fix.session import DISCONNECT
from gateway.clock import Clock
from gateway.dispatcher import Dispatcher
from gateway.peer import Peer


@cython.final
@cython.cclass
class Connection:
    """One TCP connection of a client: an asyncio protocol by its methods.

    `identify` gives the peer a first message comes from, or None (SES-01, SES-02); `closed` hears why a connection
    ended. A peer that has no room for what it asked for is not read from until it has; one that lets more than
    `outbound_bytes_max` wait is cut off (SES-25).
    """

    __slots__ = (
        "_buffer",
        "_clock",
        "_closed",
        "_closing",
        "_dispatcher",
        "_identify",
        "_outbound_bytes_max",
        "_parser",
        "_transport",
        "opened_ns",
        "paused",
        "peer",
        "reason",
    )

    def __init__(
        self,
        dispatcher: Dispatcher,
        parser: Parser,
        clock: Clock,
        identify: Callable[[Connection, Message, int], Peer | None],
        closed: Callable[[Connection], None],
        outbound_bytes_max: int,
    ) -> None:
        self.peer: Peer | None = None
        self.paused = False
        self.reason = ""
        self.opened_ns = clock.now_ns()
        self._dispatcher = dispatcher
        self._parser = parser
        self._clock = clock
        self._identify = identify
        self._closed = closed
        self._outbound_bytes_max = outbound_bytes_max
        self._buffer = b""
        self._closing = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """asyncio: the connection is there."""
        self._transport = transport
        if self._closing:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes came. All whole messages in them belong to one turn of the venue."""
        if self._closing:
            return
        now_ns = self._clock.now_ns()
        buffer = self._buffer + data if self._buffer else data
        parser = self._parser
        parser.lenience = 0 if self.peer is None else self.peer.session.lenience
        position = 0
        while not self._closing:
            following = parser.parse(buffer, position)
            if following == position:
                break
            position = following
            if parser.outcome == MESSAGE:
                self._receive(parser.message, now_ns)
        self._buffer = buffer[position:]
        self._dispatcher.end_full_turn()

    def _receive(self, message: Message, now_ns: int) -> None:
        peer = self.peer
        if peer is None:
            peer = self._identify(self, message, now_ns)
            if peer is None:
                self.end(self.reason)
                return
            self.peer = peer
            if peer.session.lenience:  # the message was checked before it was known whose it is
                self._parser.lenience = peer.session.lenience
                self._parser.parse(message.buffer, message.begin)
        if self._dispatcher.receive(peer, message, now_ns) == DISCONNECT:
            self.end(peer.session.farewell)

    def end(self, reason: str) -> None:
        """Close once the current turn's bytes are out; nothing more is read."""
        if self._closing:
            return
        self._closing = True
        self.reason = reason
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

    def outbound_bytes(self) -> int:
        """How much waits to be read by the client."""
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    def address(self) -> str:
        """host:port of the client."""
        name = None if self._transport is None else self._transport.get_extra_info("peername")
        return f"{name[0]}:{name[1]}" if name else "unknown"

    def pause_writing(self) -> None:
        """asyncio: the client does not read; neither do we, for a while."""
        self.paused = True
        if self._transport is not None and not self._closing:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """asyncio: the client reads again."""
        self.paused = False
        if self._transport is not None and not self._closing:
            self._transport.resume_reading()
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
        self._closed(self)
        self._transport = None
