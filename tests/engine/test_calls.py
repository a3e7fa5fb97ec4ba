"""Calls and their uncrossing: orders gather, may cross, and trade at one price (RULES.md sections 11 and 12)."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.auction import EURONEXT, NASDAQ, XETRA
from engine.codes import (
    AT_THE_CLOSE,
    AT_THE_OPENING,
    BUY,
    CALLS,
    CLOSED,
    CLOSING_AUCTION,
    GTC,
    MARKET_TO_LIMIT,
    OPENING_AUCTION,
    POST_ONLY,
    PRE_OPEN,
    STOP,
    TRADING,
    VOLATILITY_AUCTION,
)
from engine.events import AuctionEnded, OrderEvent
from engine.uncross import indicate
from tests.model.play import Play

VECTORS = Path(__file__).parents[2] / ".." / "shared" / "data" / "auctions" / "auction_vectors.json"


def calling(phase: int = OPENING_AUCTION, **rules: Any) -> Play:
    """A call has begun."""
    play = Play(firms=9, sessions=9)
    play.trading_rules(**rules)
    play.phase(phase)
    return play


def test_orders_gather_and_may_cross() -> None:
    """PHA-01: nothing trades in a call."""
    play = calling()
    assert play.buy("b", 5, 101) == ["b entered 0+5 @101"]
    assert play.sell("s", 3, 99) == ["s entered 0+3 @99"]
    assert play.depth() == ([(101, 5)], [(99, 3)])


def test_all_trade_at_one_price_and_the_book_is_not_crossed_after() -> None:
    """AUC-06, AUC-07"""
    play = calling()
    play.buy("b1", 5, 101)
    play.buy("b2", 5, 100)
    play.sell("s1", 4, 99)
    play.sell("s2", 4, 100)
    assert play.phase(TRADING) == [
        "S1 opening_auction gave 8@100 surplus 2",
        "b1 traded 4@100 4+1 auction_trade",
        "s1 traded 4@100 4+0 auction_trade",
        "b1 traded 1@100 5+0 auction_trade",
        "s2 traded 1@100 1+3 auction_trade",
        "b2 traded 3@100 3+2 auction_trade",
        "s2 traded 3@100 4+0 auction_trade",
        "S1 resumed operator_phase",
    ]
    assert play.depth() == ([(100, 2)], [])


def test_market_orders_come_before_limits_at_the_price() -> None:
    """AUC-06, then what is left of them is canceled (AUC-07)."""
    play = calling()
    play.buy("b", 5, 100)
    play.buy("m", 5, None)
    play.sell("s", 4, 100)
    lines = play.phase(TRADING)
    assert lines[1:3] == ["m traded 4@100 4+1 auction_trade", "s traded 4@100 4+0 auction_trade"]
    assert lines[3:] == ["m canceled 4+0 unfilled", "S1 resumed operator_phase"]


def test_left_over_market_orders_may_become_limits() -> None:
    """AUC-07, MAT-08: by setting, and market to limit orders always."""
    play = calling(leftover_rests=1)
    play.buy("m", 5, None)
    play.sell("s", 4, 100)
    assert "m restated 4+1 @100 market_to_limit_priced" in play.phase(TRADING)
    assert play.depth() == ([(100, 1)], [])
    play = calling()
    play.buy("k", 5, None, ord_type=MARKET_TO_LIMIT)
    play.sell("s", 4, 100)
    play.phase(TRADING)
    assert play.depth() == ([(100, 1)], [])


def test_market_orders_alone_trade_at_the_reference() -> None:
    """AUC-05"""
    play = calling()
    play.buy("b", 5, None)
    play.sell("s", 3, None)
    assert play.phase(TRADING)[0] == "S1 opening_auction gave 3@100 surplus 2"


def test_nothing_executable_is_no_auction_trade() -> None:
    """AUC-05"""
    play = calling()
    play.buy("b", 5, 99)
    play.sell("s", 5, 101)
    assert play.phase(TRADING) == ["S1 opening_auction gave nothing", "S1 resumed operator_phase"]
    assert play.depth() == ([(99, 5)], [(101, 5)])


def test_all_of_an_iceberg_takes_part() -> None:
    """ICE-09; at the price what is shown comes before what is hidden (ICE-02)."""
    play = calling()
    play.buy("ice", 10, 100, display_lots=2)
    play.buy("b", 3, 100, session=3)
    play.sell("s", 8, 100)
    assert play.phase(TRADING)[:5] == [
        "S1 opening_auction gave 8@100 surplus 5",
        "ice traded 5@100 5+5 auction_trade",
        "s traded 5@100 5+3 auction_trade",
        "b traded 3@100 3+0 auction_trade",
        "s traded 3@100 8+0 auction_trade",
    ]
    assert play.depth() == ([(100, 1)], []), "of its third part one lot is left to show"


def test_one_firms_orders_trade_with_each_other_in_an_auction() -> None:
    """AUC-11: self-trade prevention is not applied."""
    play = calling()
    play.buy("b", 5, 100)
    play.sell("s", 5, 100, session=1)
    assert "b traded 5@100 5+0 auction_trade" in play.phase(TRADING)


def test_post_only_is_accepted_without_a_test_in_a_call() -> None:
    """PST-03"""
    play = calling()
    play.sell("s", 5, 100)
    assert play.buy("p", 5, 100, exec_inst=POST_ONLY) == ["p entered 0+5 @100"]
    assert play.replace("q", "p", 5, 101, exec_inst=POST_ONLY) == ["q<p replaced 0+5 @101"]


def test_stops_wait_through_the_call_and_are_tested_against_its_price() -> None:
    """STO-06"""
    play = calling()
    play.buy("stop", 5, None, ord_type=STOP, stop_ticks=100)
    play.buy("b", 5, 101)
    play.sell("s", 5, 100)
    play.sell("t", 5, 102)
    lines = play.phase(TRADING)
    assert lines[0] == "S1 opening_auction gave 5@100 surplus 0"
    assert lines[-4:] == [
        "S1 resumed operator_phase",
        "stop restated 0+5 @0 new stop_elected",
        "stop traded 5@102 5+0",
        "t traded 5@102 5+0",
    ]


def test_an_order_at_the_opening_ends_with_its_auction() -> None:
    """MAT-14"""
    play = calling(PRE_OPEN)
    play.buy("o", 5, 100, time_in_force=AT_THE_OPENING)
    play.buy("m", 5, None, time_in_force=AT_THE_OPENING)
    play.sell("s", 3, 100)
    assert play.phase(OPENING_AUCTION) == ["S1 opening_auction operator_phase"]
    assert play.phase(TRADING)[3:] == [
        "m canceled 3+0 unfilled",
        "o canceled 0+0 auction_over",
        "S1 resumed operator_phase",
    ]
    assert play.buy("late", 5, 100, time_in_force=AT_THE_OPENING) == ["late rejected opening_is_over"]


def test_an_order_at_the_close_waits_for_its_auction() -> None:
    """MAT-14: unseen until then, cancelable, in the order of entry."""
    play = Play(firms=9)
    assert play.buy("c", 5, 100, time_in_force=AT_THE_CLOSE) == ["c entered 0+5 @100"]
    play.buy("m", 2, None, time_in_force=AT_THE_CLOSE)
    play.buy("x", 2, None, time_in_force=AT_THE_CLOSE)
    assert play.cancel("y", "x") == ["y<x canceled 0+0"]
    assert play.sell("s", 5, 100) == ["s entered 0+5 @100"]
    assert play.depth() == ([], [(100, 5)])
    assert play.replace("c2", "c", 4, 101, time_in_force=AT_THE_CLOSE) == ["c2<c replaced 0+4 @101"]
    assert play.phase(CLOSING_AUCTION) == ["S1 closing_auction operator_phase"]
    assert play.depth() == ([(101, 4)], [(100, 5)])
    assert play.phase(CLOSED) == [
        "S1 closing_auction gave 5@101 surplus 1",
        "m traded 2@101 2+0 auction_trade",
        "s traded 2@101 2+3 auction_trade",
        "c2 traded 3@101 3+1 auction_trade",
        "s traded 3@101 5+0 auction_trade",
        "c2 canceled 3+0 auction_over",
        "S1 closed operator_phase",
    ]


def test_an_amended_order_that_was_carried_over_loses_its_place() -> None:
    """AUC-12: also where it only reduces; unless the venue lets it be."""
    for resets, first in ((1, "b"), (0, "a2")):
        play = Play(firms=9)
        play.trading_rules(amend_resets=resets)
        play.buy("a", 5, 100)
        play.buy("b", 5, 100, session=3)
        play.phase(VOLATILITY_AUCTION)
        play.replace("a2", "a", 4, 100)
        play.sell("s", 2, 100)
        assert play.phase(TRADING)[1].startswith(f"{first} traded 2@100")


def test_an_order_of_the_call_keeps_its_place_by_a_smaller_quantity() -> None:
    """PHA-01, CXR-09"""
    play = calling()
    play.buy("a", 5, 100)
    play.buy("b", 5, 100, session=3)
    play.replace("a2", "a", 4, 100)
    play.sell("s", 2, 100)
    assert play.phase(TRADING)[1].startswith("a2 traded 2@100")


def test_market_orders_in_a_call_may_be_amended_and_canceled() -> None:
    """PHA-01"""
    play = calling()
    play.buy("m", 5, None)
    assert play.replace("n", "m", 7, 0, ord_type=ord("1")) == ["n<m replaced 0+7 @0"]
    assert play.replace("o", "n", 6, 0, ord_type=ord("1")) == ["o<n replaced 0+6 @0"]
    assert play.mass_cancel("all") == ["all mass_canceled 1", "o canceled 0+0 canceled_by_mass_request"]


def test_the_calendars_end_of_a_call_is_drawn_by_lot_and_said() -> None:
    """AUC-09: the same seed draws the same, and what the calendar wants comes when the call is over."""
    drawn = []
    for _ in range(2):
        play = Play()
        play.trading_rules(random_end_ns=1_000, seed=7)
        play.phase(OPENING_AUCTION, scheduled_ns=1)
        play.at(5_000)
        [line] = play.phase(TRADING, scheduled_ns=5_000)
        assert line.startswith("S1 opening_auction call_ends until ")
        until_ns = int(line.split()[-1])
        assert 5_000 < until_ns <= 6_000
        drawn.append(until_ns)
        assert play.advance(until_ns - 1) == []
        assert play.advance(until_ns) == ["S1 opening_auction gave nothing", "S1 resumed"]
        assert play.advance(until_ns) == []
    assert drawn[0] == drawn[1]


def test_a_price_too_far_out_extends_the_call() -> None:
    """AUC-08: once, here, and then the price stands."""
    play = calling(VOLATILITY_AUCTION, static_bp=500, extension_ns=60, extensions_max=1)
    play.buy("b", 5, 106)
    play.sell("s", 5, 106)
    assert play.phase(TRADING, scheduled_ns=1) == ["S1 volatility_auction auction_extended (106/100) until 60"]
    assert play.advance(60)[0] == "S1 volatility_auction gave 5@106 surplus 0"


def test_a_price_at_the_bound_is_inside() -> None:
    """AUC-08, CIR-01: bounds are inside, and the dynamic range is around the last price."""
    play = calling(VOLATILITY_AUCTION, dynamic_bp=500, extension_ns=60, extensions_max=1)
    play.buy("b", 5, 105)
    play.sell("s", 5, 105)
    assert play.phase(TRADING, scheduled_ns=1)[0] == "S1 volatility_auction gave 5@105 surplus 0"


def test_a_halt_in_a_call_keeps_the_orders_and_ends_through_an_auction() -> None:
    """PHA-04: never straight onto a crossed book."""
    play = calling(reopening_ns=30)
    play.phase(TRADING)
    play.phase(VOLATILITY_AUCTION)
    play.buy("b", 5, 101)
    play.buy("m", 1, None)
    play.sell("s", 5, 99)
    assert play.halt() == ["S1 halted operator_halt"]
    assert play.resume() == ["S1 volatility_auction reopening until 30"]
    assert play.advance(29) == []
    assert play.advance(30)[0] == "S1 volatility_auction gave 5@101 surplus 1"
    assert play.exchange.books[1].instrument.state == TRADING  # type: ignore[union-attr]


def test_without_a_length_trading_resumes_with_an_uncrossing_at_once() -> None:
    """PHA-04"""
    play = calling(VOLATILITY_AUCTION)
    play.buy("b", 5, 101)
    play.sell("s", 5, 99)
    play.halt()
    lines = play.resume()
    assert lines[0] == "S1 halted gave 5@101 surplus 0"
    assert lines[-1] == "S1 resumed"


def test_what_the_calendar_wanted_in_a_halt_comes_with_the_resume() -> None:
    """PHA-02, PHA-04"""
    play = Play()
    play.trading_rules(reopening_ns=30)
    play.halt()
    assert play.phase(CLOSING_AUCTION, scheduled_ns=5) == []
    assert play.resume() == ["S1 closing_auction"]
    play.halt()
    assert play.phase(CLOSED, scheduled_ns=9) == []
    assert play.resume() == ["S1 closed"]


def test_a_stop_cascade_is_interrupted_by_an_auction() -> None:
    """STO-07: by setting; the others stay unelected until trading begins again."""
    play = Play(firms=9)
    play.trading_rules(volatility_ns=50)
    for at in range(20):
        play.buy(f"stop{at}", 1, None, ord_type=STOP, stop_ticks=101 + at)
        play.sell(f"s{at}", 1, 101 + at)
    lines = play.buy("go", 1, 101)
    assert lines[-1] == "S1 volatility_auction stop_cascade_halt (16/16) until 50"
    assert "S1 resumed" in play.advance(50)


def test_the_closed_market_is_silent_and_opens_with_what_was_left() -> None:
    """PHA-01: GTC orders may be canceled, others not."""
    play = Play()
    play.buy("g", 5, 99, time_in_force=GTC)
    play.buy("d", 5, 98)
    play.phase(CLOSED)
    assert play.buy("x", 5, 99) == ["x rejected market_closed"]
    assert play.cancel("c1", "d") == ["c1<d cancel_rejected new good_till_only"]
    assert play.cancel("c2", "g") == ["c2<g canceled 0+0"]
    assert play.mass_cancel("all") == ["all mass_canceled 0"]


def test_the_nasdaq_ladder_measures_from_the_inside_midpoint() -> None:
    """AUC-04: of the continuous book when the call began."""
    play = Play(firms=9)
    play.trading_rules(tiebreak=NASDAQ)
    play.buy("b", 1, 90)
    play.sell("s", 1, 96)
    play.phase(CLOSING_AUCTION)
    play.buy("x", 5, 99)
    play.sell("y", 5, 91)
    assert play.phase(CLOSED)[0] == "S1 closing_auction gave 5@93 surplus 0"


@pytest.mark.parametrize("tiebreak", [XETRA, EURONEXT, NASDAQ])
def test_the_indication_is_what_uncrossing_then_gives(seed: int, tiebreak: int) -> None:
    """AUC-10, AUC-06, AUC-07, QTY-07: on random calls; the checker sees all events."""
    random = Random(seed)
    for _ in range(40):
        play = calling(random.choice(CALLS), tiebreak=tiebreak, leftover_rests=random.randint(0, 1))
        for number in range(random.randint(0, 25)):
            random_order(play, random, number)
        book = play.exchange.books[1]
        assert book is not None
        indication = indicate(book)
        play.phase(TRADING)
        [ended] = [event for event in play.events if isinstance(event, AuctionEnded)]
        assert (ended.price_ticks, ended.quantity_lots, ended.surplus_lots) == indication
        trades = [event for event in play.events if isinstance(event, OrderEvent) and event.match]
        assert {event.last_ticks for event in trades} <= {indication.price_ticks}
        assert sum(event.last_lots for event in trades if event.side == BUY) == indication.lots
        bids, asks = play.depth()
        assert not bids or not asks or bids[0][0] < asks[0][0]
        for order in book.orders():
            better = order.price_ticks > indication.price_ticks > 0
            assert tiebreak != XETRA or order.side != BUY or not better, "AUC-06: better orders fill completely"


def random_order(play: Play, random: Random, number: int) -> None:
    side = random.choice(("buy", "sell"))
    lots = random.randint(1, 9)
    if random.random() < 0.2:
        play.enter(f"o{number}", side, lots, None, random.randint(1, 9))
    elif random.random() < 0.2:
        play.enter(f"o{number}", side, lots, random.randint(94, 106), random.randint(1, 9), display_lots=min(lots, 2))
    else:
        play.enter(f"o{number}", side, lots, random.randint(94, 106), random.randint(1, 9))


def vectors() -> list[Any]:
    found = json.loads(VECTORS.read_text()) if VECTORS.exists() else []
    return [vector for vector in found if "expected_bid_fills" in vector]


@pytest.mark.skipif(not VECTORS.exists(), reason="the exchanges' examples are not here")
@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["id"])
def test_exchanges_examples_allocate_as_they_say(vector: dict[str, Any]) -> None:
    """AUC-06: through the whole exchange."""
    play = calling()
    for side in ("bid", "ask"):
        for number, (price, lots) in enumerate(vector[f"{side}s"]):
            ticks = None if price == "MARKET" else price
            play.enter(f"{side}{number}", "buy" if side == "bid" else "sell", lots, ticks, 1 if side == "bid" else 2)
    play.phase(TRADING)
    for side in ("bid", "ask"):
        for number, lots in enumerate(vector[f"expected_{side}_fills"]):
            assert play.order(f"{side}{number}", 1 if side == "bid" else 2).cum_lots == lots
