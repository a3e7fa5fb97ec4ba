"""Stop and stop-limit orders (RULES.md section 10)."""

from typing import Any

import pytest

from engine.codes import ELECTION_ROUNDS_MAX, FOK, GTC, RESTATE, STOP, STOP_LIMIT
from engine.events import OrderEvent
from tests.model.play import Play


def traded(play: Play, ticks: int, name: str = "t") -> list[str]:
    """A trade of one lot at a price between sessions 2 and 3."""
    play.sell(name + "s", 1, ticks, 2)
    return play.buy(name + "b", 1, ticks, 3)


def stop(play: Play, name: str, side: str, lots: int, at: int, limit: int | None = None, **more: Any) -> list[str]:
    """A stop order of session 1, or a stop-limit."""
    kind = STOP if limit is None else STOP_LIMIT
    return play.enter(name, side, lots, limit, ord_type=kind, stop_ticks=at, **more)


def elected(lines: list[str]) -> list[str]:
    return [line.split()[0] for line in lines if line.endswith("stop_elected")]


def test_a_stop_waits_unseen() -> None:
    """STO-06: acknowledged, not in the book."""
    play = Play()
    assert stop(play, "x", "buy", 5, 105) == ["x entered 0+5 @0"]
    assert play.depth() == ([], [])
    assert play.order_events()[0].displayed_lots == 0
    assert play.mass_status() == ["x is 0+5 @0 new"]


@pytest.mark.parametrize(("side", "before", "at"), [("buy", 104, 105), ("sell", 96, 95)])
def test_a_trade_at_the_stop_price_elects(side: str, before: int, at: int) -> None:
    """STO-01"""
    play = Play()
    stop(play, "x", side, 5, at)
    assert elected(traded(play, before, "a")) == []
    assert elected(traded(play, at, "b")) == ["x"]


def test_an_elected_stop_is_a_market_order() -> None:
    """STO-05, ORD-17: restated as OrdType 1, OrdStatus unchanged, then it trades."""
    play = Play()
    stop(play, "x", "buy", 5, 105)
    play.sell("s", 3, 106)
    lines = traded(play, 105)
    assert lines[3:] == [
        "x restated 0+5 @0 new stop_elected",
        "x traded 3@106 3+2",
        "s traded 3@106 3+0",
        "x canceled 3+0 unfilled",
    ]
    restated = next(event for event in play.order_events() if event.kind == RESTATE)
    assert (restated.ord_type, restated.terms and restated.terms.stop_ticks) == (ord("1"), 105)


def test_an_elected_stop_limit_is_a_limit_order_with_new_priority() -> None:
    """STO-05: behind those who rested at its price meanwhile."""
    play = Play()
    stop(play, "x", "buy", 5, 105, 100)
    play.buy("p", 5, 100, 3)
    traded(play, 105)
    assert play.depth() == ([(100, 10)], [])
    assert play.sell("y", 1, 100)[-1].startswith("p traded")


def test_a_stop_already_reached_on_entry_is_elected_at_once() -> None:
    """STO-02"""
    play = Play()
    traded(play, 105)
    assert stop(play, "x", "buy", 5, 105, 104) == ["x entered 0+5 @104", "x restated 0+5 @104 new stop_elected"]
    assert stop(play, "y", "sell", 5, 104, 106) == ["y entered 0+5 @106"]


def test_election_comes_after_the_commands_own_trades() -> None:
    """STO-03: the elected order gets what the sweep has left."""
    play = Play()
    stop(play, "x", "buy", 5, 100)
    for name, ticks in (("a", 100), ("b", 101), ("c", 102)):
        play.sell(name, 2, ticks)
    lines = [line for line in play.buy("t", 4, 101, 3) if not line.startswith("t")]
    assert lines[:3] == ["a traded 2@100 2+0", "b traded 2@101 2+0", "x restated 0+5 @0 new stop_elected"]
    assert lines[4] == "c traded 2@102 2+0"


def test_elected_orders_elect_others_until_nothing_more_is() -> None:
    """STO-03: in the same command."""
    play = Play()
    for number in range(4):
        stop(play, f"x{number}", "buy", 1, 101 + number)
        play.sell(f"s{number}", 1, 102 + number)
    assert elected(traded(play, 101)) == ["x0", "x1", "x2", "x3"]


def test_of_those_elected_together_the_nearest_price_goes_first_then_the_oldest() -> None:
    """STO-04"""
    play = Play()
    for name, at in (("a", 103), ("b", 101), ("c", 102), ("d", 101)):
        stop(play, name, "buy", 1, at, 90)
    assert elected(traded(play, 103)) == ["b", "d", "c", "a"]
    for name, at in (("e", 95), ("f", 97), ("g", 96)):
        stop(play, name, "sell", 1, at, 120)
    assert elected(traded(play, 95, "u")) == ["f", "g", "e"]


def test_every_price_a_command_trades_at_elects_not_only_the_last() -> None:
    """STO-01: down to 98 and up again to 99 reaches a sell stop at 98."""
    play = Play()
    traded(play, 102)
    stop(play, "x", "sell", 1, 98, 120)
    play.sell("a", 1, 98)
    play.sell("b", 1, 99)
    assert elected(play.buy("t", 2, 99, 3)) == ["x"]


def test_a_probe_elects_nothing() -> None:
    """STO-01, MAT-11"""
    play = Play()
    stop(play, "x", "buy", 1, 100, 90)
    play.sell("s", 1, 100)
    assert elected(play.buy("t", 2, 100, 3, time_in_force=FOK)) == []


def test_too_long_a_chain_halts_the_symbol() -> None:
    """STO-07: with its own reason; the rest stay unelected, and go on when trading does."""
    play = Play()
    count = ELECTION_ROUNDS_MAX + 3
    for number in range(count):
        stop(play, f"x{number}", "buy", 1, 101 + number)
        play.sell(f"s{number}", 1, 102 + number)
    lines = traded(play, 101)
    assert len(elected(lines)) == ELECTION_ROUNDS_MAX
    assert lines[-1] == f"S1 halted stop_cascade_halt ({ELECTION_ROUNDS_MAX}/{ELECTION_ROUNDS_MAX})"
    assert play.mass_status()[0].startswith(f"x{ELECTION_ROUNDS_MAX} is 0+1")
    assert elected(play.resume()) == [f"x{number}" for number in range(ELECTION_ROUNDS_MAX, count)]


def test_a_halt_keeps_stops_and_lets_them_be_canceled() -> None:
    """CXR-14, STO-08"""
    play = Play()
    stop(play, "x", "buy", 1, 105)
    stop(play, "y", "buy", 1, 106)
    play.halt()
    assert play.cancel("c", "x") == ["c<x canceled 0+0"]
    play.resume()
    assert elected(traded(play, 106)) == ["y"]


def test_an_unelected_stop_can_be_replaced() -> None:
    """CXR-05, STO-02: to a price already reached it is elected."""
    play = Play()
    traded(play, 100)
    stop(play, "x", "buy", 5, 105, 106)
    assert play.replace("y", "x", 6, 107, ord_type=STOP_LIMIT, stop_ticks=104) == ["y<x replaced 0+6 @107"]
    assert play.replace("z", "y", 6, 107, ord_type=STOP_LIMIT) == ["z<y replace_rejected new stop_price_missing"]
    assert elected(play.replace("w", "y", 6, 99, ord_type=STOP_LIMIT, stop_ticks=100)) == ["w"]
    assert play.depth() == ([(99, 6)], [])


def test_a_smaller_stop_keeps_its_age_and_a_larger_one_does_not() -> None:
    """CXR-09, STO-04"""
    for lots, first in ((1, "z"), (3, "y")):
        play = Play()
        stop(play, "x", "buy", 2, 105, 90)
        stop(play, "y", "buy", 2, 105, 90)
        play.replace("z", "x", lots, 90, ord_type=STOP_LIMIT, stop_ticks=105)
        assert elected(traded(play, 105))[0] == first


def test_mass_cancels_and_days_end_unelected_stops_too() -> None:
    """MAT-13, KIL-02"""
    play = Play()
    stop(play, "x", "buy", 2, 105)
    stop(play, "y", "sell", 2, 95, time_in_force=GTC)
    assert play.end_day() == [
        "x expired 0+0 day_ended",
        "day 20260102 ended 1",
        "y restated 0+2 @0 new good_till_renewed",
    ]
    assert play.mass_cancel("m") == ["m mass_canceled 1", "y canceled 0+0 canceled_by_mass_request"]
    assert elected(traded(play, 95)) == []


@pytest.mark.parametrize(
    ("kind", "ticks", "terms", "reason"),
    [
        (STOP, None, {}, "stop_price_missing"),
        (STOP_LIMIT, 100, {}, "stop_price_missing"),
        (STOP, None, {"stop_ticks": -1}, "stop_price_out_of_range"),
        (STOP, None, {"stop_ticks": 10**12 + 1}, "stop_price_out_of_range"),
        (STOP_LIMIT, None, {"stop_ticks": 99}, "price_not_positive"),
        (0, 100, {"stop_ticks": 99}, "stop_price_not_allowed"),
    ],
)
def test_a_stop_needs_its_price_and_others_have_none(
    kind: int, ticks: int | None, terms: dict[str, int], reason: str
) -> None:
    """VAL-02"""
    assert Play().buy("x", 5, ticks, ord_type=kind, **terms) == [f"x rejected {reason}"]


def test_terms_in_events_are_those_of_the_time() -> None:
    """ORD-08: a later version does not change what was said of the earlier one."""
    play = Play()
    stop(play, "x", "buy", 5, 105)
    entered = play.events[0]
    play.replace("y", "x", 5, 0, ord_type=STOP, stop_ticks=110)
    assert isinstance(entered, OrderEvent)
    assert entered.terms is not None
    assert entered.terms.stop_ticks == 105
