"""The checks that a message has to pass once the peer is logged on, in order, and what becomes of one that does not."""

from __future__ import annotations

from typing import NamedTuple

from fix.codec import NO_REASON, NO_TAG, Message
from fix.tags import (
    COMP_ID_PROBLEM,
    LOGON,
    LOGOUT,
    REQUIRED_TAG_MISSING,
    RESEND_REQUEST,
    SENDING_TIME_ACCURACY_PROBLEM,
    SEQUENCE_RESET,
)

IGNORE, HOLD, REFUSE, DISMISS, CLOSE = 0, 1, 2, 4, 8
"""Bits: drop it; keep it until its turn; Reject(3); Logout and await the answer; Logout and close."""


class Verdict(NamedTuple):
    """Why a message is not acted on: some of the bits, SessionRejectReason(373), RefTagID(371), Text(58) of Logout."""

    acts: int
    reason: int = NO_REASON
    tag: int = NO_TAG
    text: str = ""


IGNORED = Verdict(IGNORE)
EARLY = Verdict(HOLD)
UNTIMELY = Verdict(REFUSE | DISMISS, SENDING_TIME_ACCURACY_PROBLEM)


def too_low(expected: int, received: int) -> str:
    """The text peers know for a number that was used before (SES-07)."""
    return f"MsgSeqNum too low, expecting {expected} but received {received}"


def is_reset_logon(message: Message) -> bool:
    """Whether this is a Logon with ResetSeqNumFlag(141)=Y, which has no place in the old order of numbers."""
    return message.msg_type == LOGON and message.boolean(141)


class Checks:
    """What one session expects of the peer's messages; `begin_string` is the version, `target` the peer's CompID."""

    __slots__ = ("begin_string", "latency_ns", "sender", "target")

    def __init__(self, begin_string: bytes, sender: bytes, target: bytes, latency_ns: int) -> None:
        self.begin_string = begin_string
        self.sender = sender
        self.target = target
        self.latency_ns = latency_ns

    def examine(self, message: Message, next_in: int, now_ns: int, waited: bool) -> Verdict | None:
        """The first objection to a message, if any; `waited`: it was held, and its time was checked when it came."""
        return (
            self._version(message)
            or self._number(message)
            or self._comp_ids(message)
            or (None if waited else self._time(message, now_ns))
            or self._duplicate(message)
            or self._order(message, next_in)
            or self._content(message)
        )

    def is_between_us(self, message: Message) -> bool:
        """Whether the CompIDs are the session's; that they are there at all is a matter of content."""
        return (message.get(49) or self.target) == self.target and (message.get(56) or self.sender) == self.sender

    def is_timely(self, message: Message, now_ns: int) -> bool:
        """Whether SendingTime(52) is near our clock; that it is there at all is a matter of content."""
        sent_ns = message.utc_ns(52)
        return sent_ns < 0 or abs(now_ns - sent_ns) <= self.latency_ns

    def _version(self, message: Message) -> Verdict | None:
        if message.equals(8, self.begin_string) or message.msg_type == LOGOUT:
            return None
        return Verdict(DISMISS, text="Incorrect BeginString")

    def _number(self, message: Message) -> Verdict | None:
        """Without a number nothing can be said about the order of messages."""
        return Verdict(CLOSE, text="MsgSeqNum(34) is missing or not a number") if message.sequence < 0 else None

    def _comp_ids(self, message: Message) -> Verdict | None:
        return None if self.is_between_us(message) else Verdict(REFUSE | DISMISS, COMP_ID_PROBLEM)

    def _time(self, message: Message, now_ns: int) -> Verdict | None:
        return None if self.is_timely(message, now_ns) else UNTIMELY

    def _duplicate(self, message: Message) -> Verdict | None:
        """SES-14. A gap fill has no original, so its OrigSendingTime(122) is not asked for."""
        if not message.boolean(43) or message.msg_type == SEQUENCE_RESET:
            return None
        original_ns = message.utc_ns(122)
        if original_ns < 0:
            return Verdict(REFUSE, REQUIRED_TAG_MISSING, 122)
        return UNTIMELY if original_ns > message.utc_ns(52) else None

    def _order(self, message: Message, next_in: int) -> Verdict | None:
        """SES-07, -08, -12, -13. Logout and ResendRequest are heard out of turn, or two gaps would block each other."""
        number = message.sequence
        kind = message.msg_type
        if number == next_in or (kind == SEQUENCE_RESET and not message.boolean(123)) or is_reset_logon(message):
            return None
        if number < next_in and message.boolean(43):
            return IGNORED
        if kind in (LOGOUT, RESEND_REQUEST):
            return None
        return EARLY if number > next_in else Verdict(CLOSE, text=too_low(next_in, number))

    def _content(self, message: Message) -> Verdict | None:
        if message.problem_reason == NO_REASON:
            return None
        return Verdict(REFUSE, message.problem_reason, message.problem_tag)
