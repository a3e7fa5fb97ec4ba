"""The price-time order book of one instrument.

Each side keeps its levels in a list with the best one last, so that the busy end is the cheap end: most orders come and
go within a few levels of it, where a search from that end is quicker than any map, and most levels live briefly. A
level's key is its price for bids and minus it for asks, so a better price is always a larger key.
"""

from __future__ import annotations

import cython

from engine.call import CallBook
from engine.checks import may_rest
from engine.choices import USUAL, end_unfilled, part_lots
from engine.codes import (
    BUY,
    CANCEL,
    FOK,
    IOC,
    LIMIT,
    MARKET_TO_LIMIT,
    NOTIONAL_MAX,
    PRICE_TICKS_MAX,
    STOP,
    STOP_LIMIT,
    STP_CANCEL_OLDEST,
    STP_DECREMENT,
    STP_NONE,
)
from engine.dice import Dice
from engine.events import Tape
from engine.iceberg import sweep
from engine.instrument import Instrument
from engine.order import Level, Order, filled_lots, is_own, new_level
from engine.reasons import BELOW_MIN_QUANTITY, CANNOT_FILL, MARKET_TO_LIMIT_PRICED, POST_ONLY_REPRICED, UNFILLED
from engine.self_trade import prevent
from engine.stops import StopBook

NO_KEY = -(1 << 62)

SPARE_LEVELS_MAX = 64
"""How many empty levels a side keeps for its next ones."""

if not cython.compiled:

    def key_at(levels: list[Level], place: int) -> int:
        """The key of a level (compiled: without taking hold of the level)."""
        return levels[place].key


@cython.final
@cython.cclass
class Ladder:
    """The levels of one side; `sign` is 1 for bids and -1 for asks, `best` the key of the best level or NO_KEY.

    Of `_levels` the first `count` are in use. Those behind them are empty and wait to be the next: where a book is
    thin, almost every order opens a level and closes it again.
    """

    __slots__ = ("_levels", "best", "count", "sign")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.best = NO_KEY
        self.count = 0
        self._levels: list[Level] = []

    @property
    def levels(self) -> list[Level]:
        """The levels in use, the best one last."""
        return self._levels[: self.count]

    def append(self, order: Order) -> None:
        """Put an order at the end of the queue at its price."""
        key = order.risk_ticks * self.sign
        if key > self.best:
            level = self._open(self.count, key)
            self.best = key
        else:
            place = self._place(key)
            level = self._levels[place]
            if level.key != key:
                level = self._open(place, key)
        level.append(order)

    def remove(self, order: Order) -> None:
        """Take an order out of its queue, and its level out of the side if that was the last one."""
        level = order.level
        assert level is not None
        level.remove(order)
        if level.head is None:
            self.drop(level)

    def top(self) -> Level:
        """The best level; there must be one."""
        return self._levels[self.count - 1]

    def _open(self, place: int, key: int) -> Level:
        """Put an empty level at a place."""
        levels = self._levels
        if self.count == len(levels):
            levels.append(new_level())
        if place < self.count:
            levels.insert(place, levels.pop(self.count))
        level = levels[place]
        level.key = key
        level.price_ticks = key * self.sign
        level.quantity_lots = 0
        level.hidden_lots = 0
        self.count += 1
        return level

    def drop(self, level: Level) -> None:
        """Close an empty level."""
        levels = self._levels
        if level.key != self.best:
            levels.append(levels.pop(self._place(level.key)))
        self.count -= 1
        count = self.count
        if len(levels) - count > SPARE_LEVELS_MAX:
            levels.pop()
        self.best = NO_KEY
        if count != 0:
            level = levels[count - 1]
            self.best = level.key

    def _place(self, key: int) -> int:
        """How many levels are worse than a key: looked for in steps that double from the best one, then by halves."""
        levels = self._levels
        low = 0
        high = self.count
        middle = high
        step = 1
        while low < high:
            middle = (low + high) >> 1 if low > 0 or step > high else high - step
            if key_at(levels, middle) < key:
                low = middle + 1
            else:
                high = middle
            step += step
        return low

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
        """(price_ticks, lots shown, orders) of the best levels, best first (ICE-06)."""
        best_first = list(reversed(self.levels))[:levels_max]
        return [(level.price_ticks, level.quantity_lots - level.hidden_lots, level.count) for level in best_first]


@cython.final
@cython.cclass
class Book:
    """Orders of one instrument and how an incoming order meets them.

    `last_ticks` is the last trade's price, 0 before; `stops` are those not yet elected, `stop_count` how many; `call`
    is what it keeps for its phases. `choices` are engine.choices', `chooses` says whether any is not the usual one.
    """

    __slots__ = (
        "asks",
        "bids",
        "call",
        "choices",
        "chooses",
        "dice",
        "instrument",
        "last_ticks",
        "stop_count",
        "stops",
        "tape",
    )

    def __init__(self, instrument: Instrument, tape: Tape) -> None:
        self.instrument = instrument
        self.tape = tape
        self.bids = Ladder(1)
        self.asks = Ladder(-1)
        self.last_ticks = 0
        self.stops = StopBook()
        self.stop_count = 0
        self.call = CallBook()
        self.choices = USUAL
        self.chooses = False
        self.dice = Dice(USUAL.seed)

    def enter(self, order: Order) -> None:
        """Match an accepted order up to its `risk_ticks`, then rest what is left or cancel it as its type and time in
        force say; a stop waits.
        """
        if order.ord_type == STOP or order.ord_type == STOP_LIMIT:
            self.stops.append(order)
            self.stop_count += 1
            return
        opposite = self.asks if order.side == BUY else self.bids
        limit_key = order.risk_ticks * opposite.sign
        traded = self.tape.match
        if opposite.best >= limit_key:
            if order.time_in_force >= IOC and not self._is_enough(order, opposite, limit_key):
                return
            self._match(order, opposite, limit_key)
            if order.leaves_lots == 0:
                return
        if may_rest(order.time_in_force):
            if order.ord_type == LIMIT:
                self.rest(order)
                return
            if order.ord_type == MARKET_TO_LIMIT and self.tape.match > traded and self._price(order):
                return
        self._end_unfilled(order, CANNOT_FILL if order.time_in_force == FOK else UNFILLED)

    def _end_unfilled(self, order: Order, reason: int) -> None:
        if self.chooses:
            end_unfilled(self, order, reason)
        else:
            self.tape.ended(order, CANCEL, reason)

    def rest(self, order: Order) -> None:
        """Put an order at the end of its queue, an iceberg with its first part shown."""
        terms = order.terms
        if terms is not None and terms.display_lots != 0:
            shown_lots = part_lots(self, terms) if self.chooses else terms.display_lots
            terms.hidden_lots = max(order.leaves_lots - shown_lots, 0)
        (self.bids if order.side == BUY else self.asks).append(order)

    def _price(self, order: Order) -> bool:
        """Rest what a market-to-limit order has left as a limit order at its last price, if it may (MAT-08)."""
        if order.quantity_lots > NOTIONAL_MAX // self.last_ticks:
            return False
        released_ticks = order.risk_ticks
        order.ord_type = LIMIT
        order.risk_ticks = self.last_ticks
        self.tape.restated(order, MARKET_TO_LIMIT_PRICED, 0, released_ticks)
        self.rest(order)
        return True

    def _match(self, order: Order, opposite: Ladder, limit_key: int) -> None:
        """Trade with the best levels at keys >= limit_key, at the resting orders' prices (MAT-01, MAT-02, ORD-14)."""
        tape = self.tape
        origin = order.origin
        while order.leaves_lots > 0 and opposite.best >= limit_key:
            level = opposite.top()
            price = level.price_ticks
            if level.hidden_lots != 0:
                sweep(self, order, level)
            while order.leaves_lots > 0:
                resting = level.head
                if resting is None:
                    opposite.drop(level)
                    break
                if origin.self_trade != STP_NONE and is_own(resting, origin):
                    prevent(self, order, level, resting)
                    continue
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

    def _is_enough(self, order: Order, opposite: Ladder, limit_key: int) -> bool:
        """Whether what must trade at once would; else the order has ended (MAT-11, MAT-15)."""
        wanted = 0
        reason = CANNOT_FILL
        if order.time_in_force == FOK:
            wanted = order.leaves_lots
        elif order.terms is not None and order.terms.min_lots != 0:
            wanted = min(max(order.terms.min_lots - filled_lots(order), 0), order.leaves_lots)
            reason = BELOW_MIN_QUANTITY
        if self._can_fill(order, opposite, limit_key, wanted):
            return True
        self._end_unfilled(order, reason)
        return False

    def _can_fill(self, order: Order, opposite: Ladder, limit_key: int, wanted: int) -> bool:
        """Whether so many lots of an order would trade, hidden ones counted, its own orders as its mode of
        self-trade prevention has it (MAT-11, SFT-06).
        """
        origin = order.origin
        left = order.leaves_lots
        index = opposite.count - 1
        while wanted > 0 and index >= 0:
            level = opposite._levels[index]
            if level.key < limit_key:
                return False
            if origin.self_trade == STP_NONE:
                wanted -= level.quantity_lots
            else:
                resting = level.head
                behind = 0  # what comes after all that is shown
                while resting is not None and wanted > 0:
                    if not is_own(resting, origin):
                        hidden_lots = 0 if resting.terms is None else resting.terms.hidden_lots
                        behind += hidden_lots
                        wanted -= resting.leaves_lots - hidden_lots
                        left -= resting.leaves_lots - hidden_lots
                    elif origin.self_trade == STP_DECREMENT:
                        left -= resting.leaves_lots
                        if left < wanted:
                            return False
                    elif origin.self_trade != STP_CANCEL_OLDEST:
                        return False
                    resting = resting.next
                wanted -= behind
                left -= behind
            index -= 1
        return wanted <= 0

    def would_trade(self, order: Order) -> bool:
        """Whether any part of a limit order would trade now (PST-01, PST-02, SFT-06)."""
        opposite = self.asks if order.side == BUY else self.bids
        limit_key = order.risk_ticks * opposite.sign
        return opposite.best >= limit_key and self._can_fill(order, opposite, limit_key, 1)

    def slide_ticks(self, order: Order) -> int:
        """The best price at which a post-only order would not trade; 0 if there is none it could have."""
        opposite = self.asks if order.side == BUY else self.bids
        ticks = opposite.best * opposite.sign + opposite.sign
        if ticks < 1 or ticks > PRICE_TICKS_MAX or order.quantity_lots > NOTIONAL_MAX // ticks:
            return 0
        return ticks

    def slide(self, order: Order) -> None:
        """Reprice a post-only order that would trade (PST-01)."""
        released_ticks = order.risk_ticks
        order.risk_ticks = self.slide_ticks(order)
        self.tape.restated(order, POST_ONLY_REPRICED, 0, released_ticks)

    def cancel(self, order: Order, kind: int, reason: int) -> None:
        """End an open order: CANCEL, EXPIRE or DONE."""
        self.remove(order)
        self.tape.ended(order, kind, reason)

    def remove(self, order: Order) -> None:
        """Take an open order out without a word."""
        if order.level is None:
            if order.ord_type == STOP or order.ord_type == STOP_LIMIT:
                self.stops.remove(order)
                self.stop_count -= 1
            else:
                self.call.remove(order)
        else:
            (self.bids if order.side == BUY else self.asks).remove(order)

    def reduce(self, order: Order, quantity_lots: int) -> None:
        """Lower an open order's total quantity, its place in the queue kept; what is hidden goes first (CXR-09)."""
        lots = order.quantity_lots - quantity_lots
        order.quantity_lots = quantity_lots
        order.leaves_lots -= lots
        level = order.level
        if level is not None:
            level.quantity_lots -= lots
            terms = order.terms
            if terms is not None and terms.hidden_lots != 0:
                hidden_lots = min(lots, terms.hidden_lots)
                terms.hidden_lots -= hidden_lots
                level.hidden_lots -= hidden_lots

    def orders(self) -> list[Order]:
        """All open orders: bids, then asks, each best price first, then by time; unelected stops; those aside."""
        return self.bids.orders() + self.asks.orders() + self.stops.orders() + self.call.orders()
