"""Where exchanges differ in what becomes of an order: a command that makes the choices, and what each comes to.

All choices are 0 where the venue does what RULES of the standard, or else most venues, do; a book asks here only if
some are not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.codes import (
    BUY,
    CANCEL,
    DAY,
    ELECTION_ROUNDS_MAX,
    EXPIRE,
    FILLED,
    GTC,
    GTD,
    ICEBERG_PARTS_MAX,
    LIMIT,
    MARKET,
    MARKET_TO_LIMIT,
    NOTIONAL_MAX,
    PENDING_CANCEL,
    PENDING_REPLACE,
    PRICE_TICKS_MAX,
    STOP,
    STOP_LIMIT,
    TRADING,
)
from engine.dice import Dice
from engine.order import Order, Terms, filled_lots, limit_ticks
from engine.reasons import (
    MARKET_NOT_IMMEDIATE,
    MARKET_PRICED,
    MIN_QUANTITY_REFUSED,
    NO_COUNTERPART,
    NO_REASON,
    REPLACE_TO_DONE,
    REPLACE_WOULD_TRADE,
    STOP_PRICE_REACHED,
    TOO_MANY_PARTS,
)

if TYPE_CHECKING:
    from engine.book import Book
    from engine.commands import ReplaceOrder
    from engine.exchange import Exchange

PERCENT = 100


@dataclass(frozen=True, slots=True)
class SetOrderChoices:
    """Make the choices for all instruments, from now on; 1 chooses what the name says, 0 what is usual.

    Names of requests may be used again once their order has ended (IDN-01); any earlier name of an order finds it
    (CXR-05); a replace of a filled order to more at its price opens it again (CXR-07); one never keeps the place
    (CXR-09) or, to another part shown, does (ICE-08); one to what is done, or one that would trade, is refused
    (CXR-06, CXR-11); market orders that meet nobody, or may stay, are refused, and what they have left rests at the
    protection price (MAT-06, MAT-07); what is not filled at once expires (MAT-10); minimum quantities are refused
    (MAT-15); reached stops are refused (STO-02), elected ones run by age alone (STO-04) and are
    looked at by risk again (STO-08). Day orders are done for the day instead of expired, and orders that outlive it
    are told anew unless `nights_silent` (MAT-13). Each part of an iceberg trades on its own with `parts_apart`
    (ICE-04), and is up to `parts_smaller_percent` smaller than asked for, drawn from `seed` (ICE-07); there are at
    most `parts_max` (ICE-01). Elections in a row end after `election_rounds_max` (STO-07). A cancel or replace is
    pending for `pending_ms` (ORD-07, ORD-08), another of the same order then refused (CXR-04).
    """

    names_reused: int = 0
    names_chained: int = 0
    filled_reopened: int = 0
    place_never_kept: int = 0
    place_kept_by_display: int = 0
    replace_to_done_refused: int = 0
    replace_crossing_refused: int = 0
    market_unmet_refused: int = 0
    market_resting_refused: int = 0
    market_rest_priced: int = 0
    unfilled_expires: int = 0
    minimum_refused: int = 0
    stop_reached_refused: int = 0
    stops_by_age: int = 0
    elected_checked: int = 0
    days_done: int = 0
    nights_silent: int = 0
    pending_ms: int = 0
    pending_second_refused: int = 0
    parts_apart: int = 0
    parts_smaller_percent: int = 0
    parts_max: int = ICEBERG_PARTS_MAX
    election_rounds_max: int = ELECTION_ROUNDS_MAX
    seed: int = 1
    who: bytes = b""
    why: bytes = b""
    time_ns: int = 0

    def is_usual(self) -> bool:
        """Whether nothing is chosen that is not usual."""
        return replace(self, seed=1, who=b"", why=b"", time_ns=0) == USUAL


USUAL = SetOrderChoices()


def set_order_choices(exchange: Exchange, command: SetOrderChoices) -> None:
    """Every book follows; what rests stays as it is."""
    exchange.choices = command
    exchange.chooses = not command.is_usual()
    for book in exchange.books[1:]:
        assert book is not None
        choose(exchange, book)


def choose(exchange: Exchange, book: Book) -> None:
    """Tell a book the choices."""
    book.choices = exchange.choices
    book.chooses = exchange.chooses
    book.dice = Dice(exchange.choices.seed + book.instrument.number)


def refused_entry(book: Book, order: Order) -> int:
    """Why a new order that is right in all else is not wanted."""
    choices = book.choices
    trading = book.instrument.state == TRADING
    if order.ord_type == MARKET or order.ord_type == MARKET_TO_LIMIT:
        if choices.market_resting_refused and order.ord_type == MARKET and order.time_in_force in (DAY, GTC, GTD):
            return MARKET_NOT_IMMEDIATE
        if choices.market_unmet_refused and trading and not _meets(book, order.side, order.risk_ticks):
            return NO_COUNTERPART
    return _refused_terms(book, order, order.terms, order.quantity_lots)


def refused_replace(book: Book, order: Order, command: ReplaceOrder) -> int:
    """Why a new version that is right in all else is not wanted; one to what is done trades no more."""
    choices = book.choices
    if command.quantity_lots <= filled_lots(order):
        return REPLACE_TO_DONE if choices.replace_to_done_refused else NO_REASON
    crosses = order.ord_type == LIMIT and _meets(book, order.side, command.price_ticks)
    if choices.replace_crossing_refused and crosses and book.instrument.state == TRADING:
        return REPLACE_WOULD_TRADE
    return _refused_terms(book, order, command.terms, command.quantity_lots)


def reopens(choices: SetOrderChoices, order: Order | None, command: ReplaceOrder) -> bool:
    """Whether a replace opens a filled order again, also one of which something is pending: by more at the price
    it has (CXR-07).
    """
    if order is None or order.leaves_lots > 0:
        return False
    more = command.quantity_lots > filled_lots(order) and command.price_ticks == limit_ticks(order)
    return choices.filled_reopened != 0 and order.status in (FILLED, PENDING_CANCEL, PENDING_REPLACE) and more


def _refused_terms(book: Book, order: Order, terms: Terms | None, quantity_lots: int) -> int:
    """Why an order, new or in a new version, may not have the terms it asks for."""
    choices = book.choices
    if terms is None:
        return NO_REASON
    if choices.minimum_refused and terms.min_lots:
        return MIN_QUANTITY_REFUSED
    if terms.display_lots and (quantity_lots - 1) // terms.display_lots >= choices.parts_max:
        return TOO_MANY_PARTS
    if choices.stop_reached_refused and order.ord_type in (STOP, STOP_LIMIT) and _is_reached(book, order.side, terms):
        return STOP_PRICE_REACHED
    return NO_REASON


def keeps_place(book: Book, order: Order, terms: Terms | None, price_ticks: int, quantity_lots: int) -> bool:
    """Whether a new version that would lose the place because of its part shown alone keeps it (ICE-08)."""
    old = order.terms
    if not book.choices.place_kept_by_display or order.ord_type != LIMIT or old is None or terms is None:
        return False
    both = old.display_lots > 0 and terms.display_lots > 0
    return both and price_ticks == order.price_ticks and quantity_lots <= order.quantity_lots


def end_unfilled(book: Book, order: Order, reason: int) -> None:
    """What becomes of what an order that may not rest has left."""
    choices = book.choices
    ticks = order.risk_ticks
    bounded = 1 < ticks < PRICE_TICKS_MAX and order.quantity_lots <= NOTIONAL_MAX // ticks
    stays = order.ord_type == MARKET and order.time_in_force in (DAY, GTC, GTD)
    if choices.market_rest_priced and stays and bounded:
        order.ord_type = LIMIT
        book.tape.restated(order, MARKET_PRICED, 0, ticks)
        book.rest(order)
        return
    book.tape.ended(order, EXPIRE if choices.unfilled_expires else CANCEL, reason)


def part_lots(book: Book, terms: Terms) -> int:
    """How much an iceberg's next part shows at most."""
    less = terms.display_lots * book.choices.parts_smaller_percent // PERCENT
    return max(terms.display_lots - book.dice.draw(less), 1)


def _meets(book: Book, side: int, price_ticks: int) -> bool:
    opposite = book.asks if side == BUY else book.bids
    return bool(opposite.best >= price_ticks * opposite.sign)


def _is_reached(book: Book, side: int, terms: Terms) -> bool:
    last = book.last_ticks
    return last > 0 and (last >= terms.stop_ticks if side == BUY else last <= terms.stop_ticks)
