"""Sees to it that the venue stops taking orders before its disk is full: cancels still need room in the journal.

Between what closes order entry and what opens it again lies a tenth of the limit, so that it does not flicker.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from engine.reasons import DISK_NEARLY_FULL, JOURNAL_NEARLY_FULL, NO_REASON
from persistence.segments import segments


@dataclass(frozen=True, slots=True)
class Room:
    """What the journal takes and what the disk has left, in bytes."""

    size_bytes: int
    free_bytes: int


def room(journal: Path) -> Room:
    """How it is now."""
    disk = os.statvfs(journal)
    return Room(sum(segment.size for segment in segments(journal)), disk.f_bavail * disk.f_frsize)


def entry_reason(now: Room, size_bytes_max: int | None, free_bytes_min: int, before: int) -> tuple[int, int, int]:
    """Why no new orders are let in (0: they are), with the value and the limit compared; `before` is what held so
    far.
    """
    limit = free_bytes_min + free_bytes_min // 10 if before == DISK_NEARLY_FULL else free_bytes_min
    if now.free_bytes < limit:
        return DISK_NEARLY_FULL, now.free_bytes, limit
    if size_bytes_max is not None:
        limit = size_bytes_max - size_bytes_max // 10 if before == JOURNAL_NEARLY_FULL else size_bytes_max
        if now.size_bytes > limit:
            return JOURNAL_NEARLY_FULL, now.size_bytes, limit
    return NO_REASON, 0, 0
