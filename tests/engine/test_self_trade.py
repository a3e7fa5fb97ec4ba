"""The modes of self-trade prevention (RULES.md section 14); test_matching.py has what cancels the newest."""

import pytest

from engine.codes import BUY, FOK, LIMIT, SELL, STP_CANCEL_BOTH, STP_CANCEL_OLDEST, STP_DECREMENT
from engine.commands import CancelOrder, EnterOrder, RegisterSession
from engine.order import Terms
from tests.model.play import Play


def test_canceling_the_oldest_lets_the_incoming_order_go_on() -> None:
    """SFT-03, SFT-04: also to what is behind the own order."""
    play = Play(self_trade=STP_CANCEL_OLDEST)
    play.sell("own", 4, 100, 1)
    play.sell("s", 2, 100)
    lines = play.buy("x", 5, 100)
    assert lines[1:] == ["own canceled 0+0 self_trade", "x traded 2@100 2+3", "s traded 2@100 2+0"]
    assert play.depth() == ([(100, 3)], [])


def test_canceling_both_ends_the_two_that_meet() -> None:
    """SFT-03, SFT-04: fills before stand, what is behind stays."""
    play = Play(self_trade=STP_CANCEL_BOTH)
    play.sell("a", 1, 100)
    play.sell("own", 4, 100, 1)
    play.sell("b", 2, 100)
    lines = play.buy("x", 5, 100)
    assert lines[3:] == ["own canceled 0+0 self_trade", "x canceled 1+0 self_trade"]
    assert play.depth() == ([], [(100, 2)])


@pytest.mark.parametrize(
    ("own", "incoming", "lines", "depth"),
    [
        (4, 6, ["x restated 0+2 @100 new self_trade_decrement", "own canceled 0+0 self_trade"], ([(100, 2)], [])),
        (6, 4, ["x canceled 0+0 self_trade", "own restated 0+2 @100 new self_trade_decrement"], ([], [(100, 2)])),
        (4, 4, ["x canceled 0+0 self_trade", "own canceled 0+0 self_trade"], ([], [])),
    ],
)
def test_decrementing_takes_the_smaller_quantity_off_both(
    own: int, incoming: int, lines: list[str], depth: tuple[list[tuple[int, int]], list[tuple[int, int]]]
) -> None:
    """SFT-03, QTY-06: OrderQty is reduced, the smaller order ends."""
    play = Play(self_trade=STP_DECREMENT)
    play.sell("own", own, 100, 1)
    assert play.buy("x", incoming, 100)[1:] == lines
    assert play.depth() == depth


def test_only_orders_of_one_identifier_are_kept_from_each_other() -> None:
    """SFT-01: of a firm, without one those without; the same identifier of another firm is another."""
    play = Play()
    for number, self_match in enumerate((b"", b"x", b"y")):
        order = EnterOrder(1, b"s%d" % number, 1, SELL, 2, 100, self_match=self_match)
        play.run(order)
    play.run(EnterOrder(2, b"other", 1, SELL, 2, 100, self_match=b"y"))
    lines = play.run(EnterOrder(1, b"b", 1, BUY, 20, 100, self_match=b"y"))
    assert lines[1:] == [
        "b traded 2@100 2+18",
        "s0 traded 2@100 2+0",
        "b traded 2@100 4+16",
        "s1 traded 2@100 2+0",
        "b canceled 4+0 self_trade",
    ]
    play.run(CancelOrder(1, b"c", b"s2", 1, SELL))
    assert play.run(EnterOrder(1, b"d", 1, BUY, 2, 100, self_match=b"y"))[1] == "d traded 2@100 2+0"


def test_what_can_fill_and_icebergs_know_of_identifiers() -> None:
    """SFT-01, SFT-06, ICE-02"""
    play = Play()
    play.run(EnterOrder(1, b"ice", 1, SELL, 6, 100, terms=Terms(display_lots=2), self_match=b"x"))
    assert play.run(EnterOrder(1, b"f", 1, BUY, 6, 100, LIMIT, FOK, self_match=b"x"))[1] == "f canceled 0+0 cannot_fill"
    assert play.run(EnterOrder(1, b"g", 1, BUY, 6, 100, LIMIT, FOK))[1] == "g traded 6@100 6+0"


def test_a_decrement_takes_hidden_quantity_first() -> None:
    """SFT-03, ICE-03: the part that is shown keeps its place."""
    play = Play(self_trade=STP_DECREMENT)
    play.sell("own", 20, 100, 1, display_lots=6)
    play.buy("x", 15, 100)
    assert play.depth() == ([], [(100, 5)])
    assert play.order("own").quantity_lots == 5


@pytest.mark.parametrize("mode", [STP_CANCEL_OLDEST, STP_CANCEL_BOTH, STP_DECREMENT])
def test_no_mode_of_prevention_makes_a_trade(mode: int) -> None:
    """SFT-05: no match number, no last price, no stop elected."""
    play = Play(self_trade=mode)
    play.sell("s", 1, 100, 2)
    play.buy("b", 1, 100, 3)
    play.sell("stop", 1, None, 2, ord_type=ord("3"), stop_ticks=90)
    play.buy("own", 4, 90, 1)
    lines = play.sell("x", 5, 90, 1)
    book = play.exchange.books[1]
    assert book is not None
    assert (play.exchange.tape.match, book.last_ticks, book.stop_count) == (1, 100, 1)
    assert not any("traded" in line or "stop" in line for line in lines)


def test_the_incoming_orders_mode_decides() -> None:
    """SFT-02"""
    play = Play(sessions=1, firms=1, self_trade=STP_CANCEL_OLDEST)
    play.run(RegisterSession(2, b"C2", 1, b"F1", STP_CANCEL_BOTH))
    play.sell("own", 4, 100, 1)
    assert play.buy("x", 5, 100, 2)[1:] == ["own canceled 0+0 self_trade", "x canceled 0+0 self_trade"]


def test_fill_or_kill_looks_past_what_would_be_canceled() -> None:
    """SFT-06, MAT-11: the oldest is in nobody's way; where both end or shrink, it is."""
    for mode, last in (
        (STP_CANCEL_OLDEST, "s traded 5@100 5+0"),
        (STP_CANCEL_BOTH, "x canceled 0+0 cannot_fill"),
        (STP_DECREMENT, "x canceled 0+0 cannot_fill"),
    ):
        play = Play(self_trade=mode)
        play.sell("own", 4, 100, 1)
        play.sell("s", 5, 100)
        assert play.buy("x", 5, 100, time_in_force=FOK)[-1] == last
