"""An order of the naive exchange, and the words it is told in."""

from dataclasses import dataclass
from typing import Any

from engine import codes, commands, events

Fact = tuple[Any, ...]
OPEN = (codes.NEW, codes.PARTIALLY_FILLED)
RESTING_TIF = (codes.DAY, codes.GTC, codes.GTD)
AUCTION_TIF = (codes.AT_THE_OPENING, codes.AT_THE_CLOSE)
KNOWN_TIF = (*RESTING_TIF, *AUCTION_TIF, codes.IOC, codes.FOK)
KNOWN_TYPES = (codes.MARKET, codes.LIMIT, codes.STOP, codes.STOP_LIMIT, codes.MARKET_TO_LIMIT)
PRICED = (codes.LIMIT, codes.STOP_LIMIT)
WAITING = (codes.STOP, codes.STOP_LIMIT)
NO_TERMS = (0, 0, 0, 0)


@dataclass
class NaiveOrder:
    """An order that was entered; `rank` is its time priority, `worst` the worst price at which it may trade.

    It `rests` in the book, which shows `shown` of it, `gathers` without a price in a call, or `waits` for its auction.
    """

    session: int
    firm: int
    instrument: int
    name: bytes
    side: int
    ord_type: int
    tif: int
    price: int
    quantity: int
    stp: int
    number: int = 0
    cum: int = 0
    leaves: int = 0
    status: int = codes.NEW
    worst: int = 0
    rank: int = 0
    stop: int = 0
    display: int = 0
    minimum: int = 0
    expires: int = 0
    post_only: bool = False
    rests: bool = False
    gathers: bool = False
    waits: bool = False
    shown: int = 0
    self_match: bytes = b""

    def take_terms(self, command: commands.EnterOrder | commands.ReplaceOrder) -> None:
        found = NO_TERMS if command.terms is None else command.terms.values()
        self.stop, self.display, self.minimum, self.expires = found
        self.post_only = bool(command.exec_inst & codes.POST_ONLY)
        if isinstance(command, commands.EnterOrder):
            self.self_match = command.self_match

    def leave(self) -> None:
        """Stand nowhere."""
        self.rests = self.gathers = self.waits = False

    def displayed(self, trades_on: bool = False) -> int:
        """What the book shows of it; of one that has been taken from for other trades too, a part at most."""
        if self.ord_type in WAITING:
            return 0
        if self.rests and not trades_on:
            return self.shown
        return min(self.display, self.leaves) if self.display > 0 else self.leaves


def own(one: NaiveOrder, other: NaiveOrder) -> bool:
    """Whether two orders are of one firm, and of one identifier in it."""
    return (one.firm, one.self_match) == (other.firm, other.self_match)


def place(order: NaiveOrder) -> Fact:
    """Where an order stands among the open ones: by instrument, bids before asks, by price and time; after them stops,
    market orders that gather, and those that wait for their auction.
    """
    if order.waits:
        return order.instrument, 3, 0, 0, order.rank
    if order.gathers:
        return order.instrument, 2, order.side, 0, order.rank
    unelected = order.ord_type in WAITING
    sign = 1 if (order.side == codes.BUY) == unelected else -1
    return order.instrument, unelected, order.side, sign * (order.stop if unelected else order.price), order.rank


def facts(event: events.Event) -> Fact:
    """What the naive exchange says of an event, of an event of the engine."""
    match event:
        case events.OrderEvent():
            e = event
            shown = (e.ord_type, e.displayed_lots)
            names = (e.cl_ord_id, e.orig_cl_ord_id)
            state = (e.side, e.price_ticks, e.quantity_lots, e.cum_lots, e.leaves_lots, e.status, e.reason)
            last = (e.last_lots, e.last_ticks, e.match)
            compared = (e.value, e.limit, e.limits_version)
            return (
                e.kind,
                e.order_id,
                e.session,
                e.instrument,
                *names,
                *state,
                last,
                compared,
                bool(e.aggressor),
                *shown,
            )
        case events.RequestRejected():
            compared = (event.value, event.limit, event.limits_version)
            names = (event.cl_ord_id, event.orig_cl_ord_id)
            return ("refused", event.response_to, event.order_id, event.status, *names, event.reason, compared)
        case events.MassCanceled():
            return ("mass canceled", event.cl_ord_id, event.response, event.reason, event.total_affected)
        case events.InstrumentChanged():
            found = (event.state, event.reason, event.value, event.limit, event.until_ns)
            return ("phase", event.instrument, *found)
        case events.AuctionEnded():
            return (
                "auction",
                event.instrument,
                event.phase,
                event.price_ticks,
                event.quantity_lots,
                event.surplus_lots,
            )
        case events.DayEnded():
            return ("day", event.day, event.orders_expired)
