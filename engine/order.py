"""An order, its rarer terms, where it comes from, and the price level in whose queue it rests."""

from __future__ import annotations

import cython

from engine.codes import FILLED, LIMIT, NEW, PARTIALLY_FILLED, STOP, STOP_LIMIT
from engine.instrument import Instrument
from engine.packed import add_property
from engine.slab import lay_end_to_end

if not cython.compiled:

    def kept_name(order: Order) -> bytes:
        """Its `cl_ord_id` (compiled: made of what is kept of it)."""
        return order.cl_ord_id

    def keeps_name(order: Order, name: bytes) -> bool:
        """Whether that is its `cl_ord_id` (compiled: without making it)."""
        return order.cl_ord_id == name

    def keep_name(order: Order, name: bytes) -> None:
        """Make that its `cl_ord_id`."""
        order.cl_ord_id = name

    def join(order: Order, level: Level) -> None:
        """Put an order at the end of a queue (compiled: without a look at how often its neighbours are held)."""
        order.prev = level.tail
        if level.tail is None:
            level.head = order
        else:
            level.tail.next = order
        level.tail = order

    def leave(order: Order, level: Level) -> None:
        """Take an order out of its queue, wherever it stands."""
        if order.prev is None:
            level.head = order.next
        else:
            order.prev.next = order.next
        if order.next is None:
            level.tail = order.prev
        else:
            order.next.prev = order.prev
        order.prev = order.next = None


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
@cython.cclass
class Origin:
    """Where orders come from: session, firm, account, instrument, the session's mode of self-trade prevention, and the
    SelfMatchPreventionID(7928) within the firm, empty without (SFT-01).

    Orders that have all that in common share one, which is why a million of them fit.
    """

    __slots__ = ("account", "firm", "instrument", "self_match", "self_trade", "session")

    def __init__(
        self, session: int, firm: int, account: bytes, instrument: Instrument, self_trade: int, self_match: bytes = b""
    ) -> None:
        self.session = session
        self.firm = firm
        self.account = account
        self.instrument = instrument
        self.self_trade = self_trade
        self.self_match = self_match


@cython.final
@cython.freelist(1024)
@cython.cclass
class Fills:
    """What of an order has traded: lots, and the sum of price_ticks x lots."""

    __slots__ = ("lots", "notional")

    lots: int
    notional: int


@cython.final
@cython.no_gc
@cython.cclass
class Order:
    """One order over all its versions; quantities are totals over them (QTY-04).

    `leaves_lots` is what is open; `risk_ticks` the worst price at which it may trade and is reserved: its own, or for
    an order without one its protection price (RSK-04, MAT-07). `terms` is None for an order without any, `fills` for
    one that never traded. STOP and STOP_LIMIT are orders not yet elected: then they become others. Links to the level
    and the neighbours in its queue are None unless the order rests.

    `status` of one of which a cancel or replace is pending is that, whatever is filled of it (ORD-04); a status above
    PARTIALLY_FILLED does not follow from its fills.

    `version_high` and `version_low` are when its version was accepted: the last 24 bits of the milliseconds since 1970.

    This is what a resting order costs (128 bytes), so what can be shared or worked out is a property. Compiled,
    `cl_ord_id` is one, too: it is kept packed (engine/packed.pxd).
    """

    __slots__ = (
        "cl_ord_id",
        "exec_inst",
        "fills",
        "leaves_lots",
        "level",
        "next",
        "ord_type",
        "order_id",
        "origin",
        "prev",
        "quantity_lots",
        "risk_ticks",
        "side",
        "status",
        "terms",
        "time_in_force",
        "version_high",
        "version_low",
    )

    order_id: int
    origin: Origin
    if not cython.compiled:
        cl_ord_id: bytes
    side: int
    ord_type: int
    time_in_force: int
    exec_inst: int
    status: int
    version_high: int
    version_low: int
    risk_ticks: int
    quantity_lots: int
    leaves_lots: int
    fills: Fills | None
    terms: Terms | None
    level: Level | None
    prev: Order | None
    next: Order | None

    @property
    def session(self) -> int:
        """The session it belongs to."""
        return self.origin.session

    @property
    def firm(self) -> int:
        """The firm it is for."""
        return self.origin.firm

    @property
    def account(self) -> bytes:
        """Account(1), empty without."""
        return self.origin.account

    @property
    def instrument(self) -> Instrument:
        """What it is to buy or sell."""
        return self.origin.instrument

    @property
    def self_trade(self) -> int:
        """Its mode of self-trade prevention as an incoming order (SFT-02)."""
        return self.origin.self_trade

    @property
    def price_ticks(self) -> int:
        """Its limit; 0 without one."""
        return limit_ticks(self)

    @property
    def cum_lots(self) -> int:
        """What has traded."""
        return filled_lots(self)

    @property
    def notional(self) -> int:
        """The sum of price_ticks x lots of its fills."""
        return 0 if self.fills is None else self.fills.notional


lay_end_to_end(Order)


def name_of(order: Order) -> bytes:
    """Its `cl_ord_id`, where that must be cheap."""
    return kept_name(order)


def has_name(order: Order, name: bytes) -> bool:
    """Whether that is its `cl_ord_id`, which is cheaper."""
    return keeps_name(order, name)


def give_name(order: Order, name: bytes) -> None:
    """Make that its `cl_ord_id`."""
    keep_name(order, name)


add_property(Order, "cl_ord_id", name_of, give_name)


def is_own(order: Order, origin: Origin) -> bool:
    """Whether an order must not trade with those from an origin: of one firm, and one identifier in it (SFT-01)."""
    return order.origin.firm == origin.firm and order.origin.self_match == origin.self_match


def limit_ticks(order: Order) -> int:
    """Its `price_ticks`, where that must be cheap."""
    return order.risk_ticks if order.ord_type == LIMIT or order.ord_type == STOP_LIMIT else 0


def filled_lots(order: Order) -> int:
    """Its `cum_lots`, where that must be cheap."""
    return 0 if order.fills is None else order.fills.lots


def filled_status(order: Order) -> int:
    """OrdStatus(39) by its fills alone, of an order that nothing else has ended."""
    if order.leaves_lots == 0:
        return FILLED
    return NEW if order.fills is None or order.fills.lots == 0 else PARTIALLY_FILLED


def displayed_lots(order: Order) -> int:
    """What the book shows of an order, or would if it rested now; nothing of a stop (ICE-06, STO-06)."""
    terms = order.terms
    if terms is None:
        return order.leaves_lots
    if order.ord_type == STOP or order.ord_type == STOP_LIMIT:
        return 0
    if order.level is not None:
        return order.leaves_lots - terms.hidden_lots
    return min(terms.display_lots, order.leaves_lots) if terms.display_lots > 0 else order.leaves_lots


def new_order(
    origin: Origin,
    cl_ord_id: bytes,
    side: int,
    ord_type: int,
    time_in_force: int,
    exec_inst: int,
    quantity_lots: int,
    price_ticks: int,
    terms: Terms | None,
) -> Order:
    """An order as requested, not yet known to anybody; `terms` become its own."""
    order = Order.__new__(Order)
    if not cython.compiled:  # else it is clear already
        order.order_id = 0
        order.fills = order.level = order.prev = order.next = None
    order.origin = origin
    keep_name(order, cl_ord_id)
    order.side = side
    order.ord_type = ord_type
    order.time_in_force = time_in_force
    order.exec_inst = exec_inst
    order.status = NEW
    order.risk_ticks = price_ticks
    order.quantity_lots = quantity_lots
    order.leaves_lots = quantity_lots
    order.terms = terms
    return order


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
        order.level = self
        join(order, self)
        self.quantity_lots += order.leaves_lots
        if order.terms is not None:
            self.hidden_lots += order.terms.hidden_lots
        self.count += 1

    def remove(self, order: Order) -> None:
        """Take an order out of the queue, wherever it stands, with what it has open."""
        leave(order, self)
        order.level = None
        self.quantity_lots -= order.leaves_lots
        if order.terms is not None:
            self.hidden_lots -= order.terms.hidden_lots
        self.count -= 1


def new_level() -> Level:
    """An empty level, of no price yet."""
    level = Level.__new__(Level)
    level.key = 0
    level.price_ticks = 0
    level.quantity_lots = 0
    level.hidden_lots = 0
    level.count = 0
    level.head = None
    level.tail = None
    return level
