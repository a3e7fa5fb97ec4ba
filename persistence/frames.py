"""Frames: what one durable write put into the journal, whole or not at all, and how to tell a torn end from damage.

A frame is a head of FRAME_HEAD bytes (magic, CRC32C, length of the body u32, records u32, number of the first record
i64, time_ns i64, its own position i64) and the records. The checksum begins with the journal's identity and covers all
that follows it, so no bytes that a client sends can pose as a frame.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import Final

import cython
import google_crc32c

from persistence.errors import JournalError
from persistence.segments import Stream

MAGIC: Final = b"OFR1"
HEAD: Final = struct.Struct("<4sIIIqqq")
FRAME_HEAD: Final = HEAD.size
CHECKED_FROM: Final = 8  # the checksum covers what comes after magic and itself
CHUNK_BYTES: Final = 1 << 18  # of a MiB, the system would hand out fresh pages for each: a third slower


@cython.final
@cython.cclass
class Frame:
    """`count` records, the first of them number `first` of the journal; `head` begins at `position`, `body` follows."""

    __slots__ = ("body", "count", "first", "head", "position", "time_ns")

    def __init__(self, position: int, first: int, count: int, time_ns: int, head: bytes, body: bytes) -> None:
        self.position = position
        self.first = first
        self.count = count
        self.time_ns = time_ns
        self.head = head
        self.body = body

    @property
    def end(self) -> int:
        """The position after it."""
        return self.position + FRAME_HEAD + len(self.body)


def seal(data: bytearray, end: int, salt: bytes, count: int, first: int, time_ns: int, position: int) -> None:
    """Write the head into the first FRAME_HEAD bytes of `data`, whose records end at `end`."""
    HEAD.pack_into(data, 0, MAGIC, 0, end - FRAME_HEAD, count, first, time_ns, position)
    with memoryview(data) as view:
        checksum = google_crc32c.extend(google_crc32c.value(salt), bytes(view[CHECKED_FROM:end]))
    data[4:8] = checksum.to_bytes(4, "little")


@cython.final
@cython.cclass
class FrameReader:
    """Takes frame after frame from a journal that may still grow."""

    __slots__ = ("_chunk", "_chunk_position", "_salt", "_seed", "first", "position", "stream")

    def __init__(self, stream: Stream, salt: bytes, position: int = 0, first: int = 1) -> None:
        """`first` is the number of the record at `position`, from where it reads."""
        self.stream = stream
        self.position = position
        self.first = first
        self._salt = salt
        self._seed = google_crc32c.value(salt)
        self._chunk = b""
        self._chunk_position = 0

    def next(self) -> Frame | None:
        """The next frame, or None where there is none that is whole (yet)."""
        frame = self._frame()
        if frame is None:
            self._chunk = b""  # or bytes that were not there yet would stay unseen
        else:
            self.position = frame.end
            self.first += frame.count
        return frame

    def __iter__(self) -> Iterator[Frame]:
        return iter(self.next, None)

    def anything_here(self) -> bool:
        """Whether bytes stand where the next frame would: it is being written, torn, or damaged."""
        return any(self.stream.read(self.position, FRAME_HEAD))

    def refuse_damage(self) -> None:
        """JournalError if a whole frame comes after the place where none could be read: then this is no torn end."""
        later = self.later_frame()
        if later is not None:
            raise JournalError(
                f"damaged record {self.first} in {self.stream.describe(self.position)}: what is there is no frame, "
                f"but a whole one follows in {self.stream.describe(later)}. Restore the file from a copy."
            )

    def seek(self, position: int) -> bool:
        """Go to the first whole frame from a position on, whatever its number; whether there is one."""
        self.position = position - 1
        found = self.later_frame()
        self.position = position if found is None else found
        if found is not None:
            self.first = HEAD.unpack(self.stream.read(found, FRAME_HEAD))[4]
        return found is not None

    def later_frame(self) -> int | None:
        """Where the first whole frame after the next place begins, if there is one."""
        at = self.position + 1
        while chunk := self.stream.read(at, CHUNK_BYTES):
            found = chunk.find(MAGIC)
            while found >= 0:
                if self._is_frame(at + found):
                    return at + found
                found = chunk.find(MAGIC, found + 1)
            at += max(1, len(chunk) - len(MAGIC) + 1)
        return None

    def _is_frame(self, position: int) -> bool:
        return frame_at(self.stream, self._salt, position) is not None

    def _frame(self) -> Frame | None:
        head = self._bytes(self.position, FRAME_HEAD)
        if len(head) < FRAME_HEAD or head[:4] != MAGIC:
            return None
        _, checksum, length, count, first, time_ns, position = HEAD.unpack(head)
        if position != self.position or first != self.first:
            return None
        body = self._bytes(position + FRAME_HEAD, length)
        if len(body) < length:
            return None
        if google_crc32c.extend(google_crc32c.extend(self._seed, head[CHECKED_FROM:]), body) != checksum:
            return None
        return Frame(position, first, count, time_ns, head, body)

    def _bytes(self, position: int, count: int) -> bytes:
        """As `Stream.read`, from a chunk read ahead where that suffices."""
        at = position - self._chunk_position
        if at < 0 or at + count > len(self._chunk):
            if count <= FRAME_HEAD:  # perhaps the end, where reading ahead would be in vain
                return self.stream.read(position, count)
            self._chunk = self.stream.read(position, max(CHUNK_BYTES, count))
            self._chunk_position = position
            at = 0
        return self._chunk[at : at + count]


def frame_at(stream: Stream, salt: bytes, position: int) -> Frame | None:
    """The frame at a position, whatever came before it; None if there is no whole one."""
    head = stream.read(position, FRAME_HEAD)
    if len(head) < FRAME_HEAD:
        return None
    return FrameReader(stream, salt, position, HEAD.unpack(head)[4]).next()


def clear_from(stream: Stream, position: int) -> int:
    """Cut a torn end: overwrite with zeros, durably, what stands from a position on; how many bytes that were."""
    cleared = 0
    at = position
    while chunk := stream.read(at, CHUNK_BYTES):
        length = len(chunk.rstrip(b"\0"))
        segment = stream.segment(at)
        assert segment is not None
        if length:
            _clear(stream, at, length)
            cleared = at + length - position
        at += len(chunk)
    return cleared


def _clear(stream: Stream, position: int, count: int) -> None:
    while count > 0:
        segment = stream.segment(position)
        assert segment is not None
        length = min(count, segment.end - position)
        descriptor = os.open(segment.path, os.O_WRONLY | os.O_DSYNC | os.O_CLOEXEC)
        try:
            os.pwrite(descriptor, bytes(length), position - segment.start)
        finally:
            os.close(descriptor)
        position += length
        count -= length
