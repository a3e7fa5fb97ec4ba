"""The venue's clock: the only place that reads the time."""

from __future__ import annotations

import time


class Clock:
    """UTC in ns that never runs backwards, so that commands are stamped in their order."""

    __slots__ = ("_last_ns",)

    def __init__(self, last_ns: int = 0) -> None:
        self._last_ns = last_ns

    def now_ns(self) -> int:
        """The time; after a step backwards of the system's clock, the latest one said."""
        self._last_ns = max(self._last_ns, time.time_ns())
        return self._last_ns
