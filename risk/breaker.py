"""The circuit breaker of one instrument: a trade too far from where the price was a moment ago (CIR-03, CIR-04).

The window is cut into SLOTS equal slots of the clock. The reference is the mean, rounded down to a tick, of the last
prices of those of the SLOTS slots before the running one that saw a trade; the running slot does not count, so that a
fast move cannot drag its own measure along. If none of them saw a trade, the last slot that did counts alone; before
the first it is the instrument's reference price. A trade `move_bp` hundredths of a percent of the reference or more
away from it trips the breaker, once. When trading resumes all that is forgotten, and the next trade is the reference
until its slot is over. A clock that steps back stays in the running slot.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import cython

SLOTS: Final = 60


@cython.final
@cython.cclass
class Breaker:
    """What one instrument's trades were; `move_bp` 0 never trips. `reference_ticks` 0 is: the next trade will say."""

    __slots__ = ("_slot", "_slot_ns", "_sum_ticks", "last_ticks", "move_bp", "reference_ticks", "samples", "tripped")

    def __init__(self, reference_ticks: int) -> None:
        self.move_bp = 0
        self._slot_ns = 1
        self.last_ticks = 0
        self.restart(reference_ticks)

    def configure(self, move_bp: int, window_ns: int) -> None:
        """Take over other limits (0, 0: none); with another window the reference restarts from the last price."""
        self.move_bp = move_bp
        slot_ns = max(1, window_ns // SLOTS)
        if slot_ns != self._slot_ns:
            self._slot_ns = slot_ns
            self.restart(self.last_ticks or self.reference_ticks)

    def restart(self, reference_ticks: int) -> None:
        """Forget all trades; the reference is `reference_ticks`, or where that is 0 the next trade."""
        self.reference_ticks = reference_ticks
        self.last_ticks = 0
        self.tripped = False
        self.samples: deque[tuple[int, int]] = deque()
        self._slot = 0
        self._sum_ticks = 0

    def trade(self, ticks: int, time_ns: int) -> bool:
        """Take note of a trade; whether it trips the breaker."""
        if self.move_bp:
            slot = time_ns // self._slot_ns
            if slot > self._slot:
                self._turn(slot)
        self.last_ticks = ticks
        if self.reference_ticks == 0:
            self.reference_ticks = ticks
        moved = ticks - self.reference_ticks
        if moved < 0:
            moved = -moved
        if self.move_bp == 0 or self.tripped or moved * 10_000 < self.reference_ticks * self.move_bp:
            return False
        self.tripped = True
        return True

    def _turn(self, slot: int) -> None:
        """A slot is over: its last price becomes a sample, and samples leave the window, but for the newest."""
        samples = self.samples
        if self.last_ticks:
            samples.append((self._slot, self.last_ticks))
            self._sum_ticks += self.last_ticks
            while len(samples) > 1 and samples[0][0] < slot - SLOTS:
                self._sum_ticks -= samples.popleft()[1]
            self.reference_ticks = self._sum_ticks // len(samples)
        self._slot = slot
