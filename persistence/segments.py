"""The files under a journal: one long row of bytes in segments which are zero-filled before they are used.

A segment's name is the position of its first byte, so sizes may differ and a position names its file. Overwriting zeros
that are on disk already is what makes a durable write cheap: neither length nor layout of the file changes.
"""

import os
import secrets
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from persistence.errors import JournalError

SEGMENT_BYTES: Final = 64 << 20
HURRIED_BYTES: Final = 4 << 20  # a segment that the writer itself must make before it can go on: a stall of some ms
PIECE_BYTES: Final = 256 << 10
OPEN_FILES_MAX: Final = 16
SUFFIX: Final = ".journal"
IDENTITY_FILE: Final = "identity"
IDENTITY_HEAD: Final = "outcry journal 1"


PWrite = Callable[[int, "bytes | memoryview", int], int]  # as os.pwrite: descriptor, data, offset; bytes taken


@dataclass(frozen=True, slots=True)
class Segment:
    """`size` bytes of the journal from position `start` on."""

    path: Path
    start: int
    size: int

    @property
    def end(self) -> int:
        """The position after its last byte."""
        return self.start + self.size

    def describe(self, position: int) -> str:
        """File and offset, for people."""
        return f"{self.path} at offset {position - self.start}"


def identity(directory: Path) -> bytes:
    """The 16 bytes that tell this journal from every other, made with the directory on first use."""
    path = directory / IDENTITY_FILE
    if not path.exists():
        if any(directory.glob(f"*{SUFFIX}")):
            raise JournalError(f"{path} is missing: the segments beside it cannot be read without it")
        directory.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        with fresh.open("w") as file:
            file.write(f"{IDENTITY_HEAD}\n{secrets.token_hex(16)}\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
        sync_directory(directory)
    try:
        head, number = path.read_text().splitlines()
        salt = bytes.fromhex(number)
    except ValueError:
        head, salt = "", b""
    if head != IDENTITY_HEAD or len(salt) != 16:
        raise JournalError(f"{path} is not of a journal that this version reads")
    return salt


def segments(directory: Path) -> list[Segment]:
    """All segments in order, the first of which need not begin at 0; JournalError if one is missing in between."""
    found: list[Segment] = []
    for path in sorted(directory.glob(f"*{SUFFIX}")):
        segment = Segment(path, int(path.stem), path.stat().st_size)
        expected = found[-1].end if found else segment.start
        if segment.start != expected:
            raise JournalError(f"a segment is missing in {directory}: expected {name(expected)}, found {path.name}")
        found.append(segment)
    return found


def name(start: int) -> str:
    """The file name of the segment that begins at a position."""
    return f"{start:019d}{SUFFIX}"


def remove_before(directory: Path, position: int) -> int:
    """Remove the segments that end at or before a position, the oldest first; how many that were."""
    gone = [segment for segment in segments(directory) if segment.end <= position]
    for segment in gone:
        segment.path.unlink()
    if gone:
        sync_directory(directory)
    return len(gone)


def prepare(directory: Path, start: int, size: int, pwrite: PWrite = os.pwrite) -> None:
    """Make a segment: zeros on disk first, then its name. If another made it meanwhile, theirs stays."""
    fresh = directory / f"{start:019d}.{os.getpid()}.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_DSYNC | os.O_CLOEXEC, 0o600)
    try:
        zeros = bytes(PIECE_BYTES)
        at = 0
        while at < size:
            at += pwrite(descriptor, zeros[: size - at], at)
        os.link(fresh, directory / name(start))
    except FileExistsError:
        pass
    finally:
        os.close(descriptor)
        fresh.unlink()
    sync_directory(directory)


def prepare_ahead(directory: Path, size: int) -> bool:
    """Make the next segment if the last one is in use; whether that was so. For a process beside the writer."""
    known = segments(directory)
    if known and not _used(known[-1]):
        return False
    prepare(directory, known[-1].end if known else 0, size)
    return True


def _used(segment: Segment) -> bool:
    with segment.path.open("rb") as file:
        return any(file.read(64))


def sync_directory(directory: Path) -> None:
    """Make names in a directory durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Stream:
    """Reads a journal by position across its segments, also while another process goes on writing it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._segments: list[Segment] = []
        self._starts: list[int] = []
        self._files: dict[int, IO[bytes]] = {}

    def read(self, position: int, count: int) -> bytes:
        """At most `count` bytes from a position on; fewer where the journal's files end."""
        pieces = []
        while count > 0:
            segment = self.segment(position)
            if segment is None:
                break
            length = min(count, segment.end - position)
            piece = os.pread(self._file(segment).fileno(), length, position - segment.start)
            if len(piece) != length:
                raise JournalError(f"{segment.describe(position)}: file is shorter than when it was made")
            pieces.append(piece)
            position += length
            count -= length
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def segment(self, position: int) -> Segment | None:
        """The segment that holds a position, or None where no file is yet."""
        if not self._segments or position >= self._segments[-1].end:
            self._segments = segments(self.directory)
            self._starts = [segment.start for segment in self._segments]
        at = bisect_right(self._starts, position) - 1
        return self._segments[at] if at >= 0 and position < self._segments[at].end else None

    @property
    def begin(self) -> int:
        """The first position that a file holds: 0 unless the beginning was removed."""
        known = segments(self.directory)
        return known[0].start if known else 0

    def describe(self, position: int) -> str:
        """File and offset of a position, for people."""
        segment = self.segment(position)
        return segment.describe(position) if segment else f"{self.directory} at position {position}"

    def close(self) -> None:
        """Let go of the files."""
        for file in self._files.values():
            file.close()
        self._files.clear()

    def sync(self, begin: int, end: int) -> None:
        """Return once what was written from `begin` to before `end` is on disk."""
        while begin < end and (segment := self.segment(begin)) is not None:
            os.fdatasync(self._file(segment).fileno())
            begin = segment.end

    def _file(self, segment: Segment) -> IO[bytes]:
        file = self._files.get(segment.start)
        if file is None:
            if len(self._files) >= OPEN_FILES_MAX:
                self.close()
            file = self._files[segment.start] = segment.path.open("rb", buffering=0)
        return file
