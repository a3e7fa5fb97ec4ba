"""Orders lie end to end in memory of their own, and what one leaves behind another takes."""

from __future__ import annotations

from engine import slab
from engine.codes import BUY, DAY, LIMIT
from engine.instrument import Instrument
from engine.order import Level, Order, Origin, new_order
from engine.slab import lay_end_to_end


def orders(count: int) -> list[Order]:
    """So many, of nobody in particular."""
    origin = Origin(1, 1, b"", Instrument(1, b"TEST"), 0)
    return [new_order(origin, b"%d" % number, BUY, LIMIT, DAY, 0, 7, 100 + number, None) for number in range(count)]


def test_an_order_takes_what_another_left_and_has_nothing_of_it() -> None:
    """More than a slab of them, twice; compiled they lie where the first lay, one behind the other."""
    places: list[set[int]] = []
    for _ in range(2):
        made = orders(20_000)
        assert [(order.cl_ord_id, order.risk_ticks) for order in made] == [
            (b"%d" % number, 100 + number) for number in range(20_000)
        ]
        assert all(order.order_id == 0 and order.level is None and order.fills is None for order in made)
        for number, order in enumerate(made):
            order.order_id = number + 1
        places.append({id(order) for order in made})
        del made, order
    if not slab.__file__.endswith(".py"):
        first, second = places
        assert second == first


def test_only_orders_do_so() -> None:
    assert lay_end_to_end(Order) is not slab.__file__.endswith(".py")
    assert lay_end_to_end(Level) is False
    assert lay_end_to_end(bytes) is False
