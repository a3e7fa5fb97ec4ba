"""Positions that are not in memory any more: a file without a name in the journal's directory, gone with its owner."""

from __future__ import annotations

import os
import tempfile
from array import array
from pathlib import Path

POSITION_BYTES = 8


class OlderPositions:
    """Positions of the first `count` messages, in order."""

    __slots__ = ("_descriptor", "count")

    def __init__(self, directory: Path) -> None:
        self.count = 0
        self._descriptor, name = tempfile.mkstemp(".positions", dir=directory)
        os.unlink(name)

    def __del__(self) -> None:
        os.close(self._descriptor)

    def extend(self, positions: array[int]) -> None:
        """Add those of the messages that follow."""
        data = positions.tobytes()
        written = os.pwrite(self._descriptor, data, self.count * POSITION_BYTES)
        if written != len(data):
            raise OSError(f"only {written} of {len(data)} bytes of positions were taken")
        self.count += len(positions)

    def between(self, begin: int, end: int) -> bytes:
        """Those of messages `begin` to `end`, counted from 1, both included."""
        return os.pread(self._descriptor, (end - begin + 1) * POSITION_BYTES, (begin - 1) * POSITION_BYTES)
