"""What one order may be, in what order it is asked, and what the refusal says (RULES.md section 15)."""

import pytest

from engine.codes import FOK, IOC, NOTIONAL_MAX, PRICE_TICKS_MAX, QUANTITY_LOTS_MAX, STOP_LIMIT
from engine.commands import DefineInstrument, RegisterSession, SetLimits
from engine.reasons import QUANTITY_OFF_LOT
from risk.gate import RiskGate
from tests.model.play import Play
from tests.risk.venue import play, set_limits


def test_an_order_may_have_the_largest_quantity_and_no_more() -> None:
    """RSK-02, RSK-11: the refusal has both numbers and the limit's version."""
    made = play(order_quantity_lots=10)
    assert made.buy("a", 10, 100) == ["a entered 0+10 @100"]
    assert made.buy("b", 11, 100) == ["b rejected order_quantity_limit (11>10 v1)"]


def test_an_order_may_have_the_largest_notional_and_no_more() -> None:
    """RSK-02, in money: ticks x lots x tick_value."""
    made = play(tick_value=5, order_notional=5_000)
    assert made.buy("a", 10, 100) == ["a entered 0+10 @100"]
    assert made.buy("b", 10, 101) == ["b rejected order_notional_limit (5050>5000 v1)"]


def test_an_iceberg_counts_with_all_it_has() -> None:
    """ICE-10: not with the part it shows, by quantity, notional and position."""
    made = play(order_quantity_lots=10, order_notional=990, position_lots=15)
    assert made.buy("a", 11, 90, display_lots=1) == ["a rejected order_quantity_limit (11>10 v1)"]
    assert made.buy("b", 10, 100, display_lots=1) == ["b rejected order_notional_limit (1000>990 v1)"]
    assert made.buy("c", 10, 99, display_lots=1) == ["c entered 0+10 @99"]
    assert made.buy("d", 6, 99, display_lots=1) == ["d rejected position_limit (16>15 v1)"]


def test_a_stop_is_reserved_from_its_entry_and_not_asked_for_again() -> None:
    """STO-08: the position limit counts it while it waits, and lets it trade after the limit was lowered."""
    made = play(position_lots=10)
    assert made.buy("x", 8, 105, ord_type=STOP_LIMIT, stop_ticks=104) == ["x entered 0+8 @105"]
    assert made.buy("y", 3, 100) == ["y rejected position_limit (11>10 v1)"]
    set_limits(made, 2, position_lots=5)
    made.sell("s", 2, 104)
    made.sell("t", 3, 105)
    lines = made.buy("e", 2, 104, 3)
    assert lines[3:] == ["x restated 0+8 @105 new stop_elected", "x traded 3@105 3+5", "t traded 3@105 3+0"]
    made.halt()
    made.buy("z", 1, 100, ord_type=STOP_LIMIT, stop_ticks=110)
    assert made.mass_cancel("m")[0] == "m mass_canceled 1"


def test_a_sell_counts_at_the_reference_at_least() -> None:
    """RSK-04: it trades at its price or above, so a low price must not make it small."""
    made = play(order_notional=1_000)
    assert made.sell("a", 11, 1) == ["a rejected order_notional_limit (1100>1000 v1)"]
    assert made.sell("b", 10, 1) == ["b entered 0+10 @1"]
    assert made.sell("c", 10, 101) == ["c rejected order_notional_limit (1010>1000 v1)"]
    assert made.buy("d", 500, 2, time_in_force=FOK)[0] == "d entered 0+500 @2"


def test_a_market_order_counts_at_its_protection_price() -> None:
    """RSK-04: never at zero."""
    made = play(order_notional=1_100, collar_bp=1_000)
    assert made.buy("a", 10, None)[0] == "a entered 0+10 @0"
    assert made.buy("b", 11, None) == ["b rejected order_notional_limit (1210>1100 v1)"]
    assert made.sell("c", 12, None) == ["c rejected order_notional_limit (1200>1100 v1)"]


def test_a_market_order_without_a_collar_counts_at_the_reference() -> None:
    """RSK-04"""
    made = play(order_notional=1_000)
    assert made.buy("a", 11, None) == ["a rejected order_notional_limit (1100>1000 v1)"]
    assert made.buy("b", 10, None)[0] == "b entered 0+10 @0"


def test_the_largest_orders_do_not_overflow() -> None:
    """VAL-06: with the ceilings alone and a huge worth of a lot."""
    made = play(tick_value=10**10)
    refused = f"order_notional_limit ({NOTIONAL_MAX}>{NOTIONAL_MAX} v0)"
    assert made.buy("a", QUANTITY_LOTS_MAX, None) == [f"a rejected {refused}"]
    assert made.buy("b", 10**6, PRICE_TICKS_MAX) == [f"b rejected {refused}"]
    assert made.buy("c", 10**6, 100) == ["c entered 0+1000000 @100"]
    assert made.buy("d", 1, 100) == [f"d rejected position_limit (1000001>{10**6} v0)"]


@pytest.mark.parametrize(
    ("ticks", "refused"),
    [(90, ""), (110, ""), (89, " price_below_collar (89>90 v1)"), (111, " price_above_collar (111>110 v1)")],
)
@pytest.mark.parametrize("side", ["buy", "sell"])
def test_a_price_may_be_on_the_collars_bounds(side: str, ticks: int, refused: str) -> None:
    """RSK-02, CIR-01: bounds inclusive, for both sides."""
    (line,) = play(collar_bp=1_000).enter("a", side, 5, ticks)
    assert line == (f"a rejected{refused}" if refused else f"a entered 0+5 @{ticks}")


def test_the_collar_follows_the_last_trade() -> None:
    """CIR-01"""
    made = play(collar_bp=1_000)
    made.sell("s", 5, 110)
    made.buy("b", 5, 110)
    assert made.buy("c", 5, 121) == ["c entered 0+5 @121"]
    assert made.buy("d", 5, 98) == ["d rejected price_below_collar (98>99 v1)"]


def test_a_new_reference_price_moves_the_collar_and_the_same_one_again_does_not() -> None:
    """RSK-02: listing the instruments again at a start forgets no trade."""
    made = play(collar_bp=1_000)
    made.sell("s", 5, 110)
    made.buy("b", 5, 110)
    made.run(DefineInstrument(1, b"S1", 2, 1, 0, 1, 1, 100))
    assert made.buy("c", 5, 121) == ["c entered 0+5 @121"]
    made.run(DefineInstrument(1, b"S1", 2, 1, 0, 1, 1, 200))
    assert made.buy("d", 5, 179) == ["d rejected price_below_collar (179>180 v1)"]


def test_a_market_order_trades_no_further_than_the_collar() -> None:
    """MAT-07: what is left at its protection price is canceled."""
    made = play(collar_bp=1_000)
    made.sell("s", 5, 110)
    set_limits(made, 2, collar_bp=2_000)
    made.sell("t", 5, 111)
    set_limits(made, 3, collar_bp=1_000)
    lines = made.buy("b", 10, None)
    assert lines == ["b entered 0+10 @0", "b traded 5@110 5+5", "s traded 5@110 5+0", "b canceled 5+0 unfilled"]
    assert made.order_events()[0].risk_ticks == 110


def test_a_market_sell_has_the_lower_bound() -> None:
    """MAT-07"""
    made = play(collar_bp=1_000)
    made.buy("b", 5, 90)
    set_limits(made, 2, collar_bp=900)
    assert made.sell("s", 5, None) == ["s entered 0+5 @0", "s canceled 0+0 unfilled"]


def test_without_a_collar_a_market_order_trades_anywhere() -> None:
    made = play()
    made.sell("s", 5, 10**6)
    assert made.buy("b", 5, None)[-1] == f"s traded 5@{10**6} 5+0"


def test_a_session_may_have_so_many_orders_open() -> None:
    """RSK-09: those that ended do not count; other sessions' do not count."""
    made = Play(RiskGate(), sessions=1)
    made.run(RegisterSession(2, b"C2", 2, b"F2", open_orders_max=2))
    made.buy("a", 1, 99, 2)
    made.buy("b", 1, 98, 2)
    assert made.buy("c", 1, 97, 2) == ["c rejected too_many_open_orders (3>2 v0)"]
    assert made.replace("r", "b", 2, 98, 2) == ["r<b replaced 0+2 @98"]
    made.sell("s", 1, 99, 1)
    assert made.buy("d", 1, 97, 2) == ["d entered 0+1 @97"]
    made.replace("e", "r", 2, 100, 2, time_in_force=IOC)
    assert made.buy("f", 1, 97, 2) == ["f entered 0+1 @97"]
    made.sell("x", 5, 97, 1)
    made.buy("g", 1, 90, 2)
    assert made.buy("h", 1, 91, 2) == ["h entered 0+1 @91"]
    assert made.buy("i", 1, 91, 1)[0] == "i entered 0+1 @91"


def test_the_first_check_that_fails_is_the_answer() -> None:
    """RSK-01: quantity, notional, collar, position, gross, net, open orders."""
    made = Play(RiskGate(), sessions=0)
    made.run(RegisterSession(1, b"C1", 1, b"F1", open_orders_max=1))
    made.buy("first", 1, 100)
    tight = {
        "order_quantity_lots": 1,
        "order_notional": 1,
        "collar_bp": 1,
        "position_lots": 1,
        "gross_notional": 1,
        "net_notional": 1,
    }
    said = []
    for number, field in enumerate([*tight, "none"]):
        set_limits(made, number + 1, **tight)
        (line,) = made.buy(f"o{number}", 2, 103)
        said.append(line.split()[2])
        tight[field] = 0
    assert said == [
        "order_quantity_limit",
        "order_notional_limit",
        "price_above_collar",
        "position_limit",
        "gross_notional_limit",
        "net_notional_limit",
        "too_many_open_orders",
    ]


def test_a_defect_comes_before_risk() -> None:
    """RSK-01"""
    made = play(order_quantity_lots=1)
    assert made.buy("a", 2, 99, defect=QUANTITY_OFF_LOT) == ["a rejected quantity_off_lot"]


def test_limits_change_within_the_day_and_say_their_version() -> None:
    """RSK-02, RSK-11: also while trading is halted."""
    made = play(order_quantity_lots=10)
    made.halt()
    set_limits(made, 2, order_quantity_lots=5)
    made.resume()
    assert made.buy("a", 6, 99) == ["a rejected order_quantity_limit (6>5 v2)"]
    set_limits(made, 3, firm=1, order_quantity_lots=7)
    assert made.buy("b", 8, 99) == ["b rejected order_quantity_limit (8>7 v3)"]
    assert made.buy("c", 6, 99, 2) == ["c rejected order_quantity_limit (6>5 v2)"]


def test_limits_may_be_set_before_anything_is_listed() -> None:
    gate = RiskGate()
    gate.configure(SetLimits(1, 0, 0, order_quantity_lots=3, move_bp=1_000, window_ns=10**9))
    made = Play(gate)
    assert made.buy("a", 4, 99) == ["a rejected order_quantity_limit (4>3 v1)"]


def test_positions_last_over_the_end_of_the_day() -> None:
    made = play(position_lots=10)
    made.sell("s", 10, 100)
    made.buy("b", 10, 100)
    made.end_day()
    assert made.buy("c", 1, 100) == ["c rejected position_limit (11>10 v1)"]


def test_a_venue_with_risk_needs_reference_prices() -> None:
    with pytest.raises(AssertionError, match="reference price"):
        Play(RiskGate(), instruments=0).run(DefineInstrument(1, b"S1", 2, 1, 0, 1, 1, 0))
