"""A disk that fails as disks do: full, broken, taking only part, or losing power in the midst of a write."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from random import Random

from persistence.segments import segments

SECTOR_BYTES = 512
FAULTS = ("none", "killed", "torn", "full", "broken", "short")


class KilledError(BaseException):
    """kill -9, or the power went, in the midst of a write: nothing of ours may catch it."""


class FaultyDisk:
    """`pwrite` for a journal; after `writes` good ones comes the fault, and a disk that is full or broken stays so."""

    def __init__(self, random: Random, fault: str, writes: int) -> None:
        assert fault in FAULTS
        self._random = random
        self._fault = fault
        self._left = writes

    def pwrite(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        """As os.pwrite, while the disk is well."""
        self._left -= 1
        if self._left >= 0 or self._fault == "none":
            return os.pwrite(descriptor, data, offset)
        match self._fault:
            case "killed":
                raise KilledError
            case "torn":
                self._tear(descriptor, bytes(data), offset)
                raise KilledError
            case "short" if len(data) > 1:
                return os.pwrite(descriptor, data[: self._random.randrange(1, len(data))], offset)
            case "full":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            case _:
                raise OSError(errno.EIO, os.strerror(errno.EIO))

    def _tear(self, descriptor: int, data: bytes, offset: int) -> None:
        """A beginning came to disk, or any of the sectors did and others not."""
        if self._random.random() < 0.5:
            os.pwrite(descriptor, data[: self._random.randrange(len(data))], offset)
            return
        at = 0
        while at < len(data):
            end = min(len(data), at + SECTOR_BYTES - (offset + at) % SECTOR_BYTES)
            if self._random.random() < 0.5:
                os.pwrite(descriptor, data[at:end], offset + at)
            at = end


def flip_bit(directory: Path, position: int, bit: int) -> None:
    """Change one bit of a journal's files; the same again changes it back."""
    segment = next(segment for segment in segments(directory) if segment.start <= position < segment.end)
    with segment.path.open("r+b") as file:
        file.seek(position - segment.start)
        byte = file.read(1)[0]
        file.seek(position - segment.start)
        file.write(bytes([byte ^ 1 << bit]))
