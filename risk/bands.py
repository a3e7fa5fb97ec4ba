"""The price collar: how far from the reference an order's price may be, both bounds included (RTS7 Art 20, CIR-01)."""

from __future__ import annotations

from engine.codes import PRICE_TICKS_MAX


def highest_ticks(reference_ticks: int, collar_bp: int) -> int:
    """The last tick at or below `reference_ticks` + `collar_bp` hundredths of a percent of it."""
    highest = reference_ticks * (10_000 + collar_bp) // 10_000
    return highest if highest < PRICE_TICKS_MAX else PRICE_TICKS_MAX


def lowest_ticks(reference_ticks: int, collar_bp: int) -> int:
    """The first tick at or above `reference_ticks` - `collar_bp` hundredths of a percent of it, and at least 1."""
    if collar_bp >= 10_000:
        return 1
    return (reference_ticks * (10_000 - collar_bp) + 9_999) // 10_000
