"""Everything that happened, as past participles, and the tape that numbers it.

An OrderEvent is one thing that happened to one order and how the order stands after it: the substance of one
ExecutionReport, one record of the journal, one row of the audit. Exposure is a fold over these events alone.
"""

from __future__ import annotations

import cython

from engine.codes import (
    CANCEL,
    CANCELED,
    DONE_FOR_DAY,
    ENTERED,
    EXPIRE,
    EXPIRED,
    FILLED,
    LIMIT,
    NEW,
    NS_PER_MS,
    PARTIALLY_FILLED,
    REJECT,
    REJECTED,
    RESTATE,
    STOP_LIMIT,
    TRADE,
)
from engine.notices import AuctionEnded, DayEnded, InstrumentChanged, MassCanceled
from engine.order import Fills, Order, Terms, displayed_lots
from engine.packed import add_property


@cython.final
@cython.no_gc
@cython.freelist(1024)
@cython.cclass
class OrderEvent:
    """One thing that happened to one order; `kind` is its ExecType(150), `sequence` its ExecID(17).

    `command` is the number of the causing command. `leaves_lots` is what is open after it, `released_lots` what stopped
    being open by it, valued for risk at `released_ticks`; what is open is valued at `risk_ticks` (RSK-03, RSK-06).
    `match` numbers the trade both of whose sides carry it (ORD-13). `value` and `limit` are what a refusal compared
    (RSK-11). In a TRADE_CORRECT or TRADE_CANCEL `released_lots` at `released_ticks` is what the trade was, `last_lots`
    at `last_ticks` what it is now; `value` is the ExecID(17) that told of it and `limit` its number.

    `displayed_lots` is what of `leaves_lots` the book shows, or would if the order rested now; 0 for a stop.
    `request_id`, `reports_total` and `last_report` belong to answers to status requests (IDN-07). Compiled, `cl_ord_id`
    is kept as its order keeps it until somebody asks for it (engine/packed.pxd).
    """

    __slots__ = (
        "account",
        "aggressor",
        "cl_ord_id",
        "command",
        "cum_lots",
        "displayed_lots",
        "exec_inst",
        "firm",
        "instrument",
        "kind",
        "last_lots",
        "last_report",
        "last_ticks",
        "leaves_lots",
        "limit",
        "limits_version",
        "match",
        "notional",
        "ord_type",
        "order_id",
        "orig_cl_ord_id",
        "price_ticks",
        "quantity_lots",
        "reason",
        "released_lots",
        "released_ticks",
        "reports_total",
        "request_id",
        "risk_ticks",
        "sequence",
        "session",
        "side",
        "status",
        "symbol",
        "terms",
        "time_in_force",
        "time_ns",
        "value",
    )

    sequence: int
    command: int
    time_ns: int
    kind: int
    reason: int
    order_id: int
    session: int
    firm: int
    instrument: int
    symbol: bytes
    side: int
    ord_type: int
    time_in_force: int
    exec_inst: int
    status: int
    price_ticks: int
    quantity_lots: int
    cum_lots: int
    leaves_lots: int
    displayed_lots: int
    terms: Terms | None
    notional: int
    last_lots: int
    last_ticks: int
    match: int
    aggressor: bool
    risk_ticks: int
    released_lots: int
    released_ticks: int
    if not cython.compiled:
        cl_ord_id: bytes
    orig_cl_ord_id: bytes
    account: bytes
    value: int
    limit: int
    limits_version: int
    request_id: bytes
    reports_total: int
    last_report: bool


@cython.final
@cython.no_gc
@cython.freelist(64)
@cython.cclass
class RequestRejected:
    """A cancel or replace was refused: the substance of OrderCancelReject(9). `order_id` 0 is none; `status` the
    order's (CXR-02). `value` and `limit` are what was compared (RSK-11).
    """

    __slots__ = (
        "cl_ord_id",
        "command",
        "instrument",
        "limit",
        "limits_version",
        "order_id",
        "orig_cl_ord_id",
        "reason",
        "response_to",
        "sequence",
        "session",
        "status",
        "symbol",
        "time_ns",
        "value",
    )

    sequence: int
    command: int
    time_ns: int
    session: int
    response_to: int
    order_id: int
    status: int
    reason: int
    instrument: int
    symbol: bytes
    cl_ord_id: bytes
    orig_cl_ord_id: bytes
    value: int
    limit: int
    limits_version: int


__all__ = [
    "AuctionEnded",
    "DayEnded",
    "Event",
    "InstrumentChanged",
    "MassCanceled",
    "OrderEvent",
    "RequestRejected",
    "Tape",
]

EVENTS_KEPT_MAX = 64
"""Of no more events a list's memory is kept for those of the next command, and so many events themselves."""

Event = OrderEvent | RequestRejected | MassCanceled | InstrumentChanged | AuctionEnded | DayEnded


if not cython.compiled:

    def take_name(event: OrderEvent, order: Order) -> None:
        """Have the order's `cl_ord_id` be the event's."""
        event.cl_ord_id = order.cl_ord_id

    def kept_name(event: OrderEvent) -> bytes:
        """Its `cl_ord_id`."""
        return event.cl_ord_id

    def keep_name(event: OrderEvent, name: bytes) -> None:
        """Make that its `cl_ord_id`."""
        event.cl_ord_id = name

    def next_event() -> OrderEvent:
        """An event to be filled (compiled: one that was kept, if there is one)."""
        return OrderEvent.__new__(OrderEvent)

    def add(events: list[Event], event: OrderEvent) -> None:
        """Append an event (compiled: without a call where there is room)."""
        events.append(event)

    def emptied(_tape: Tape) -> bool:
        """Whether the tape's list is empty again (compiled: with its memory, if nobody else has it any more; and the
        orders' events that nobody has are kept for those to come).
        """
        return False


def name_of(event: OrderEvent) -> bytes:
    """Its `cl_ord_id`, where that must be cheap."""
    return kept_name(event)


def give_name(event: OrderEvent, name: bytes) -> None:
    """Make that its `cl_ord_id`."""
    keep_name(event, name)


add_property(OrderEvent, "cl_ord_id", name_of, give_name)


@cython.final
@cython.cclass
class Tape:
    """Numbers and collects the events of one command after another; `events` are those since the last `start`,
    of which the gate has seen `observed`.
    """

    __slots__ = ("command", "event", "events", "match", "observed", "time_ns")

    def __init__(self) -> None:
        self.command = 0
        self.event = 0
        self.match = 0
        self.time_ns = 0
        self.observed = 0
        self.events: list[Event] = []

    def start(self, time_ns: int) -> None:
        """Begin the next command; the list handed out before stays its reader's."""
        self.command += 1
        self.time_ns = time_ns
        self.observed = 0
        if not emptied(self):
            self.events = []

    def stamp(self) -> tuple[int, int, int]:
        """Number, command and time of the event about to be added to `events`."""
        self.event += 1
        return self.event, self.command, self.time_ns

    def order(self, order: Order, kind: int, reason: int) -> OrderEvent:
        """Add what happened to an order, with how it stands now."""
        event = next_event()
        self.event += 1
        event.sequence = self.event
        event.command = self.command
        event.time_ns = self.time_ns
        event.kind = kind
        event.reason = reason
        event.order_id = order.order_id
        event.session = order.origin.session
        event.firm = order.origin.firm
        event.instrument = order.origin.instrument.number
        event.symbol = order.origin.instrument.symbol
        event.account = order.origin.account
        event.side = order.side
        event.ord_type = order.ord_type
        event.time_in_force = order.time_in_force
        event.exec_inst = order.exec_inst
        event.status = order.status
        event.price_ticks = order.risk_ticks if order.ord_type == LIMIT or order.ord_type == STOP_LIMIT else 0
        event.quantity_lots = order.quantity_lots
        fills = order.fills
        event.cum_lots = 0 if fills is None else fills.lots
        event.notional = 0 if fills is None else fills.notional
        event.last_lots = event.last_ticks = event.match = 0
        event.aggressor = event.last_report = False
        event.leaves_lots = order.leaves_lots
        event.displayed_lots = order.leaves_lots if order.terms is None else displayed_lots(order)
        event.terms = order.terms
        event.risk_ticks = order.risk_ticks
        event.released_lots = 0
        event.released_ticks = order.risk_ticks
        event.value = event.limit = 0
        event.limits_version = event.reports_total = 0
        take_name(event, order)
        event.orig_cl_ord_id = b""
        event.request_id = b""
        add(self.events, event)
        return event

    def accept(self, order: Order) -> None:
        """Note when an order's version is accepted: now (CXR-13)."""
        time_ms = self.time_ns // NS_PER_MS
        order.version_high = time_ms >> 16 & 255
        order.version_low = time_ms & 65_535

    def entered(self, order: Order) -> None:
        """The order was accepted (ORD-12: before any of its trades)."""
        self.accept(order)
        order.status = NEW
        self.order(order, ENTERED, 0)

    def rejected(self, order: Order, reason: int, value: int = 0, limit: int = 0, limits_version: int = 0) -> None:
        """The order was refused and is nothing (VAL-04)."""
        order.status = REJECTED
        order.leaves_lots = 0
        event = self.order(order, REJECT, reason)
        event.value = value
        event.limit = limit
        event.limits_version = limits_version

    def executed(self, order: Order, lots: int, ticks: int, aggressor: bool) -> None:
        """`lots` of the order traded at `ticks` in the current match; its level is the caller's business."""
        fills = order.fills
        if fills is None:
            order.fills = fills = Fills.__new__(Fills)
            fills.lots = 0
            fills.notional = 0
        fills.lots += lots
        fills.notional += lots * ticks
        order.leaves_lots -= lots
        if order.status <= PARTIALLY_FILLED:
            order.status = FILLED if order.leaves_lots == 0 else PARTIALLY_FILLED
        event = self.order(order, TRADE, 0)
        event.last_lots = lots
        event.last_ticks = ticks
        event.match = self.match
        event.aggressor = aggressor
        event.released_lots = lots

    def ended(self, order: Order, kind: int, reason: int) -> OrderEvent:
        """What was open of the order is canceled (CANCEL), has expired (EXPIRE) or is done for the day (DONE)."""
        lots = order.leaves_lots
        order.leaves_lots = 0
        order.status = CANCELED if kind == CANCEL else EXPIRED if kind == EXPIRE else DONE_FOR_DAY
        event = self.order(order, kind, reason)
        event.released_lots = lots
        return event

    def refused(
        self,
        response_to: int,
        order: Order | None,
        reason: int,
        session: int,
        instrument: int,
        symbol: bytes,
        cl_ord_id: bytes,
        orig_cl_ord_id: bytes,
    ) -> RequestRejected:
        """Add that a session's cancel (TO_CANCEL) or replace (TO_REPLACE) was refused; None is an order it does not
        have.
        """
        event = RequestRejected.__new__(RequestRejected)
        self.event += 1
        event.sequence = self.event
        event.command = self.command
        event.time_ns = self.time_ns
        event.session = session
        event.response_to = response_to
        event.order_id = 0 if order is None else order.order_id
        event.status = REJECTED if order is None else order.status
        event.reason = reason
        event.instrument = instrument
        event.symbol = symbol
        event.cl_ord_id = cl_ord_id
        event.orig_cl_ord_id = orig_cl_ord_id
        event.value = 0
        event.limit = 0
        event.limits_version = 0
        self.events.append(event)
        return event

    def restated(self, order: Order, reason: int, released_lots: int, released_ticks: int) -> None:
        """The venue changed an open order unasked: so many lots are open no more, its worst price was this (ORD-11)."""
        self.accept(order)
        event = self.order(order, RESTATE, reason)
        event.released_lots = released_lots
        event.released_ticks = released_ticks
