"""What a session says by itself: each message's body with its fields in ascending order (FIX 4.4 Volume 2), said
through an Outbox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fix.codec import NO_TAG, Message
from fix.tags import (
    BUSINESS_MESSAGE_REJECT,
    HEARTBEAT,
    LOGON,
    LOGOUT,
    NEWS,
    REJECT,
    REJECT_TEXTS,
    RESEND_REQUEST,
    TEST_REQUEST,
)
from fix.writer import Writer

if TYPE_CHECKING:
    from fix.outbox import Outbox

OTHER = 0
UNSUPPORTED_MESSAGE_TYPE = 3
APPLICATION_NOT_AVAILABLE = 4
"""BusinessRejectReason(380)."""
YES = ord("Y")
TEST_ID = b"TEST"
REVERSED = ((115, 128), (116, 129), (128, 115), (129, 116), (144, 145), (145, 144))
"""Routing fields of an answer, each with the field of the question whose value it takes (FIX 4.4 Volume 1, routing)."""
ROUTE_BYTES_MAX = 128
"""A longer value of a routing field does not go back: the header has room for six of this length."""


def logon(out: Outbox, heartbeat_s: int, resets: bool, next_expected: int, now_ns: int) -> None:
    """The answer to a Logon, with the HeartBtInt(108) that will be used (SES-19), with 141=Y after a reset (SES-05),
    and with NextExpectedMsgSeqNum(789) unless that is 0.
    """
    out.writer.integer(b"98=", 0)
    out.writer.integer(b"108=", heartbeat_s)
    if resets:
        out.writer.character(b"141=", YES)
    if next_expected:
        out.writer.integer(b"789=", next_expected)
    out.say(LOGON, now_ns)


def logout(out: Outbox, text: str, now_ns: int) -> None:
    """Logout(5) with the reason, if there is one."""
    if text:
        out.writer.field(b"58=", text.encode())
    out.say(LOGOUT, now_ns)


def turn_away(out: Outbox, text: str, number: int, now_ns: int) -> None:
    """Logout(5) to one who is not logged on, under a number that it does not take (SES-02)."""
    out.writer.field(b"58=", text.encode())
    out.say_unnumbered(LOGOUT, number, now_ns)


def heartbeat(out: Outbox, test_id: bytes | None, now_ns: int) -> None:
    """Heartbeat(0), with the TestReqID(112) of the TestRequest that it answers (SES-18)."""
    if test_id is not None:
        out.writer.field(b"112=", test_id)
    out.say(HEARTBEAT, now_ns)


def test_request(out: Outbox, now_ns: int) -> None:
    """TestRequest(1) (SES-18)."""
    out.writer.field(b"112=", TEST_ID)
    out.say(TEST_REQUEST, now_ns)


def news(out: Outbox, text: str, now_ns: int) -> None:
    """News(B) about the session's end (SES-28): Headline(148), and the same as its one LinesOfText(33)."""
    out.writer.field(b"148=", text.encode())
    out.writer.integer(b"33=", 1)
    out.writer.field(b"58=", text.encode())
    out.say(NEWS, now_ns)


def resend_request(out: Outbox, begin: int, now_ns: int) -> None:
    """ResendRequest(2) of all from `begin` on (SES-08)."""
    out.writer.integer(b"7=", begin)
    out.writer.integer(b"16=", 0)
    out.say(RESEND_REQUEST, now_ns)


def gap_fill(writer: Writer, new: int) -> None:
    """The body of a SequenceReset(4) in gap fill mode: the next number is `new` (SES-11)."""
    writer.integer(b"36=", new)
    writer.character(b"123=", YES)


def reject(out: Outbox, message: Message, reason: int, tag: int, now_ns: int) -> None:
    """Reject(3) with SessionRejectReason(373) `reason`; RefTagID(371) unless `tag` is NO_TAG (SES-16)."""
    writer = out.writer
    writer.integer(b"45=", message.sequence)
    writer.field(b"58=", REJECT_TEXTS[reason].encode())
    if tag != NO_TAG:
        writer.integer(b"371=", tag)
    writer.field(b"372=", message.msg_type)
    writer.integer(b"373=", reason)
    out.say(REJECT, now_ns, reverse_route(message))


def business_reject(out: Outbox, message: Message, reason: int, text: str, now_ns: int) -> None:
    """BusinessMessageReject(j) with BusinessRejectReason(380) `reason` (VAL-01)."""
    writer = out.writer
    writer.integer(b"45=", message.sequence)
    writer.field(b"58=", text.encode())
    writer.field(b"372=", message.msg_type)
    writer.integer(b"380=", reason)
    out.say(BUSINESS_MESSAGE_REJECT, now_ns, reverse_route(message))


def reverse_route(message: Message) -> bytes:
    """The header fields that send an answer back the way its question came; empty and overlong ones are left out."""
    values = ((tag, message.get(source)) for tag, source in REVERSED)
    return b"".join(b"%d=%b\x01" % (tag, value) for tag, value in values if value and len(value) <= ROUTE_BYTES_MAX)
