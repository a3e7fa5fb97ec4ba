"""The circuit breaker's reference and when it trips (CIR-03, CIR-07)."""

from random import Random

import pytest

from engine.codes import PRICE_TICKS_MAX
from risk.breaker import SLOTS, Breaker

SLOT = 1_000
WINDOW = SLOTS * SLOT


def breaker(reference: int = 1_000, move_bp: int = 1_000) -> Breaker:
    made = Breaker(reference)
    made.configure(move_bp, WINDOW)
    return made


def test_before_the_first_trade_the_reference_is_the_instruments() -> None:
    assert not breaker().trade(1_099, 0)
    assert breaker().trade(1_100, 0)


@pytest.mark.parametrize(("ticks", "trips"), [(900, True), (901, False), (1_099, False), (1_100, True)])
def test_a_move_of_exactly_the_limit_trips(ticks: int, trips: bool) -> None:
    """CIR-03: both ways, the bound included."""
    assert breaker().trade(ticks, 0) == trips


def test_it_trips_once() -> None:
    tripping = breaker()
    assert tripping.trade(1_200, 0)
    assert not tripping.trade(1_300, 0)
    assert not tripping.trade(1_300, 10 * SLOT)


def test_trades_of_the_running_slot_do_not_count() -> None:
    """A fast move cannot drag its own measure along."""
    walking = breaker()
    assert not any(walking.trade(1_000 + 33 * step, step) for step in range(4))
    assert walking.trade(1_100, 5)


def test_the_reference_is_the_mean_of_the_last_prices_of_the_slots_before() -> None:
    mean = breaker()
    for slot, prices in enumerate([(1_000, 1_010), (1_020,), (), (1_033,)]):
        for ticks in prices:
            mean.trade(ticks, slot * SLOT)
    mean.trade(1_050, 4 * SLOT)
    assert mean.reference_ticks == (1_010 + 1_020 + 1_033) // 3


def test_slots_leave_the_window_one_by_one() -> None:
    """The slot a whole window ago still counts, the one before it does not."""
    old = breaker()
    old.trade(1_000, 0)
    old.trade(1_050, SLOT)
    old.trade(1_050, SLOTS * SLOT)
    assert old.reference_ticks == 1_025
    old.trade(1_050, (SLOTS + 1) * SLOT)
    assert old.reference_ticks == 1_050


def test_after_a_quiet_window_the_last_price_is_the_reference() -> None:
    """Not the instrument's, from which the price may have come a long way."""
    quiet = breaker()
    for slot in range(200):
        quiet.trade(1_000 + slot, slot * SLOT)
    assert not quiet.trade(1_300, 10**6 * SLOT)
    assert quiet.reference_ticks == 1_199
    assert quiet.trade(1_319, 10**6 * SLOT)


def test_a_restart_forgets_everything() -> None:
    """After a resume it does not trip at once, however far the price opens."""
    restarted = breaker()
    restarted.trade(1_000, 0)
    assert restarted.trade(1_200, SLOT)
    restarted.restart(0)
    assert not restarted.trade(3_000, 2 * SLOT)
    assert not restarted.trade(3_299, 2 * SLOT)
    assert restarted.trade(3_300, 2 * SLOT)


def test_a_clock_that_steps_back_stays_in_its_slot() -> None:
    back = breaker()
    back.trade(1_000, 5 * SLOT)
    back.trade(1_010, 3 * SLOT)
    back.trade(1_020, 6 * SLOT)
    assert back.reference_ticks == 1_010
    assert len(back.samples) == 1


def test_without_a_limit_it_never_trips_and_remembers_one_price() -> None:
    off = Breaker(1_000)
    assert not any(off.trade(ticks, ticks) for ticks in (1, 10**6, 5))
    assert len(off.samples) == 0
    off.configure(1_000, WINDOW)
    assert not off.trade(5, 0)


def test_another_window_restarts_from_the_last_price() -> None:
    """Samples of slots of another length cannot be compared."""
    other = breaker()
    other.trade(1_050, 0)
    other.configure(1_000, 2 * WINDOW)
    assert (other.reference_ticks, len(other.samples)) == (1_050, 0)


def test_another_limit_with_the_same_window_keeps_the_reference() -> None:
    same = breaker()
    same.trade(1_050, 0)
    same.trade(1_050, SLOT)
    same.configure(500, WINDOW)
    assert (same.reference_ticks, len(same.samples)) == (1_050, 1)
    assert same.trade(1_103, SLOT)


def test_its_memory_is_bounded(seed: int) -> None:
    """SLOTS samples at most, however many trades."""
    random, time_ns = Random(seed), 0
    busy = breaker(1_000, 0)
    busy.configure(10**6, WINDOW)
    for _ in range(20_000):
        time_ns += random.randrange(SLOT)
        busy.trade(random.randint(900, 1_100), time_ns)
        assert len(busy.samples) <= SLOTS


def test_the_largest_prices_do_not_overflow() -> None:
    high = breaker(PRICE_TICKS_MAX, 10)
    for slot in range(2 * SLOTS):
        assert not high.trade(PRICE_TICKS_MAX, slot * SLOT)
    assert high.reference_ticks == PRICE_TICKS_MAX
    assert high.trade(1, 2 * SLOTS * SLOT)
