"""Finds the frames of messages in a byte stream: the first three fields in place, CheckSum(10) right (SES-15)."""

from __future__ import annotations

import cython

if not cython.compiled:  # else from constants.pxd and memory.pxd
    from fix.kinds import BEGIN_BYTES_MAX, EQUALS, FRAME_TAIL, INCOMPLETE, LENGTH_DIGITS_MAX, SOH
    from fix.plain_memory import find, octet_sum


@cython.final
@cython.cclass
class Frames:
    """Looks for one frame at a time.

    After a frame: length_at is where the value of BodyLength(9) starts, body where MsgType(35) starts. After a garbled
    one: garbled_text says why, resume where to go on.
    """

    __slots__ = ("body", "garbled_text", "length_at", "message_bytes_max", "prefix", "resume", "stated_end")

    def __init__(self, begin_string: bytes, message_bytes_max: int) -> None:
        self.prefix = b"8=" + begin_string + b"\x019="
        self.message_bytes_max = message_bytes_max
        self.garbled_text = ""
        self.length_at = 0
        self.body = 0
        self.stated_end = 0
        self.resume = 0

    def look(self, buffer: bytes, position: int) -> int:
        """Where CheckSum(10) of the frame at `position` starts, INCOMPLETE (0), or -1 if what is there is garbled."""
        self.stated_end = 0
        end = self._sound_frame(buffer, position, len(buffer))
        if end < 0:
            self.resume = self._skip(buffer, position)
            return -1 if self.resume != INCOMPLETE else INCOMPLETE
        return end

    def _sound_frame(self, text: bytes, position: int, size: int) -> int:
        """Where CheckSum(10) of a sound frame starts, INCOMPLETE or -1."""
        i = self._length_start(text, position, size)
        if i <= 0:
            return i
        start = i
        self.length_at = i
        length = 0
        while i < size and text[i] != SOH:
            if text[i] < 48 or text[i] > 57 or i - start >= LENGTH_DIGITS_MAX:
                return self._garbled("BodyLength(9) is not a number")
            length = length * 10 + text[i] - 48
            i += 1
        if i >= size:
            return INCOMPLETE
        if i == start or length < 5:
            return self._garbled("BodyLength(9) is too small")
        self.body = i + 1
        end = i + 1 + length
        if end + FRAME_TAIL - position > self.message_bytes_max:
            return self._garbled("the message is longer than allowed")
        self.stated_end = end
        if size < end + FRAME_TAIL:
            return INCOMPLETE
        return self._sound(text, position, end)

    def _length_start(self, text: bytes, position: int, size: int) -> int:
        """Where the value of BodyLength(9) starts, INCOMPLETE or -1."""
        expected = self.prefix
        count = len(self.prefix)
        i = 0
        while i < count and position + i < size and text[position + i] == expected[i]:
            i += 1
        if i == count:
            return position + i
        if position + i == size:
            return INCOMPLETE
        if i < 5:
            return self._garbled("does not begin with 8=FIX")
        limit = position + BEGIN_BYTES_MAX
        stop = find(text, SOH, position, limit if limit < size else size)
        if stop == limit:
            return self._garbled("BeginString(8) is too long")
        if stop + 2 >= size:
            return INCOMPLETE
        if text[stop + 1] != 57 or text[stop + 2] != EQUALS:
            return self._garbled("BodyLength(9) is not the second field")
        return stop + 3

    def _sound(self, text: bytes, position: int, end: int) -> int:
        """`end` if body, CheckSum(10) and MsgType(35) are in place, else -1."""
        if text[end - 1] != SOH or text[end] != 49 or text[end + 1] != 48 or text[end + 2] != EQUALS:
            return self._garbled("BodyLength(9) is wrong")
        if text[end + 6] != SOH or checksum_at(text, end + 3) != octet_sum(text, position, end):
            return self._garbled("CheckSum(10) is wrong")
        i = self.body
        if text[i] != 51 or text[i + 1] != 53 or text[i + 2] != EQUALS or text[i + 3] == SOH:
            return self._garbled("MsgType(35) is not the third field")
        return end

    def _garbled(self, why: str) -> int:
        """-1, with the reason noted."""
        self.garbled_text = why
        return -1

    def _skip(self, buffer: bytes, position: int) -> int:
        """Where to go on after a garbled start; INCOMPLETE while its end is not known.

        A frame that states its length ends with the first CheckSum(10) at or after the stated end, as in QuickFIX;
        everything else ends where the next "8=FIX" starts.
        """
        if self.stated_end:
            limit = position + self.message_bytes_max
            tail = buffer.find(b"\x0110=", self.stated_end - 1, limit)
            stop = buffer.find(b"\x01", tail + 4, limit) if tail >= 0 else -1
            if stop >= 0:
                return stop + 1
            if len(buffer) < limit:
                return INCOMPLETE
        return next_start(buffer, position + 1)


def checksum_at(text: bytes, at: int) -> int:
    """The number of the three digits text[at:at + 3], or -1."""
    value = 0
    for i in range(at, at + 3):
        if text[i] < 48 or text[i] > 57:
            return -1
        value = value * 10 + text[i] - 48
    return value


def next_start(buffer: bytes, position: int) -> int:
    """Where the next "8=FIX", or a piece of it at the very end, starts; the end of the buffer if there is none."""
    found = buffer.find(b"8=FIX", position)
    if found >= 0:
        return found
    for start in range(max(position, len(buffer) - 4), len(buffer)):
        if b"8=FIX".startswith(buffer[start:]):
            return start
    return len(buffer)
