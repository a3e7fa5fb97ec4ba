"""Phases of trading as a state machine: how one follows another (PHA-02 to PHA-06).

A call is left by uncrossing; one that turns into another call, or is halted, keeps its orders as they are, and whenever
matching begins again the book is uncrossed first, so that trading never starts on a crossed book (PHA-04). The calendar
says what phase should be (`CallBook.after`); calls of the venue's own, after a halt or a stop cascade, lie in between
and give way to it. The calendar's end of a call is put off by lot (AUC-09), and any end by a price that is too far out
(AUC-08); an operator's is at once. Stops are looked at when matching begins (STO-06).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.answers import row
from engine.call import admit_waiting, begin, change, set_aside
from engine.codes import CALLS, CLOSED, HALTED, POST_ONLY_PHASE, PRE_OPEN, TRADING, VOLATILITY_AUCTION
from engine.commands import HaltInstrument, ResumeInstrument
from engine.dice import Dice
from engine.phase_commands import AdvancePhase, SetPhase, SetTradingRules
from engine.reasons import AUCTION_EXTENDED, BREAKER_HALT, CALENDAR, CALL_ENDS, NO_REASON, OPERATOR_PHASE, REOPENING
from engine.stops import elect
from engine.uncross import indicate, uncross

if TYPE_CHECKING:
    from engine.book import Book
    from engine.exchange import Exchange
    from engine.order import Order

MATCHING = (TRADING, POST_ONLY_PHASE)


def keeps_place(book: Book, order: Order) -> bool:
    """Whether an order amended now may keep its place at all (AUC-12)."""
    call = book.call
    is_carried_over = order.order_id <= call.carried_order_id
    return not (book.instrument.state in CALLS and call.rules.amend_resets == 1 and is_carried_over)


# -- commands ---------------------------------------------------------------------------------------------------------


def set_trading_rules(exchange: Exchange, command: SetTradingRules) -> None:
    """In force from now on, in the running phases too; what has begun keeps its length."""
    exchange.rules = command
    exchange.dice = Dice(command.seed)
    for book in exchange.books[1:]:
        assert book is not None
        book.call.rules = command
        book.call.dice = exchange.dice
        book.instrument.answers = row(command.answers, book.instrument.state)


def halt_instrument(exchange: Exchange, command: HaltInstrument) -> None:
    """Resting orders and unelected stops stay, a call ends without a trade; the breaker's halt may end by itself."""
    book = exchange.book(command.instrument)
    assert book is not None
    pause_ns = exchange.rules.pause_ns if command.reason == BREAKER_HALT else 0
    until_ns = exchange.tape.time_ns + pause_ns if pause_ns else 0
    why = command.reason, command.who, command.why
    change(book, HALTED, *why, command.value, command.limit, until_ns)


def resume_instrument(exchange: Exchange, command: ResumeInstrument) -> None:
    """What the calendar wants now; trading by way of a call, if it has a length (PHA-04). Nothing if not halted."""
    book = exchange.book(command.instrument)
    assert book is not None
    if book.instrument.state == HALTED:
        _resume(exchange, book, command.who, command.why)


def _resume(exchange: Exchange, book: Book, who: bytes, why: bytes) -> None:
    phase = book.call.after
    if phase in MATCHING and exchange.rules.reopening_ns:
        _go(exchange, book, VOLATILITY_AUCTION, REOPENING, who, why, exchange.rules.reopening_ns)
    else:
        _go(exchange, book, phase, NO_REASON, who, why)


def set_phase(exchange: Exchange, command: SetPhase) -> None:
    """The calendar's word waits for a halt to be lifted and for a call to end; an operator's does not wait."""
    book = exchange.book(command.instrument)
    assert book is not None
    call = book.call
    if command.scheduled_ns == 0:
        if command.phase not in CALLS:
            call.after = command.phase
        _go(exchange, book, command.phase, OPERATOR_PHASE, command.who, command.why, command.length_ns)
        return
    call.scheduled_ns = command.scheduled_ns
    call.after = command.phase
    state = book.instrument.state
    if state == HALTED:
        return
    if state in CALLS and command.phase not in CALLS:
        if call.until_ns == 0:
            drawn_ns = exchange.dice.draw(exchange.rules.random_end_ns)
            if drawn_ns == 0:
                _leave(exchange, book, CALENDAR, command.who, command.why)
                return
            until_ns = exchange.tape.time_ns + drawn_ns
            change(book, state, CALL_ENDS, command.who, command.why, until_ns=until_ns)
        return
    _go(exchange, book, command.phase, CALENDAR, command.who, command.why)


def advance_phase(exchange: Exchange, command: AdvancePhase) -> None:
    """Nothing, if what should end has ended or was given more time."""
    book = exchange.book(command.instrument)
    assert book is not None
    until_ns = book.call.until_ns
    if until_ns == 0 or until_ns > exchange.tape.time_ns:
        return
    if book.instrument.state == HALTED:
        _resume(exchange, book, command.who, command.why)
    else:
        _leave(exchange, book, NO_REASON, command.who, command.why)


# -- from phase to phase ----------------------------------------------------------------------------------------------


def _leave(exchange: Exchange, book: Book, reason: int, who: bytes, why: bytes) -> None:
    """End a call whose time is over, unless its price is too far out and it may be extended (AUC-08)."""
    rules = exchange.rules
    call = book.call
    found = indicate(book)
    from_ticks = _too_far_from(book, found.price_ticks)
    if from_ticks and rules.extension_ns and call.extensions < rules.extensions_max:
        call.extensions += 1
        until_ns = exchange.tape.time_ns + rules.extension_ns + exchange.dice.draw(rules.random_end_ns)
        state = book.instrument.state
        change(book, state, AUCTION_EXTENDED, who, why, found.price_ticks, from_ticks, until_ns)
        return
    _go(exchange, book, call.after, reason, who, why)


def _too_far_from(book: Book, price_ticks: int) -> int:
    """The static or dynamic reference that a price is too far from, 0 if it is near enough; bounds are inside."""
    if price_ticks == 0:
        return 0
    rules = book.call.rules
    reference_ticks = book.instrument.reference_ticks
    last_ticks = book.last_ticks or reference_ticks
    for from_ticks, width_bp in ((reference_ticks, rules.static_bp), (last_ticks, rules.dynamic_bp)):
        if width_bp and abs(price_ticks - from_ticks) * 10_000 > from_ticks * width_bp:
            return from_ticks
    return 0


def _go(exchange: Exchange, book: Book, phase: int, reason: int, who: bytes, why: bytes, length_ns: int = 0) -> None:
    """Put an instrument into a phase, its book in order for it; nothing if it is in it and no length is asked for."""
    old = book.instrument.state
    if phase == old and length_ns == 0 and book.call.until_ns == 0:
        return
    ends_a_call = old in CALLS and old != PRE_OPEN and phase == CLOSED
    uncrosses = ends_a_call or (phase in MATCHING and old not in MATCHING)
    set_aside(book, old if uncrosses else phase)
    if uncrosses:
        uncross(book)
    admit_waiting(book, phase)
    until_ns = 0
    if phase in CALLS:
        if old not in CALLS:
            begin(book, exchange.order_id)
        if length_ns:
            until_ns = exchange.tape.time_ns + length_ns + exchange.dice.draw(exchange.rules.random_end_ns)
    change(book, phase, reason, who, why, until_ns=until_ns)
    if phase == TRADING:
        elect(exchange, book)
