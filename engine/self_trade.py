"""Self-trade prevention: what happens where an order meets one of its own (SFT-02, SFT-03, SFT-05 to SFT-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.codes import CANCEL, STP_CANCEL_BOTH, STP_CANCEL_NEWEST, STP_CANCEL_OLDEST, STP_DECREMENT
from engine.order import Level, Order
from engine.reasons import SELF_TRADE, SELF_TRADE_DECREMENT

if TYPE_CHECKING:
    from engine.book import Book


def prevent(book: Book, order: Order, level: Level, resting: Order) -> None:
    """End or reduce one or both of two orders that must not trade with one another, as the incoming one's mode says;
    the level is the caller's to drop.
    """
    tape = book.tape
    mode = order.self_trade
    if mode == STP_DECREMENT:
        lots = min(order.leaves_lots, resting.leaves_lots)
        _prevent_part(book, order, lots)
        if resting.leaves_lots == lots:
            level.remove(resting)
        _prevent_part(book, resting, lots)
        return
    if mode in (STP_CANCEL_OLDEST, STP_CANCEL_BOTH):
        level.remove(resting)
        tape.ended(resting, CANCEL, SELF_TRADE)
    if mode in (STP_CANCEL_NEWEST, STP_CANCEL_BOTH):
        tape.ended(order, CANCEL, SELF_TRADE)


def _prevent_part(book: Book, order: Order, lots: int) -> None:
    """Lots leave an order without a fill; one with none left ends (QTY-06)."""
    if order.leaves_lots == lots:
        book.tape.ended(order, CANCEL, SELF_TRADE)
    else:
        book.reduce(order, order.quantity_lots - lots)
        book.tape.restated(order, SELF_TRADE_DECREMENT, lots, order.risk_ticks)
