"""The venue's clock: the only place that reads the time."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """UTC in ns that never runs backwards, so that commands are stamped in their order."""

    __slots__ = ("_last_ns", "_read_ns")

    def __init__(self, last_ns: int = 0, read_ns: Callable[[], int] = time.time_ns) -> None:
        """`read_ns` is the system's clock, which may jump."""
        self._last_ns = last_ns
        self._read_ns = read_ns

    def now_ns(self) -> int:
        """The time; after a step backwards of the system's clock, the latest one said."""
        self._last_ns = max(self._last_ns, self._read_ns())
        return self._last_ns
