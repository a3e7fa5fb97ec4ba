"""Cancel and replace (RULES.md section 6)."""

import pytest

from engine.codes import BUY, FOK, GTC, IOC, MARKET, SELL
from engine.commands import CancelOrder, CancelOrders, EndDay, MassCancel, ReplaceOrder
from engine.reasons import CANCELED_ON_DISCONNECT, PRICE_OFF_TICK
from tests.model.play import Play


def test_a_cancel_takes_all_that_is_open() -> None:
    """CXR-01: CumQty unchanged, LeavesQty 0."""
    play = Play()
    play.buy("a", 10, 100)
    play.sell("s", 4, 100)
    assert play.cancel("c", "a") == ["c<a canceled 4+0"]
    assert play.depth() == ([], [])


def test_a_cancel_that_comes_too_late_says_how_the_order_ended() -> None:
    """CXR-02: CxlRejReason 0 with the order's OrdStatus."""
    play = Play()
    play.buy("filled", 5, 100)
    play.sell("s", 5, 100)
    play.buy("canceled", 5, 100)
    play.cancel("c", "canceled")
    play.sell("expired", 5, 105, 1)
    assert play.cancel("c1", "filled") == ["c1<filled cancel_rejected filled too_late"]
    assert play.cancel("c2", "canceled") == ["c2<canceled cancel_rejected canceled too_late"]
    assert play.replace("c3", "filled", 6, 101) == ["c3<filled replace_rejected filled too_late"]


def test_a_request_must_speak_of_the_order_as_it_is() -> None:
    """CXR-02, CXR-08: symbol, side, type and OrderID."""
    play = Play()
    play.buy("a", 5, 99)
    assert play.cancel("c1", "a", instrument=2) == ["c1<a cancel_rejected new symbol_changed"]
    assert play.run(CancelOrder(1, b"c2", b"a", 1, SELL)) == ["c2<a cancel_rejected new side_changed"]
    assert play.cancel("c3", "a", order_id=9) == ["c3<a cancel_rejected new order_id_mismatch"]
    assert play.replace("c4", "a", 6, 99, instrument=2) == ["c4<a replace_rejected new symbol_changed"]
    assert play.replace("c5", "a", 6, 99, side="sell") == ["c5<a replace_rejected new side_changed"]
    market = ReplaceOrder(1, b"c6", b"a", 1, BUY, 6, 99, MARKET)
    assert play.run(market) == ["c6<a replace_rejected new type_changed"]
    assert play.cancel("c7", "a", order_id=play.order("a").order_id) == ["c7<a canceled 0+0"]


def test_the_next_request_must_name_the_last_accepted_version() -> None:
    """CXR-05: the earlier name is unknown now."""
    play = Play()
    play.buy("a", 5, 99)
    assert play.replace("b", "a", 6, 99) == ["b<a replaced 0+6 @99"]
    assert play.cancel("c", "a") == ["c<a cancel_rejected rejected unknown_order"]
    assert play.replace("d", "a", 7, 99) == ["d<a replace_rejected rejected unknown_order"]
    assert play.cancel("e", "b") == ["e<b canceled 0+0"]


def test_a_refused_replace_leaves_the_chain_where_it_was() -> None:
    """CXR-03: OrigClOrdID is the last accepted ClOrdID, not the last sent."""
    play = Play()
    play.buy("a", 5, 99)
    assert play.replace("b", "a", 6, 99, defect=PRICE_OFF_TICK) == ["b<a replace_rejected new price_off_tick"]
    assert play.replace("c", "b", 6, 99) == ["c<b replace_rejected rejected unknown_order"]
    assert play.replace("d", "a", 6, 99) == ["d<a replaced 0+6 @99"]


@pytest.mark.parametrize("lots", [4, 3, 1])
def test_a_replace_to_what_is_already_done_ends_the_order(lots: int) -> None:
    """CXR-06: OrderQty becomes CumQty, Filled; nothing is left in the book."""
    play = Play()
    play.buy("a", 10, 100)
    play.sell("s", 4, 100)
    assert play.replace("b", "a", lots, 100) == ["b<a replaced 4+0 @100 filled"]
    assert play.order_events()[0].quantity_lots == 4
    assert play.depth() == ([], [])


def test_a_filled_order_cannot_be_reopened() -> None:
    """CXR-07"""
    play = Play()
    play.buy("a", 5, 100)
    play.sell("s", 5, 100)
    assert play.replace("b", "a", 9, 100) == ["b<a replace_rejected filled too_late"]


def queue_after(lots: int, ticks: int) -> list[str]:
    """Who trades, in order, after the first of two orders of 10 at 100 was replaced."""
    play = Play()
    play.buy("first", 10, 100)
    play.buy("second", 10, 100, 3)
    play.replace("again", "first", lots, ticks)
    lines = play.sell("s", 40, 90, time_in_force=IOC)
    return [line.split()[0] for line in lines if "traded" in line and not line.startswith("s ")]


def test_less_at_the_same_price_keeps_the_place_in_the_queue() -> None:
    """CXR-09"""
    assert queue_after(9, 100) == ["again", "second"]


def test_the_same_again_keeps_the_place_in_the_queue() -> None:
    """CXR-09"""
    assert queue_after(10, 100) == ["again", "second"]


def test_more_at_the_same_price_loses_the_place_in_the_queue() -> None:
    """CXR-09"""
    assert queue_after(11, 100) == ["second", "again"]


@pytest.mark.parametrize(("ticks", "queue"), [(99, ["second", "again"]), (101, ["again", "second"])])
def test_another_price_is_another_queue(ticks: int, queue: list[str]) -> None:
    """CXR-09"""
    assert queue_after(10, ticks) == queue


def test_there_and_back_again_is_the_end_of_the_queue() -> None:
    """CXR-09: any price change loses the place for good."""
    play = Play()
    play.buy("a", 5, 100)
    play.buy("b", 5, 100, 3)
    play.replace("c", "a", 5, 99)
    play.replace("d", "c", 5, 100)
    assert play.sell("s", 5, 100)[-1] == "b traded 5@100 5+0"


@pytest.mark.parametrize(
    ("lots", "ticks", "reason"),
    [
        (0, 99, "quantity_not_positive"),
        (6, 0, "price_not_positive"),
        (10**15 + 1, 99, "quantity_too_large"),
        (6, 10**12 + 1, "price_too_large"),
        (10**7, 10**12, "notional_too_large"),
    ],
)
def test_a_refused_replace_changes_nothing(lots: int, ticks: int, reason: str) -> None:
    """CXR-10: price, quantity and place in the queue stay."""
    play = Play()
    play.buy("a", 5, 99)
    play.buy("b", 5, 99, 3)
    assert play.replace("r", "a", lots, ticks) == [f"r<a replace_rejected new {reason}"]
    assert play.status("a") == ["a is 0+5 @99 new"]
    assert play.sell("s", 5, 99)[-1] == "a traded 5@99 5+0"


def test_a_replace_that_crosses_trades_like_a_new_order() -> None:
    """CXR-11: at the resting orders' prices, and it is the aggressor."""
    play = Play()
    play.buy("a", 10, 98)
    play.sell("s", 4, 100)
    play.sell("t", 4, 101)
    lines = play.replace("b", "a", 10, 101)
    assert lines == [
        "b<a replaced 0+10 @101",
        "b traded 4@100 4+6",
        "s traded 4@100 4+0",
        "b traded 4@101 8+2",
        "t traded 4@101 4+0",
    ]
    assert play.depth() == ([(101, 2)], [])


def test_the_quantity_of_a_replace_is_the_total() -> None:
    """CXR-12: 10000 of which 2000 are done, replaced to 15000, leaves 13000."""
    play = Play()
    play.buy("a", 10_000, 100)
    play.sell("s", 2_000, 100)
    assert play.replace("b", "a", 15_000, 100) == ["b<a replaced 2000+13000 @100 partially_filled"]
    assert play.depth() == ([(100, 13_000)], [])


def test_a_replace_may_make_the_order_immediate_or_cancel() -> None:
    """CXR-08: the time in force is declared anew; MAT-10."""
    play = Play()
    play.buy("a", 5, 99)
    assert play.replace("b", "a", 5, 99, time_in_force=IOC) == ["b<a replaced 0+5 @99", "b canceled 0+0 unfilled"]


def test_a_replace_cannot_make_the_order_fill_or_kill() -> None:
    play = Play()
    play.buy("a", 5, 99)
    lines = play.replace("b", "a", 5, 99, time_in_force=FOK)
    assert lines == ["b<a replace_rejected new unsupported_time_in_force"]


def test_requests_in_a_row_are_obeyed_one_after_the_other() -> None:
    """CXR-04: there is no pending state in which a second one would have to be refused."""
    play = Play()
    play.buy("a", 5, 99)
    play.replace("b", "a", 6, 99)
    play.replace("c", "b", 7, 99)
    assert play.cancel("d", "c") == ["d<c canceled 0+0"]
    assert play.cancel("e", "c") == ["e<c cancel_rejected canceled too_late"]


MS = 1_000_000
HALF_A_DAY = 43_200_000 * MS


def of_version(moment_ns: int, cl_ord_id: bytes = b"c", orig: bytes = b"a") -> CancelOrder:
    """A cancel, half a day after the beginning, of the version accepted then."""
    return CancelOrder(1, cl_ord_id, orig, 1, BUY, time_ns=HALF_A_DAY, orig_mod_ns=moment_ns)


@pytest.mark.parametrize("off_ns", [-HALF_A_DAY // 2, -65_536 * MS, -MS, MS, 255 * 65_536 * MS, HALF_A_DAY])
def test_a_request_about_another_version_than_the_one_there_is_is_refused(off_ns: int) -> None:
    """CXR-13: also of a moment that has not come, in either form of the request."""
    play = Play()
    play.time_ns = HALF_A_DAY // 2 + 7 * MS + 999_999
    play.buy("a", 5, 99)
    assert play.run(of_version(play.time_ns + off_ns)) == ["c<a cancel_rejected new order_modified"]
    replace = ReplaceOrder(1, b"b", b"a", 1, BUY, 6, 99, time_ns=HALF_A_DAY, orig_mod_ns=play.time_ns + off_ns)
    assert play.run(replace) == ["b<a replace_rejected new order_modified"]
    assert play.run(of_version(HALF_A_DAY // 2 + 7 * MS, b"d")) == ["d<a canceled 0+0"]


def test_a_version_begins_with_the_replace_or_what_the_venue_changes() -> None:
    """CXR-13: fills, refusals and requests for the status begin none."""
    play = Play()
    play.buy("a", 5, 99)
    play.time_ns = 20 * MS
    play.replace("b", "a", 6, 99)
    play.time_ns = 30 * MS
    play.sell("s", 2, 99)
    play.replace("x", "b", 6, 99, ord_type=MARKET)
    assert play.run(of_version(0 + 1, b"c1", b"b")) == ["c1<b cancel_rejected partially_filled order_modified"]
    assert play.run(of_version(20 * MS, b"c2", b"b")) == ["c2<b canceled 2+0"]
    play.buy("g", 5, 90, time_in_force=GTC)
    play.run(EndDay(20260102, b"clock", b"close", 40 * MS))
    assert play.run(of_version(30 * MS, b"c3", b"g")) == ["c3<g cancel_rejected new order_modified"]
    assert play.run(of_version(40 * MS, b"c4", b"g")) == ["c4<g canceled 0+0"]


def test_a_mass_cancel_says_how_many_and_then_each() -> None:
    """KIL-02: by instrument, bids then asks, best price first, then by time."""
    play = Play()
    play.buy("low", 5, 98)
    play.buy("high", 5, 99)
    play.sell("ask", 5, 105, 1)
    play.enter("two", "buy", 5, 99, 1, 2)
    play.buy("other", 5, 99, 2)
    assert play.mass_cancel("m", instrument=1) == [
        "m mass_canceled 3",
        "high canceled 0+0 canceled_by_mass_request",
        "low canceled 0+0 canceled_by_mass_request",
        "ask canceled 0+0 canceled_by_mass_request",
    ]
    assert play.mass_cancel("n") == ["n mass_canceled 1", "two canceled 0+0 canceled_by_mass_request"]
    assert play.depth() == ([(99, 5)], [])


def test_a_mass_cancel_may_be_of_one_side() -> None:
    """KIL-02"""
    play = Play()
    play.buy("a", 5, 98)
    play.sell("b", 5, 105, 1)
    assert play.mass_cancel("m", side=SELL) == ["m mass_canceled 1", "b canceled 0+0 canceled_by_mass_request"]


def test_a_mass_cancel_the_venue_does_not_know_is_refused() -> None:
    """KIL-02"""
    play = Play()
    play.buy("a", 5, 98)
    assert play.run(MassCancel(1, b"m", ord("3"))) == ["m mass_canceled 0 unsupported_mass_cancel"]
    assert play.run(MassCancel(1, b"n", ord("1"), 0, b"NONE")) == ["n mass_canceled 0 unknown_symbol"]
    assert play.depth() == ([(98, 5)], [])


def test_the_venue_cancels_a_sessions_orders_of_every_life_time() -> None:
    """KIL-03: here also those good till cancel; other sessions' stay."""
    play = Play()
    play.buy("day", 5, 98)
    play.buy("gtc", 5, 97, time_in_force=GTC)
    play.buy("other", 5, 96, 2)
    lines = play.run(CancelOrders(1, 0, CANCELED_ON_DISCONNECT, b"gateway", b"lost"))
    assert lines == ["day canceled 0+0 canceled_on_disconnect", "gtc canceled 0+0 canceled_on_disconnect"]
    assert play.depth() == ([(96, 5)], [])
