"""Limits as versioned data: which row counts for a firm in an instrument, and the ceilings no row can lift (RSK-11).

A limit of 0 in a row is none of its own: the next more general row counts. The rows for a firm in an instrument are,
the most particular first: (firm, instrument), (firm, all), (all, instrument), (all, all). Gross and net notional are a
firm's across instruments and come from the rows for all instruments; the breaker is the venue's and comes from the rows
for all firms. What no row limits is held by a ceiling that keeps every sum of risk inside 64 bits.
"""

from __future__ import annotations

from typing import Final

import cython

from engine.codes import NOTIONAL_MAX, QUANTITY_LOTS_MAX
from engine.commands import SetLimits
from engine.reasons import (
    GROSS_NOTIONAL_LIMIT,
    NET_NOTIONAL_LIMIT,
    ORDER_NOTIONAL_LIMIT,
    ORDER_QUANTITY_LIMIT,
    POSITION_LIMIT,
    PRICE_ABOVE_COLLAR,
    PRICE_BELOW_COLLAR,
)

BP_MAX: Final = 1_000_000
WINDOW_NS_MAX: Final = 7 * 24 * 3600 * 10**9
WINDOW_NS_MIN: Final = 1_000

ACROSS_INSTRUMENTS: Final = ("gross_notional", "net_notional")
BOUNDS: Final = {
    "order_quantity_lots": QUANTITY_LOTS_MAX,
    "order_notional": NOTIONAL_MAX,
    "collar_bp": BP_MAX,
    "position_lots": QUANTITY_LOTS_MAX,
    "gross_notional": NOTIONAL_MAX,
    "net_notional": NOTIONAL_MAX,
    "move_bp": BP_MAX,
    "window_ns": WINDOW_NS_MAX,
}
FIELDS: Final = {
    ORDER_QUANTITY_LIMIT: "order_quantity_lots",
    ORDER_NOTIONAL_LIMIT: "order_notional",
    PRICE_ABOVE_COLLAR: "collar_bp",
    PRICE_BELOW_COLLAR: "collar_bp",
    POSITION_LIMIT: "position_lots",
    GROSS_NOTIONAL_LIMIT: "gross_notional",
    NET_NOTIONAL_LIMIT: "net_notional",
}


def defect(row: SetLimits) -> str:
    """What is wrong with a row, in words for its author; empty if nothing is."""
    for field, most in BOUNDS.items():
        if not 0 <= getattr(row, field) <= most:
            return f"{field} is {getattr(row, field)}, must be 0 to {most}"
    if row.instrument and (row.gross_notional or row.net_notional):
        return "gross_notional and net_notional are across instruments, must be 0 for one instrument"
    if bool(row.move_bp) != bool(row.window_ns):
        return "move_bp and window_ns belong together, must both be set or both be 0"
    if row.window_ns and row.window_ns < WINDOW_NS_MIN:
        return f"window_ns is {row.window_ns}, must be at least {WINDOW_NS_MIN}"
    return ""


@cython.final
@cython.cclass
class Limits:
    """What counts for one firm in one instrument: numbers that are always compared, but for `collar_bp` 0, no collar.

    `versions` has the version of the row each came from, by the names of SetLimits; 0 is a ceiling.
    """

    __slots__ = (
        "collar_bp",
        "gross_notional",
        "net_notional",
        "order_notional",
        "order_quantity_lots",
        "position_lots",
        "versions",
    )

    def __init__(self, found: dict[str, tuple[int, int]]) -> None:
        self.order_quantity_lots = found["order_quantity_lots"][0] or QUANTITY_LOTS_MAX
        self.order_notional = found["order_notional"][0] or NOTIONAL_MAX
        self.collar_bp = found["collar_bp"][0]
        self.position_lots = found["position_lots"][0] or QUANTITY_LOTS_MAX
        self.gross_notional = found["gross_notional"][0] or NOTIONAL_MAX
        self.net_notional = found["net_notional"][0] or NOTIONAL_MAX
        self.versions: dict[str, int] = {field: version for field, (_, version) in found.items()}

    def version(self, reason: int) -> int:
        """The version of the limit that `reason` says was exceeded; 0 where there is none."""
        field = FIELDS.get(reason)
        return 0 if field is None else self.versions[field]


class LimitTable:
    """Every row ever set and not yet overwritten, by firm and instrument; 0 is all."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int], SetLimits] = {}

    def put(self, row: SetLimits) -> None:
        """Put a row into force, in the place of the one for the same firm and instrument."""
        assert not defect(row), defect(row)
        self.rows[row.firm, row.instrument] = row

    def resolve(self, firm: int, instrument: int) -> Limits:
        """What counts for a firm in an instrument."""
        particular = [(firm, instrument), (firm, 0), (0, instrument), (0, 0)]
        across = [(firm, 0), (0, 0)]
        return Limits(
            {field: self._first(across if field in ACROSS_INSTRUMENTS else particular, field) for field in BOUNDS}
        )

    def breaker(self, instrument: int) -> tuple[int, int]:
        """The move, in hundredths of a percent (0: none), and the window, in ns, that halt an instrument."""
        keys = [(0, instrument), (0, 0)]
        return self._first(keys, "move_bp")[0], self._first(keys, "window_ns")[0]

    def _first(self, keys: list[tuple[int, int]], field: str) -> tuple[int, int]:
        """The first limit that is one, and its row's version."""
        for key in keys:
            row = self.rows.get(key)
            value = 0 if row is None else getattr(row, field)
            if row is not None and value:
                return value, row.version
        return 0, 0
