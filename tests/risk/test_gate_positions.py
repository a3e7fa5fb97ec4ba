"""What a firm may come to hold, and how replaces count (RSK-03 to RSK-06)."""

import pytest

from engine.codes import FOK, GTC, IOC
from engine.commands import RegisterSession
from tests.risk.venue import play, position, set_limits


def test_open_orders_count_against_the_position() -> None:
    """RSK-03: position + open buys + this one."""
    made = play(position_lots=10)
    made.buy("a", 4, 99)
    made.buy("b", 4, 98)
    assert made.buy("c", 3, 97) == ["c rejected position_limit (11>10 v1)"]
    assert made.buy("d", 2, 97) == ["d entered 0+2 @97"]
    assert made.sell("e", 10, 105, 1) == ["e entered 0+10 @105"]
    assert made.sell("f", 1, 105, 1) == ["f rejected position_limit (11>10 v1)"]


def test_a_position_makes_room_on_the_other_side() -> None:
    """RSK-03: sell: -position + open sells + this one."""
    made = play(position_lots=10)
    made.sell("s", 10, 100)
    made.buy("b", 10, 100)
    assert position(made) == (10, 0, 0)
    assert position(made, 2) == (-10, 0, 0)
    assert made.buy("c", 1, 100) == ["c rejected position_limit (11>10 v1)"]
    assert made.sell("d", 20, 105, 1) == ["d entered 0+20 @105"]
    assert made.sell("e", 1, 105, 1) == ["e rejected position_limit (11>10 v1)"]


def test_a_limit_per_symbol_is_per_symbol() -> None:
    """RSK-03"""
    made = play(position_lots=10)
    made.buy("a", 10, 99)
    assert made.enter("b", "buy", 10, 99, 1, 2) == ["b entered 0+10 @99"]


def test_sessions_of_a_firm_share_its_limits_and_other_firms_have_their_own() -> None:
    """RSK-03"""
    made = play(position_lots=10)
    made.run(RegisterSession(4, b"C4", 1, b"F1"))
    made.buy("a", 6, 99, 1)
    assert made.buy("b", 5, 99, 4) == ["b rejected position_limit (11>10 v1)"]
    assert made.buy("c", 10, 99, 2) == ["c entered 0+10 @99"]


def test_gross_notional_adds_up_whichever_way_each_symbol_goes() -> None:
    """RSK-03: across symbols, at their reference prices."""
    made = play(gross_notional=1_000)
    made.buy("a", 6, 99)
    assert made.enter("b", "sell", 5, 101, 1, 2) == ["b rejected gross_notional_limit (1100>1000 v1)"]
    assert made.enter("c", "sell", 4, 101, 1, 2) == ["c entered 0+4 @101"]
    assert made.sell("d", 6, 101, 1) == ["d entered 0+6 @101"], "it can only shrink what is open to buy"
    assert made.sell("e", 1, 101, 1) == ["e rejected gross_notional_limit (1100>1000 v1)"]


def test_net_notional_sets_long_against_short() -> None:
    """RSK-03: but open orders only against what is held."""
    made = play(net_notional=1_000)
    made.enter("s", "sell", 5, 100, 1, 2)
    made.enter("b", "buy", 5, 100, 2, 2)
    assert made.buy("c", 16, 99) == ["c rejected net_notional_limit (1100>1000 v1)"]
    assert made.buy("d", 15, 99) == ["d entered 0+15 @99"]
    assert made.sell("e", 6, 101, 1) == ["e rejected net_notional_limit (1100>1000 v1)"]
    assert made.sell("f", 5, 101, 1) == ["f entered 0+5 @101"]


def test_a_lowered_limit_still_lets_a_firm_get_out() -> None:
    """RSK-02, RSK-03: what makes the worst case no larger passes."""
    made = play(gross_notional=2_000)
    made.sell("s", 10, 100)
    made.buy("b", 10, 100)
    set_limits(made, 2, gross_notional=500)
    assert made.buy("c", 1, 100) == ["c rejected gross_notional_limit (1100>500 v2)"]
    assert made.sell("d", 10, 101, 1) == ["d entered 0+10 @101"]


@pytest.mark.parametrize(("time_in_force", "left"), [(IOC, 0), (FOK, 0), (GTC, 3)])
def test_a_reservation_lasts_as_long_as_the_order_is_open(time_in_force: int, left: int) -> None:
    """RSK-06"""
    made = play(position_lots=10)
    made.buy("a", 3, 99, time_in_force=time_in_force)
    assert position(made) == (0, left, 0)


def test_every_end_of_an_order_releases_its_reservation() -> None:
    """RSK-06: cancel, mass cancel, end of day, self-trade prevention, replace to what is done, refusal."""
    made = play(position_lots=10)
    made.buy("a", 3, 99)
    assert position(made) == (0, 3, 0)
    made.cancel("c", "a")
    made.buy("d", 3, 99)
    made.mass_cancel("m")
    made.buy("e", 3, 99)
    made.end_day()
    assert position(made) == (0, 0, 0)
    made.buy("f", 3, 99)
    made.sell("g", 3, 99, 1)
    assert position(made) == (0, 3, 0)
    made.buy("h", 11, 99)
    made.buy("f", 3, 99)
    made.sell("s", 1, 99)
    assert position(made) == (1, 2, 0)
    made.replace("r", "f", 1, 99)
    assert position(made) == (1, 0, 0)


def test_a_replace_is_checked_on_what_it_adds() -> None:
    """RSK-05: the order's own reservation is credited."""
    made = play(position_lots=10)
    made.buy("a", 8, 99)
    assert made.replace("b", "a", 10, 99) == ["b<a replaced 0+10 @99"]
    assert made.replace("c", "b", 11, 99) == ["c<b replace_rejected new position_limit (11>10 v1)"]
    made.sell("s", 4, 99)
    assert position(made) == (4, 6, 0)
    assert made.replace("d", "b", 10, 98) == ["d<b replaced 4+6 @98 partially_filled"]
    assert made.replace("e", "d", 11, 98)[0].endswith("position_limit (11>10 v1)")


def test_a_refused_replace_keeps_its_reservation() -> None:
    """RSK-05, CXR-10"""
    made = play(position_lots=10, collar_bp=1_000)
    made.buy("a", 8, 99)
    assert made.replace("b", "a", 8, 111) == ["b<a replace_rejected new price_above_collar (111>110 v1)"]
    assert position(made) == (0, 8, 0)
    assert made.status("a") == ["a is 0+8 @99 new"]


def test_a_replace_must_fit_the_order_limits_as_a_whole() -> None:
    """RSK-05, CXR-12: its total quantity, at its new price."""
    made = play(order_quantity_lots=10, order_notional=1_000)
    made.buy("a", 10, 90)
    assert made.replace("b", "a", 11, 90) == ["b<a replace_rejected new order_quantity_limit (11>10 v1)"]
    assert made.replace("c", "a", 10, 101) == ["c<a replace_rejected new order_notional_limit (1010>1000 v1)"]
    assert made.replace("d", "a", 10, 100) == ["d<a replaced 0+10 @100"]


def test_a_replace_that_only_reduces_always_passes() -> None:
    """RSK-05: whatever limits have become, or wherever the collar is now."""
    made = play()
    made.buy("a", 10, 99)
    set_limits(made, 2, order_quantity_lots=2, order_notional=10, collar_bp=10, position_lots=1)
    assert made.replace("b", "a", 10, 99) == ["b<a replaced 0+10 @99"]
    assert made.replace("c", "b", 9, 99) == ["c<b replaced 0+9 @99"]
    assert made.replace("d", "c", 8, 100) == ["d<c replace_rejected new order_quantity_limit (8>2 v2)"]


def test_a_replace_to_less_at_another_price_adds_nothing() -> None:
    """RSK-05: a position limit that was lowered since does not stop it."""
    made = play()
    made.buy("a", 10, 99)
    set_limits(made, 2, position_lots=1)
    assert made.replace("b", "a", 9, 100) == ["b<a replaced 0+9 @100"]
    assert position(made) == (0, 9, 0)
