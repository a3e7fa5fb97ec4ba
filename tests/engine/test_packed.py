"""A ClOrdID is what it was, however it is kept: in its order, or as an object of its own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.codes import BUY, DAY, LIMIT
from engine.events import OrderEvent, Tape
from engine.instrument import Instrument
from engine.names import Names
from engine.order import Order, Origin, has_name, new_order

ORIGIN = Origin(1, 1, b"", Instrument(1, b"TEST"), 0)
NAMES = st.lists(st.sampled_from([b"\0", b"A", b"\xff"]), max_size=20).map(b"".join)


def order(name: bytes) -> Order:
    return new_order(ORIGIN, name, BUY, LIMIT, DAY, 0, 7, 100, None)


@given(NAMES, NAMES)
def test_an_order_has_its_name_and_no_other(name: bytes, other: bytes) -> None:
    """Also where it ends in zeros, is longer than what fits, or empty."""
    named = order(name)
    assert named.cl_ord_id == name
    assert has_name(named, other) is (name == other)
    named.cl_ord_id = other
    assert named.cl_ord_id == other
    assert has_name(named, name) is (name == other)


@given(st.lists(NAMES, unique=True))
def test_orders_are_found_by_names_that_differ_in_an_end_only(names: list[bytes]) -> None:
    known = Names()
    for name in names:
        assert known.claim(name, order(name), known.expect(name))
    for name in names:
        found = known.get(name)
        assert found is not None
        assert found.cl_ord_id == name


@given(NAMES, NAMES)
def test_an_event_keeps_the_name_its_order_had(name: bytes, later: bytes) -> None:
    tape = Tape()
    tape.start(0)
    named = order(name)
    tape.entered(named)
    tape.entered(named)
    named.cl_ord_id = later
    first, second = tape.events
    assert isinstance(first, OrderEvent)
    assert isinstance(second, OrderEvent)
    assert first.cl_ord_id == name
    first.cl_ord_id = later
    assert (first.cl_ord_id, second.cl_ord_id) == (later, name)
