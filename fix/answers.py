"""The bodies of the messages a session says by itself, fields in ascending order (FIX 4.4 Volume 2)."""

from __future__ import annotations

from fix.codec import NO_TAG, Message
from fix.tags import REJECT_TEXTS
from fix.writer import Writer

OTHER = 0
UNSUPPORTED_MESSAGE_TYPE = 3
APPLICATION_NOT_AVAILABLE = 4
"""BusinessRejectReason(380)."""
YES = ord("Y")
REVERSED = ((115, 128), (116, 129), (128, 115), (129, 116), (144, 145), (145, 144))
"""Routing fields of an answer, each with the field of the question whose value it takes (FIX 4.4 Volume 1, routing)."""
ROUTE_BYTES_MAX = 128
"""A longer value of a routing field does not go back: the header has room for six of this length."""


def logon(writer: Writer, heartbeat_s: int, resets: bool) -> None:
    """The answer to a Logon, with the HeartBtInt(108) that will be used (SES-19) and 141=Y after a reset (SES-05)."""
    writer.integer(b"98=", 0)
    writer.integer(b"108=", heartbeat_s)
    if resets:
        writer.character(b"141=", YES)


def logout(writer: Writer, text: str) -> None:
    """Logout(5) with the reason, if there is one."""
    if text:
        writer.field(b"58=", text.encode())


def test_id(writer: Writer, value: bytes) -> None:
    """TestReqID(112) of a TestRequest(1) or of the Heartbeat(0) that answers one."""
    writer.field(b"112=", value)


def resend_request(writer: Writer, begin: int) -> None:
    """ResendRequest(2) of all from `begin` on (SES-08)."""
    writer.integer(b"7=", begin)
    writer.integer(b"16=", 0)


def gap_fill(writer: Writer, new: int) -> None:
    """SequenceReset(4) in gap fill mode: the next number is `new` (SES-11)."""
    writer.integer(b"36=", new)
    writer.character(b"123=", YES)


def reject(writer: Writer, message: Message, reason: int, tag: int) -> None:
    """Reject(3) with SessionRejectReason(373) `reason`; RefTagID(371) unless `tag` is NO_TAG (SES-16)."""
    writer.integer(b"45=", message.sequence)
    writer.field(b"58=", REJECT_TEXTS[reason].encode())
    if tag != NO_TAG:
        writer.integer(b"371=", tag)
    writer.field(b"372=", message.msg_type)
    writer.integer(b"373=", reason)


def business_reject(writer: Writer, message: Message, reason: int, text: str) -> None:
    """BusinessMessageReject(j) with BusinessRejectReason(380) `reason`."""
    writer.integer(b"45=", message.sequence)
    writer.field(b"58=", text.encode())
    writer.field(b"372=", message.msg_type)
    writer.integer(b"380=", reason)


def reverse_route(message: Message) -> bytes:
    """The header fields that send an answer back the way its question came; empty and overlong ones are left out."""
    values = ((tag, message.get(source)) for tag, source in REVERSED)
    return b"".join(b"%d=%b\x01" % (tag, value) for tag, value in values if value and len(value) <= ROUTE_BYTES_MAX)
