"""Takes snapshots without a pause of the venue: a process beside it restores the newest one, replays what the journal
has since, writes the next, and ends. So it also shows, while the venue trades, that the journal replays.

It then removes what nobody needs any more: older snapshots, and, where the settings limit them, segments of the journal
that are behind every kept snapshot and behind the audit.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from engine.exchange import Exchange
from persistence.courtesy import step_back
from persistence.errors import DeterminismError, JournalError, StateError
from persistence.frames import FrameReader
from persistence.projection import Progress
from persistence.recovery import Player, Recovered, roots_of
from persistence.segments import Stream, identity, remove_before, segments
from persistence.snapshots import Snapshot, drop_old, good, restore_newest, write
from risk.gate import RiskGate

NICE = 19
PATIENCE = 8
SHARE = 0.1
WORK_S = 0.01  # between two rests
BEHIND = 16  # it is if it lacks this part of what the journal grows by from one snapshot to the next
KEPT = 2
NS_PER_S = 1_000_000_000
FAULTS = (DeterminismError, JournalError, StateError, OSError)


@dataclass(frozen=True, slots=True)
class Retention:
    """What of a journal may go: segments beyond `keep_bytes`, or last written more than `keep_s` ago; -1 keeps all."""

    keep_bytes: int = -1
    keep_s: int = -1


class Restraint:
    """Called often, rests so that this process has no more than `share` of a processor."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._begun_s = time.process_time()

    def __call__(self) -> None:
        """Rest, if there was work enough to rest from."""
        worked_s = time.process_time() - self._begun_s
        if worked_s >= WORK_S:
            time.sleep(worked_s / self._share - worked_s)
            self._begun_s += worked_s


def take(journal: Path, share: float = 1.0) -> Snapshot | None:
    """Write a snapshot of the state at the journal's present end, replaying with `share` of a processor; None if the
    newest one is there already.

    JournalError and DeterminismError as for a start of the venue.
    """
    salt = identity(journal)
    stream = Stream(journal)
    exchange = Exchange(RiskGate())
    recovered = Recovered()
    roots = roots_of(exchange, recovered)
    try:
        newest, _ = restore_newest(stream, salt, roots)
        position, first = (stream.begin, 1) if newest is None else (newest.position, newest.record + 1)
        if newest is None and position:
            raise JournalError(f"the journal begins at position {position}, and no snapshot reaches that far")
        player = Player(exchange, recovered)
        rest = Restraint(share)
        last = None
        for frame in FrameReader(stream, salt, position, first):
            player.play(frame)
            last = frame
            rest()
        if last is None:
            return None
        stream.sync(position, last.end)
        return write(journal, salt, last, roots, recovered.commands, recovered.events)
    finally:
        stream.close()


def tidy(journal: Path, projected: int, retention: Retention, now_s: float) -> int:
    """Remove snapshots beyond the newest KEPT, and segments that may go; how many segments that were.

    A segment goes only if it lies wholly before the oldest of KEPT snapshots and before position `projected`.
    """
    drop_old(journal, KEPT)
    kept = list(good(journal, identity(journal)))
    if len(kept) < KEPT:
        return 0
    floor = min(projected, *(snapshot.frame for snapshot in kept))
    known = segments(journal)
    size_bytes = sum(segment.size for segment in known)
    before = 0
    for segment in known:
        too_many = retention.keep_bytes >= 0 and size_bytes > retention.keep_bytes
        too_old = retention.keep_s >= 0 and segment.path.stat().st_mtime < now_s - retention.keep_s
        if segment.end > floor or not (too_many or too_old):
            break
        size_bytes -= segment.size
        before = segment.end
    return remove_before(journal, before)


class Snapshotter:
    """The venue's hold on the process: one at a time, each time the journal has grown by `every_bytes` (0: never).

    It waits while the projection is behind, until the journal has grown by PATIENCE times as much, and replays with
    SHARE of a processor then: both want what the venue leaves of the processors and the disk, and a snapshot is worth
    no more than the replay it saves.
    """

    def __init__(self, journal: Path, progress: Path, every_bytes: int, retention: Retention) -> None:
        self._arguments = [str(journal), str(progress), str(retention.keep_bytes), str(retention.keep_s)]
        self._journal = journal
        self._progress = progress
        self._every_bytes = every_bytes
        self._from = -1
        self._child: subprocess.Popen[bytes] | None = None
        self.fault = ""

    def newest(self) -> Snapshot | None:
        """What the newest snapshot says of itself."""
        return next(good(self._journal, identity(self._journal)), None)

    def tick(self, position: int) -> None:
        """Called often with the journal's end: starts the process when it is due, and sees how it ended."""
        if self._every_bytes == 0:
            return
        if self._from < 0:
            newest = self.newest()
            self._from = newest.position if newest else 0
        if self._child is not None:
            code = self._child.poll()
            if code is None:
                return
            self.fault = f"the last attempt at a snapshot ended with {code}" if code else ""
            self._child = None
        grown = position - self._from
        if grown < self._every_bytes:
            return
        is_behind = position - Progress.load(self._progress).position >= self._every_bytes // BEHIND
        if not is_behind or grown >= PATIENCE * self._every_bytes:
            self._from = position
            self._child = self._spawn(SHARE if is_behind else 1.0)

    def _spawn(self, share: float) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(entry for entry in sys.path if entry)
        return subprocess.Popen(
            [sys.executable, "-m", "gateway.snapshotter", *self._arguments, "--share", str(share)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        )

    def wait(self) -> None:
        """Let the process that runs now, if one does, come to its end."""
        if self._child is not None:
            self._child.wait()

    def stop(self) -> None:
        """End it; a snapshot that is not complete is none."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None


def main() -> int:
    """Entry of the child process: 0, or 1 with one line on stderr."""
    parser = argparse.ArgumentParser(prog="gateway.snapshotter", description=__doc__)
    parser.add_argument("journal", type=Path)
    parser.add_argument("progress", type=Path)
    parser.add_argument("keep_bytes", type=int)
    parser.add_argument("keep_s", type=int)
    parser.add_argument("--share", type=float, default=1.0)
    given = parser.parse_args()
    step_back(NICE, getattr(os, "SCHED_IDLE", None), NICE)
    gc.disable()  # all that is made stays until the end
    try:
        take(given.journal, given.share)
        projected = Progress.load(given.progress).position
        tidy(given.journal, projected, Retention(given.keep_bytes, given.keep_s), time.time())
    except FAULTS as error:
        print(f"snapshot: {error}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
