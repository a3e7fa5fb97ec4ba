"""Builds FIX messages in one reused buffer: the body's fields are appended, then frame() puts the rest around them."""

from __future__ import annotations

import cython

from fix.timestamp import put_second

if not cython.compiled:
    from fix.memory import copy, cut, find, octet_sum, octets, put_digits

SOH = 1
BODY = 2048
"""Where in the buffer the body starts: the room before it is for the header."""
NUMBER_BYTES_MAX = 40
"""Room a number takes at most: 19 digits and zeros before them, sign, point, SOH."""
SCALE_MAX = 18
DIGITS_MAX = 19
TRAILER_BYTES = 7
STAMP_BYTES = 21
HEADER_TAG_LIMIT = 400
HEADER_TAGS = bytes(
    tag in (34, 35, 43, 49, 50, 52, 56, 57, 97, 115, 116, 122, 128, 129, 142, 143, 144, 145, 347, 369)
    for tag in range(HEADER_TAG_LIMIT)
)
"""Tags of the header that may stand in a message of ours after BodyLength(9)."""


def prefix(tag: int) -> bytes:
    """What a field begins with, e.g. b"55=": the `tag` argument of Writer's methods, made once and kept."""
    return b"%d=" % tag


@cython.final
@cython.cclass
class Writer:
    """Append the fields of one body, then call frame(): the Writer is then empty and ready for the next message.

    Fields go out in the order in which they are appended. `tag` is always what prefix() gives. The appending methods
    return the size of the body so far; a body above message_bytes_max is an error of ours (AssertionError).
    """

    __slots__ = ("begin", "limit", "out", "size", "stamp", "stamp_ms", "stamp_second")

    def __init__(self, begin_string: bytes = b"FIX.4.4", message_bytes_max: int = 65_536) -> None:
        self.begin = b"8=" + begin_string + b"\x019="
        self.limit = BODY + message_bytes_max
        self.out = bytearray(self.limit + BODY)  # the last part is room for a header in reissue(), and for the trailer
        self.size = BODY
        self.stamp = bytearray(b"00000000-00:00:00.000")
        self.stamp_second = -1
        self.stamp_ms = -1

    def reset(self) -> None:
        """Forget the fields appended so far."""
        self.size = BODY

    def field(self, tag: bytes, value: bytes) -> int:
        """Append a value as it is; it must not be empty nor contain SOH."""
        at = self._put(tag, len(value) + 1)
        out = octets(self.out)
        at = copy(out, at, value, 0, len(value))
        out[at] = SOH
        self.size = at + 1
        return self.size - BODY

    def character(self, tag: bytes, code: int) -> int:
        """Append a value of one character, given by its code."""
        at = self._put(tag, 2)
        out = octets(self.out)
        out[at] = code
        out[at + 1] = SOH
        self.size = at + 2
        return self.size - BODY

    def integer(self, tag: bytes, value: int) -> int:
        """Append an integer of 64 bits."""
        return self.decimal(tag, value, 0)

    def decimal(self, tag: bytes, value: int, scale: int) -> int:
        """Append value * 10**-scale exactly, with all `scale` (0 to 18) decimals: 15025, 2 gives 150.25."""
        assert 0 <= scale <= SCALE_MAX, "scale out of range"
        at = self._put(tag, NUMBER_BYTES_MAX)
        out = octets(self.out)
        if value < 0:
            out[at] = 45
            at += 1
            value = -value
        digits = 1
        limit = 10
        while value >= limit and digits < DIGITS_MAX:
            limit *= 10
            digits += 1
        if scale > 0:
            digits = scale + 1 if digits <= scale else digits
            whole = put_digits(out, at + digits - scale + 1, value, scale)
            out[at + digits - scale] = 46
            put_digits(out, at, whole, digits - scale)
            at += digits + 1
        else:
            put_digits(out, at, value, digits)
            at += digits
        out[at] = SOH
        self.size = at + 1
        return self.size - BODY

    def timestamp(self, tag: bytes, time_ns: int) -> int:
        """Append a UTCTimestamp, cut to milliseconds; `time_ns` is nanoseconds since 1970, not negative."""
        at = self._put(tag, STAMP_BYTES + 1)
        self.set_stamp(time_ns)
        out = octets(self.out)
        copy(out, at, octets(self.stamp), 0, STAMP_BYTES)
        out[at + STAMP_BYTES] = SOH
        self.size = at + STAMP_BYTES + 1
        return self.size - BODY

    def frame(
        self,
        msg_type: bytes,
        sequence: int,
        sender: bytes,
        target: bytes,
        sending_time_ns: int,
        before_sender: bytes = b"",
        after_target: bytes = b"",
    ) -> bytes:
        """The whole message: header, the appended body, trailer; BodyLength(9) and CheckSum(10) are computed.

        The header is 8 9 35 34 49 52 56, ascending after MsgType. `before_sender` (PossDupFlag(43)) and `after_target`
        (57, 97, 115, 122, 128 ...) are whole fields, SOH included, that go in between.
        """
        size = len(msg_type) + len(sender) + len(target) + len(before_sender) + len(after_target)
        assert size < BODY // 2, "the header is too long"
        out = octets(self.out)
        self.set_stamp(sending_time_ns)
        at = prepend(out, BODY, after_target, len(after_target))
        at = prepend(out, at, b"\x01", 1)
        at = prepend(out, at, target, len(target))
        at = prepend(out, at, b"\x0156=", 4)
        at = prepend(out, at, octets(self.stamp), STAMP_BYTES)
        at = prepend(out, at, b"\x0152=", 4)
        at = prepend(out, at, sender, len(sender))
        at = prepend(out, at, b"49=", 3)
        at = prepend(out, at, before_sender, len(before_sender))
        at = prepend(out, at, b"\x01", 1)
        at = prepend_number(out, at, sequence)
        at = prepend(out, at, b"\x0134=", 4)
        at = prepend(out, at, msg_type, len(msg_type))
        return self.finish(prepend(out, at, b"35=", 3))

    def _put(self, tag: bytes, room: int) -> int:
        """Write `tag` at the end of the body; where the value goes, for which there is `room`."""
        size = len(tag)
        assert self.size + size + room <= self.limit, "the message is too long"
        return copy(octets(self.out), self.size, tag, 0, size)

    def append(self, text: bytes | bytearray, start: int, end: int) -> None:
        """Append text[start:end], for which there is room."""
        self.size = copy(octets(self.out), self.size, text, start, end - start)

    def append_original(self, text: bytes, start: int) -> None:
        """Append OrigSendingTime(122) with the timestamp in the message of ours that starts at `start`."""
        self.append(b"122=", 0, 4)
        self.append(text, start, start + STAMP_BYTES + 1)

    def finish(self, start: int) -> bytes:
        """The message whose bytes from MsgType(35) to the end of the body are out[start:size]."""
        out = octets(self.out)
        end = self.size
        self.size = BODY
        at = prepend(out, start, b"\x01", 1)
        at = prepend_number(out, at, end - start)
        at = prepend(out, at, self.begin, len(self.begin))
        total = octet_sum(out, at, end)
        out[end] = 49
        out[end + 1] = 48
        out[end + 2] = 61
        put_digits(out, end + 3, total, 3)
        out[end + 6] = SOH
        return cut(out, at, end + TRAILER_BYTES)

    def set_stamp(self, time_ns: int) -> None:
        """Bring self.stamp to this millisecond: most calls find it there."""
        millisecond = time_ns // 1_000_000
        if millisecond == self.stamp_ms:
            return
        self.stamp_ms = millisecond
        second = millisecond // 1000
        if second != self.stamp_second:
            self.stamp_second = second
            put_second(octets(self.stamp), 0, second)
        put_digits(octets(self.stamp), 18, millisecond % 1000, 3)


def prepend(out: bytearray, at: int, data: bytes | bytearray, size: int) -> int:
    """Write data[:size] so that it ends at `at`; where it starts."""
    copy(out, at - size, data, 0, size)
    return at - size


def prepend_number(out: bytearray, at: int, value: int) -> int:
    """Write a number that is not negative so that it ends at `at`; where it starts."""
    at -= 1
    while value > 9:
        out[at] = 48 + value % 10
        value //= 10
        at -= 1
    out[at] = 48 + value
    return at


def tag_at(text: bytes, position: int) -> int:
    """The tag of the field at `position`; 0 if it is none of the header."""
    tag = 0
    while 48 <= text[position] <= 57 and tag < HEADER_TAG_LIMIT:
        tag = tag * 10 + text[position] - 48
        position += 1
    return tag if tag < HEADER_TAG_LIMIT else 0


def reissue(message: bytes, sending_time_ns: int, writer: Writer) -> bytes:
    """A stored message of ours as it is resent (SES-10).

    PossDupFlag(43)=Y, OrigSendingTime(122) = the old SendingTime(52), new 52, 9 and 10; all else as it was. `writer`
    forgets the fields appended so far.
    """
    assert len(message) + 64 <= writer.limit, "the message is too long"
    text = message
    tags = HEADER_TAGS
    end = len(message) - TRAILER_BYTES
    i = find(text, SOH, find(text, SOH, 0, end) + 1, end) + 1
    writer.size = BODY
    writer.set_stamp(sending_time_ns)
    marked = False
    stamped = False
    original = 0
    while i < end:
        tag = tag_at(text, i)
        stop = find(text, SOH, i, end) + 1
        if tags[tag] == 0:
            break
        if tag > 43 and not marked:
            writer.append(b"43=Y\x01", 0, 5)
            marked = True
        if tag > 122 and not stamped:
            writer.append_original(text, original)
            stamped = True
        if tag == 52:
            original = i + 3
            writer.append(b"52=", 0, 3)
            writer.append(octets(writer.stamp), 0, STAMP_BYTES)
            writer.append(b"\x01", 0, 1)
        else:
            writer.append(text, i, stop)
        i = stop
    assert original > 0, "the message has no SendingTime(52)"
    if not stamped:
        writer.append_original(text, original)
    writer.append(text, i, end)
    return writer.finish(BODY)
