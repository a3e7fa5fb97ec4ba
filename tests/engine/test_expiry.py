"""Orders that are good till a date (MAT-12)."""

import pytest

from engine.codes import DAY, GTC, GTD, IOC, STOP
from tests.model.play import Play


def test_a_gtd_order_expires_at_its_instant_and_not_before() -> None:
    """MAT-12: 150=C, LeavesQty 0."""
    play = Play()
    play.buy("x", 5, 100, time_in_force=GTD, expire_ns=1_000)
    assert play.at(999) == []
    assert play.at(1_000) == ["x expired 0+0 expiry_reached"]
    assert play.depth() == ([], [])


def test_a_gtd_order_does_not_trade_at_or_after_its_instant() -> None:
    """MAT-12: whatever command comes first at that time, the order has expired before it."""
    play = Play()
    play.buy("x", 5, 100, time_in_force=GTD, expire_ns=1_000)
    play.time_ns = 1_000
    assert play.sell("s", 5, 100) == ["x expired 0+0 expiry_reached", "s entered 0+5 @100"]


def test_those_due_expire_the_earliest_first() -> None:
    """MAT-12"""
    play = Play()
    for name, at in (("a", 30), ("b", 10), ("c", 20), ("d", 99)):
        play.buy(name, 5, 100, time_in_force=GTD, expire_ns=at)
    assert [line.split()[0] for line in play.at(50)] == ["b", "c", "a"]


def test_a_gtd_order_outlives_the_days_before_its_own() -> None:
    """MAT-13"""
    play = Play()
    play.buy("x", 5, 100, time_in_force=GTD, expire_ns=1_000)
    assert play.end_day() == ["day 20260102 ended 0", "x restated 0+5 @100 new good_till_renewed"]
    assert play.at(1_000) == ["x expired 0+0 expiry_reached"]


def test_it_expires_while_trading_is_halted() -> None:
    """PHA-07"""
    play = Play()
    play.buy("x", 5, 100, time_in_force=GTD, expire_ns=1_000)
    play.halt()
    assert play.at(1_000) == ["x expired 0+0 expiry_reached"]


def test_a_replace_declares_the_expiry_anew() -> None:
    """CXR-08, CXR-09: the place in the queue is kept, only the new instant counts."""
    play = Play()
    play.buy("x", 5, 100, time_in_force=GTD, expire_ns=1_000)
    play.buy("p", 5, 100)
    play.replace("y", "x", 5, 100, time_in_force=GTD, expire_ns=2_000)
    assert play.at(1_500) == []
    play.time_ns = 1_500
    assert play.sell("s", 1, 100)[-1] == "y traded 1@100 1+4"
    assert play.replace("z", "y", 5, 100, time_in_force=GTC) == ["z<y replaced 1+4 @100 partially_filled"]
    assert play.at(3_000) == []


def test_an_order_that_ended_does_not_expire_again() -> None:
    """MAT-13: one terminal report."""
    play = Play()
    play.buy("x", 5, 100, time_in_force=GTD, expire_ns=1_000)
    play.cancel("c", "x")
    assert play.at(1_000) == []


def test_what_ended_is_forgotten_with_the_day() -> None:
    """Every memory is bounded: an index of instants far away would only grow."""
    play = Play()
    for number in range(10):
        play.buy(f"x{number}", 5, 100, time_in_force=GTD, expire_ns=10**15)
        play.cancel(f"c{number}", f"x{number}")
    play.end_day()
    assert play.exchange.expiries.next_ns() == 1 << 62


def test_an_unelected_stop_expires_too() -> None:
    """MAT-12, STO-06"""
    play = Play()
    play.buy("x", 5, None, ord_type=STOP, stop_ticks=105, time_in_force=GTD, expire_ns=1_000)
    assert play.at(1_000) == ["x expired 0+0 expiry_reached"]


@pytest.mark.parametrize(
    ("time_in_force", "expire_ns", "reason"),
    [
        (GTD, 0, "expiry_missing"),
        (GTD, 500, "expiry_past"),
        (GTD, 499, "expiry_past"),
        (DAY, 1_000, "expiry_not_allowed"),
        (IOC, 1_000, "expiry_not_allowed"),
    ],
)
def test_an_expiry_belongs_to_gtd_and_lies_ahead(time_in_force: int, expire_ns: int, reason: str) -> None:
    """MAT-12, VAL-02"""
    play = Play()
    play.time_ns = 500
    more = {"expire_ns": expire_ns} if expire_ns else {}
    assert play.buy("x", 5, 100, time_in_force=time_in_force, **more) == [f"x rejected {reason}"]
