"""The venue's turn: messages become commands, commands events, events reports; then one durable write; then bytes
leave.

A turn begins with the first thing that happens in a pass of the event loop and ends once, after all that was ready: so
the clients of one pass share one write to the disk (group commit), and nothing leaves before it (AUD-02). What has
waited for a calm moment comes after that: a batch of a resend, a share for those who have more to say (gateway.turns).

Suspects, who lately sent something faulty, are heard calmly: a share every millisecond or two, and what they alone are
told takes no write of its own but goes with somebody else's, for which it waits PATIENCE of those shares at most.
"""

from __future__ import annotations

from collections.abc import Callable

import cython

from engine.codes import STATUS
from engine.commands import Command
from engine.events import Event, OrderEvent
from engine.exchange import Exchange
from fix.kinds import MESSAGE, NO_REASON
from fix.message import Message
from fix.orders import Orders
from fix.outbox import JOURNAL, RESTARTED, WIRE
from fix.parser import Parser
from fix.reports import Reports
from fix.session import ACTIVE, AWAY, DELIVER, DISCONNECT, EXPECTED, LEAVING
from fix.tags import LOGON
from fix.writer import Writer
from gateway.board import Board
from gateway.clock import Clock
from gateway.peer import Peer
from gateway.secrecy import without_secrets
from gateway.turns import Speaker, Turns
from persistence.journal import Journal
from persistence.kinds import CONNECTED, DISCONNECTED, LOGGED_ON, LOGGED_OUT, NUMBERS, RESET

TURN_BYTES_MAX = 2 << 20
PATIENCE = 6  # calm turns, some ten milliseconds
RESENT_BYTES_MAX = 64 << 10  # what was resent waits for somebody else's write, but for no more than this
APPLICATIONS = frozenset((b"D", b"F", b"G", b"H", b"AF", b"e", b"g", b"q"))
CHANGES = {AWAY: DISCONNECTED, EXPECTED: CONNECTED, ACTIVE: LOGGED_ON, LEAVING: LOGGED_OUT}
NOT_AUTHORIZED = 6
READ_ONLY = "this session is a drop copy and may not ask for anything"


def _nothing_more(_peer: Peer, _logon: Message, _now_ns: int) -> None:
    """Whoever has something to do at a Logon replaces this."""


@cython.final
@cython.cclass
class Dispatcher:
    """Runs turns over the parts it is given; `peers` is indexed by session number, `end_soon` asks for end_turn() after
    this pass, or with True for end_calm_turn() in a millisecond or two.

    `failed` is called with the error when the journal cannot be written or a command breaks an assertion: from then on
    nothing is executed or acknowledged any more, for what is not durable did not happen.
    """

    __slots__ = (
        "_broken",
        "_calm",
        "_due",
        "_early",
        "_hears",
        "_held_parser",
        "_later",
        "_open",
        "_patience",
        "_plain",
        "_resends",
        "_speaker",
        "_touched",
        "board",
        "clock",
        "end_soon",
        "exchange",
        "failed",
        "journal",
        "logged_on",
        "orders",
        "peers",
        "reports",
        "turns",
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
        end_soon: Callable[[bool], None],
        failed: Callable[[Exception], None],
        board: Board,
    ) -> None:
        self.exchange = exchange
        self.orders = orders
        self.reports = reports
        self.journal = journal
        self.writer = writer
        self.clock = clock
        self.board = board
        self.peers: list[Peer | None] = [None]
        self.waiting: list[Callable[[], None]] = []
        self.turns = Turns()
        self.end_soon = end_soon
        self.failed = failed
        self.logged_on: Callable[[Peer, Message, int], None] = _nothing_more
        self._held_parser = held_parser
        self._broken = False
        self._due = False  # end_turn() has been asked for
        self._later = False  # end_calm_turn() has been asked for
        self._open = False  # there is something that must become durable at once
        self._patience = 0  # there is something that must after so many calm turns
        self._hears = False  # it is time to hear suspects
        self._calm = False  # suspects are being heard
        self._speaker: Peer | None = None  # who is heard
        self._early = 0  # so many of _touched were not heard in this pass but had waited
        self._resends: list[Peer] = []
        self._touched: list[Peer] = []
        self._plain = APPLICATIONS  # MsgTypes whose definition has no secret

    def touch(self, peer: Peer) -> None:
        """See to it that the turn's end writes what the peer's session has to say."""
        if not peer.touched:
            peer.touched = True
            self._touched.append(peer)
        self._begin_turn(self._calm and peer is self._speaker)  # whatever others are told, they need not wait for it

    def note_end(self, peer: Peer, now_ns: int) -> None:
        """See to it that it is kept how a connection ended; a suspect's takes no write of its own."""
        self._calm = now_ns < peer.suspect_ns
        self._speaker = peer
        self.touch(peer)
        self._calm = False

    def begin_turn(self) -> None:
        """Something has happened that must become durable."""
        self._begin_turn(self._calm)

    def _begin_turn(self, calm: bool) -> None:
        if calm:
            self._patience = self._patience or PATIENCE
            self._come_back_later()
        else:
            self._open = True
            self._come_back()

    def _come_back(self) -> None:
        if not self._due:
            self._due = True
            self.end_soon(False)

    def _come_back_later(self) -> None:
        if not self._later:
            self._later = True
            self.end_soon(True)

    def wait_in_line(self, speaker: Speaker, suspect: bool, now_ns: int) -> None:
        """Let a connection go on in one of the next turns."""
        self.turns.put(speaker, suspect, now_ns)
        if suspect and not self.turns.lone:
            self._come_back_later()
        else:
            self._come_back()

    def end_full_turn(self) -> None:
        """End the turn now if it is so large that those who wait for it would wait long."""
        if self.journal.pending_bytes() > TURN_BYTES_MAX:
            self.end_turn()

    def receive(self, peer: Peer, message: Message, now_ns: int) -> int:
        """A message of the peer's, recorded and acted on: what its session wants done with the connection."""
        try:
            return self._receive(peer, message, now_ns)
        except Exception as error:  # noqa: BLE001  # half a turn must never become durable
            self._fail(error)
            return DISCONNECT

    def _receive(self, peer: Peer, message: Message, now_ns: int) -> int:
        self._speaker = peer
        self.touch(peer)
        raw = message.raw
        if message.problem_reason != NO_REASON or message.msg_type not in self._plain:
            raw = without_secrets(raw)
        self.journal.inbound(peer.number, message.sequence, now_ns, raw)
        session = peer.session
        action = session.receive(message, now_ns)
        if action == DELIVER:
            self._deliver(peer, message, now_ns)
        elif message.msg_type == LOGON and session.stage == ACTIVE:
            self.logged_on(peer, message, now_ns)
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
        if peer.read_only:
            peer.session.refuse(message, NOT_AUTHORIZED, READ_ONLY, now_ns)
            return
        command = self.orders.translate(message, peer.number, now_ns, peer.order_age_max_ns, peer.self_match)
        if command is None:
            answer = self.board.answer(peer, message, now_ns)
            if answer:
                peer.session.send(answer, now_ns)
            return
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
                    if peer.copies is not None:
                        self._copy(event, peer, now_ns)
                else:
                    for told in self.board.tell(event, now_ns):
                        self.touch(told)
            count += len(events)
            command = exchange.follow_up()
        return count

    def _copy(self, event: Event, peer: Peer, now_ns: int) -> None:
        """Send a report's copy to the drop copies that may see it; the answer to a status request concerns nobody."""
        if not isinstance(event, OrderEvent) or event.kind == STATUS:
            return
        for copy in peer.copies or ():
            self.reports.is_copy = True
            msg_type = self.reports.write(event, self.writer)
            self.reports.is_copy = False
            copy.session.send(msg_type, now_ns, b"115=%b\x01" % peer.comp_id)
            self.touch(copy)

    def end_turn(self) -> None:
        """Make the turn durable, let its bytes leave, and then do some of what waits."""
        self._due = False
        if self._broken:
            return
        if (self._open or self.journal.pending_bytes() > RESENT_BYTES_MAX) and not self._become_durable():
            return
        self._go_on()

    def end_calm_turn(self) -> None:
        """Time for suspects, and perhaps for what they have waited to hear."""
        self._later = False
        self._hears = True
        if self._patience:
            self._patience -= 1
            self._open = self._open or not self._patience
        if not self._due:
            self.end_turn()

    def _become_durable(self) -> bool:
        """Whether it did; then what the turn has to say leaves."""
        touched = self._touched
        early = self._early
        self._touched = []
        self._early = 0
        self._open = False
        self._patience = 0
        now_ns = self.clock.now_ns()
        try:
            for peer in touched:
                self._record(peer, now_ns)
            self.journal.commit(now_ns)
        except Exception as error:  # noqa: BLE001  # half a turn must never become durable
            self._fail(error)
            return False
        for peer in touched[early:]:
            self._flush(peer)
        for peer in touched[:early]:
            self._flush(peer)
        waiting = self.waiting
        self.waiting = []
        for resume in waiting:
            resume()
        return True

    def _go_on(self) -> None:
        """Do a little of what waits, and come back for more; what is resent becomes durable with the next turn."""
        turns = self.turns
        if self._resends:
            self._resend_some()
        now_ns = self.clock.now_ns()
        turns.go_on(now_ns)
        if self._hears or turns.lone:
            self._hears = False
            self._calm = not turns.lone
            turns.hear_suspects(now_ns)
            self._calm = False
        self._early = len(self._touched)
        if self._resends or turns.waits:
            self._come_back()
        elif self.journal.pending_bytes() and not self._patience:
            self.begin_turn()
        if self._patience or turns.suspects_wait:
            self._come_back_later()

    def _fail(self, error: Exception) -> None:
        if not self._broken:
            self._broken = True
            self.failed(error)

    def resume_resend(self, peer: Peer) -> None:
        """Go on with what was asked for again, when it is this client's turn."""
        if peer not in self._resends:
            self._resends.append(peer)
        self._come_back()

    def _resend_some(self) -> None:
        """Say a batch of what one client that reads has asked for again, and next time of another's (SES-26)."""
        while self._resends:
            peer = self._resends.pop(0)
            connection = peer.connection
            if connection is not None and not connection.paused and peer.session.resending:
                self._resend(peer, self.clock.now_ns())
                return

    def _resend(self, peer: Peer, now_ns: int) -> None:
        """What is said again is durable since it was first said, and takes no number: it leaves at once."""
        session = peer.session
        if peer.touched:  # only what is recorded can be read again
            self._resends.append(peer)
            self.begin_turn()
            return
        session.resume_resend(now_ns)
        wire = []
        for kind, number, message in session.drain():
            assert kind == WIRE, "nothing new is said in a resend"
            self.journal.outbound(peer.number, number, now_ns, message, True)
            wire.append(message)
        if session.resending:
            self._resends.append(peer)
        peer.connection.write(wire)  # type: ignore[union-attr]  # whoever calls has looked

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
                peer.sent.append(position)
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
