"""The journal: everything that happened, on disk before anybody is told.

What is appended between two commits becomes one frame, written by one durable write and found again whole or not at
all. An error on a write is never retried: from then on the journal refuses everything.

Policies: `fsync`, a commit is on disk; `os`, it is with the operating system, which survives our crash but not the
machine's; `memory`, the journal lies in a private directory in memory that goes with the process, for benchmarks.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import cython

from engine.commands import Command
from engine.events import Event
from persistence.errors import JournalError
from persistence.frames import FRAME_HEAD, Frame, FrameReader, clear_from, seal
from persistence.kinds import INBOUND, MESSAGE_HEAD, OUTBOUND, RECORD_HEAD, RESENT
from persistence.packing import Writer, put_command, put_event, put_message, put_session
from persistence.segments import (
    HURRIED_BYTES,
    SEGMENT_BYTES,
    PWrite,
    Stream,
    identity,
    prepare,
    segments,
    sync_directory,
)

Policy = Literal["fsync", "os", "memory"]

BLOCK_BYTES = 8 << 10  # read at once when sent messages are read again
BUFFER_BYTES_KEPT = 8 << 20  # a buffer that one frame made larger is given back


@cython.final
@cython.cclass
class Journal:
    """One writer's journal in `directory`. It is read to its end (`recorded`) before it is written.

    `position` is the place after the last commit and `number` that of its last record; `torn_bytes` were cut off at the
    end on opening, and `hurried_segments` counts those that nobody had prepared in time. A journal that ends before
    `known_end` has lost what others know it had.
    """

    __slots__ = (
        "_block",
        "_block_at",
        "_descriptor",
        "_lock",
        "_open_end",
        "_open_start",
        "_pwrite",
        "_salt",
        "_segment_bytes",
        "_stream",
        "_writer",
        "directory",
        "failure",
        "hurried_segments",
        "known_end",
        "number",
        "policy",
        "position",
        "ready",
        "torn_bytes",
    )

    def __init__(
        self, directory: Path, policy: Policy = "fsync", segment_bytes: int = SEGMENT_BYTES, pwrite: PWrite = os.pwrite
    ) -> None:
        """Take the directory, made if need be; JournalError if another process has it or files are missing.

        `pwrite` is how all of it is written: the system's, or that of a disk which fails.
        """
        self._pwrite = pwrite
        self.policy = policy
        self.directory = _directory_in_memory() if policy == "memory" else directory
        self.directory.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self.directory)
        try:
            self._salt = identity(self.directory)
            segments(self.directory)
        except JournalError:
            os.close(self._lock)
            raise
        self._segment_bytes = segment_bytes
        self._stream = Stream(self.directory)
        self._writer = Writer()
        self._writer.at = FRAME_HEAD
        self._block = b""
        self._block_at = 0
        self._descriptor = -1
        self._open_start = self._open_end = 0
        self.position = 0
        self.number = 0
        self.ready = False
        self.failure = ""
        self.torn_bytes = 0
        self.hurried_segments = 0
        self.known_end = 0

    def recorded(self, position: int = 0, first: int = 1) -> Iterator[Frame]:
        """All frames from a position on, where record `first` stands; then a torn end is cut and appending may begin.

        JournalError if the journal is damaged, or the files there begin later.
        """
        assert not self.ready, "the journal was read already"
        if position < self._stream.begin:
            begin = self._stream.begin
            self.close()
            raise JournalError(
                f"the journal in {self.directory} begins at position {begin}, and no snapshot reaches that far: "
                "restore the removed segments or a snapshot from a copy"
            )
        reader = FrameReader(self._stream, self._salt, position, first)
        yield from reader
        try:
            reader.refuse_damage()
            if reader.position < self.known_end:
                raise JournalError(
                    f"the journal ends in {self._stream.describe(reader.position)}, at position {reader.position}, but "
                    f"a snapshot or the audit has what came after, up to {self.known_end}: restore its end from a copy "
                    "or from the audit"
                )
            self.torn_bytes = clear_from(self._stream, reader.position)
            self.position = reader.position
            self.number = reader.first - 1
            if self._stream.segment(self.position) is None:
                prepare(self.directory, self.position, self._segment_bytes, self._pwrite)
        except OSError as error:
            self.close()
            raise JournalError(f"cannot write the journal in {self.directory}: {error}") from error
        except BaseException:
            self.close()
            raise
        self.ready = True

    @property
    def salt(self) -> bytes:
        """The identity that tells this journal from every other."""
        return self._salt

    @property
    def stream(self) -> Stream:
        """Its files, to be read by position."""
        stream: Stream = self._stream
        return stream

    @property
    def size_bytes(self) -> int:
        """What the journal's files take on disk."""
        return sum(segment.size for segment in segments(self.directory))

    def inbound(self, session: int, sequence: int, time_ns: int, message: bytes) -> int:
        """Append a message as it came; 0 for a number that was not read or not consumed. Returns its position."""
        return self.position + put_message(self._writer, INBOUND, 0, session, sequence, time_ns, message)

    def outbound(self, session: int, sequence: int, time_ns: int, message: bytes, resent: bool = False) -> int:
        """Append a message as it will leave; `resent` if its number is not new. Returns its position for `read_at`."""
        flags = RESENT if resent else 0
        return self.position + put_message(self._writer, OUTBOUND, flags, session, sequence, time_ns, message)

    def command(self, number: int, command: Command) -> None:
        """Append a command that the exchange executed as number `number`."""
        put_command(self._writer, number, command)

    def event(self, event: Event) -> None:
        """Append an event."""
        put_event(self._writer, event)

    def session(self, session: int, change: int, next_in: int, next_out: int, time_ns: int, text: bytes = b"") -> None:
        """Append what became of a session (`change`: persistence.kinds) and its next numbers in and out."""
        put_session(self._writer, change, session, next_in, next_out, time_ns, text)

    def commit(self, time_ns: int) -> int:
        """Write what was appended since the last commit; once this returns it is as safe as the policy says.

        Returns the position after it. JournalError, for good, if it cannot be written.
        """
        writer = self._writer
        if writer.records == 0:
            return self.position
        assert self.ready, "the journal is read to its end before it is written"
        if self.failure:
            raise JournalError(self.failure)
        seal(writer.data, writer.at, self._salt, writer.records, self.number + 1, time_ns, self.position)
        self._write(writer.data, writer.at)
        self.number += writer.records
        self.position += writer.at
        writer.records = 0
        writer.at = FRAME_HEAD
        if writer.size > BUFFER_BYTES_KEPT:
            self._writer = Writer()
            self._writer.at = FRAME_HEAD
        return self.position

    def pending_bytes(self) -> int:
        """How much has been appended since the last commit."""
        return self._writer.at - FRAME_HEAD

    def read_at(self, position: int) -> bytes:
        """The raw bytes of the message at a position that `inbound` or `outbound` gave, committed or not.

        Nothing where the segment has been removed.
        """
        start = position - self.position
        if start >= 0:
            data = self._writer.data
            length = int.from_bytes(data[start : start + 4], "little")
            return bytes(data[start + RECORD_HEAD + MESSAGE_HEAD : start + RECORD_HEAD + length])
        try:
            return self._read_committed(position)
        except FileNotFoundError:
            return b""

    def _read_committed(self, position: int) -> bytes:
        """Whoever reads one message reads the next ones, too; what was committed does not change: a block is kept."""
        if position < self._block_at or position + RECORD_HEAD > self._block_at + len(self._block):
            self._block = self._stream.read(position, min(BLOCK_BYTES, self.position - position))
            self._block_at = position
        at = position - self._block_at
        length = int.from_bytes(self._block[at : at + 4], "little")
        end = at + RECORD_HEAD + length
        if end <= len(self._block):
            return self._block[at + RECORD_HEAD + MESSAGE_HEAD : end]
        return self._stream.read(position + RECORD_HEAD + MESSAGE_HEAD, length - MESSAGE_HEAD)

    def close(self) -> None:
        """Let go of everything; what was not committed is lost."""
        self.failure = self.failure or "the journal is closed"
        self._stream.close()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
            if self.policy == "memory":
                shutil.rmtree(self.directory, ignore_errors=True)

    def _write(self, data: bytearray, end: int) -> None:
        at = 0
        position = self.position
        try:
            with memoryview(data) as view:
                while at < end:
                    if position >= self._open_end or position < self._open_start:
                        self._open(position)
                    stop = min(end, at + self._open_end - position)
                    with view[at:stop] as piece:
                        written = self._pwrite(self._descriptor, piece, position - self._open_start)
                    if written != stop - at:
                        raise OSError(f"only {written} of {stop - at} bytes were taken")
                    position += written
                    at = stop
        except (OSError, JournalError) as error:
            self.failure = f"cannot write the journal, {self._stream.describe(position)}: {error}"
            raise JournalError(self.failure) from error

    def _open(self, position: int) -> None:
        """Go to the segment that holds a position, made in a hurry if nobody prepared it."""
        segment = self._stream.segment(position)
        if segment is None:
            self.hurried_segments += 1
            prepare(self.directory, position, min(HURRIED_BYTES, self._segment_bytes), self._pwrite)
            segment = self._stream.segment(position)
            assert segment is not None
        durable = os.O_DSYNC if self.policy == "fsync" else 0
        descriptor = os.open(segment.path, os.O_WRONLY | os.O_CLOEXEC | durable)
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = descriptor
        self._open_start = segment.start
        self._open_end = segment.end
        if durable:
            sync_directory(self.directory)


def _lock(directory: Path) -> int:
    descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise JournalError(f"another process writes the journal in {directory}; stop it or choose --data-dir") from None
    return descriptor


def _directory_in_memory() -> Path:
    shared = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="outcry-journal-", dir=shared if shared.is_dir() else None))
