"""What the operator hears while the venue recovers: how far the replay is, a line a second, and how it ended."""

from __future__ import annotations

import sys
import time

from persistence.recovery import Start

LINE_S = 1.0


class RecoveryLine:
    """Tells on standard error; nothing at all of a recovery that takes less than a second."""

    def __init__(self, end: int) -> None:
        """`end` is about where the journal ends."""
        self._end = max(1, end)
        self._begun_s = time.monotonic()
        self._told_s = self._replaying_s = self._begun_s
        self._first: tuple[int, int] | None = None

    def tell(self, commands: int, position: int) -> None:
        """So many commands have been executed, and the journal was read to a position."""
        now_s = time.monotonic()
        if self._first is None:
            self._first = commands, position
            self._replaying_s = now_s
        if now_s - self._told_s < LINE_S:
            return
        self._told_s = now_s
        share = min(99, 100 * position // self._end)
        done = commands - self._first[0]
        rate = f", {done / (now_s - self._replaying_s):,.0f} a second" if done else ""
        self._say(f"replaying the journal: {commands:,} commands, {share} %{rate}")

    def end(self, start: Start | None, replayed: int) -> None:
        """It is done; a snapshot that could not be used is always told."""
        for text in start.passed_over if start else []:
            self._say(f"passed over a snapshot: {text}")
        seconds = time.monotonic() - self._begun_s
        if seconds >= LINE_S:
            restored = ""
            if start and start.snapshot:
                restored = f"{start.commands:,} commands from a snapshot (state {start.snapshot.state_hash}), "
            self._say(f"recovered in {seconds:.1f} s: {restored}{replayed:,} replayed, every event as recorded")

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)
