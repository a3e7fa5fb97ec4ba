"""The events of a command belong to whoever was given them."""

from __future__ import annotations

from engine.codes import BUY, SELL
from engine.commands import CancelOrder, EnterOrder
from engine.events import OrderEvent
from tests.engine.oracle import one_book_exchange


def test_events_that_somebody_keeps_stay_while_the_exchange_goes_on() -> None:
    """Each command's list is its reader's, also where the next command's would have its memory otherwise."""
    exchange = one_book_exchange()
    kept, told = [], []
    for number in range(200):
        side = SELL if number % 2 else BUY
        events = exchange.execute(EnterOrder(1, b"%d" % number, 1, side, 1 + number % 7, 100))
        if number % 3:
            kept.append(events)
            told.append([(type(event), event.sequence) for event in events])
        events = exchange.execute(CancelOrder(1, b"c%d" % number, b"%d" % (number // 2), 1, side))
    assert [[(type(event), event.sequence) for event in events] for events in kept] == told
    assert any(isinstance(event, OrderEvent) and event.match for events in kept for event in events)
    numbers = [event.sequence for events in kept for event in events]
    assert numbers == sorted(set(numbers))


def test_a_list_that_was_long_is_not_kept_for_the_next_command() -> None:
    """Memory is kept for as many events as commands usually have, not for the most that one ever had."""
    exchange = one_book_exchange()
    for number in range(200):
        exchange.execute(EnterOrder(1, b"%d" % number, 1, SELL, 1, 100))
    assert len(exchange.execute(EnterOrder(1, b"all", 1, BUY, 200, 100))) == 401
    assert len(exchange.execute(EnterOrder(1, b"next", 1, BUY, 1, 100))) == 1
