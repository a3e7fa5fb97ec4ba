"""An order, its rarer terms, and the price level in whose queue it rests."""

from __future__ import annotations

import cython

from engine.instrument import Instrument


@cython.final
@cython.freelist(256)
@cython.cclass
class Terms:
    """What few orders ask for: StopPx(99), MaxFloor(111), MinQty(110) and when a GTD order expires; 0 is not asked for.

    `hidden_lots` is no term but how the order stands: what the book does not show of it now.
    """

    __slots__ = ("display_lots", "expire_ns", "hidden_lots", "min_lots", "stop_ticks")

    def __init__(self, stop_ticks: int = 0, display_lots: int = 0, min_lots: int = 0, expire_ns: int = 0) -> None:
        self.stop_ticks = stop_ticks
        self.display_lots = display_lots
        self.min_lots = min_lots
        self.expire_ns = expire_ns
        self.hidden_lots = 0

    def copy(self) -> Terms:
        """The same terms for an order of its own."""
        return Terms(self.stop_ticks, self.display_lots, self.min_lots, self.expire_ns)

    def values(self) -> tuple[int, int, int, int]:
        """What was asked for, in the order of the constructor."""
        return self.stop_ticks, self.display_lots, self.min_lots, self.expire_ns


@cython.final
@cython.no_gc
@cython.freelist(4096)
@cython.cclass
class Order:
    """One order over all its versions; quantities are totals over them (QTY-04).

    `leaves_lots` is what is open, `notional` the sum of price_ticks x lots of its fills, `risk_ticks` the worst
    price at which it may trade and is reserved (its own, or the protection price of a market order: RSK-04, MAT-07).
    `terms` is None for an order without any. STOP and STOP_LIMIT are orders not yet elected: then they become others.
    Links to the level and the neighbours in its queue are None unless the order rests.
    """

    __slots__ = (
        "account",
        "cl_ord_id",
        "cum_lots",
        "exec_inst",
        "firm",
        "instrument",
        "leaves_lots",
        "level",
        "next",
        "notional",
        "ord_type",
        "order_id",
        "prev",
        "price_ticks",
        "quantity_lots",
        "risk_ticks",
        "self_trade",
        "session",
        "side",
        "status",
        "terms",
        "time_in_force",
    )

    order_id: int
    session: int
    firm: int
    instrument: Instrument
    cl_ord_id: bytes
    account: bytes
    side: int
    ord_type: int
    time_in_force: int
    exec_inst: int
    self_trade: int
    status: int
    price_ticks: int
    risk_ticks: int
    quantity_lots: int
    cum_lots: int
    leaves_lots: int
    notional: int
    terms: Terms | None
    level: Level | None
    prev: Order | None
    next: Order | None


@cython.final
@cython.no_gc
@cython.freelist(1024)
@cython.cclass
class Level:
    """The orders of one side at one price, first in first out (MAT-01).

    `quantity_lots` is all that is open here, `hidden_lots` what of it is not shown.
    """

    __slots__ = ("count", "head", "hidden_lots", "key", "price_ticks", "quantity_lots", "tail")

    key: int
    price_ticks: int
    quantity_lots: int
    hidden_lots: int
    count: int
    head: Order | None
    tail: Order | None

    def append(self, order: Order) -> None:
        """Put an order at the end of the queue."""
        tail = self.tail
        order.level = self
        order.prev = tail
        order.next = None
        if tail is None:
            self.head = order
        else:
            tail.next = order
        self.tail = order
        self.quantity_lots += order.leaves_lots
        if order.terms is not None:
            self.hidden_lots += order.terms.hidden_lots
        self.count += 1

    def remove(self, order: Order) -> None:
        """Take an order out of the queue, wherever it stands, with what it has open."""
        before = order.prev
        after = order.next
        if before is None:
            self.head = after
        else:
            before.next = after
        if after is None:
            self.tail = before
        else:
            after.prev = before
        order.level = None
        order.prev = None
        order.next = None
        self.quantity_lots -= order.leaves_lots
        if order.terms is not None:
            self.hidden_lots -= order.terms.hidden_lots
        self.count -= 1
