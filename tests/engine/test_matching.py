"""Who trades with whom, at what price, and what becomes of the rest (RULES.md sections 7 and 14)."""

import pytest

from engine.codes import DAY, FOK, GTC, IOC, STP_NONE
from engine.commands import RegisterSession
from tests.model.play import Play


def trades(lines: list[str]) -> list[str]:
    """The resting sides of the trades among these lines."""
    deals = [line for line in lines if " traded " in line]
    return deals[1::2]


def test_the_best_price_trades_first() -> None:
    """MAT-01, MAT-02: from the best level on, whatever the order of arrival."""
    play = Play()
    for name, ticks in (("c", 102), ("a", 100), ("b", 101)):
        play.sell(name, 5, ticks)
    lines = play.buy("x", 12, 102)
    assert trades(lines) == ["a traded 5@100 5+0", "b traded 5@101 5+0", "c traded 2@102 2+3"]


def test_at_one_price_the_oldest_trades_first() -> None:
    """MAT-01: strictly first in, first out."""
    play = Play()
    for name in ("a", "b", "c"):
        play.buy(name, 5, 100)
    assert trades(play.sell("x", 12, 100)) == ["a traded 5@100 5+0", "b traded 5@100 5+0", "c traded 2@100 2+3"]


def test_a_partial_fill_keeps_its_place() -> None:
    """MAT-01"""
    play = Play()
    play.buy("a", 5, 100)
    play.buy("b", 5, 100)
    play.sell("x", 2, 100)
    assert trades(play.sell("y", 4, 100)) == ["a traded 3@100 5+0", "b traded 1@100 1+4"]


@pytest.mark.parametrize(("resting", "incoming"), [("sell", "buy"), ("buy", "sell")])
def test_a_trade_is_at_the_resting_orders_price(resting: str, incoming: str) -> None:
    """ORD-14, MAT-02: the aggressor gets the improvement, whichever side it is."""
    play = Play()
    better = 90 if resting == "sell" else 110
    play.enter("r", resting, 5, better, 2)
    assert play.enter("x", incoming, 5, 100)[1] == f"x traded 5@{better} 5+0"


def test_an_order_trades_no_further_than_its_price() -> None:
    """MAT-02, MAT-03: what is left rests, and the book is not crossed."""
    play = Play()
    play.sell("a", 5, 100)
    play.sell("b", 5, 101)
    play.buy("x", 8, 100)
    assert play.depth() == ([(100, 3)], [(101, 5)])


def test_priority_is_the_order_of_commands_not_of_clocks() -> None:
    """MAT-04: a time that steps back changes nothing."""
    play = Play()
    play.time_ns = 1_000
    play.buy("first", 5, 100)
    play.time_ns = 1
    play.buy("second", 5, 100)
    assert trades(play.sell("x", 5, 100)) == ["first traded 5@100 5+0"]


def test_books_of_different_symbols_do_not_meet() -> None:
    play = Play()
    play.sell("s", 5, 100)
    assert play.enter("x", "buy", 5, 100, 1, 2) == ["x entered 0+5 @100"]


def test_a_market_order_sweeps_and_its_rest_is_canceled() -> None:
    """MAT-06: it never rests."""
    play = Play()
    play.sell("a", 5, 100)
    play.sell("b", 5, 150)
    lines = play.buy("x", 12, None)
    assert lines[-1] == "x canceled 10+0 unfilled"
    assert trades(lines) == ["a traded 5@100 5+0", "b traded 5@150 5+0"]
    assert play.depth() == ([], [])


@pytest.mark.parametrize("time_in_force", [DAY, GTC, IOC])
def test_a_market_order_that_meets_nobody_is_entered_and_canceled(time_in_force: int) -> None:
    """MAT-06: whatever its time in force."""
    lines = Play().buy("x", 5, None, time_in_force=time_in_force)
    assert lines == ["x entered 0+5 @0", "x canceled 0+0 unfilled"]


def test_immediate_or_cancel_takes_what_is_there() -> None:
    """MAT-10: then the rest is canceled, CumQty kept."""
    play = Play()
    play.sell("a", 3, 100)
    play.sell("b", 3, 101)
    assert play.buy("x", 5, 100, time_in_force=IOC)[-1] == "x canceled 3+0 unfilled"
    assert play.depth() == ([], [(101, 3)])


def test_immediate_or_cancel_without_a_fill_is_entered_and_canceled() -> None:
    """MAT-10"""
    assert Play().buy("x", 5, 100, time_in_force=IOC) == ["x entered 0+5 @100", "x canceled 0+0 unfilled"]


def test_fill_or_kill_fills_over_several_levels() -> None:
    """MAT-11"""
    play = Play()
    play.sell("a", 3, 100)
    play.sell("b", 3, 101)
    lines = play.buy("x", 5, 101, time_in_force=FOK)
    assert trades(lines) == ["a traded 3@100 3+0", "b traded 2@101 2+1"]


@pytest.mark.parametrize(("lots", "ticks"), [(7, 101), (4, 100), (1, 99)])
def test_fill_or_kill_that_cannot_be_filled_leaves_no_trace(lots: int, ticks: int) -> None:
    """MAT-11: no fill, no last price, nothing changed in the book."""
    play = Play()
    play.sell("a", 3, 100)
    play.sell("b", 3, 101)
    before = play.depth()
    lines = play.buy("x", lots, ticks, time_in_force=FOK)
    assert lines == [f"x entered 0+{lots} @{ticks}", "x canceled 0+0 cannot_fill"]
    assert play.depth() == before
    book = play.exchange.books[1]
    assert book is not None
    assert book.last_ticks == 0


def test_fill_or_kill_as_a_market_order() -> None:
    """MAT-06, MAT-11"""
    play = Play()
    play.sell("a", 3, 100)
    assert play.buy("x", 4, None, time_in_force=FOK) == ["x entered 0+4 @0", "x canceled 0+0 cannot_fill"]
    assert play.buy("y", 3, None, time_in_force=FOK)[-1] == "a traded 3@100 3+0"


def test_fill_or_kill_does_not_count_on_what_its_own_firm_is_in_front_of() -> None:
    """MAT-11, SFT-06"""
    play = Play()
    play.sell("a", 3, 100)
    play.sell("own", 1, 100, 1)
    play.sell("b", 3, 100)
    assert play.buy("x", 4, 100, time_in_force=FOK)[-1] == "x canceled 0+0 cannot_fill"
    assert play.buy("y", 3, 100, time_in_force=FOK)[-1] == "a traded 3@100 3+0"


@pytest.mark.parametrize("time_in_force", [ord("5"), ord("x")])
def test_a_time_in_force_the_venue_does_not_know_is_refused(time_in_force: int) -> None:
    """MAT-12: not taken for another."""
    assert Play().buy("x", 5, 100, time_in_force=time_in_force) == ["x rejected unsupported_time_in_force"]


def test_day_orders_expire_at_the_end_of_the_day_each_once() -> None:
    """MAT-13: with what they had done; those good till cancel stay."""
    play = Play()
    play.buy("day", 5, 99)
    play.buy("gtc", 5, 98, time_in_force=GTC)
    play.sell("s", 2, 99)
    renewed = "gtc restated 0+5 @98 new good_till_renewed"
    assert play.end_day() == ["day expired 2+0 day_ended", "day 20260102 ended 1", renewed]
    assert play.end_day(20260105) == ["day 20260105 ended 0", renewed]
    assert play.depth() == ([(98, 5)], [])


def test_good_till_cancel_keeps_its_place_over_night() -> None:
    """MAT-13"""
    play = Play()
    play.buy("a", 5, 99, time_in_force=GTC)
    play.buy("day", 5, 99)
    play.buy("b", 5, 99, time_in_force=GTC)
    play.end_day()
    assert trades(play.sell("s", 6, 99)) == ["a traded 5@99 5+0", "b traded 1@99 1+4"]


def test_days_end_while_trading_is_halted() -> None:
    """PHA-07"""
    play = Play()
    play.buy("day", 5, 99)
    play.halt()
    assert play.end_day() == ["day expired 0+0 day_ended", "day 20260102 ended 1"]


def test_an_order_never_trades_with_its_own_firm() -> None:
    """SFT-01, SFT-03: what came last is canceled, the resting order stays."""
    play = Play(sessions=3, firms=2)  # session 3 is of the firm of session 1
    play.sell("own", 5, 100, 3)
    assert play.buy("x", 5, 100, 1) == ["x entered 0+5 @100", "x canceled 0+0 self_trade"]
    assert play.depth() == ([], [(100, 5)])


def test_fills_before_meeting_the_own_firm_stand() -> None:
    """SFT-04: what is behind the own order is out of reach."""
    play = Play()
    play.sell("a", 2, 100)
    play.sell("own", 2, 100, 1)
    play.sell("b", 2, 100)
    lines = play.buy("x", 6, 101)
    assert lines[1:] == ["x traded 2@100 2+4", "a traded 2@100 2+0", "x canceled 2+0 self_trade"]
    assert play.depth() == ([], [(100, 4)])


def test_an_own_order_beyond_the_price_is_in_nobodys_way() -> None:
    """SFT-01"""
    play = Play()
    play.sell("own", 2, 101, 1)
    assert play.buy("x", 6, 100) == ["x entered 0+6 @100"]


def test_a_prevented_match_is_no_trade() -> None:
    """SFT-05: no match number, no last price."""
    play = Play()
    play.sell("own", 2, 100, 1)
    play.buy("x", 6, 100)
    book = play.exchange.books[1]
    assert book is not None
    assert (play.exchange.tape.match, book.last_ticks) == (0, 0)


def test_the_incoming_orders_session_decides_whether_self_trades_are_prevented() -> None:
    """SFT-02"""
    play = Play(sessions=1, firms=1)
    play.run(RegisterSession(2, b"C2", 1, b"F1", STP_NONE))
    play.sell("own", 2, 100, 1)
    assert play.buy("x", 1, 100, 2)[-1] == "own traded 1@100 1+1"
    assert play.sell("y", 1, 90, 2) == ["y entered 0+1 @90"]
    assert play.buy("z", 1, 90, 1)[-1] == "z canceled 0+0 self_trade"
