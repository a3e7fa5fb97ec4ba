"""Cancels and replaces that are pending for a while: what comes meanwhile, and what becomes of them."""

import pytest

from engine.codes import GTC, GTD, NS_PER_MS, POST_ONLY, STOP_LIMIT
from engine.commands import CancelOrders, EndDay
from engine.pending import PENDING_MAX
from engine.reasons import CANCELED_BY_OPERATOR
from engine.safeguard_commands import BY_MARKET, Kill
from risk.gate import RiskGate
from tests.engine.test_corrections import Court
from tests.model.play import Play
from tests.risk.venue import position, set_limits

DUE_NS = 10 * NS_PER_MS


def slow(**choices: int) -> Play:
    """A venue where a request is pending for 10 ms, with an order x to buy 10 at 100."""
    play = Play()
    play.choose(pending_ms=10, **choices)
    assert play.buy("x", 10, 100) == ["x entered 0+10 @100"]
    return play


def risky(**limits: int) -> Play:
    """The same with limits."""
    play = Play(RiskGate())
    play.choose(pending_ms=10)
    set_limits(play, 1, **limits)
    return play


def test_a_cancel_is_pending_and_then_carried_out() -> None:
    """CXR-01, CXR-03, ORD-04: not a nanosecond before its time, by the clock as by any command."""
    for by_the_clock in (True, False):
        play = slow()
        assert play.cancel("y", "x") == ["y<x to_cancel 0+10 pending_cancel"]
        assert play.at(DUE_NS - 1) == []
        play.time_ns = DUE_NS
        lines = play.at(DUE_NS) if by_the_clock else play.buy("z", 1, 90)
        assert lines == ["y<x canceled 0+0"] + ["z entered 0+1 @90"] * (not by_the_clock)
        assert play.status("x") == ["x is 0+0 @100 canceled"]


def test_a_fill_while_a_cancel_is_pending_is_told_as_pending_and_of_the_order() -> None:
    """ORD-04, ORD-05, ORD-07"""
    play = slow()
    play.cancel("y", "x")
    assert play.sell("s", 4, 100)[-1] == "x traded 4@100 4+6 pending_cancel"
    assert play.status("x") == ["x is 4+6 @100 pending_cancel"]
    assert play.at(DUE_NS) == ["y<x canceled 4+0"]


def test_a_fill_that_completes_an_order_whose_cancel_is_pending_comes_before_its_refusal() -> None:
    """ORD-07, CXR-02: 150=F with 39=6 and nothing left, then 102=0 with 39=2."""
    play = slow()
    play.cancel("y", "x")
    assert play.sell("s", 10, 100)[-1] == "x traded 10@100 10+0 pending_cancel"
    assert play.status("x") == ["x is 10+0 @100 pending_cancel"]
    assert play.at(DUE_NS) == ["y<x cancel_rejected filled too_late"]
    assert play.status("x") == ["x is 10+0 @100 filled"]


def test_a_fill_while_a_replace_is_pending_is_of_the_old_version() -> None:
    """ORD-08, CXR-03, CXR-05: ClOrdID(11), OrderQty(38) and Price(44) are the old ones until it is carried out."""
    play = slow()
    assert play.replace("y", "x", 12, 99) == ["y<x to_replace 0+10 pending_replace"]
    event = play.order_events()[0]
    assert (event.quantity_lots, event.price_ticks) == (10, 100)
    assert play.sell("s", 4, 100)[-1] == "x traded 4@100 4+6 pending_replace"
    assert play.order_events()[-1].quantity_lots == 10
    assert play.at(DUE_NS) == ["y<x replaced 4+8 @99 partially_filled"]
    assert play.cancel("z", "x") == ["z<x cancel_rejected rejected unknown_order"]
    assert play.sell("t", 8, 99)[-1] == "y traded 8@99 12+0"


def test_a_replace_of_an_order_filled_meanwhile_is_too_late() -> None:
    """ORD-08, CXR-07"""
    play = slow()
    play.replace("y", "x", 12, 100)
    assert play.sell("s", 10, 100)[-1] == "x traded 10@100 10+0 pending_replace"
    assert play.at(DUE_NS) == ["y<x replace_rejected filled too_late"]


def test_a_replace_to_more_reopens_an_order_filled_meanwhile_where_that_is_chosen() -> None:
    """CXR-07, CXR-04: also one of which more is pending, and one that was filled before it came."""
    play = slow(filled_reopened=1)
    play.replace("y", "x", 12, 100)
    assert play.sell("s", 10, 100)[-1] == "x traded 10@100 10+0 pending_replace"
    assert play.replace("z", "y", 13, 100) == ["z<x to_replace 10+0 pending_replace"]
    assert play.at(DUE_NS) == ["y<x replaced 10+2 @100 pending_replace", "z<y replaced 10+3 @100 partially_filled"]
    play.sell("t", 3, 100)
    assert play.replace("w", "z", 14, 100) == ["w<z to_replace 13+0 pending_replace"]
    assert play.replace("v", "z", 15, 100) == ["v<z to_replace 13+0 pending_replace"]
    assert play.cancel("u", "z") == ["u<z cancel_rejected pending_replace too_late"]
    assert play.at(2 * DUE_NS)[0] == "w<z replaced 13+1 @100 pending_replace"


def test_a_pending_cancel_precedes_a_pending_replace() -> None:
    """ORD-04"""
    play = slow()
    play.replace("y", "x", 8, 100)
    assert play.cancel("z", "y") == ["z<x to_cancel 0+10 pending_cancel"]
    assert play.sell("s", 1, 100)[-1] == "x traded 1@100 1+9 pending_cancel"
    assert play.at(DUE_NS) == ["y<x replaced 1+7 @100 pending_cancel", "z<y canceled 1+0"]


def test_requests_are_carried_out_in_the_order_in_which_they_came() -> None:
    """CXR-04, CXR-03: while another is pending, the replaced order is pending still; told is the last accepted name."""
    play = slow()
    assert play.replace("y", "x", 8, 100) == ["y<x to_replace 0+10 pending_replace"]
    assert play.replace("z", "y", 7, 100) == ["z<x to_replace 0+10 pending_replace"]
    assert play.at(DUE_NS) == ["y<x replaced 0+8 @100 pending_replace", "z<y replaced 0+7 @100"]


def test_requests_of_different_moments_are_carried_out_at_different_ones() -> None:
    play = slow()
    play.replace("y", "x", 8, 100)
    play.time_ns = 1
    play.replace("z", "y", 7, 100)
    assert play.at(DUE_NS) == ["y<x replaced 0+8 @100 pending_replace"]
    assert play.at(DUE_NS + 1) == ["z<y replaced 0+7 @100"]


def test_a_second_request_may_be_refused_while_the_first_is_pending() -> None:
    """CXR-04, CXR-03: 102=3 with 39=E or 6, 41 the last accepted; its name is used up all the same."""
    play = slow(pending_second_refused=1)
    play.replace("y", "x", 8, 100)
    assert play.replace("z", "y", 7, 100) == ["z<x replace_rejected pending_replace request_pending"]
    assert play.cancel("w", "x") == ["w<x cancel_rejected pending_replace request_pending"]
    assert play.at(DUE_NS) == ["y<x replaced 0+8 @100"]
    assert play.cancel("z", "y") == ["z<y cancel_rejected new duplicate_cl_ord_id"]


def test_a_request_finds_its_version_or_is_refused_when_its_turn_comes() -> None:
    """CXR-03, CXR-05: what cites a version that never was, or is no more, with the order's number and state."""
    play = slow()
    play.replace("y", "x", 12, 100)
    play.replace("z", "y", 13, 100)
    play.replace("w", "x", 14, 100)
    play.halt()
    assert play.at(DUE_NS) == [
        "y<x replace_rejected pending_replace halted_replace",
        "z<x replace_rejected pending_replace unknown_order",
        "w<x replace_rejected new halted_replace",
    ]
    play = slow()
    play.replace("y", "x", 8, 100)
    play.cancel("w", "x")
    assert play.at(DUE_NS) == ["y<x replaced 0+8 @100 pending_cancel", "w<y cancel_rejected new unknown_order"]


def test_the_name_of_a_request_that_was_refused_finds_nothing() -> None:
    """CXR-05, IDN-01"""
    play = slow()
    play.replace("y", "x", 12, 100)
    assert play.status("y") == ["x is 0+10 @100 pending_replace"]
    assert play.buy("y", 1, 1) == ["y rejected 0+10 pending_replace duplicate_cl_ord_id"]
    play.halt()
    play.at(DUE_NS)
    assert play.cancel("z", "y") == ["z<y cancel_rejected rejected unknown_order"]
    assert play.buy("y", 1, 1) == ["y rejected not_trading"]


@pytest.mark.parametrize("how", ["operator", "mass cancel", "kill", "expiry"])
def test_an_end_that_nobody_asked_for_comes_before_the_refusal_of_what_is_pending(how: str) -> None:
    """ORD-10, CXR-02: the order's last status is how it ended."""
    play = slow()
    if how == "expiry":
        play.buy("g", 10, 90, time_in_force=GTD, expire_ns=5)
    orig = "g" if how == "expiry" else "x"
    play.cancel("y", orig)
    status = "expired" if how == "expiry" else "canceled"
    match how:
        case "operator":
            ended = play.run(CancelOrders(1, 0, CANCELED_BY_OPERATOR, b"op", b"why"))[-1]
        case "mass cancel":
            ended = play.mass_cancel("q")[-1]
        case "kill":
            ended = play.run(Kill(BY_MARKET, b"", b"op", b"why"))[-1]
        case _:
            ended = play.at(5)[-1]
    assert ended.startswith(f"{orig} {status} 0+0 ")
    assert play.at(DUE_NS) == [f"y<{orig} cancel_rejected {status} too_late"]


def test_a_trade_busted_meanwhile_leaves_the_order_pending() -> None:
    """ORD-09, ORD-04: unless it ends it, which comes before."""
    for rests in (True, False):
        play = slow()
        court = Court(play)
        play.cancel("y", "x")
        play.sell("s", 10, 100)
        trade = court.last()
        if not rests:
            play.sell("t", 1, 100, session=3)
        lines = court.bust(trade)
        assert lines[0] == "x busted 0+10 pending_cancel trade_busted"
        if rests:
            assert play.at(DUE_NS) == ["y<x canceled 0+0"]
        else:
            assert "x canceled 0+0 trade_busted" in lines
            assert play.at(DUE_NS) == ["y<x cancel_rejected canceled too_late"]


def test_what_is_pending_reserves_nothing_and_is_checked_again_with_effect() -> None:
    """RSK-05, CXR-10: two replaces that each fit do not fit together, and the second keeps what it has."""
    play = risky(position_lots=12)
    play.buy("a", 5, 100)
    play.buy("b", 5, 100)
    play.replace("c", "a", 7, 100)
    play.replace("d", "b", 7, 100)
    assert position(play) == (0, 10, 0)
    assert play.at(DUE_NS) == ["c<a replaced 0+7 @100", "d<b replace_rejected new position_limit (14>12 v1)"]
    assert position(play) == (0, 12, 0)
    assert play.replace("e", "b", 9, 100) == ["e<b replace_rejected new position_limit (16>12 v1)"]


def test_a_post_only_replace_meets_the_book_of_its_turn() -> None:
    """PST-01, CXR-10"""
    play = slow()
    play.replace("y", "x", 10, 101, exec_inst=POST_ONLY)
    play.sell("s", 1, 101)
    assert play.at(DUE_NS) == ["y<x replace_rejected new post_only_would_trade"]


def test_a_replace_trades_when_its_turn_comes() -> None:
    """CXR-11"""
    play = slow()
    play.sell("s", 10, 102)
    play.replace("y", "x", 10, 102)
    assert play.at(DUE_NS) == ["y<x replaced 0+10 @102", "y traded 10@102 10+0", "s traded 10@102 10+0"]


def test_an_expiry_comes_before_what_is_due_at_the_same_moment() -> None:
    """MAT-12: so that nothing trades at or after its instant."""
    play = slow()
    play.sell("g", 10, 102, time_in_force=GTD, expire_ns=DUE_NS)
    play.replace("y", "x", 10, 102)
    assert play.at(DUE_NS) == ["g expired 0+0 expiry_reached", "y<x replaced 0+10 @102"]


def test_a_new_expiry_must_lie_ahead_when_it_comes_into_force() -> None:
    """VAL-02, MAT-12"""
    play = slow()
    play.replace("y", "x", 10, 100, time_in_force=GTD, expire_ns=DUE_NS)
    assert play.at(DUE_NS) == ["y<x replace_rejected new expiry_past"]
    play.replace("z", "x", 10, 100, time_in_force=GTD, expire_ns=3 * DUE_NS)
    assert play.at(2 * DUE_NS) == ["z<x replaced 0+10 @100"]
    assert play.at(3 * DUE_NS) == ["z expired 0+0 expiry_reached"]


def test_the_breaker_halts_between_what_is_carried_out_and_the_command_that_let_time_pass() -> None:
    """CIR-07: nothing comes in between a trade and the halt that it calls for."""
    play = risky(move_bp=1_000, window_ns=60_000_000_000)
    play.buy("x", 1, 100)
    play.sell("s", 2, 120)
    play.replace("y", "x", 1, 120)
    play.time_ns = DUE_NS
    assert play.buy("z", 1, 120, session=3) == [
        "y<x replaced 0+1 @120",
        "y traded 1@120 1+0",
        "s traded 1@120 1+1",
        "S1 halted breaker_halt (120/100)",
        "z rejected not_trading",
    ]
    assert play.exchange.follow_up() is None


def test_a_stop_is_elected_by_no_trade_that_came_before_it() -> None:
    """STO-01: what was carried out just before its own command traded before it."""
    play = slow()
    play.sell("s", 1, 105)
    play.buy("low", 1, 99, session=3)
    play.replace("y", "x", 1, 105)
    play.replace("t", "s", 1, 105, session=2)
    play.sell("u", 1, 106)
    play.replace("v", "u", 1, 99, session=2)
    play.time_ns = DUE_NS
    lines = play.enter("stop", "buy", 1, 110, session=3, ord_type=STOP_LIMIT, stop_ticks=104)
    assert [line for line in lines if "traded" in line] == [
        "y traded 1@105 1+0",
        "s traded 1@105 1+0 pending_replace",
        "v traded 1@99 1+0",
        "low traded 1@99 1+0",
    ]
    assert lines[-1] == "stop entered 0+1 @110"


def test_a_day_ends_after_all_that_is_pending() -> None:
    """MAT-13, IDN-01: so no name of a day is asked for on another."""
    play = slow()
    play.buy("g", 10, 90, time_in_force=GTC)
    play.replace("h", "g", 5, 90, time_in_force=GTC)
    play.cancel("y", "x")
    assert play.run(EndDay(20260102, b"clock", b"close")) == [
        "h<g replaced 0+5 @90",
        "y<x canceled 0+0",
        "day 20260102 ended 0",
        "h restated 0+5 @90 new good_till_renewed",
    ]
    assert play.at(DUE_NS) == []


def test_another_choice_comes_after_all_that_is_pending() -> None:
    """CXR-04: so no request overtakes one that came before it."""
    play = slow()
    play.cancel("y", "x")
    with pytest.raises(AssertionError):
        play.choose()
    assert play.buy("z", 1, 90) == ["z entered 0+1 @90"]
    assert play.cancel("w", "z") == ["w<z canceled 0+0"]
    assert play.status("x") == ["x is 0+0 @100 canceled"]


def test_only_so_many_requests_are_pending() -> None:
    """CXR-04: one more is carried out at once, unless that would overtake another of its order."""
    play = slow()
    play.buy("z", 1, 90)
    for number in range(PENDING_MAX):
        play.replace(f"y{number}", f"y{number - 1}" if number else "x", 8, 100)
    assert play.cancel("w", "z") == ["w<z canceled 0+0"]
    assert play.cancel("v", "x") == ["v<x cancel_rejected pending_replace request_pending"]
    assert len(play.at(DUE_NS)) == PENDING_MAX
    assert play.cancel("u", f"y{PENDING_MAX - 1}") == [f"u<y{PENDING_MAX - 1} to_cancel 0+8 pending_cancel"]


def test_a_name_free_again_belongs_to_whoever_uses_it_next() -> None:
    """IDN-01: also when the request that had it is refused only then."""
    play = slow(names_reused=1)
    play.cancel("y", "x")
    play.mass_cancel("q")
    assert play.buy("y", 3, 90) == ["y entered 0+3 @90"]
    assert play.at(DUE_NS) == ["y<x cancel_rejected canceled too_late"]
    assert play.cancel("z", "y") == ["z<y to_cancel 0+3 pending_cancel"]
