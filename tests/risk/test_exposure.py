"""Positions and reservations in lots and money (RSK-03, RSK-06)."""

from random import Random

import pytest

from engine.codes import BUY, NOTIONAL_MAX, SELL
from risk.exposure import Firm, Position
from risk.limits import LimitTable


def position(firm: Firm, lot_worth: int = 10) -> Position:
    return Position(firm, 1, LimitTable().resolve(firm.number, 1), lot_worth)


def money(firm: Firm) -> tuple[int, int, int]:
    return firm.gross_notional, firm.long_notional, firm.short_notional


def test_open_orders_count_as_if_one_side_traded() -> None:
    """RSK-03: the worse of all buys and all sells, never their sum."""
    firm = Firm(1)
    one = position(firm)
    one.reserve(BUY, 7)
    assert money(firm) == (70, 70, 0)
    one.reserve(SELL, 5)
    assert money(firm) == (70, 70, 50)
    one.reserve(SELL, 5)
    assert money(firm) == (100, 70, 100)


def test_a_fill_turns_a_reservation_into_a_position() -> None:
    """RSK-06: the side's worst case stays, the other one shrinks."""
    firm = Firm(1)
    one = position(firm)
    one.reserve(BUY, 7)
    one.fill(BUY, 4)
    assert (one.lots, one.buy_lots, money(firm)) == (4, 3, (70, 70, -40))
    one.reserve(SELL, 10)
    assert (one.worst(), one.worst_lots(BUY), one.worst_lots(SELL), money(firm)) == (7, 7, 6, (70, 70, 60))
    one.fill(SELL, 10)
    assert (one.lots, one.sell_lots, money(firm)) == (-6, 0, (60, -30, 60))


def test_what_goes_leaves_nothing_behind(seed: int) -> None:
    """RSK-06: released exactly once, whatever the path."""
    random, firm = Random(seed), Firm(1)
    parts = [position(firm, worth) for worth in (1, 10, 7)]
    for _ in range(300):
        one, side, lots = random.choice(parts), random.choice((BUY, SELL)), random.randint(1, 9)
        one.reserve(side, lots)
        done = random.randint(0, lots)
        one.fill(side, done)
        one.reserve(side, done - lots)
    for one in parts:
        assert (one.buy_lots, one.sell_lots) == (0, 0)
    assert firm.long_notional == -firm.short_notional == sum(one.lots * one.lot_worth for one in parts)
    assert firm.gross_notional == sum(abs(one.lots) * one.lot_worth for one in parts)


def test_another_reference_price_revalues_everything() -> None:
    firm = Firm(1)
    one, two = position(firm), position(firm, 3)
    one.reserve(BUY, 7)
    one.fill(BUY, 4)
    two.reserve(SELL, 2)
    one.revalue(20)
    assert money(firm) == (146, 140, -74)
    one.revalue(10)
    assert money(firm) == (76, 70, -34)


def test_a_value_beyond_the_core_is_never_taken() -> None:
    """The sums stay inside 64 bits: the ceiling in lots follows the worth of a lot."""
    firm = Firm(1)
    assert position(firm, NOTIONAL_MAX).lots_max == 1
    with pytest.raises(AssertionError):
        position(firm, NOTIONAL_MAX + 1)
    one, two = position(firm, 1), position(firm, 1)
    one.reserve(BUY, NOTIONAL_MAX // 2)
    two.reserve(SELL, NOTIONAL_MAX // 2)
    with pytest.raises(AssertionError):
        one.revalue(3)
    assert money(firm) == (NOTIONAL_MAX, NOTIONAL_MAX // 2, NOTIONAL_MAX // 2)
    with pytest.raises(AssertionError):
        one.revalue(2)
