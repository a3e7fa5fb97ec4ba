"""What a firm holds and may come to hold: a fold over events, in lots per instrument and in money across them.

The worst case (RSK-03) is that either all open buys of an instrument trade and no sell does, or the other way round.
A lot is worth what it is worth at the instrument's reference price, whatever price an order has or a trade had: so no
order counts for nothing (RSK-04), a fill can never raise a worst case that was checked when its order came, and no sum
has to remember prices. Nothing is rounded. All sums stay below 2**62: a worst case worth more than NOTIONAL_MAX in an
instrument or across instruments is refused, limit or no limit.
"""

from __future__ import annotations

import cython

from engine.codes import BUY, NOTIONAL_MAX
from risk.limits import Limits


@cython.final
@cython.no_gc
@cython.cclass
class Firm:
    """A firm across instruments, in money units.

    `gross_notional` is the sum of the worst cases whichever way each goes, `long_notional` the signed sum if all buys
    trade and no sell does, `short_notional` the negative of the sum if all sells trade and no buy does.
    """

    __slots__ = ("gross_notional", "long_notional", "number", "short_notional")

    def __init__(self, number: int) -> None:
        self.number = number
        self.gross_notional = 0
        self.long_notional = 0
        self.short_notional = 0


@cython.final
@cython.no_gc
@cython.cclass
class Position:
    """A firm in an instrument (its number): `lots` it holds (negative: short), `buy_lots` and `sell_lots` it has open.

    `lot_worth` is the money one lot counts for, `lots_max` the ceiling of a worst case, `limits` what counts here.
    """

    __slots__ = ("buy_lots", "firm", "instrument", "limits", "lot_worth", "lots", "lots_max", "sell_lots")

    def __init__(self, firm: Firm, instrument: int, limits: Limits, lot_worth: int) -> None:
        assert 0 < lot_worth <= NOTIONAL_MAX, "a lot at the reference price is worth 1 to NOTIONAL_MAX"
        self.firm = firm
        self.instrument = instrument
        self.limits = limits
        self.lot_worth = lot_worth
        self.lots_max = NOTIONAL_MAX // lot_worth
        self.lots = 0
        self.buy_lots = 0
        self.sell_lots = 0

    def worst_lots(self, side: int) -> int:
        """How far to a side of 0 the position may come, if all open orders of it trade and none of the other."""
        return self.lots + self.buy_lots if side == BUY else self.sell_lots - self.lots

    def worst(self) -> int:
        """The larger of both worst cases, in lots; never negative."""
        bought = self.lots + self.buy_lots
        sold = self.sell_lots - self.lots
        return bought if bought > sold else sold

    def reserve(self, side: int, lots: int) -> None:
        """More lots are open on a side, or fewer (negative)."""
        before = self.worst()
        if side == BUY:
            self.buy_lots += lots
            self.firm.long_notional += lots * self.lot_worth
        else:
            self.sell_lots += lots
            self.firm.short_notional += lots * self.lot_worth
        self.firm.gross_notional += (self.worst() - before) * self.lot_worth

    def fill(self, side: int, lots: int) -> None:
        """Open lots of a side have traded: their reservation becomes a position (RSK-06)."""
        before = self.worst()
        if side == BUY:
            self.buy_lots -= lots
            self.lots += lots
            self.firm.short_notional -= lots * self.lot_worth
        else:
            self.sell_lots -= lots
            self.lots -= lots
            self.firm.long_notional -= lots * self.lot_worth
        self.firm.gross_notional += (self.worst() - before) * self.lot_worth

    def revalue(self, lot_worth: int) -> None:
        """The instrument has another reference price."""
        assert self.worst() <= NOTIONAL_MAX // lot_worth, "a position is worth more than NOTIONAL_MAX"
        firm = self.firm
        more = lot_worth - self.lot_worth
        firm.gross_notional += self.worst() * more
        firm.long_notional += self.worst_lots(BUY) * more
        firm.short_notional += (self.sell_lots - self.lots) * more
        assert firm.gross_notional <= NOTIONAL_MAX, "a firm's positions are worth more than NOTIONAL_MAX"
        self.lot_worth = lot_worth
        self.lots_max = NOTIONAL_MAX // lot_worth
