"""Calls that end otherwise than planned, and rules that change in the middle of one: found by random days."""

from engine.answers import ANSWERS, LIMITS, packed
from engine.codes import (
    AT_THE_CLOSE,
    AT_THE_OPENING,
    CLOSED,
    CLOSING_AUCTION,
    IOC,
    OPENING_AUCTION,
    POST_ONLY_PHASE,
    PRE_OPEN,
    STOP,
    TRADING,
    VOLATILITY_AUCTION,
)
from engine.events import InstrumentChanged
from tests.model.play import Play


def test_new_answers_count_in_the_running_phase() -> None:
    """PHA-01: rules are in force from when they are set, not from the next phase."""
    play = Play()
    play.phase(CLOSED)
    assert play.buy("no", 5, 99) == ["no rejected market_closed"]
    row = list(ANSWERS[CLOSED])
    row[LIMITS] = 0
    play.trading_rules(answers=packed({**ANSWERS, CLOSED: tuple(row)}))
    assert play.buy("yes", 5, 99) == ["yes entered 0+5 @99"]


def test_a_replace_to_immediate_or_cancel_is_refused_in_a_call() -> None:
    """PHA-01, MAT-10: as a new order would be; else it would rest, and an IOC order never does."""
    play = Play()
    play.buy("b", 5, 99)
    play.phase(OPENING_AUCTION)
    assert play.replace("x", "b", 5, 100, time_in_force=IOC) == ["x<b replace_rejected new not_in_a_call"]
    assert play.replace("y", "b", 5, 100)[0] == "y<b replaced 0+5 @100"


def test_an_order_for_the_close_takes_no_part_in_another_auction() -> None:
    """MAT-14: where the closing call is broken off, it waits for the next."""
    for halted in (True, False):
        play = Play()
        play.phase(CLOSING_AUCTION)
        play.buy("atc", 5, 100, time_in_force=AT_THE_CLOSE)
        play.sell("s", 5, 99)
        if halted:
            play.halt()
        else:
            play.phase(VOLATILITY_AUCTION)
        assert not [line for line in play.phase(TRADING) if "traded" in line]
        assert play.depth() == ([], [(99, 5)])
        play.phase(CLOSING_AUCTION)
        play.phase(CLOSED)
        assert play.order("atc").cum_lots == play.order("s", session=2).cum_lots == 5


def test_an_order_for_the_opening_ends_with_what_came_instead_of_it() -> None:
    """MAT-14: it trades in the opening only."""
    play = Play()
    play.phase(PRE_OPEN)
    play.buy("b", 5, None, time_in_force=AT_THE_OPENING)
    play.sell("s", 5, 99)
    play.phase(VOLATILITY_AUCTION)
    assert "b canceled 0+0 auction_over" in play.phase(TRADING)
    assert play.depth() == ([], [(99, 5)])


def cascade(**rules: int) -> Play:
    """A trade elects a stop, which elects another and interrupts trading, while `b` and `c` rest."""
    play = Play()
    play.choose(election_rounds_max=1)
    play.trading_rules(volatility_ns=1_000, **rules)
    play.buy("b", 5, 90)
    play.buy("c", 5, 90)
    for number in range(2):
        play.sell(f"s{number}", 1, 100 + number, session=3)
        play.buy(f"stop{number}", 1, None, ord_type=STOP, stop_ticks=100 + number)
    play.buy("t", 1, 100, session=2)
    return play


def test_what_rested_before_a_stop_cascade_loses_its_place_when_amended_in_the_call() -> None:
    """AUC-12: the call that interrupts a cascade is a call like others."""
    play = cascade()
    play.replace("b2", "b", 4, 90)
    assert play.mass_status()[:2] == ["c is 0+5 @90 new", "b2 is 0+4 @90 new"]


def test_the_call_after_a_stop_cascade_ends_at_random() -> None:
    """AUC-09: as all calls of the venue's own."""
    change = cascade(random_end_ns=1_000_000).events[-1]
    assert isinstance(change, InstrumentChanged)
    assert (change.state, change.until_ns > 1_000) == (VOLATILITY_AUCTION, True)


def test_in_the_post_only_phase_no_replace_trades_whoever_slides() -> None:
    """PHA-01, PST-04: only an order that is declared post-only again is repriced instead."""
    play = Play(slides=True)
    play.buy("b", 5, 95)
    play.sell("s", 5, 99)
    play.phase(POST_ONLY_PHASE)
    assert play.replace("x", "b", 5, 99) == ["x<b replace_rejected new post_only_would_trade"]
    assert play.replace("y", "b", 5, 99, exec_inst=1)[1].startswith("y restated 0+5 @98")


def test_in_the_post_only_phase_a_stop_may_be_replaced() -> None:
    """PHA-01, STO-06: it is not in the book, so it takes nothing."""
    play = Play()
    play.buy("b", 5, 95)
    play.sell("stop", 5, None, ord_type=STOP, stop_ticks=90)
    play.phase(POST_ONLY_PHASE)
    assert play.replace("x", "stop", 6, 0, session=2, ord_type=STOP, stop_ticks=91)[0].startswith("x<stop replaced")


def test_between_the_trades_of_one_auction_an_iceberg_shows_a_part_at_most() -> None:
    """ICE-06: what it has been taken for, but is not told of yet, is not shown."""
    play = Play()
    play.phase(OPENING_AUCTION)
    play.sell("ice", 9, 100, display_lots=2)
    for number in range(4):
        play.buy(f"b{number}", 1, 100)
    play.phase(TRADING)
    assert [event.displayed_lots for event in play.order_events() if event.side == ord("2")] == [2, 2, 2, 2]
