"""The venue's turn: messages become commands, commands events, events reports; then one durable write; then bytes
leave.

A turn begins with the first thing that happens in a pass of the event loop and ends once, after all that was ready: so
the clients of one pass share one write to the disk (group commit), and nothing leaves before it (AUD-02).
"""

from __future__ import annotations

from collections.abc import Callable

import cython

from engine.commands import Command
from engine.exchange import Exchange
from fix.kinds import MESSAGE
from fix.message import Message
from fix.orders import Orders
from fix.outbox import JOURNAL, RESTARTED, WIRE
from fix.parser import Parser
from fix.reports import Reports
from fix.session import ACTIVE, AWAY, DELIVER, DISCONNECT, EXPECTED, LEAVING
from fix.tags import LOGON
from fix.writer import Writer
from gateway.clock import Clock
from gateway.peer import Peer
from persistence.journal import Journal
from persistence.kinds import CONNECTED, DISCONNECTED, LOGGED_ON, LOGGED_OUT, NUMBERS, RESET

TURN_BYTES_MAX = 2 << 20
CHANGES = {AWAY: DISCONNECTED, EXPECTED: CONNECTED, ACTIVE: LOGGED_ON, LEAVING: LOGGED_OUT}
SECRETS = (b"\x01554=", b"\x01925=", b"\x0196=")


def without_secrets(logon: bytes) -> bytes:
    """A Logon(A) as it may be kept: passwords and signed data (554, 925, 96) starred out, its length unchanged."""
    for tag in SECRETS:
        start = logon.find(tag)
        if start >= 0:
            start += len(tag)
            end = logon.index(b"\x01", start)
            logon = logon[:start] + b"*" * (end - start) + logon[end:]
    return logon


@cython.final
@cython.cclass
class Dispatcher:
    """Runs turns over the parts it is given; `peers` is indexed by session number, `end_soon` asks for end_turn() after
    this pass.

    `failed` is called with the error when the journal cannot be written or a command breaks an assertion: from then on
    nothing is executed or acknowledged any more, for what is not durable did not happen.
    """

    __slots__ = (
        "_broken",
        "_held_parser",
        "_open",
        "_resends",
        "_touched",
        "clock",
        "end_soon",
        "exchange",
        "failed",
        "journal",
        "orders",
        "peers",
        "reports",
        "waiting",
        "writer",
    )

    def __init__(
        self,
        exchange: Exchange,
        orders: Orders,
        reports: Reports,
        journal: Journal,
        writer: Writer,
        held_parser: Parser,
        clock: Clock,
        end_soon: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.exchange = exchange
        self.orders = orders
        self.reports = reports
        self.journal = journal
        self.writer = writer
        self.clock = clock
        self.peers: list[Peer | None] = [None]
        self.waiting: list[Callable[[], None]] = []
        self.end_soon = end_soon
        self.failed = failed
        self._held_parser = held_parser
        self._broken = False
        self._open = False
        self._resends: list[Peer] = []
        self._touched: list[Peer] = []

    def touch(self, peer: Peer) -> None:
        """See to it that the turn's end writes what the peer's session has to say."""
        if not peer.touched:
            peer.touched = True
            self._touched.append(peer)
        self.begin_turn()

    def begin_turn(self) -> None:
        """Something has happened that must become durable."""
        if not self._open:
            self._open = True
            self.end_soon()

    def end_full_turn(self) -> None:
        """End the turn now if it is so large that those who wait for it would wait long."""
        if self.journal.pending_bytes > TURN_BYTES_MAX:
            self.end_turn()

    def receive(self, peer: Peer, message: Message, now_ns: int) -> int:
        """A message of the peer's, recorded and acted on: what its session wants done with the connection."""
        try:
            return self._receive(peer, message, now_ns)
        except Exception as error:  # noqa: BLE001  # half a turn must never become durable
            self._fail(error)
            return DISCONNECT

    def _receive(self, peer: Peer, message: Message, now_ns: int) -> int:
        self.touch(peer)
        raw = message.raw
        if message.msg_type == LOGON:
            raw = without_secrets(raw)
        self.journal.inbound(peer.number, message.sequence, now_ns, raw)
        session = peer.session
        action = session.receive(message, now_ns)
        if action == DELIVER:
            self._deliver(peer, message, now_ns)
        held = session.take_held()
        self._held_parser.lenience = session.lenience
        while held is not None:
            self._held_parser.parse(held, 0)
            assert self._held_parser.outcome == MESSAGE, "a held message was a message before"
            action = session.receive(self._held_parser.message, now_ns)
            if action == DELIVER:
                self._deliver(peer, self._held_parser.message, now_ns)
            held = session.take_held()
        return action

    def _deliver(self, peer: Peer, message: Message, now_ns: int) -> None:
        command = self.orders.translate(message, peer.number, now_ns)
        assert command is not None, "a session delivers only what translates"
        self.execute(command, now_ns)

    def execute(self, command: Command | None, now_ns: int) -> int:
        """Run a command and all that follows from it; the number of events it made. Reports wait for the end of the
        turn.
        """
        self.begin_turn()
        exchange = self.exchange
        journal = self.journal
        writer = self.writer
        count = 0
        while command is not None:
            events = exchange.execute(command)
            journal.command(exchange.tape.command, command)
            for event in events:
                journal.event(event)
                msg_type = self.reports.write(event, writer)
                if msg_type:
                    peer = self.peers[event.session]  # type: ignore[union-attr]  # whose message this is
                    assert peer is not None
                    peer.session.send(msg_type, now_ns)
                    self.touch(peer)
            count += len(events)
            command = exchange.follow_up()
        return count

    def end_turn(self) -> None:
        """Make the turn durable, then let its bytes leave."""
        touched = self._touched
        self._touched = []
        self._open = False
        if self._broken:
            return
        now_ns = self.clock.now_ns()
        try:
            for peer in touched:
                self._record(peer, now_ns)
            self.journal.commit(now_ns)
        except Exception as error:  # noqa: BLE001  # half a turn must never become durable
            self._fail(error)
            return
        for peer in touched:
            self._flush(peer)
        self._resend_some()
        waiting = self.waiting
        self.waiting = []
        for resume in waiting:
            resume()

    def _fail(self, error: Exception) -> None:
        if not self._broken:
            self._broken = True
            self.failed(error)

    def resume_resend(self, peer: Peer) -> None:
        """Go on with what was asked for again, when it is this client's turn."""
        if peer not in self._resends:
            self._resends.append(peer)
        self.begin_turn()

    def _resend_some(self) -> None:
        """Say a batch of what one client has asked for again, and next time of another's: so that however many ask, a
        turn is not longer (SES-26). Nothing more goes to a client that has still to read what was said.
        """
        while self._resends:
            peer = self._resends.pop(0)
            connection = peer.connection
            if connection is not None and not connection.paused and peer.session.resending:
                peer.session.resume_resend(self.clock.now_ns())
                self.touch(peer)
                return

    def _record(self, peer: Peer, now_ns: int) -> None:
        """Put into the frame what the session has said and how it stands (SES-22); keep what shall leave."""
        journal = self.journal
        session = peer.session
        state = session.state
        for kind, number, message in session.drain():
            if kind == RESTARTED:
                journal.session(peer.number, RESET, 1, 1, state.started_ns)
                peer.sent.restart()
                continue
            is_new = kind & JOURNAL
            position = journal.outbound(peer.number, number, now_ns, message, not is_new)
            if is_new:
                peer.sent.positions.append(position)
            if kind & WIRE:
                peer.wire.append(message)
        change = NUMBERS
        text = b""
        if session.stage != peer.stage:
            peer.stage = session.stage
            change = CHANGES[session.stage]
            text = session.farewell.encode("latin-1", "replace")
        journal.session(peer.number, change, state.next_in, state.next_out, now_ns, text)

    def _flush(self, peer: Peer) -> None:
        """Hand the session's bytes to its connection."""
        wire = peer.wire
        peer.wire = []
        peer.touched = False
        connection = peer.connection
        if connection is not None:
            connection.write(wire)
            if peer.session.resending and peer not in self._resends:
                self._resends.append(peer)
