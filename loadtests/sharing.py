"""Puts the client and the server on one processor while ping-pong is measured.

Then it never sleeps between a message and its answer. Where they have one each, waking the other (virtual) processor
takes longer than an order does, and whether it sleeps depends on what else runs.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self


class OneProcessor:
    """A context in which this thread and all threads of process `pid` share a processor; nothing where Linux is not."""

    def __init__(self, pid: int) -> None:
        self._threads = [0, *(int(task.name) for task in Path(f"/proc/{pid}/task").glob("*"))]
        self._before: dict[int, set[int]] = {}

    def __enter__(self) -> Self:
        if hasattr(os, "sched_setaffinity"):
            chosen = max(os.sched_getaffinity(0))
            for thread in self._threads:
                self._before[thread] = os.sched_getaffinity(thread)
                os.sched_setaffinity(thread, {chosen})
        return self

    def __exit__(self, *_: object) -> None:
        for thread, processors in self._before.items():
            os.sched_setaffinity(thread, processors)
