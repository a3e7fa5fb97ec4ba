"""Trades taken back or changed: what becomes of the two orders, in the words of FIX's appendix D (J.1.a, J.1.b).

A fill that is taken back is open again, unless its order was canceled or has expired. What is open again goes to the
end of its queue if it may rest there, and never trades at once: else both sides of a busted trade would only trade
again. So the older order comes back first, and what cannot rest, or would trade, is canceled. The last price stays,
stops elected by the trade stay elected (STO-01), and limits do not stand in the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.call import hold
from engine.checks import may_rest
from engine.codes import (
    BUY,
    CANCEL,
    CANCELED,
    EXPIRED,
    FILLED,
    GTD,
    LIMIT,
    NOTIONAL_MAX,
    PRICE_TICKS_MAX,
    TRADE_CANCEL,
    TRADE_CORRECT,
)
from engine.order import filled_status
from engine.pending import note_next_due
from engine.reasons import TRADE_BUSTED, TRADE_CORRECTED
from engine.refusals import is_matching

if TYPE_CHECKING:
    from engine.exchange import Exchange
    from engine.order import Order
    from engine.trade_commands import CorrectTrade

CORRECTED_TRADES_MAX = 10_000
"""How many trades of a day may be corrected or busted."""


class Corrections:
    """What trades of the day are now, where that is not what they were: (lots, ticks, the ExecIDs that told the buyer
    and the seller so) by number. Trades up to `day_match` are of earlier days.
    """

    __slots__ = ("day_match", "standing")

    def __init__(self) -> None:
        self.day_match = 0
        self.standing: dict[int, tuple[int, int, int, int]] = {}

    def begin_day(self, match: int) -> None:
        """All trades up to this one stand for good."""
        self.day_match = match
        self.standing.clear()

    def stands(self, command: CorrectTrade) -> tuple[int, int, int, int]:
        """What a command's trade is now."""
        traded = command.traded_lots, command.traded_ticks, command.buy_exec_id, command.sell_exec_id
        return self.standing.get(command.match, traded)


def correct_trade(exchange: Exchange, command: CorrectTrade) -> None:
    """Tell both sides, the buyer first, and put in order what is open; nothing if it cannot be."""
    if correction_fault(exchange, command):
        return
    corrections = exchange.corrections
    lots, ticks, *exec_ids = corrections.stands(command)
    reopened = []
    told = []
    for order, exec_id in zip(_orders(exchange, command), exec_ids, strict=True):
        assert order is not None
        was_open = order.leaves_lots > 0
        if _correct(exchange, order, command.lots - lots, command.lots * command.ticks - lots * ticks):
            reopened.append((order.order_id, order, was_open))
        kind, reason = (TRADE_CORRECT, TRADE_CORRECTED) if command.lots else (TRADE_CANCEL, TRADE_BUSTED)
        event = exchange.tape.order(order, kind, reason)
        event.released_lots = lots
        event.released_ticks = ticks
        event.last_lots = command.lots
        event.last_ticks = command.ticks
        event.value = exec_id
        event.limit = command.match
        told.append(event.sequence)
    corrections.standing[command.match] = (command.lots, command.ticks, told[0], told[1])
    for _, order, was_open in sorted(reopened, key=lambda item: item[0]):
        _bring_back(exchange, order, was_open)


def correction_fault(exchange: Exchange, command: CorrectTrade) -> str:
    """Why a trade cannot become what a command says, in words; empty if it can."""
    corrections = exchange.corrections
    trade = f"trade {command.match}"
    if command.match <= corrections.day_match:
        return f"{trade} is of an earlier trading day and stands"
    if command.match not in corrections.standing and len(corrections.standing) >= CORRECTED_TRADES_MAX:
        return f"{CORRECTED_TRADES_MAX} trades of this day have been corrected, which is all that may be"
    lots, ticks, _, _ = corrections.stands(command)
    if lots == 0:
        return f"{trade} is busted already"
    if (command.lots, command.ticks) == (lots, ticks):
        return f"{trade} is that already"
    if command.lots and not 0 < command.ticks <= min(PRICE_TICKS_MAX, NOTIONAL_MAX // command.lots):
        return f"{trade} cannot have that price and quantity"
    for order in _orders(exchange, command):
        if order is None or order.cum_lots < lots:
            return f"{trade} is of an order that is not known any more"
        if command.lots - lots > order.quantity_lots - order.cum_lots:
            return f"{trade} cannot have that quantity: order {order.order_id} has not so much more"
    return ""


def _orders(exchange: Exchange, command: CorrectTrade) -> list[Order | None]:
    """The buyer's and the seller's order."""
    return [
        _order(exchange, command.buyer, command.buy_cl_ord_id, command.buy_order_id),
        _order(exchange, command.seller, command.sell_cl_ord_id, command.sell_order_id),
    ]


def _order(exchange: Exchange, session: int, cl_ord_id: bytes, order_id: int) -> Order | None:
    known = exchange.participant(session).orders
    order = known.get(cl_ord_id)
    if order is not None and order.order_id == order_id:
        return order
    return next((one for one in known.all() if one.order_id == order_id), None)


def _correct(exchange: Exchange, order: Order, more_lots: int, more_notional: int) -> bool:
    """Change what is filled of an order, and what is open of one that has not ended otherwise; whether that is more."""
    fills = order.fills
    assert fills is not None
    fills.lots += more_lots
    fills.notional += more_notional
    if order.status in (CANCELED, EXPIRED):
        return False
    book = exchange.book(order.instrument.number)
    assert book is not None
    if more_lots < 0 and order.leaves_lots > 0:
        book.remove(order)
    if more_lots > 0 and order.leaves_lots > more_lots:
        book.reduce(order, order.quantity_lots - more_lots)
        order.quantity_lots += more_lots
    elif more_lots:
        if more_lots > 0:
            book.remove(order)
        order.leaves_lots -= more_lots
    if order.status <= FILLED:
        order.status = filled_status(order)
    return more_lots < 0


def _bring_back(exchange: Exchange, order: Order, was_open: bool) -> None:
    """Let an order with more open than before rest at the end of its queue, or end it."""
    book = exchange.book(order.instrument.number)
    assert book is not None
    is_priced = order.ord_type == LIMIT
    rests = was_open or (is_priced and may_rest(order.time_in_force) and not _is_past(exchange, order))
    if exchange.participant(order.session).blocked:
        rests = False
    if rests and is_matching(order.instrument):
        opposite = book.asks if order.side == BUY else book.bids
        rests = opposite.best < order.risk_ticks * opposite.sign
    if not rests:
        exchange.tape.ended(order, CANCEL, TRADE_BUSTED)
        return
    if is_matching(order.instrument) and is_priced:
        book.rest(order)
    else:
        hold(book, order)
    if order.time_in_force == GTD:
        exchange.expiries.add(order)
        note_next_due(exchange)


def _is_past(exchange: Exchange, order: Order) -> bool:
    """Whether a good-till-date order's instant has come."""
    terms = order.terms
    return order.time_in_force == GTD and terms is not None and terms.expire_ns <= exchange.tape.time_ns
