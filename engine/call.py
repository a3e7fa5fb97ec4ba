"""What a book keeps for its phases: when the running one ends, what comes after it, and the orders that stand aside.

Aside stand market orders in a call, which have no price to rest at, and orders for an auction that has not begun
(MAT-14). Orders for an auction, resting or aside, are `bound` to it and end with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.answers import row
from engine.checks import is_bound
from engine.codes import (
    AT_THE_OPENING,
    BUY,
    CANCEL,
    CANCEL_ON_HALT,
    CLOSING_AUCTION,
    HALTED,
    LIMIT,
    OPENING_AUCTION,
    PRE_OPEN,
    SELL,
    STOP,
    STOP_LIMIT,
    TRADING,
)
from engine.dice import Dice
from engine.events import InstrumentChanged
from engine.order import Order
from engine.phase_commands import SetTradingRules
from engine.reasons import CANCELED_IN_HALT

if TYPE_CHECKING:
    from engine.book import Book


class CallBook:
    """One book's part of phases and auctions.

    `until_ns` is when the phase ends by itself (0: it does not), `after` the phase that is due when nothing else is;
    `reason` is why it was changed last (PHA-06);
    `scheduled_ns` when the calendar last said one. Orders up to `carried_order_id` were there when the call began, the
    inside midpoint was `midpoint_ticks` (0: there was none). `dice` are the venue's, which draw when a call ends.
    """

    __slots__ = (
        "after",
        "bound",
        "carried_order_id",
        "dice",
        "extensions",
        "market",
        "midpoint_ticks",
        "reason",
        "rules",
        "scheduled_ns",
        "until_ns",
        "waiting",
    )

    def __init__(self) -> None:
        self.rules = SetTradingRules()
        self.dice = Dice(self.rules.seed)
        self.until_ns = 0
        self.after = TRADING
        self.scheduled_ns = 0
        self.extensions = 0
        self.carried_order_id = 0
        self.midpoint_ticks = 0
        self.reason = 0
        self.market: dict[int, dict[int, Order]] = {BUY: {}, SELL: {}}
        self.waiting: dict[int, Order] = {}
        self.bound: dict[int, Order] = {}

    def remove(self, order: Order) -> None:
        """Forget an order that stands aside."""
        if self.waiting.pop(order.order_id, None) is None:
            del self.market[order.side][order.order_id]

    def orders(self) -> list[Order]:
        """Those that stand aside: market orders, buyers before sellers, then those whose auction has not begun."""
        return [*self.market[BUY].values(), *self.market[SELL].values(), *self.waiting.values()]

    def forget_ended(self) -> None:
        """Drop what is bound no more."""
        self.bound = {number: order for number, order in self.bound.items() if order.leaves_lots > 0}


def is_its_auction(time_in_force: int, phase: int) -> bool:
    """Whether a phase is of the auction that an order of this TimeInForce(59) is for."""
    if time_in_force == AT_THE_OPENING:
        return phase in (PRE_OPEN, OPENING_AUCTION)
    return phase == CLOSING_AUCTION


def hold(book: Book, order: Order) -> None:
    """Let an order that is not matched now rest, stand aside or, a stop, wait."""
    if order.ord_type in (STOP, STOP_LIMIT):
        book.enter(order)
        return
    call = book.call
    if is_bound(order.time_in_force):
        call.bound[order.order_id] = order
        if not is_its_auction(order.time_in_force, book.instrument.state):
            call.waiting[order.order_id] = order
            return
    if order.ord_type == LIMIT:
        book.rest(order)
    else:
        call.market[order.side][order.order_id] = order


def admit_waiting(book: Book, phase: int) -> None:
    """Let the orders whose auction begins come in, in the order in which they waited."""
    call = book.call
    for order in [order for order in call.waiting.values() if is_its_auction(order.time_in_force, phase)]:
        del call.waiting[order.order_id]
        if order.ord_type == LIMIT:
            book.rest(order)
        else:
            call.market[order.side][order.order_id] = order


def set_aside(book: Book, phase: int) -> None:
    """Let the orders for another auction than this phase's wait for theirs, which was broken off (MAT-14)."""
    call = book.call
    for order in call.bound.values():
        stands = order.leaves_lots > 0 and order.order_id not in call.waiting
        if stands and not is_its_auction(order.time_in_force, phase):
            book.remove(order)
            call.waiting[order.order_id] = order


def begin(book: Book, last_order_id: int) -> None:
    """Note what a call that begins now finds."""
    call = book.call
    call.extensions = 0
    call.carried_order_id = last_order_id
    call.midpoint_ticks = 0
    if book.bids.count and book.asks.count:
        low, high = book.bids.depth(1)[0][0], book.asks.depth(1)[0][0]
        call.midpoint_ticks = (low + high) // 2 if low < high else 0


def change(
    book: Book, state: int, reason: int, who: bytes, why: bytes, value: int = 0, limit: int = 0, until_ns: int = 0
) -> None:
    """Put an instrument into a phase and say so; a halt cancels the orders that ask for it (PHA-03)."""
    instrument = book.instrument
    instrument.state = state
    instrument.answers = row(book.call.rules.answers, state)
    book.call.until_ns = until_ns
    book.call.reason = reason
    tape = book.tape
    numbers = tape.stamp()
    tape.events.append(
        InstrumentChanged(
            *numbers, instrument.number, instrument.symbol, state, reason, who, why, value, limit, until_ns
        )
    )
    if state == HALTED:
        for order in [order for order in book.orders() if order.exec_inst & CANCEL_ON_HALT]:
            book.cancel(order, CANCEL, CANCELED_IN_HALT)
