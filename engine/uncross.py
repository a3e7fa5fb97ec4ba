"""The end of a call: what trades at the auction's price, and what becomes of the rest (AUC-05 to AUC-07).

Market orders come first, then better prices, then time (AUC-06); of an iceberg all of it takes part (ICE-09), at the
auction's price what is shown before what is hidden. Self-trade prevention is not applied (AUC-11), and nobody is the
aggressor. Afterwards market orders end or become limit orders, orders for this auction only end (MAT-14).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.auction import MARKET_PRICE, NASDAQ, NO_TRADE, TIEBREAKS, Indication, Interest, discover
from engine.checks import is_bound
from engine.codes import (
    AT_THE_CLOSE,
    AT_THE_OPENING,
    BUY,
    CALLS,
    CANCEL,
    CLOSING_AUCTION,
    LIMIT,
    MARKET_TO_LIMIT,
    NOTIONAL_MAX,
    SELL,
)
from engine.events import AuctionEnded
from engine.iceberg import take, tell_trade_before_others
from engine.order import Order
from engine.reasons import AUCTION_OVER, AUCTION_TRADE, MARKET_TO_LIMIT_PRICED, UNFILLED

if TYPE_CHECKING:
    from engine.book import Book, Ladder

Taken = dict[int, tuple[Order, int]]


def indicate(book: Book) -> Indication:
    """What uncrossing now would give (AUC-10)."""
    return discover(
        _interest(book, book.bids, BUY),
        _interest(book, book.asks, SELL),
        TIEBREAKS[book.call.rules.tiebreak],
        reference_ticks(book),
    )


def reference_ticks(book: Book) -> int:
    """The inside midpoint of before the call, rounded down to a tick, for those who measure from it; else the last
    price; before the first trade the instrument's reference price.
    """
    if book.call.rules.tiebreak == NASDAQ and book.call.midpoint_ticks:
        return book.call.midpoint_ticks
    return book.last_ticks or book.instrument.reference_ticks


def _interest(book: Book, ladder: Ladder, side: int) -> list[Interest]:
    market = [(MARKET_PRICE, order.leaves_lots) for order in book.call.market[side].values()]
    return market + [(level.price_ticks, level.quantity_lots) for level in ladder.levels]


def uncross(book: Book) -> None:
    """Trade what trades at one price, end or turn what must not stay, and say what the auction gave."""
    found = indicate(book) if is_crossed(book) else NO_TRADE
    phase = book.instrument.state
    if found.lots or phase in CALLS:
        numbers = book.tape.stamp()
        instrument = book.instrument
        book.tape.events.append(AuctionEnded(*numbers, instrument.number, instrument.symbol, phase, *found))
    if found.lots:
        buyers = _take(book, book.bids, BUY, found.lots)
        sellers = _take(book, book.asks, SELL, found.lots)
        _trade(book, buyers, sellers, found.price_ticks)
        book.last_ticks = found.price_ticks
    _settle_market(book, found.price_ticks)
    _end_bound(book, phase)


def is_crossed(book: Book) -> bool:
    """Whether anything could trade."""
    market = book.call.market
    if market[BUY] or market[SELL]:
        return True
    bids, asks = book.bids.depth(1), book.asks.depth(1)
    return bool(bids and asks and bids[0][0] >= asks[0][0])


def _take(book: Book, ladder: Ladder, side: int, lots: int) -> Taken:
    """Take so many lots off a side in the order of priority; the orders' own quantities are left for the tape."""
    taken: Taken = {}
    for order in list(book.call.market[side].values()):
        part = min(order.leaves_lots, lots)
        lots -= part
        if part:
            taken[order.order_id] = order, part
    while lots > 0:
        level = ladder.top()
        while lots > 0 and level.head is not None:
            resting = level.head
            hidden_lots = 0 if resting.terms is None else resting.terms.hidden_lots
            part = min(resting.leaves_lots - hidden_lots, lots)
            lots -= part
            taken[resting.order_id] = resting, part + taken.get(resting.order_id, (resting, 0))[1]
            take(book, level, resting, part)
        if level.head is None:
            ladder.drop(level)
    for order, part in taken.values():
        if order.order_id not in book.call.market[side]:
            order.leaves_lots += part
    return taken


def _trade(book: Book, buyers: Taken, sellers: Taken, price_ticks: int) -> None:
    """Pair both sides off, each in its order, and tell every trade."""
    tape = book.tape
    buys, sells = list(buyers.values()), list(sellers.values())
    buy, wanted = buys.pop(0)
    sell, offered = sells.pop(0)
    while True:
        lots = min(wanted, offered)
        tape.match += 1
        for order, left in ((buy, wanted), (sell, offered)):
            if left > lots:
                tell_trade_before_others(tape, order, lots, price_ticks, False)
            else:
                tape.executed(order, lots, price_ticks, False)
            tape.events[len(tape.events) - 1].reason = AUCTION_TRADE  # type: ignore[union-attr, misc]
        wanted -= lots
        offered -= lots
        if wanted == 0 and buys:
            buy, wanted = buys.pop(0)
        if offered == 0 and sells:
            sell, offered = sells.pop(0)
        if wanted == 0 or offered == 0:
            return


def _settle_market(book: Book, price_ticks: int) -> None:
    """Market orders do not outlive an auction: what is left of them becomes a limit order at its price, or ends."""
    market = book.call.market
    left = [*market[BUY].values(), *market[SELL].values()]
    market[BUY].clear()
    market[SELL].clear()
    for order in left:
        if order.leaves_lots == 0:
            continue
        rests = order.ord_type == MARKET_TO_LIMIT or book.call.rules.leftover_rests == 1
        rests = rests and not is_bound(order.time_in_force)
        if rests and price_ticks and order.quantity_lots <= NOTIONAL_MAX // price_ticks:
            released_ticks = order.risk_ticks
            order.ord_type = LIMIT
            order.risk_ticks = price_ticks
            book.tape.restated(order, MARKET_TO_LIMIT_PRICED, 0, released_ticks)
            book.rest(order)
        else:
            book.tape.ended(order, CANCEL, UNFILLED)


def _end_bound(book: Book, phase: int) -> None:
    """End what was for this auction only."""
    call = book.call
    over = (AT_THE_OPENING, AT_THE_CLOSE) if phase == CLOSING_AUCTION else (AT_THE_OPENING,)
    for order in call.bound.values():
        if order.leaves_lots > 0 and order.time_in_force in over:
            book.cancel(order, CANCEL, AUCTION_OVER)
    call.forget_ended()
