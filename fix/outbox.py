"""What a session says: each message numbered, framed, and marked with whether it is journaled, leaves, or both."""

from __future__ import annotations

import cython

from fix import answers
from fix.liveness import Liveness
from fix.profile import Profile
from fix.resend import AGAIN, FILL, Outbound, Resend
from fix.state import State
from fix.tags import SEQUENCE_RESET
from fix.timestamp import format_timestamp
from fix.writer import Writer, reissue

JOURNAL, WIRE = 1, 2
"""The bits of an entry's kind: it must become durable; it leaves when all JOURNAL entries of the turn are durable."""
KEPT, SENT = JOURNAL, JOURNAL | WIRE
RESTARTED = JOURNAL | 4
"""The numbers begin again at 1: the entry's number is the new epoch, and it has no message."""

POSS_DUP = b"43=Y\x01"


@cython.final
@cython.cclass
class Outbox:
    """Entries (kind, MsgSeqNum, message) in the order in which they were said; `drain` hands them over."""

    __slots__ = (
        "_is_open",
        "_kind",
        "_liveness",
        "_outbound",
        "_resend",
        "_state",
        "entries",
        "sender",
        "target",
        "writer",
    )

    def __init__(
        self, sender: bytes, target: bytes, state: State, writer: Writer, outbound: Outbound, liveness: Liveness
    ) -> None:
        self.sender = sender
        self.target = target
        self.writer = writer
        self.entries: list[tuple[int, int, bytes]] = []
        self._state = state
        self._outbound = outbound
        self._liveness = liveness
        self._resend = Resend()
        self._is_open = False
        self._kind = KEPT

    def drain(self) -> list[tuple[int, int, bytes]]:
        """All entries since the last time."""
        entries = self.entries
        self.entries = []
        return entries

    def open(self) -> None:
        """A peer is logged on: what is said leaves."""
        self._is_open = True
        self._choose()

    def close(self) -> None:
        """Nobody listens: what is said is kept, to be asked for (KIL-04)."""
        self._is_open = False
        self.give_up_resend()

    def say(self, msg_type: bytes, now_ns: int, routing: bytes = b"") -> int:
        """Number the body in the writer, and frame it with `routing` in its header; the MsgSeqNum."""
        state = self._state
        number = state.next_out
        state.next_out = number + 1
        message = self.writer.frame(msg_type, number, self.sender, self.target, now_ns, b"", routing)
        self.entries.append((self._kind, number, message))
        self._liveness.spoke_ns = now_ns
        return number

    def say_unnumbered(
        self, msg_type: bytes, number: int, now_ns: int, poss_dup: bytes = b"", orig: bytes = b""
    ) -> None:
        """Frame the body in the writer under a number it does not take."""
        message = self.writer.frame(msg_type, number, self.sender, self.target, now_ns, poss_dup, orig)
        self.entries.append((WIRE, number, message))

    def fill_gap(self, number: int, new: int, now_ns: int) -> None:
        """SequenceReset-GapFill in place of the messages from `number` to before `new` (SES-11)."""
        answers.gap_fill(self.writer, new)
        self.say_unnumbered(SEQUENCE_RESET, number, now_ns, POSS_DUP, b"122=%b\x01" % format_timestamp(now_ns))

    def restart(self, now_ns: int) -> None:
        """Reset the numbers, and note that in the journal."""
        self.give_up_resend()
        self._state.reset(now_ns)
        self.entries.append((RESTARTED, self._state.epoch, b""))

    @property
    def resending(self) -> bool:
        """Whether resume_resend() has something to do."""
        return self._resend.active

    def resend(self, begin: int, end: int, profile: Profile, now_ns: int) -> None:
        """Begin to say `begin` to `end` again (0: all); a venue that resends nothing fills the gap at once (SES-23)."""
        if not profile.resends:
            last = self._state.next_out - 1
            self.fill_gap(begin, min(end or last, last) + 1, now_ns)
            return
        self._resend.request(begin, end, self._state.next_out)
        self._choose()

    def give_up_resend(self) -> None:
        """What was not resent yet, and what was held off meanwhile, is recovered at the next Logon."""
        self._resend.abandon()
        self._choose()

    def resume_resend(self, profile: Profile, now_ns: int) -> None:
        """The next batch of what has been asked for, and then of what was held off meanwhile (SES-10, SES-26).

        Not while something waits to be drained: only what was can be read back.
        """
        if self.entries:
            return
        batch = self._resend.step(self._outbound, self._state.next_out, profile.resend_batch_messages)
        for what, number, stored in batch:
            if what == FILL:
                self.fill_gap(number, int(stored), now_ns)
                continue
            assert isinstance(stored, bytes)
            self.entries.append((WIRE, number, reissue(stored, now_ns, self.writer) if what == AGAIN else stored))
        self._liveness.spoke_ns = now_ns
        self._choose()

    def _choose(self) -> None:
        self._kind = SENT if self._is_open and not self._resend.active else KEPT
