"""Orders that must not take (RULES.md section 8)."""

import pytest

from engine.codes import FOK, IOC, MARKET, MARKET_TO_LIMIT, POST_ONLY, STP_CANCEL_NEWEST, STP_CANCEL_OLDEST
from tests.model.play import Play


def test_a_post_only_order_that_would_trade_is_refused_whole() -> None:
    """PST-01: also if only a part of it would; nothing trades, nothing is reserved."""
    play = Play()
    play.sell("s", 2, 100)
    assert play.buy("x", 5, 100, exec_inst=POST_ONLY) == ["x rejected post_only_would_trade"]
    assert play.depth() == ([], [(100, 2)])


def test_a_post_only_order_that_would_not_trade_rests() -> None:
    """PST-01"""
    play = Play()
    play.sell("s", 2, 100)
    assert play.buy("x", 5, 99, exec_inst=POST_ONLY) == ["x entered 0+5 @99"]


@pytest.mark.parametrize(("side", "other", "price"), [("buy", "sell", 99), ("sell", "buy", 101)])
def test_where_wanted_a_post_only_order_slides_to_one_tick_from_the_best(side: str, other: str, price: int) -> None:
    """PST-01, ORD-11: the venue says at which price it rests."""
    play = Play(slides=True)
    play.enter("r", other, 2, 100, 2)
    beyond = 103 if side == "buy" else 97
    assert play.enter("x", side, 5, beyond, exec_inst=POST_ONLY) == [
        f"x entered 0+5 @{beyond}",
        f"x restated 0+5 @{price} new post_only_repriced",
    ]


def test_a_slide_to_no_price_is_a_refusal() -> None:
    """PST-01: there is no price below the first tick."""
    play = Play(slides=True)
    play.sell("s", 2, 1)
    assert play.buy("x", 5, 1, exec_inst=POST_ONLY) == ["x rejected post_only_would_trade"]


def test_hidden_quantity_counts_for_post_only() -> None:
    """PST-02: it stands at a price that the book shows."""
    play = Play()
    play.sell("s", 20, 100, display_lots=5)
    assert play.buy("x", 5, 100, exec_inst=POST_ONLY) == ["x rejected post_only_would_trade"]


@pytest.mark.parametrize(("ord_type", "time_in_force"), [(MARKET, 0), (MARKET_TO_LIMIT, 0), (0, IOC), (0, FOK)])
def test_an_order_that_only_takes_cannot_be_post_only(ord_type: int, time_in_force: int) -> None:
    """PST-03"""
    ticks = None if ord_type else 99
    more = {"time_in_force": time_in_force} if time_in_force else {}
    lines = Play().buy("x", 5, ticks, ord_type=ord_type, exec_inst=POST_ONLY, **more)
    assert lines == ["x rejected post_only_not_allowed"]


def test_a_replace_is_post_only_if_it_says_so_again() -> None:
    """PST-04, CXR-08, CXR-11: refused it leaves the order alone, without the instruction it trades."""
    play = Play()
    play.sell("s", 2, 100)
    play.buy("x", 5, 99, exec_inst=POST_ONLY)
    assert play.replace("y", "x", 5, 100, exec_inst=POST_ONLY) == ["y<x replace_rejected new post_only_would_trade"]
    assert play.depth() == ([(99, 5)], [(100, 2)])
    assert play.replace("z", "x", 5, 100)[1] == "z traded 2@100 2+3"


def test_a_sliding_replace_is_repriced() -> None:
    """PST-01, CXR-11"""
    play = Play(slides=True)
    play.sell("s", 2, 100)
    play.buy("x", 5, 98)
    assert play.replace("y", "x", 5, 101, exec_inst=POST_ONLY) == [
        "y<x replaced 0+5 @101",
        "y restated 0+5 @99 new post_only_repriced",
    ]


def test_post_only_meets_self_trade_prevention_without_a_trade() -> None:
    """SFT-06: what would be prevented does not count as a trade, and prevention then has its way."""
    play = Play(self_trade=STP_CANCEL_OLDEST)
    play.sell("own", 2, 100, 1)
    assert play.buy("x", 5, 100, exec_inst=POST_ONLY) == ["x entered 0+5 @100", "own canceled 0+0 self_trade"]
    play = Play(self_trade=STP_CANCEL_NEWEST)
    play.sell("own", 2, 100, 1)
    assert play.buy("x", 5, 100, exec_inst=POST_ONLY) == ["x entered 0+5 @100", "x canceled 0+0 self_trade"]
