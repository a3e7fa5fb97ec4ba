"""Leaves the processors to the venue: processes beside it run when it does not want to.

Linux with autogroups weighs sessions against one another, and nice values only within a session: a process that has one
of its own, as every process of PostgreSQL has, would have as much of a processor as the venue, however nice it is, and
the venue would wait for it until the next tick of the clock, 4 ms later. So its session is made nice, too. On a machine
without an idle processor what is beside the venue then falls behind, and catches up afterwards.
"""

import os
import sys
from pathlib import Path

SESSION_NICE = 15  # a thirtieth of the venue's weight


def step_back(nice: int, policy: int | None = None, session_nice: int = SESSION_NICE) -> None:
    """Make this process nice, and its session `session_nice`; `policy` is one of Linux's, SCHED_BATCH if None."""
    os.nice(nice)
    if sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_BATCH if policy is None else policy, os.sched_param(0))
        make_session_nice(os.getpid(), session_nice)


def make_session_nice(pid: int, nice: int = SESSION_NICE) -> bool:
    """Whether the session of a process counts as `nice` now; False where there are no such groups.

    The system lets a user do so only ten times a second.
    """
    try:
        Path(f"/proc/{pid}/autogroup").write_text(str(nice))
    except OSError:
        return False
    return True


class NiceChildren:
    """The children of a process, each a session of its own: made nice as they come."""

    def __init__(self) -> None:
        self._done: frozenset[int] = frozenset()

    def look(self, parent: int) -> None:
        """Make the parent nice and those of its children that are new; called now and then."""
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        except OSError:
            return
        now = [parent, *map(int, children)]
        self._done = frozenset(pid for pid in now if pid in self._done or make_session_nice(pid))
