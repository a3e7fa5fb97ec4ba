"""Which limit counts for whom, and what a row may say (RSK-11)."""

import pytest

from engine.codes import NOTIONAL_MAX, QUANTITY_LOTS_MAX
from engine.commands import SetLimits
from engine.reasons import GROSS_NOTIONAL_LIMIT, ORDER_QUANTITY_LIMIT, POSITION_LIMIT, TOO_MANY_OPEN_ORDERS
from risk.limits import BP_MAX, LimitTable, defect


def table(*rows: SetLimits) -> LimitTable:
    made = LimitTable()
    for row in rows:
        made.put(row)
    return made


def test_the_most_particular_row_counts() -> None:
    rows = [
        SetLimits(1, 0, 0, order_quantity_lots=1),
        SetLimits(2, 0, 5, order_quantity_lots=2),
        SetLimits(3, 7, 0, order_quantity_lots=3),
        SetLimits(4, 7, 5, order_quantity_lots=4),
    ]
    for count, version in ((4, 4), (3, 3), (2, 2), (1, 1)):
        limits = table(*rows[:count]).resolve(7, 5)
        assert (limits.order_quantity_lots, limits.version(ORDER_QUANTITY_LIMIT)) == (count, version)
    assert table(*rows).resolve(7, 6).order_quantity_lots == 3
    assert table(*rows).resolve(8, 5).order_quantity_lots == 2
    assert table(*rows).resolve(8, 6).order_quantity_lots == 1


def test_a_limit_a_row_does_not_set_comes_from_the_next() -> None:
    """A firm's own gross limit does not lift its order limits."""
    limits = table(
        SetLimits(1, 0, 0, order_quantity_lots=10, gross_notional=500), SetLimits(2, 7, 0, gross_notional=900)
    ).resolve(7, 5)
    assert (limits.order_quantity_lots, limits.version(ORDER_QUANTITY_LIMIT)) == (10, 1)
    assert (limits.gross_notional, limits.version(GROSS_NOTIONAL_LIMIT)) == (900, 2)


def test_a_later_row_for_the_same_replaces_the_earlier() -> None:
    limits = table(SetLimits(1, 0, 5, position_lots=10), SetLimits(2, 0, 5, order_notional=7)).resolve(1, 5)
    assert (limits.position_lots, limits.version(POSITION_LIMIT)) == (QUANTITY_LOTS_MAX, 0)
    assert limits.order_notional == 7


def test_without_rows_only_the_ceilings_count() -> None:
    limits = LimitTable().resolve(1, 1)
    assert limits.order_quantity_lots == limits.position_lots == QUANTITY_LOTS_MAX
    assert limits.order_notional == limits.gross_notional == limits.net_notional == NOTIONAL_MAX
    assert limits.collar_bp == 0
    assert limits.version(TOO_MANY_OPEN_ORDERS) == 0


def test_the_breaker_is_the_venues() -> None:
    """A firm's row cannot change when an instrument is halted."""
    rows = table(
        SetLimits(1, 0, 0, move_bp=1_000, window_ns=10**9), SetLimits(2, 0, 5, move_bp=500, window_ns=10**10),
        SetLimits(3, 7, 5, move_bp=1, window_ns=10**9),
    )  # fmt: skip
    assert rows.breaker(5) == (500, 10**10)
    assert rows.breaker(6) == (1_000, 10**9)
    assert LimitTable().breaker(5) == (0, 0)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (SetLimits(1, 0, 1, order_quantity_lots=-1), "order_quantity_lots is -1"),
        (SetLimits(1, 0, 1, order_quantity_lots=QUANTITY_LOTS_MAX + 1), "order_quantity_lots"),
        (SetLimits(1, 0, 1, order_notional=NOTIONAL_MAX + 1), "order_notional"),
        (SetLimits(1, 0, 0, gross_notional=NOTIONAL_MAX + 1), "gross_notional"),
        (SetLimits(1, 0, 1, collar_bp=BP_MAX + 1), "collar_bp"),
        (SetLimits(1, 0, 1, net_notional=1), "must be 0 for one instrument"),
        (SetLimits(1, 0, 1, move_bp=1), "belong together"),
        (SetLimits(1, 0, 1, window_ns=10**9), "belong together"),
        (SetLimits(1, 0, 1, move_bp=1, window_ns=999), "window_ns is 999"),
    ],
)
def test_a_row_that_makes_no_sense_is_told_so(row: SetLimits, says: str) -> None:
    assert says in defect(row)
    with pytest.raises(AssertionError, match=says.split(maxsplit=1)[0]):
        LimitTable().put(row)


def test_a_row_at_the_bounds_is_good() -> None:
    assert defect(SetLimits(1, 0, 1, QUANTITY_LOTS_MAX, NOTIONAL_MAX, BP_MAX, QUANTITY_LOTS_MAX)) == ""
    assert defect(SetLimits(1, 0, 0, gross_notional=NOTIONAL_MAX, net_notional=NOTIONAL_MAX)) == ""
