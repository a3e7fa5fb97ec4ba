"""Minimum quantity, all-or-none, market-to-limit (RULES.md section 7)."""

import pytest

from engine.codes import ALL_OR_NONE, DAY, FOK, GTC, IOC, MARKET_TO_LIMIT, STP_DECREMENT
from tests.model.play import Play


def test_a_minimum_that_can_trade_at_once_lets_the_order_trade() -> None:
    """MAT-15: all it can, not only the minimum."""
    play = Play()
    play.sell("s", 4, 100)
    assert play.buy("x", 5, 100, time_in_force=IOC, min_lots=3)[-1] == "x canceled 4+0 unfilled"


def test_a_minimum_that_cannot_trade_at_once_ends_the_order_untouched() -> None:
    """MAT-15"""
    play = Play()
    play.sell("s", 2, 100)
    assert play.buy("x", 5, 100, time_in_force=IOC, min_lots=3)[1:] == ["x canceled 0+0 below_min_quantity"]
    assert play.depth() == ([], [(100, 2)])


def test_a_minimum_counts_what_self_trade_prevention_takes_away() -> None:
    """MAT-15, SFT-06"""
    play = Play(self_trade=STP_DECREMENT)
    play.sell("own", 3, 100, 1)
    play.sell("s", 9, 100)
    assert play.buy("x", 5, 100, time_in_force=IOC, min_lots=3)[1:] == ["x canceled 0+0 below_min_quantity"]
    assert play.buy("y", 5, 100, time_in_force=IOC, min_lots=2)[-2:] == ["y traded 2@100 2+0", "s traded 2@100 2+7"]


@pytest.mark.parametrize(
    ("min_lots", "end"), [(5, "y canceled 6+0 unfilled"), (7, "y canceled 5+0 below_min_quantity")]
)
def test_a_minimum_counts_what_traded_before_the_replace_that_brought_it(min_lots: int, end: str) -> None:
    """MAT-15, QTY-04: quantities are of all versions of an order together."""
    play = Play()
    play.sell("s", 5, 100)
    play.buy("x", 8, 100)
    play.sell("t", 1, 101)
    lines = play.replace("y", "x", 8, 101, side="buy", time_in_force=IOC, min_lots=min_lots)
    assert lines[-1] == end


@pytest.mark.parametrize("time_in_force", [DAY, GTC, FOK])
def test_a_minimum_needs_immediate_or_cancel(time_in_force: int) -> None:
    """MAT-15: never ignored."""
    lines = Play().buy("x", 5, 100, time_in_force=time_in_force, min_lots=3)
    assert lines == ["x rejected min_quantity_not_allowed"]


@pytest.mark.parametrize("lots", [-1, 6])
def test_a_minimum_is_at_most_the_order(lots: int) -> None:
    """MAT-15"""
    assert Play().buy("x", 5, 100, time_in_force=IOC, min_lots=lots) == ["x rejected min_quantity_out_of_range"]


def test_all_or_none_is_refused_with_its_own_reason() -> None:
    """MAT-15"""
    assert Play().buy("x", 5, 100, exec_inst=ALL_OR_NONE) == ["x rejected all_or_none_refused"]


def test_what_a_market_to_limit_order_has_left_rests_at_its_last_price() -> None:
    """MAT-08, ORD-11: it is a limit order from then on."""
    play = Play()
    play.sell("a", 2, 100)
    play.sell("b", 2, 101)
    lines = play.buy("x", 9, None, ord_type=MARKET_TO_LIMIT)
    assert lines[-1] == "x restated 4+5 @101 market_to_limit_priced"
    assert play.depth() == ([(101, 5)], [])
    assert play.replace("y", "x", 9, 99) == ["y<x replaced 4+5 @99 partially_filled"]


@pytest.mark.parametrize("time_in_force", [DAY, IOC])
def test_a_market_to_limit_order_that_meets_nobody_is_canceled(time_in_force: int) -> None:
    """MAT-06, MAT-08: there is no last price of its own."""
    lines = Play().buy("x", 9, None, ord_type=MARKET_TO_LIMIT, time_in_force=time_in_force)
    assert lines == ["x entered 0+9 @0", "x canceled 0+0 unfilled"]
