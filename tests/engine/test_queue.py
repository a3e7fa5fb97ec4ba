"""An order is held as long as it is in its queue, and not longer."""

from __future__ import annotations

import sys
from random import Random

from engine.instrument import Instrument
from engine.order import Level, Order, Origin, new_level, new_order

ORIGIN = Origin(1, 1, b"", Instrument(1, b"A"), 0)


def queue(level: Level) -> list[Order]:
    """Its orders, by their links forward; those back say the same."""
    found: list[Order] = []
    order = level.head
    while order is not None:
        assert order.prev is (found[-1] if found else None)
        found.append(order)
        order = order.next
    assert level.tail is (found[-1] if found else None)
    return found


def test_a_queue_holds_its_orders_and_lets_them_go(seed: int) -> None:
    """MAT-01: orders join at the end and leave from anywhere; all that are gone are held as before, and so is None,
    which stands where nobody is.
    """
    draw = Random(seed)
    orders = [new_order(ORIGIN, b"%d" % number, 49, 50, 48, 0, 1, 1, None) for number in range(100)]
    level, rest = new_level(), list[Order]()
    before, none_before = [sys.getrefcount(order) for order in orders], sys.getrefcount(None)
    for _ in range(20_000):
        order = draw.choice(orders)
        if order.level is None:
            level.append(order)
            rest.append(order)
        else:
            level.remove(order)
            rest.remove(order)
        assert order.next is None
    assert queue(level) == rest
    assert level.count == level.quantity_lots == len(rest)
    del order
    while rest:
        level.remove(rest.pop())
    assert queue(level) == []
    assert [sys.getrefcount(order) for order in orders] == before
    assert abs(sys.getrefcount(None) - none_before) < 1_000
