"""Latencies kept as HDR-style histograms: buckets of constant relative width, so that files stay small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

SUB_BITS = 5  # 32 buckets for each doubling: at most 3 % wide


class Histogram:
    """Counts of nanoseconds by bucket; adds up with others."""

    def __init__(self, ns: Iterable[int] = ()) -> None:
        self.counts: Counter[int] = Counter(bucket(value) for value in ns)

    def __add__(self, other: Histogram) -> Histogram:
        both = Histogram()
        both.counts = self.counts + other.counts
        return both

    @property
    def total(self) -> int:
        """How many were counted."""
        return self.counts.total()

    def at(self, share: float) -> float:
        """Microseconds that this share of them does not exceed by more than a bucket's width."""
        left = share * self.total
        for index in sorted(self.counts):
            left -= self.counts[index]
            if left <= 0:
                return round(highest(index) / 1000, 1)
        return 0.0

    def as_json(self) -> dict[str, int]:
        """Counts by the highest nanosecond of each bucket."""
        return {str(highest(index)): count for index, count in sorted(self.counts.items())}


def bucket(ns: int) -> int:
    """The number of the bucket that holds a value."""
    shift = max(ns.bit_length() - SUB_BITS - 1, 0)
    return (shift << SUB_BITS) + (ns >> shift)


def highest(index: int) -> int:
    """The greatest value of a bucket."""
    shift = max((index >> SUB_BITS) - 1, 0)
    return ((index - (shift << SUB_BITS) + 1) << shift) - 1
