"""Random numbers for the core (AUC-09): SplitMix on 63 bits, whose state is one number; a replay draws the same."""

from __future__ import annotations

MASK = (1 << 63) - 1  # so that a snapshot holds it as a signed number


class Dice:
    """Draws from a seed."""

    __slots__ = ("state",)

    def __init__(self, seed: int) -> None:
        self.state = seed & MASK

    def draw(self, most: int) -> int:
        """A number from 0 to `most`."""
        if most <= 0:
            return 0
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return (mixed ^ (mixed >> 31)) % (most + 1)
