"""How an incoming order takes from a level where icebergs rest: what is shown first, then part by part (ICE-02 to
ICE-05).

An exhausted part is followed by the next at the end of the queue, within the same command. An incoming order that takes
several parts of one iceberg trades with it once: all of them together, where it took the first (ICE-04), unless each
part is to trade apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.choices import part_lots
from engine.codes import STP_NONE
from engine.order import Level, Order, is_own
from engine.self_trade import prevent

if TYPE_CHECKING:
    from engine.book import Book
    from engine.events import Tape


def sweep(book: Book, order: Order, level: Level) -> None:
    """Trade an incoming order with a level until either is done; prevented matches come in their place (SFT-07)."""
    while order.leaves_lots > 0 and level.head is not None:
        resting = level.head
        if order.origin.self_trade != STP_NONE and is_own(resting, order.origin):
            prevent(book, order, level, resting)
        else:
            _trade(book, order, level)


def _trade(book: Book, order: Order, level: Level) -> None:
    """Take from the front up to the next order of its own, then tell each order's trade."""
    taken: dict[int, tuple[Order, int]] = {}
    wanted = order.leaves_lots
    resting = level.head
    while wanted > 0 and resting is not None:
        if order.origin.self_trade != STP_NONE and is_own(resting, order.origin):
            break
        hidden_lots = 0 if resting.terms is None else resting.terms.hidden_lots
        lots = min(resting.leaves_lots - hidden_lots, wanted)
        wanted -= lots
        part = len(taken) if book.choices.parts_apart else resting.order_id
        taken[part] = resting, lots + taken.get(part, (resting, 0))[1]
        take(book, level, resting, lots)
        resting = level.head
    tape = book.tape
    for resting, lots in taken.values():
        resting.leaves_lots += lots  # as it was before `take`: the tape tells of it now
    parts = list(taken.values())
    for at, (resting, lots) in enumerate(parts):
        tape.match += 1
        tape.executed(order, lots, level.price_ticks, True)
        if book.choices.parts_apart and any(other is resting for other, _ in parts[at + 1 :]):
            tell_trade_before_others(tape, resting, lots, level.price_ticks, False)
        else:
            tape.executed(resting, lots, level.price_ticks, False)
    book.last_ticks = level.price_ticks


def tell_trade_before_others(tape: Tape, order: Order, lots: int, ticks: int, aggressor: bool) -> None:
    """Tell a trade of an order that has been taken from for others as well: it shows a part of what it has until those
    are told too (ICE-06).
    """
    terms = order.terms
    if terms is None or terms.display_lots == 0:
        tape.executed(order, lots, ticks, aggressor)
        return
    hidden_lots = terms.hidden_lots
    terms.hidden_lots = max(order.leaves_lots - lots - terms.display_lots, 0)
    tape.executed(order, lots, ticks, aggressor)
    terms.hidden_lots = hidden_lots


def take(book: Book, level: Level, resting: Order, lots: int) -> None:
    """Take lots off what an order shows; if that was all of it, show its next part at the end of the queue (ICE-03)."""
    resting.leaves_lots -= lots
    level.quantity_lots -= lots
    terms = resting.terms
    if terms is None or resting.leaves_lots > terms.hidden_lots:
        if resting.leaves_lots == 0:
            level.remove(resting)
        return
    level.remove(resting)
    if resting.leaves_lots > 0:
        shown_lots = part_lots(book, terms) if book.chooses else terms.display_lots
        terms.hidden_lots = max(resting.leaves_lots - shown_lots, 0)
        level.append(resting)
