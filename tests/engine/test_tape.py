"""The events of a command belong to whoever was given them."""

from __future__ import annotations

from collections.abc import Callable

from engine.codes import BUY, DAY, LIMIT, MASS_ALL, SELL
from engine.commands import CancelOrder, EnterOrder, ReplaceOrder, RequestMassStatus, RequestStatus
from engine.events import Event, OrderEvent, Tape
from engine.instrument import Instrument
from engine.order import Origin, Terms, new_order
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


def test_an_event_has_nothing_of_those_whose_memory_it_takes() -> None:
    """Events that nobody has become those of later commands: they tell the same as where somebody keeps all of them."""

    def day(take: Callable[[list[Event]], list[Event]]) -> list[tuple[object, ...]]:
        exchange, found = one_book_exchange().exchange, []
        for number in range(300):
            name, side = b"%d" % number, SELL if number % 2 else BUY
            terms = None if number % 7 else Terms(display_lots=2)
            lots = 0 if number % 11 == 0 else 3 + number % 5  # 0 is refused
            for command in (
                EnterOrder(1, name, 1, side, lots, 100 + number % 3, terms=terms),
                ReplaceOrder(1, b"r" + name, name, 1, side, 9, 101),
                RequestStatus(1, b"s" + name, 1, side, request_id=b"q"),
                RequestMassStatus(1, b"m" + name, MASS_ALL),
                CancelOrder(1, b"c" + name, b"%d" % (number // 2), 1, side),
            ):
                found += [values(event) for event in take(exchange.execute(command))]
        return found

    everything: list[list[Event]] = []

    def keep(events: list[Event]) -> list[Event]:
        everything.append(events)
        return events

    told = day(lambda events: events)
    assert day(keep) == told
    assert [values(event) for events in everything for event in events] == told
    assert len(told) > 1_000


def values(event: Event) -> tuple[object, ...]:
    """All that an event says."""
    parts = [getattr(event, name) for name in type(event).__slots__]
    return type(event), *[part.values() if isinstance(part, Terms) else part for part in parts]


def test_an_event_has_nothing_of_what_a_refusal_before_it_compared() -> None:
    order = new_order(Origin(1, 1, b"", Instrument(1, b"TEST"), 0), b"1", BUY, LIMIT, DAY, 0, 7, 100, None)
    tape = Tape()
    tape.start(1)
    tape.rejected(order, 2, 3, 4, 5)
    tape.start(2)
    tape.entered(order)
    (event,) = tape.events
    assert isinstance(event, OrderEvent)
    assert (event.reason, event.value, event.limit, event.limits_version) == (0, 0, 0, 0)


def test_a_list_that_was_long_is_not_kept_for_the_next_command() -> None:
    """Memory is kept for as many events as commands usually have, not for the most that one ever had."""
    exchange = one_book_exchange()
    for number in range(200):
        exchange.execute(EnterOrder(1, b"%d" % number, 1, SELL, 1, 100))
    assert len(exchange.execute(EnterOrder(1, b"all", 1, BUY, 200, 100))) == 401
    assert len(exchange.execute(EnterOrder(1, b"next", 1, BUY, 1, 100))) == 1
