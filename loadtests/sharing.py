"""Who has which processor while latencies are measured.

In ping-pong client and server share one: then it never sleeps between a message and its answer. Where they have one
each, waking the other (virtual) processor takes longer than an order does, and whether it sleeps depends on what else
runs. Where the server has more to do than answer, the client would wait for its share of time: there they have one
each, and the client is urgent if the system lets it: else what it waits for its processor beside others, up to a tick
of the clock, 4 ms, would count as the server's.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Self


class Processors:
    """A context in which this thread and all threads of process `pid` are bound; nothing where Linux is not."""

    def __init__(self, pid: int, *, shared: bool) -> None:
        self._threads = [int(task.name) for task in Path(f"/proc/{pid}/task").glob("*")]
        self._shared = shared
        self._urgent = False
        self._before: dict[int, set[int]] = {}

    def __enter__(self) -> Self:
        if hasattr(os, "sched_setaffinity"):
            mine = os.sched_getaffinity(0)
            self._bind(0, max(mine) if self._shared else min(mine))
            for thread in self._threads:
                self._bind(thread, max(mine))
        if not self._shared and hasattr(os, "SCHED_RR"):
            with contextlib.suppress(PermissionError):
                os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
                self._urgent = True
        return self

    def __exit__(self, *_: object) -> None:
        if self._urgent:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        for thread, processors in self._before.items():
            os.sched_setaffinity(thread, processors)

    def _bind(self, thread: int, processor: int) -> None:
        self._before[thread] = os.sched_getaffinity(thread)
        os.sched_setaffinity(thread, {processor})


def one_processor(pid: int) -> Processors:
    """This thread and process `pid` share a processor."""
    return Processors(pid, shared=True)


def one_each(pid: int) -> Processors:
    """Process `pid` has the last processor, this thread the first."""
    return Processors(pid, shared=False)
