"""What must hold of any events, whatever the commands were: the arithmetic of orders (ORD, QTY) and of matches.

`check_event` is about one OrderEvent alone, `Checker` about all events of a venue in their order.
"""

from engine.codes import (
    BUY,
    CANCEL,
    CANCELED,
    DONE,
    DONE_FOR_DAY,
    ENTERED,
    EXPIRE,
    EXPIRED,
    FILLED,
    GTC,
    GTD,
    LIMIT,
    NEW,
    PARTIALLY_FILLED,
    PENDING_CANCEL,
    PENDING_REPLACE,
    REJECT,
    REJECTED,
    REPLACE,
    RESTATE,
    SELL,
    STATUS,
    TRADE,
    TRADE_CANCEL,
    TRADE_CORRECT,
)
from engine.events import DayEnded, Event, OrderEvent, RequestRejected
from engine.reasons import AUCTION_TRADE, DAY_ENDED, DUPLICATE_CL_ORD_ID

OPEN = (NEW, PARTIALLY_FILLED)
PENDING = (PENDING_CANCEL, PENDING_REPLACE)
STATUSES_AFTER = {
    ENTERED: (NEW,),
    TRADE: (PARTIALLY_FILLED, FILLED, *PENDING),
    TRADE_CORRECT: (PARTIALLY_FILLED, FILLED, CANCELED, EXPIRED, *PENDING),
    TRADE_CANCEL: (NEW, PARTIALLY_FILLED, CANCELED, EXPIRED, *PENDING),
    CANCEL: (CANCELED,),
    EXPIRE: (EXPIRED,),
    DONE: (DONE_FOR_DAY,),
    RESTATE: (*OPEN, *PENDING),
    REPLACE: (NEW, PARTIALLY_FILLED, FILLED, *PENDING),
    PENDING_CANCEL: (PENDING_CANCEL,),
    PENDING_REPLACE: PENDING,
    REJECT: (REJECTED, NEW, PARTIALLY_FILLED, FILLED, CANCELED, EXPIRED, *PENDING),
    STATUS: (REJECTED, NEW, PARTIALLY_FILLED, FILLED, CANCELED, EXPIRED, *PENDING),
}


def check_event(event: OrderEvent) -> None:
    """ORD-03, ORD-16, QTY-01 to QTY-03, VAL-04 of one event."""
    assert event.status in STATUSES_AFTER[event.kind], "ORD-03: ExecType and OrdStatus do not go together"
    assert 0 <= event.cum_lots <= max(event.quantity_lots, 0) or event.status == REJECTED
    if event.status in OPEN:
        assert event.leaves_lots > 0
        assert event.quantity_lots == event.cum_lots + event.leaves_lots, "QTY-01"
        assert (event.status == NEW) == (event.cum_lots == 0)
    elif event.status in PENDING:
        assert event.quantity_lots == event.cum_lots + event.leaves_lots, "QTY-01"
    else:
        assert event.leaves_lots == 0, "QTY-02: a terminal order has nothing open"
    if event.status == FILLED:
        assert event.quantity_lots == event.cum_lots > 0
    if event.status == REJECTED:
        assert (event.order_id, event.cum_lots, event.notional) == (0, 0, 0), "VAL-04"
    assert 0 <= event.displayed_lots <= event.leaves_lots, "ICE-06"
    assert (event.notional > 0) == (event.cum_lots > 0), "QTY-03: AvgPx is 0 without a fill"
    _check_deal(event)


def _check_deal(event: OrderEvent) -> None:
    """What belongs to a trade stands in trades alone; what was released is what was open."""
    if event.kind in (TRADE_CORRECT, TRADE_CANCEL):
        assert (event.last_lots > 0) == (event.last_ticks > 0) == (event.kind == TRADE_CORRECT)
        assert (event.match, event.value > 0, event.limit > 0) == (0, True, True)
        return
    deal = (event.last_lots > 0, event.last_ticks > 0, event.match > 0)
    assert deal == (event.kind == TRADE,) * 3, "ORD-16"
    if event.kind == TRADE:
        assert event.released_lots == event.last_lots <= event.cum_lots
        worst = event.price_ticks if event.ord_type == LIMIT else event.risk_ticks
        within = event.last_ticks <= worst if event.side == BUY else event.last_ticks >= worst
        unpriced_in_auction = event.reason == AUCTION_TRADE and event.ord_type != LIMIT
        assert within or unpriced_in_auction, "traded beyond its price"
    if event.kind in (CANCEL, EXPIRE, DONE):
        assert event.released_lots == event.quantity_lots - event.cum_lots > 0
    if event.kind in (ENTERED, REJECT, STATUS, *PENDING):
        assert event.released_lots == 0


class Checker:
    """Follows a venue from its first event; `orders` has the last event of every order, by its number, `pending` the
    requests that are pending of it, by their names.
    """

    def __init__(self) -> None:
        self.sequence = 0
        self.command = 0
        self.match = 0
        self.order_id = 0
        self.orders: dict[int, OrderEvent] = {}
        self.pending: dict[int, dict[bytes, int]] = {}
        self.traded_lots: dict[tuple[int, int], int] = {}

    def see(self, events: list[Event]) -> None:
        """The events of the next command, all of them."""
        self.command += 1
        deals = []
        if any(isinstance(event, DayEnded) for event in events):
            self._check_night(events)
        for event in events:
            self.sequence += 1
            assert (event.sequence, event.command) == (self.sequence, self.command), "ORD-02: numbered without gaps"
            if isinstance(event, OrderEvent):
                check_event(event)
                if event.order_id:
                    self._follow(event)
                if event.kind == TRADE:
                    deals.append(event)
            elif isinstance(event, RequestRejected) and event.order_id:
                self._check_refusal(event)
        assert len(deals) % 2 == 0
        for taker, maker in zip(deals[::2], deals[1::2], strict=True):
            self._check_match(taker, maker)

    def _check_night(self, events: list[Event]) -> None:
        """MAT-13: of what was open the day's end expires all, once, but what is good till canceled or a date."""
        lasts = dict(self.orders)
        ends = []
        for event in events:
            if isinstance(event, OrderEvent) and event.kind in (EXPIRE, DONE) and event.reason == DAY_ENDED:
                ends.append(event.order_id)
            elif isinstance(event, OrderEvent) and event.order_id and not ends:
                lasts[event.order_id] = event
        days = [last.order_id for last in lasts.values() if last.leaves_lots and last.time_in_force not in (GTC, GTD)]
        assert sorted(ends) == sorted(days)

    def _follow(self, event: OrderEvent) -> None:
        """One step of one order's life."""
        before = self.orders.get(event.order_id)
        if before is None:
            assert event.kind == ENTERED, "ORD-12: first of all an order is entered"
            self.order_id += 1
            assert event.order_id == self.order_id, "ORD-15: orders are numbered without gaps"
        elif event.kind in (STATUS, REJECT):
            assert _standing(event) == _standing(before), "IDN-02: an answer changes nothing"
            assert event.status == self._status(event, before.status)
            return
        elif event.kind in PENDING:
            assert _standing(event) == _standing(before), "ORD-08: what is pending is not in force"
            assert before.leaves_lots > 0 or before.status in (FILLED, *PENDING), "CXR-07"
            assert event.orig_cl_ord_id == _name(before) != event.cl_ord_id, "CXR-03"
            self.pending.setdefault(event.order_id, {})[event.cl_ord_id] = event.kind
        elif event.kind in (TRADE_CORRECT, TRADE_CANCEL):
            self._check_correction(before, event)
        else:
            self._check_step(before, event)
            if event.kind in (CANCEL, REPLACE):
                self.pending.get(event.order_id, {}).pop(event.cl_ord_id, None)
        assert event.status == self._status(event, event.status)
        self.orders[event.order_id] = event

    def _status(self, event: OrderEvent, ended: int) -> int:
        """ORD-04, ORD-07, ORD-08: what is pending precedes all but an end that nobody asked for."""
        if event.status == REJECTED or ended in (CANCELED, EXPIRED, DONE_FOR_DAY):
            return ended
        kinds = self.pending.get(event.order_id, {}).values()
        if kinds:
            return PENDING_CANCEL if PENDING_CANCEL in kinds else PENDING_REPLACE
        if event.leaves_lots == 0:
            return FILLED
        return PARTIALLY_FILLED if event.cum_lots else NEW

    def _check_refusal(self, event: RequestRejected) -> None:
        """CXR-02, CXR-03: it says how the order stands and, where it is known by one name only, which that is."""
        before = self.orders[event.order_id]
        was_pending = event.reason != DUPLICATE_CL_ORD_ID and event.cl_ord_id in self.pending.get(event.order_id, {})
        if was_pending:
            del self.pending[event.order_id][event.cl_ord_id]
        assert event.status == self._status(before, before.status), "CXR-02"
        assert not was_pending or event.orig_cl_ord_id == _name(before), "CXR-03"

    def _check_step(self, before: OrderEvent, event: OrderEvent) -> None:
        assert event.kind != ENTERED, "an order is entered once"
        reopens = before.status in (FILLED, *PENDING) and event.kind == REPLACE and event.leaves_lots > 0
        assert before.leaves_lots > 0 or reopens, (
            "ORD-09, CXR-07: a terminal order changes no more, but by a replace to more"
        )
        assert _identity(event) == _identity(before), "ORD-15"
        assert event.ord_type == before.ord_type or event.kind == RESTATE
        assert event.cum_lots == before.cum_lots + event.last_lots, "QTY-03"
        assert event.notional == before.notional + event.last_lots * event.last_ticks, "QTY-03"
        assert event.released_ticks == before.risk_ticks, "RSK-06: released as it was reserved"
        if event.kind == REPLACE:
            assert event.released_lots == before.leaves_lots
            assert event.orig_cl_ord_id == _name(before) != event.cl_ord_id, "CXR-03"
        elif event.kind == RESTATE:
            assert event.leaves_lots == before.leaves_lots - event.released_lots, "QTY-06"
        else:
            assert (event.quantity_lots, event.price_ticks) == (before.quantity_lots, before.price_ticks)
            own = event.cl_ord_id if event.orig_cl_ord_id == b"" else event.orig_cl_ord_id
            assert own == _name(before), "ORD-10"

    def _check_correction(self, before: OrderEvent, event: OrderEvent) -> None:
        """ORD-09, QTY-03: a correction changes what is filled, and what is open of an order that has not ended."""
        more_lots = event.last_lots - event.released_lots
        assert _identity(event) == _identity(before), "ORD-15"
        assert event.cum_lots == before.cum_lots + more_lots, "QTY-03"
        was, now = event.released_lots * event.released_ticks, event.last_lots * event.last_ticks
        assert event.notional == before.notional + now - was, "QTY-03"
        assert event.quantity_lots == before.quantity_lots
        if before.status in (CANCELED, EXPIRED):
            assert event.status == before.status, "ORD-09: what was canceled stays so"
        else:
            assert event.leaves_lots == before.leaves_lots - more_lots
        key = (event.instrument, event.side)
        self.traded_lots[key] += more_lots

    def _check_match(self, taker: OrderEvent, maker: OrderEvent) -> None:
        """ORD-13, ORD-14: both sides of a match tell the same, at the resting order's price."""
        self.match += 1
        assert (taker.match, maker.match) == (self.match, self.match)
        in_auction = taker.reason == maker.reason == AUCTION_TRADE
        assert (taker.aggressor, maker.aggressor) == (not in_auction, False)
        assert {taker.side, maker.side} == {BUY, SELL}
        assert taker.instrument == maker.instrument
        assert taker.last_lots == maker.last_lots
        assert taker.last_ticks == maker.last_ticks
        assert maker.last_ticks == maker.price_ticks or in_auction
        for event in (taker, maker):
            key = (event.instrument, event.side)
            self.traded_lots[key] = self.traded_lots.get(key, 0) + event.last_lots

    def open_orders(self) -> list[OrderEvent]:
        """The last event of every open order, oldest first."""
        return [event for event in self.orders.values() if event.leaves_lots]


def _name(event: OrderEvent) -> bytes:
    """What its order is called after an event that it has had."""
    return event.orig_cl_ord_id if event.kind in (CANCEL, *PENDING) and event.orig_cl_ord_id else event.cl_ord_id


def _standing(event: OrderEvent) -> tuple[int, ...]:
    return (event.quantity_lots, event.cum_lots, event.leaves_lots, event.price_ticks, event.notional)


def _identity(event: OrderEvent) -> tuple[int, ...]:
    return (event.session, event.firm, event.instrument, event.side)
