"""Where exchanges differ: every choice that is not the usual one (the settings' section [orders])."""

import pytest

from engine.choices import USUAL, SetOrderChoices
from engine.codes import DAY, FOK, GTC, IOC, OPENING_AUCTION, STOP, STOP_LIMIT
from risk.gate import RiskGate
from tests.model.play import Play
from tests.risk.venue import set_limits


def chosen(**choices: int) -> Play:
    play = Play()
    play.choose(**choices)
    return play


def made(lines: list[str]) -> list[str]:
    """The resting sides of the trades among these lines."""
    return [line for line in lines if " traded " in line][1::2]


def test_what_is_chosen_can_be_unchosen() -> None:
    play = chosen(replace_to_done_refused=1)
    assert not play.exchange.choices.is_usual()
    play.choose()
    assert play.exchange.choices == USUAL
    assert SetOrderChoices(who=b"op", seed=7, time_ns=3).is_usual()


def test_a_name_may_be_free_again_once_its_order_has_ended() -> None:
    """IDN-01"""
    play = chosen(names_reused=1)
    play.buy("a", 5, 99)
    assert play.buy("a", 5, 99) == ["a rejected 0+5 new duplicate_cl_ord_id"]
    play.cancel("c", "a")
    assert play.buy("a", 6, 99) == ["a entered 0+6 @99"]
    assert play.cancel("c", "a") == ["c<a canceled 0+0"]


def test_a_request_never_has_the_name_of_the_order_it_is_about() -> None:
    """IDN-04, CXR-03: also if that has ended and its name is free for another, or if it could be opened again."""
    play = chosen(names_reused=1, filled_reopened=1)
    play.buy("a", 5, 99)
    play.sell("s", 5, 99)
    for _ in range(2):
        assert play.replace("a", "a", 6, 99) == ["a<a replace_rejected filled duplicate_cl_ord_id"]
        assert play.cancel("a", "a") == ["a<a cancel_rejected filled duplicate_cl_ord_id"]
    assert play.replace("b", "a", 6, 99) == ["b<a replaced 5+1 @99 partially_filled"]


def test_every_name_of_an_order_may_find_it() -> None:
    """CXR-05: the answer still says which the last accepted one was."""
    play = chosen(names_chained=1)
    play.buy("a", 5, 99)
    play.replace("b", "a", 6, 99)
    assert play.cancel("c", "a") == ["c<b canceled 0+0"]


def test_a_replace_may_never_keep_the_place() -> None:
    """CXR-09"""
    play = chosen(place_never_kept=1)
    play.buy("first", 10, 100)
    play.buy("second", 10, 100, 3)
    play.replace("again", "first", 9, 100)
    assert made(play.sell("s", 1, 100)) == ["second traded 1@100 1+9"]


def test_another_part_shown_may_keep_the_place_and_count_from_the_next_part_on() -> None:
    """ICE-08"""
    play = chosen(place_kept_by_display=1)
    play.buy("i", 20, 100, display_lots=6)
    play.buy("p", 5, 100, 3)
    play.replace("j", "i", 20, 100, display_lots=4)
    assert play.depth()[0] == [(100, 11)]
    assert made(play.sell("s", 6, 100)) == ["j traded 6@100 6+14"]
    assert play.depth()[0] == [(100, 9)]


def test_a_replace_to_what_is_done_may_be_refused() -> None:
    """CXR-06"""
    play = chosen(replace_to_done_refused=1)
    play.buy("a", 10, 100)
    play.sell("s", 4, 100)
    assert play.replace("b", "a", 4, 100) == ["b<a replace_rejected partially_filled replace_to_done"]


def test_a_replace_to_more_may_open_a_filled_order_again() -> None:
    """CXR-07: at its price only, at the end of its queue, with the fills it has; what was canceled stays so."""
    play = chosen(filled_reopened=1)
    play.buy("a", 10, 100)
    play.buy("later", 5, 100, 3)
    play.sell("s", 10, 100)
    assert play.replace("b", "a", 12, 99) == ["b<a replace_rejected filled too_late"]
    assert play.replace("b1", "a", 10, 100) == ["b1<a replace_rejected filled too_late"]
    assert play.replace("c", "a", 12, 100) == ["c<a replaced 10+2 @100 partially_filled"]
    assert made(play.sell("t", 6, 100)) == ["later traded 5@100 5+0", "c traded 1@100 11+1"]
    play.cancel("d", "c")
    assert play.replace("e", "c", 20, 100) == ["e<c replace_rejected canceled too_late"]


def test_a_filled_order_is_opened_again_within_its_limits_only() -> None:
    """CXR-07, RSK-05, RSK-09, KIL-01"""
    play = Play(RiskGate())
    set_limits(play, 1, position_lots=11)
    play.choose(filled_reopened=1)
    play.sell("s", 10, 100, 3)
    play.buy("a", 10, 100)
    assert play.replace("b", "a", 12, 100) == ["b<a replace_rejected filled position_limit (12>11 v1)"]
    assert play.replace("c", "a", 11, 100) == ["c<a replaced 10+1 @100 partially_filled"]
    assert play.cancel("d", "c") == ["d<c canceled 10+0"]


def test_a_replace_that_would_trade_may_be_refused() -> None:
    """CXR-11, CXR-10"""
    play = chosen(replace_crossing_refused=1)
    play.sell("s", 4, 101)
    play.buy("a", 10, 100)
    assert play.replace("b", "a", 10, 101) == ["b<a replace_rejected new replace_would_trade"]
    assert play.depth() == ([(100, 10)], [(101, 4)])


def test_a_market_order_that_meets_nobody_may_be_refused() -> None:
    """MAT-06"""
    play = chosen(market_unmet_refused=1)
    assert play.buy("a", 10, None) == ["a rejected no_counterpart"]
    play.sell("s", 4, 101)
    assert play.buy("b", 4, None)[0] == "b entered 0+4 @0"


@pytest.mark.parametrize("time_in_force", [DAY, GTC])
def test_a_market_order_that_may_stay_may_be_refused(time_in_force: int) -> None:
    """MAT-06"""
    play = chosen(market_resting_refused=1)
    assert play.buy("a", 10, None, time_in_force=time_in_force) == ["a rejected market_not_immediate"]
    assert play.buy("b", 10, None, time_in_force=IOC)[0] == "b entered 0+10 @0"


def test_what_a_market_order_has_left_may_rest_at_its_protection_price() -> None:
    """MAT-07, ORD-11; without a protection price it has no price to rest at."""
    play = Play(RiskGate())
    set_limits(play, 1, collar_bp=1_000)
    play.choose(market_rest_priced=1)
    play.sell("s", 4, 105)
    assert play.buy("a", 10, None)[1:] == [
        "a traded 4@105 4+6",
        "s traded 4@105 4+0",
        "a restated 4+6 @110 market_priced",
    ]
    assert play.depth() == ([(110, 6)], [])
    free = chosen(market_rest_priced=1)
    assert free.buy("a", 10, None)[1:] == ["a canceled 0+0 unfilled"]


@pytest.mark.parametrize(("time_in_force", "reason"), [(IOC, "unfilled"), (FOK, "cannot_fill")])
def test_what_is_not_filled_at_once_may_expire(time_in_force: int, reason: str) -> None:
    """MAT-10, MAT-11"""
    play = chosen(unfilled_expires=1)
    play.sell("s", 4, 101)
    assert play.buy("a", 10, 101, time_in_force=time_in_force)[-1].endswith(reason)
    assert "expired" in play.buy("b", 10, 100, time_in_force=time_in_force)[-1]


def test_minimum_quantities_may_be_refused() -> None:
    """MAT-15"""
    play = chosen(minimum_refused=1)
    assert play.buy("a", 10, 100, time_in_force=IOC, min_lots=2) == ["a rejected min_quantity_refused"]


def test_a_stop_already_reached_may_be_refused() -> None:
    """STO-02"""
    play = chosen(stop_reached_refused=1)
    play.sell("s", 1, 100)
    play.buy("b", 1, 100, 3)
    assert play.buy("x", 5, 105, ord_type=STOP_LIMIT, stop_ticks=100) == ["x rejected stop_price_reached"]
    assert play.sell("y", 5, 95, ord_type=STOP_LIMIT, stop_ticks=100) == ["y rejected stop_price_reached"]
    assert play.buy("z", 5, 105, ord_type=STOP_LIMIT, stop_ticks=101) == ["z entered 0+5 @105"]


def test_stops_elected_together_may_run_by_age_alone() -> None:
    """STO-04"""
    play = chosen(stops_by_age=1)
    for name, at in (("a", 103), ("b", 101), ("c", 102)):
        play.buy(name, 1, 90, ord_type=STOP_LIMIT, stop_ticks=at)
    play.sell("s", 1, 103)
    lines = play.buy("t", 1, 103, 3)
    assert [line.split()[0] for line in lines if line.endswith("stop_elected")] == ["a", "b", "c"]


def test_elections_in_a_row_have_a_chosen_end() -> None:
    """STO-07"""
    play = chosen(election_rounds_max=2)
    for number in range(4):
        play.enter(f"x{number}", "buy", 1, None, ord_type=ord("3"), stop_ticks=101 + number)
        play.sell(f"s{number}", 1, 102 + number)
    play.sell("s", 1, 101)
    lines = play.buy("t", 1, 101, 3)
    assert sum(line.endswith("stop_elected") for line in lines) == 2
    assert lines[-1] == "S1 halted stop_cascade_halt (2/2)"


def elected_under(collar_bp: int, ord_type: int, price: int | None) -> list[str]:
    """What happens when trades at 110 elect a stop to buy, under a collar set after it came."""
    play = Play(RiskGate())
    set_limits(play, 1, collar_bp=5_000)
    play.choose(elected_checked=1)
    play.buy("stop", 5, price, ord_type=ord_type, stop_ticks=110)
    play.sell("far", 9, 125)
    play.sell("s", 1, 110)
    set_limits(play, 2, collar_bp=collar_bp)
    return [line for line in play.buy("t", 1, 110, 3) if line.startswith("stop")]


def test_an_elected_stop_may_be_checked_again() -> None:
    """STO-08: by the limits and the last price of now; a market order's protection price is new."""
    assert elected_under(1_000, STOP_LIMIT, 130) == [
        "stop restated 0+5 @130 new stop_elected",
        "stop canceled 0+0 price_above_collar (130>121 v2)",
    ]
    assert elected_under(2_000, STOP_LIMIT, 130)[1] == "stop traded 5@125 5+0"
    assert elected_under(1_000, STOP, None)[1] == "stop canceled 0+0 unfilled"
    assert elected_under(2_000, STOP, None)[1] == "stop traded 5@125 5+0"


def test_day_orders_may_be_done_for_the_day() -> None:
    """MAT-13, QTY-02"""
    play = chosen(days_done=1)
    play.buy("a", 5, 99)
    play.buy("g", 5, 98, time_in_force=GTC)
    assert play.end_day() == [
        "a done_for_day 0+0 day_ended",
        "day 20260102 ended 1",
        "g restated 0+5 @98 new good_till_renewed",
    ]


def test_nights_may_be_silent() -> None:
    """MAT-13"""
    play = chosen(nights_silent=1)
    play.buy("a", 5, 99, time_in_force=GTC)
    assert play.end_day() == ["day 20260102 ended 0"]


def test_each_part_of_an_iceberg_may_trade_apart() -> None:
    """ICE-04: in the order in which the parts come up."""
    play = chosen(parts_apart=1)
    play.buy("i", 20, 100, display_lots=6)
    play.buy("p", 5, 100, 3)
    assert made(play.sell("x", 16, 100)) == ["i traded 6@100 6+14", "p traded 5@100 5+0", "i traded 5@100 11+9"]


def test_there_may_be_fewer_parts() -> None:
    """ICE-01"""
    play = chosen(parts_max=4)
    assert play.buy("i", 24, 100, display_lots=6) == ["i entered 0+24 @100"]
    assert play.buy("j", 25, 100, display_lots=6) == ["j rejected too_many_parts"]


def shown_parts(seed: int) -> list[int]:
    play = chosen(parts_smaller_percent=50, seed=seed)
    play.buy("i", 1_000, 100, display_lots=20)
    found = []
    for number in range(20):
        found.append(play.depth()[0][0][1])
        play.sell(f"s{number}", found[-1], 100)
    return found


def test_parts_may_be_drawn_the_same_in_every_replay() -> None:
    """ICE-07: never more than MaxFloor, at most so much less; another seed draws others."""
    parts = shown_parts(1)
    assert parts == shown_parts(1)
    assert set(parts) <= set(range(10, 21))
    assert len(set(parts)) > 3
    assert parts != shown_parts(2)


def test_a_replace_is_refused_for_what_a_new_order_would_be() -> None:
    """ICE-01, MAT-15, STO-02: a choice about terms is about those of a new version too."""
    play = chosen(parts_max=3, minimum_refused=1, stop_reached_refused=1)
    play.buy("last", 1, 100)
    play.sell("t", 1, 100)
    play.buy("ice", 6, 95, display_lots=2)
    assert play.replace("i2", "ice", 7, 95, display_lots=2) == ["i2<ice replace_rejected new too_many_parts"]
    assert play.replace("i3", "ice", 6, 95, time_in_force=IOC, min_lots=1) == [
        "i3<ice replace_rejected new min_quantity_refused"
    ]
    play.buy("stop", 1, 120, ord_type=STOP_LIMIT, stop_ticks=110)
    assert play.replace("s2", "stop", 1, 120, ord_type=STOP_LIMIT, stop_ticks=100) == [
        "s2<stop replace_rejected new stop_price_reached"
    ]


def test_a_replace_to_what_is_done_is_no_crossing_one() -> None:
    """CXR-06, CXR-11: it trades no more, at whatever price."""
    play = chosen(replace_crossing_refused=1)
    play.buy("b", 5, 100)
    play.sell("s", 2, 100)
    play.sell("t", 2, 101)
    assert play.replace("x", "b", 2, 101) == ["x<b replaced 2+0 @101 filled"]


def test_another_part_shown_keeps_no_place_that_is_lost_otherwise() -> None:
    """ICE-08, CXR-09, AUC-12: where no replace keeps the place, or not in a call, neither does this one."""
    for step, more in ((lambda play: None, {"place_never_kept": 1}), (lambda play: play.phase(OPENING_AUCTION), {})):
        play = chosen(place_kept_by_display=1, **more)
        play.buy("a", 6, 95, display_lots=2)
        play.buy("b", 6, 95)
        step(play)
        play.replace("c", "a", 6, 95, display_lots=3)
        assert [line.split()[0] for line in play.mass_status()] == ["b", "c"]
