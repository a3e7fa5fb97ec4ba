"""The price of a call auction: from what is wanted and what is offered at each price, the one at which most trades.

The candidates are the limits in the book (AUC-01), in some markets every tick between them. Of those the first that
stand out win: most lots executable, then the smallest surplus (AUC-02), then what a venue's ladder says (AUC-03,
AUC-04): where the pressure of all surpluses is on one side, the price it pushes to; else of those between which the
surplus changes sides the price nearest to the reference, the higher of two, or the reference itself, brought into their
range. A venue that does not look at pressure takes the nearest of all, or of those that orders which would be left over
name themselves (Nasdaq Rule 4754(b)(2)(C)).
Without any limit market orders trade at the reference (AUC-05). Prices are ticks, quantities lots.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

MARKET_PRICE: Final = 0
"""Instead of an interest's limit: it is there at every price."""

Interest = tuple[int, int]  # limit (or MARKET_PRICE), lots


class Tiebreak(NamedTuple):
    """How a venue decides among prices of equal volume and surplus: `every_tick` between the lowest and the highest
    limit is a candidate, `pressure` counts, so does that a price is `entered` by orders which would be left over at it,
    the reference `clamps` into the range instead of choosing the nearest.
    """

    every_tick: bool
    pressure: bool
    entered: bool
    clamps: bool


XETRA: Final = 1
T7: Final = 2
EURONEXT: Final = 3
NASDAQ: Final = 4
ASX: Final = 5
TIEBREAKS: Final[dict[int, Tiebreak]] = {
    XETRA: Tiebreak(every_tick=False, pressure=True, entered=False, clamps=False),
    T7: Tiebreak(every_tick=False, pressure=True, entered=False, clamps=True),
    EURONEXT: Tiebreak(every_tick=False, pressure=False, entered=False, clamps=False),
    NASDAQ: Tiebreak(every_tick=True, pressure=False, entered=True, clamps=False),
    ASX: Tiebreak(every_tick=True, pressure=True, entered=False, clamps=True),
}
TIEBREAK_NAMES: Final = {XETRA: "xetra", T7: "t7", EURONEXT: "euronext", NASDAQ: "nasdaq", ASX: "asx"}


class Indication(NamedTuple):
    """What an auction would do now: its price (0: no trade), the lots that trade, and the lots left over at that price,
    positive where buyers go without.
    """

    price_ticks: int
    lots: int
    surplus_lots: int


NO_TRADE: Final = Indication(0, 0, 0)


def discover(
    bids: Sequence[Interest], asks: Sequence[Interest], tiebreak: Tiebreak, reference_ticks: int
) -> Indication:
    """The auction's price for these interests, in any order; `reference_ticks` 0 is: there is none."""
    limits = sorted({ticks for ticks, _ in (*bids, *asks) if ticks != MARKET_PRICE})
    if not limits:
        wanted = sum(lots for _, lots in bids)
        offered = sum(lots for _, lots in asks)
        lots = min(wanted, offered) if reference_ticks else 0
        return Indication(reference_ticks, lots, wanted - offered) if lots else NO_TRADE
    points = _every_step(limits, reference_ticks) if tiebreak.every_tick else limits
    found = [(ticks, *_meet(*volume)) for ticks, volume in _curve(points, bids, asks)]
    most = max(lots for _, lots, _ in found)
    if most == 0:
        return NO_TRADE
    least = min(abs(surplus) for _, lots, surplus in found if lots == most)
    tied = [(ticks, surplus) for ticks, lots, surplus in found if lots == most and abs(surplus) == least]
    if tiebreak.entered:
        tied = _entered(tied, bids, asks) or tied
    ticks = _choose(tied, tiebreak, reference_ticks)
    [(_, volume)] = _curve([ticks], bids, asks)
    return Indication(ticks, *_meet(*volume))


def _meet(wanted: int, offered: int) -> tuple[int, int]:
    """Lots that trade, and the surplus."""
    return min(wanted, offered), wanted - offered


def _every_step(limits: list[int], reference_ticks: int) -> list[int]:
    """Of all ticks from the lowest to the highest limit or the reference, those next to which anything can change."""
    ends = [*limits, reference_ticks] if reference_ticks else limits
    low, high = min(ends), max(ends)
    steps = {near for ticks in ends for near in (ticks - 1, ticks, ticks + 1) if low <= near <= high}
    return sorted(steps)


def _curve(points: list[int], bids: Sequence[Interest], asks: Sequence[Interest]) -> list[tuple[int, tuple[int, int]]]:
    """For each price, rising, the lots wanted at it or above and those offered at it or below."""
    buyers = sorted(interest for interest in bids if interest[0] != MARKET_PRICE)
    sellers = sorted(interest for interest in asks if interest[0] != MARKET_PRICE)
    wanted = sum(lots for _, lots in bids)
    offered = sum(lots for ticks, lots in asks if ticks == MARKET_PRICE)
    gone = come = 0
    curve = []
    for point in points:
        while gone < len(buyers) and buyers[gone][0] < point:
            wanted -= buyers[gone][1]
            gone += 1
        while come < len(sellers) and sellers[come][0] <= point:
            offered += sellers[come][1]
            come += 1
        curve.append((point, (wanted, offered)))
    return curve


def _entered(tied: list[tuple[int, int]], bids: Sequence[Interest], asks: Sequence[Interest]) -> list[tuple[int, int]]:
    """Of the prices those that somebody who would go without at them has named."""
    buyers, sellers = {ticks for ticks, _ in bids}, {ticks for ticks, _ in asks}
    return [(ticks, surplus) for ticks, surplus in tied if surplus and ticks in (buyers if surplus > 0 else sellers)]


def _choose(tied: list[tuple[int, int]], tiebreak: Tiebreak, reference_ticks: int) -> int:
    """One of the prices, rising, that volume and surplus leave, or in a clamping venue one between them."""
    low, high = tied[0][0], tied[-1][0]
    if tiebreak.pressure and tied[-1][1] > 0:  # surplus falls as the price rises: all of them are buyers'
        return high
    if tiebreak.pressure and tied[0][1] < 0:
        return low
    if tiebreak.pressure:
        low, high = _turn(tied)
    if reference_ticks == 0:
        return high
    if tiebreak.clamps:
        return min(max(reference_ticks, low), high)
    between = [ticks for ticks, _ in tied if low <= ticks <= high]
    return min(between, key=lambda ticks: (abs(ticks - reference_ticks), -ticks))


def _turn(tied: list[tuple[int, int]]) -> tuple[int, int]:
    """Between which prices the surplus changes from the buyers to the sellers; all of them where it does not."""
    buyers = [ticks for ticks, surplus in tied if surplus > 0]
    sellers = [ticks for ticks, surplus in tied if surplus < 0]
    if buyers and sellers:
        return buyers[-1], sellers[0]
    return tied[0][0], tied[-1][0]
