"""The collar's bounds (RSK-02, CIR-01)."""

from hypothesis import given
from hypothesis import strategies as st

from engine.codes import PRICE_TICKS_MAX
from risk.bands import highest_ticks, lowest_ticks
from risk.limits import BP_MAX


def inside(ticks: int, reference: int, bp: int) -> bool:
    return abs(ticks - reference) * 10_000 <= bp * reference


@given(st.integers(1, PRICE_TICKS_MAX), st.integers(1, BP_MAX))
def test_the_bounds_are_the_last_ticks_inside(reference: int, bp: int) -> None:
    """Exact at every size: the bound is inside, one tick further is not."""
    low, high = lowest_ticks(reference, bp), highest_ticks(reference, bp)
    assert inside(high, reference, bp)
    assert high == PRICE_TICKS_MAX or not inside(high + 1, reference, bp)
    assert inside(low, reference, bp)
    assert low == 1 or not inside(low - 1, reference, bp)


def test_a_bound_on_a_tick_is_allowed() -> None:
    assert (lowest_ticks(20_000, 1_000), highest_ticks(20_000, 1_000)) == (18_000, 22_000)


def test_a_bound_between_ticks_is_cut() -> None:
    assert (lowest_ticks(101, 1_000), highest_ticks(101, 1_000)) == (91, 111)
    assert (lowest_ticks(5, 1_000), highest_ticks(5, 1_000)) == (5, 5)


def test_the_lowest_price_is_one_tick() -> None:
    assert lowest_ticks(100, 10_000) == lowest_ticks(100, BP_MAX) == 1
