"""Order types at a real venue: their fields in, reports valid under FIX 4.4 out."""

from __future__ import annotations

from tests.gateway.conftest import MakeClient
from tests.gateway.fix_client import standing, utc_now
from tests.gateway.venue_process import VenueProcess


def test_a_stop_is_elected_by_a_trade_and_says_so(client: MakeClient, symbol: str) -> None:
    """STO-01, STO-05, ORD-17: ExecType D, for FIX 4.4 has none of its own."""
    alice, bob, carol = client(), client(), client()
    alice.enter("STOP", "buy", 10, "101.50", symbol=symbol, tag_40="4", tag_99="101.00")
    assert standing(alice.receive("8"), (150, 39, 40, 44, 99, 151)) == ("0", "0", "4", "101.50", "101.00", "10")
    bob.enter("B", "sell", 5, "101.00", symbol=symbol)
    bob.receive("8")
    carol.enter("C", "buy", 5, "101.00", symbol=symbol)
    carol.reports_of(2)
    restated = alice.receive("8")
    assert standing(restated, (150, 39, 40, 44, 99, 378, 58, 11, 41)) == (
        "D", "0", "2", "101.50", "101.00", "99", "StopPx(99) was reached", "STOP", None,
    )  # fmt: skip


def test_an_iceberg_trades_once_with_an_order_larger_than_what_it_shows(client: MakeClient, symbol: str) -> None:
    """ICE-03, ICE-04, ICE-06"""
    alice, bob = client(), client()
    alice.enter("ICE", "sell", 50, "100.00", symbol=symbol, tag_111="10")
    assert standing(alice.receive("8"), (150, 111, 151)) == ("0", "10", "50")
    bob.enter("B", "buy", 25, "100.00", symbol=symbol)
    assert standing(bob.reports_of(2)[1], (150, 32, 39)) == ("F", "25", "2")
    assert standing(alice.receive("8"), (150, 32, 151, 111)) == ("F", "25", "25", "10")


def test_a_post_only_order_that_would_trade_is_refused(client: MakeClient, symbol: str) -> None:
    """PST-01"""
    alice, bob = client(), client()
    alice.enter("A", "sell", 10, "100.00", symbol=symbol)
    alice.receive("8")
    bob.enter("B", "buy", 10, "100.00", symbol=symbol, tag_18="6")
    assert standing(bob.receive("8"), (150, 39, 103, 151)) == ("8", "8", "99", "0")


def test_a_gtd_order_tells_when_it_expires(client: MakeClient, symbol: str) -> None:
    """MAT-12: ExpireDate(432) is the end of that trading day."""
    alice = client()
    alice.enter("A", "sell", 10, "100.00", symbol=symbol, tag_59="6", tag_432="20991231")
    assert standing(alice.receive("8"), (150, 59, 126))[:2] == ("0", "6")
    alice.enter("B", "sell", 10, "100.00", symbol=symbol, tag_59="6", tag_126="20991231-12:00:00")
    assert str(alice.receive("8")[126]).startswith("20991231-12:00:00")


def test_a_post_only_order_slides_where_the_session_wants_it(client: MakeClient, symbol: str) -> None:
    """PST-01, ORD-11: one tick from the best opposite price, and the venue says so."""
    alice, bob = client(), client("SLIDES")
    alice.enter("A", "sell", 10, "100.00", symbol=symbol)
    alice.receive("8")
    bob.enter("B", "buy", 10, "100.00", symbol=symbol, tag_18="6")
    entered, slid = bob.reports_of(2)
    assert standing(entered, (150, 39, 44)) == ("0", "0", "100.00")
    assert standing(slid, (150, 39, 44, 151, 378)) == ("D", "0", "99.99", "10", "3")
    alice.enter("A2", "sell", 4, "99.99", symbol=symbol)
    assert standing(alice.reports_of(2)[1], (150, 31, 32)) == ("F", "99.99", "4")


def test_a_minimum_quantity_trades_at_once_or_not_at_all(client: MakeClient, symbol: str) -> None:
    """MAT-15"""
    alice, bob = client(), client()
    alice.enter("A", "sell", 4, "100.00", symbol=symbol)
    alice.receive("8")
    bob.enter("B", "buy", 10, "100.00", symbol=symbol, tag_59="3", tag_110="5")
    assert [standing(report, (150, 39, 14, 151, 110)) for report in bob.reports_of(2)] == [
        ("0", "0", "0", "10", "5"),
        ("4", "4", "0", "0", "5"),
    ]
    bob.enter("B2", "buy", 10, "100.00", symbol=symbol, tag_59="3", tag_110="4")
    assert [standing(report, (150, 14)) for report in bob.reports_of(3)] == [("0", "0"), ("F", "4"), ("4", "4")]


def test_what_a_market_to_limit_order_has_left_rests_at_its_last_price(client: MakeClient, symbol: str) -> None:
    """MAT-08, ORD-11"""
    alice, bob = client(), client()
    alice.enter("A", "sell", 4, "100.00", symbol=symbol)
    alice.receive("8")
    bob.enter("B", "buy", 10, None, symbol=symbol, tag_40="K")
    assert [standing(report, (150, 39, 40, 44, 151, 378)) for report in bob.reports_of(3)] == [
        ("0", "0", "K", None, "10", None),
        ("F", "1", "K", None, "6", None),
        ("D", "1", "2", "100.00", "6", "3"),
    ]
    alice.enter("A2", "sell", 6, "100.00", symbol=symbol)
    assert standing(alice.reports_of(3)[2], (39, 31)) == ("2", "100.00")


def test_a_session_may_have_its_self_trades_decremented(client: MakeClient, symbol: str) -> None:
    """SFT-03, SFT-05, QTY-06"""
    alice = client("SHRINKS")
    name = symbol  # the session outlives the test, and so do its ClOrdIDs
    alice.enter(f"{name}-1", "sell", 4, "100.00", symbol=symbol)
    alice.receive("8")
    alice.enter(f"{name}-2", "buy", 10, "100.00", symbol=symbol)
    assert [standing(report, (11, 150, 39, 38, 14, 151, 378)) for report in alice.reports_of(3)] == [
        (f"{name}-2", "0", "0", "10", "0", "10", None),
        (f"{name}-2", "D", "0", "6", "0", "6", "5"),
        (f"{name}-1", "4", "4", "4", "0", "0", "99"),
    ]


def test_a_gtd_order_expires_by_the_venues_clock(client: MakeClient, symbol: str) -> None:
    """MAT-12: nobody has to do anything for it."""
    alice = client()
    alice.enter("A", "sell", 10, "100.00", symbol=symbol, tag_59="6", tag_126=utc_now(0.3))
    entered, expired = alice.reports_of(2)
    assert standing(entered, (150, 39, 59)) == ("0", "0", "6")
    assert standing(expired, (150, 39, 14, 151, 11)) == ("C", "C", "0", "0", "A")


def test_operators_see_what_is_unusual_of_an_order(venue: VenueProcess, client: MakeClient, symbol: str) -> None:
    """STO-06, ICE-06, MAT-12: in the list of open orders."""
    alice = client()
    terms: list[dict[str, str]] = [
        {"tag_40": "4", "tag_99": "101.00", "tag_59": "1"},
        {"tag_111": "2", "tag_18": "6"},
        {"tag_59": "6", "tag_126": "20991231-12:00:00"},
    ]
    for number, more in enumerate(terms):
        alice.enter(str(number), "buy", 10, "99.00", symbol=symbol, **more)
    alice.reports_of(3)
    stop, iceberg, dated = venue.ask("orders", symbol=symbol, limit=10)["orders"]
    assert (stop["type"], stop["stop_price"], stop["time_in_force"]) == ("stop limit", "101.00", "good till cancel")
    assert (iceberg["display_quantity"], iceberg["post_only"]) == ("2", True)
    assert dated["time_in_force"] == "good till date"
    assert dated["expires_ns"] > 4_000_000_000 * 10**9
