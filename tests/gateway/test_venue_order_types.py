"""Order types at a real venue: their fields in, reports valid under FIX 4.4 out."""

from __future__ import annotations

from tests.gateway.conftest import MakeClient
from tests.gateway.fix_client import standing


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
