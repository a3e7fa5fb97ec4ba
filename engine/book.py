"""The price-time order book of one instrument.

Each side keeps its levels in a list with the best one last, so that the busy end is the cheap end, and finds a level by
its price in a dict; a level's key is its price for bids and minus it for asks, so a better price is always a larger
key.
"""

from __future__ import annotations

from bisect import bisect_left

import cython

from engine.codes import BUY, CANCEL, DAY, FOK, GTC, LIMIT, STP_NONE
from engine.events import Tape
from engine.instrument import Instrument
from engine.order import Level, Order
from engine.reasons import CANNOT_FILL, SELF_TRADE, UNFILLED

NO_KEY = -(1 << 62)


@cython.final
@cython.cclass
class Ladder:
    """The levels of one side; `sign` is 1 for bids and -1 for asks, `best` the key of the best level or NO_KEY."""

    __slots__ = ("best", "by_price", "keys", "levels", "sign")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.best = NO_KEY
        self.keys: list[int] = []
        self.levels: list[Level] = []
        self.by_price: dict[int, Level] = {}

    def append(self, order: Order) -> None:
        """Put an order at the end of the queue at its price."""
        price = order.price_ticks
        level = self.by_price.get(price)
        if level is None:
            level = self._new_level(price)
        level.append(order)

    def remove(self, order: Order) -> None:
        """Take an order out of its queue, and its level out of the side if that was the last one."""
        level = order.level
        assert level is not None
        level.remove(order)
        if level.head is None:
            self.drop(level)

    def _new_level(self, price_ticks: int) -> Level:
        level = Level.__new__(Level)
        key = price_ticks * self.sign
        level.key = key
        level.price_ticks = price_ticks
        level.quantity_lots = 0
        level.count = 0
        level.head = None
        level.tail = None
        self.by_price[price_ticks] = level
        if key > self.best:
            self.best = key
            self.keys.append(key)
            self.levels.append(level)
        else:
            index = bisect_left(self.keys, key)
            self.keys.insert(index, key)
            self.levels.insert(index, level)
        return level

    def drop(self, level: Level) -> None:
        """Forget an empty level."""
        del self.by_price[level.price_ticks]
        if level.key == self.best:
            self.keys.pop()
            self.levels.pop()
            count = len(self.levels)
            self.best = self.levels[count - 1].key if count else NO_KEY
        else:
            index = bisect_left(self.keys, level.key)
            del self.keys[index]
            del self.levels[index]

    def orders(self) -> list[Order]:
        """All resting orders, best price first, then by time."""
        found = []
        for level in reversed(self.levels):
            order = level.head
            while order is not None:
                found.append(order)
                order = order.next
        return found

    def depth(self, levels_max: int) -> list[tuple[int, int, int]]:
        """(price_ticks, quantity_lots, orders) of the best levels, best first."""
        best_first = list(reversed(self.levels))[:levels_max]
        return [(level.price_ticks, level.quantity_lots, level.count) for level in best_first]


@cython.final
@cython.cclass
class Book:
    """Resting orders of one instrument and how an incoming order meets them; `last_ticks` is the last trade's price, 0
    before.
    """

    __slots__ = ("asks", "bids", "instrument", "last_ticks", "tape")

    def __init__(self, instrument: Instrument, tape: Tape) -> None:
        self.instrument = instrument
        self.tape = tape
        self.bids = Ladder(1)
        self.asks = Ladder(-1)
        self.last_ticks = 0

    def enter(self, order: Order) -> None:
        """Match an accepted order up to its `risk_ticks`, then rest what is left or cancel it as its type and time in
        force say.
        """
        opposite = self.asks if order.side == BUY else self.bids
        limit_key = order.risk_ticks * opposite.sign
        if opposite.best >= limit_key:
            if order.time_in_force == FOK and not self._can_fill(order, opposite, limit_key):
                self.tape.ended(order, CANCEL, CANNOT_FILL)
                return
            self._match(order, opposite, limit_key)
            if order.leaves_lots == 0:
                return
        if order.ord_type == LIMIT and (order.time_in_force == DAY or order.time_in_force == GTC):
            (self.bids if order.side == BUY else self.asks).append(order)
        else:
            self.tape.ended(order, CANCEL, CANNOT_FILL if order.time_in_force == FOK else UNFILLED)

    def _match(self, order: Order, opposite: Ladder, limit_key: int) -> None:
        """Trade with the best levels at keys >= limit_key, at the resting orders' prices (MAT-01, MAT-02, ORD-14)."""
        tape = self.tape
        while order.leaves_lots > 0 and opposite.best >= limit_key:
            level = opposite.levels[len(opposite.levels) - 1]
            price = level.price_ticks
            while order.leaves_lots > 0:
                resting = level.head
                if resting is None:
                    opposite.drop(level)
                    break
                if order.self_trade != STP_NONE and resting.firm == order.firm:
                    tape.ended(order, CANCEL, SELF_TRADE)
                    return
                lots = min(resting.leaves_lots, order.leaves_lots)
                tape.match += 1
                tape.executed(order, lots, price, True)
                tape.executed(resting, lots, price, False)
                level.quantity_lots -= lots
                self.last_ticks = price
                if resting.leaves_lots == 0:
                    level.remove(resting)
            else:
                if level.head is None:
                    opposite.drop(level)

    def _can_fill(self, order: Order, opposite: Ladder, limit_key: int) -> bool:
        """Whether all of a fill-or-kill order would trade, its own firm's orders in the way (MAT-11, SFT-06)."""
        wanted = order.leaves_lots
        index = len(opposite.levels) - 1
        while index >= 0:
            level = opposite.levels[index]
            if level.key < limit_key:
                return False
            if order.self_trade == STP_NONE:
                wanted -= level.quantity_lots
            else:
                resting = level.head
                while resting is not None and wanted > 0:
                    if resting.firm == order.firm:
                        return False
                    wanted -= resting.leaves_lots
                    resting = resting.next
            if wanted <= 0:
                return True
            index -= 1
        return False

    def cancel(self, order: Order, kind: int, reason: int) -> None:
        """End a resting order: CANCEL or EXPIRE."""
        self.remove(order)
        self.tape.ended(order, kind, reason)

    def remove(self, order: Order) -> None:
        """Take a resting order out without a word."""
        (self.bids if order.side == BUY else self.asks).remove(order)

    def reduce(self, order: Order, quantity_lots: int) -> None:
        """Lower a resting order's total quantity, its place in the queue kept (CXR-09)."""
        assert order.level is not None
        lots = order.quantity_lots - quantity_lots
        order.level.quantity_lots -= lots
        order.quantity_lots = quantity_lots
        order.leaves_lots -= lots

    def orders(self) -> list[Order]:
        """All resting orders: bids, then asks, each best price first, then by time."""
        return self.bids.orders() + self.asks.orders()
