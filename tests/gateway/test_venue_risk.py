"""Risk at a real venue: every limit with its code and words, halts by hand and by the breaker."""

from __future__ import annotations

import pytest

from tests.gateway.conftest import MakeClient
from tests.gateway.fix_client import standing, utc_now
from tests.gateway.venue_process import VenueProcess


@pytest.mark.parametrize(
    ("quantity", "price", "code", "text"),
    [
        (1_000_001, "90.00", "3", "OrderQty(38) 1000001 exceeds 1000000"),
        (1_000_000, "100.01", "3", "order notional 100010000.0000 exceeds 100000000.0000"),
        (1, "115.01", "99", "Price(44) 115.01 is above the collar 115.00"),
        (1, "84.99", "99", "Price(44) 84.99 is below the collar 85.00"),
    ],
)
def test_an_order_beyond_a_limit_is_refused_with_both_numbers(
    client: MakeClient, symbol: str, quantity: int, price: str, code: str, text: str
) -> None:
    """RSK-01, RSK-02, VAL-03, VAL-04."""
    alice = client()
    alice.enter("1", "buy", quantity, price, symbol=symbol)
    assert standing(alice.receive("8"), (150, 39, 37, 103, 58)) == ("8", "8", "NONE", code, text)


def test_the_bounds_of_the_collar_are_within_it(client: MakeClient, symbol: str) -> None:
    """CIR-01: bands are inclusive."""
    alice = client()
    alice.enter("1", "buy", 1, "85.00", symbol=symbol)
    alice.enter("2", "sell", 1, "115.00", symbol=symbol)
    assert [report[150] for report in alice.reports_of(2)] == ["0", "0"]


def test_a_position_counts_what_is_held_and_what_is_open(client: MakeClient, symbol: str) -> None:
    """RSK-03, RSK-06: firm SMALL may hold 100."""
    small, bob = client("SMALL"), client()
    bob.enter("B1", "sell", 40, "100.00", symbol=symbol)
    bob.receive("8")
    small.enter(f"{symbol}-1", "buy", 40, "100.00", symbol=symbol)
    small.reports_of(2)
    small.enter(f"{symbol}-2", "buy", 50, "99.00", symbol=symbol)
    assert small.receive("8")[150] == "0"
    small.enter(f"{symbol}-3", "buy", 11, "99.00", symbol=symbol)
    refused = small.receive("8")
    assert standing(refused, (150, 103, 58)) == ("8", "3", "worst-case position 101 would exceed 100")
    small.cancel(f"{symbol}-4", f"{symbol}-2", "buy", 50, symbol=symbol)
    small.enter(f"{symbol}-5", "buy", 60, "99.00", symbol=symbol)
    assert [report[150] for report in small.reports_of(2)] == ["4", "0"]


@pytest.mark.parametrize(
    ("firm", "text"),
    [
        ("GROSS", "gross notional 10100.0000 would exceed 10000.0000"),
        ("NET", "net notional 10100.0000 would exceed 10000.0000"),
    ],
)
def test_a_firms_exposure_in_all_symbols_is_limited(client: MakeClient, symbol: str, firm: str, text: str) -> None:
    """RSK-03."""
    alice = client(firm)
    alice.enter(f"{symbol}-1", "buy", 101, "99.00", symbol=symbol)
    assert standing(alice.receive("8"), (150, 103, 58)) == ("8", "3", text)


def test_a_session_may_have_so_many_open_orders(client: MakeClient, symbol: str) -> None:
    """RSK-09."""
    few = client("FEW")
    for number in range(3):
        few.enter(f"{symbol}-{number}", "buy", 1, "99.00", symbol=symbol)
    assert [report[150] for report in few.reports_of(2)] == ["0", "0"]
    assert standing(few.receive("8"), (150, 103, 58)) == ("8", "3", "open orders 3 would exceed 2")


def test_a_replace_beyond_a_limit_is_refused_and_the_order_stays_as_it_was(client: MakeClient, symbol: str) -> None:
    """RSK-05, CXR-10."""
    alice = client()
    alice.enter("1", "buy", 100, "99.00", symbol=symbol)
    alice.receive("8")
    alice.replace("2", "1", "buy", 1_000_001, "99.00", symbol=symbol)
    assert standing(alice.receive("9"), (102, 39, 434, 58)) == ("2", "0", "2", "OrderQty(38) 1000001 exceeds 1000000")
    alice.send("H", {11: "1", 55: symbol, 54: 1})
    assert standing(alice.receive("8"), (39, 38, 44)) == ("0", "100", "99.00")


def test_a_halted_symbol_refuses_orders_and_lets_cancel(client: MakeClient, symbol: str, venue: VenueProcess) -> None:
    """PHA-01, PHA-03, CXR-14: the order rests on, may shrink and may go; after the resume trading goes on."""
    alice, bob = client(), client()
    alice.enter("1", "buy", 100, "99.00", symbol=symbol)
    alice.enter("2", "buy", 100, "98.00", symbol=symbol)
    alice.reports_of(2)
    assert venue.ask("halt", symbol=symbol, reason="news")["symbols"] == [symbol]
    bob.enter("1", "sell", 10, "99.00", symbol=symbol)
    halted = bob.receive("8")
    assert standing(halted, (150, 103, 58)) == ("8", "2", "trading in this symbol is halted")
    alice.replace("3", "1", "buy", 50, "99.00", symbol=symbol)
    alice.replace("4", "3", "buy", 60, "99.00", symbol=symbol)
    alice.cancel("5", "2", "buy", 100, symbol=symbol)
    assert standing(alice.receive("8"), (150, 38)) == ("5", "50")
    assert standing(alice.receive("9"), (102, 434)) == ("2", "2")
    assert standing(alice.receive("8"), (150, 11)) == ("4", "5")
    assert venue.ask("resume", symbol=symbol, reason="calm")["symbols"] == [symbol]
    bob.enter("2", "sell", 10, "99.00", symbol=symbol)
    assert [report[150] for report in bob.reports_of(2)] == ["0", "F"]
    assert alice.receive("8")[14] == "10"


def test_a_move_of_ten_percent_halts_the_symbol(client: MakeClient, symbol: str, venue: VenueProcess) -> None:
    """CIR-03, CIR-06: the trade stands, what comes after it is refused; cancel goes, and an operator may resume."""
    alice, bob = client(), client()
    alice.enter("1", "sell", 10, "110.00", symbol=symbol)
    alice.enter("2", "sell", 10, "110.01", symbol=symbol)
    alice.reports_of(2)
    bob.enter("1", "buy", 10, "110.00", symbol=symbol)
    bob.enter("2", "buy", 10, "110.01", symbol=symbol)
    kinds = [standing(report, (11, 150, 103)) for report in bob.reports_of(3)]
    assert kinds == [("1", "0", None), ("1", "F", None), ("2", "8", "2")]
    book = venue.ask("book", symbol=symbol, depth=1)
    assert (book["state"], book["last"]) == ("halted", "110.00")
    alice.receive("8")
    alice.cancel("3", "2", "sell", 10, symbol=symbol)
    assert alice.receive("8")[150] == "4"
    venue.ask("resume", symbol=symbol)
    bob.enter("3", "buy", 10, "110.00", symbol=symbol)
    assert bob.receive("8")[150] == "0"


def test_a_move_of_less_than_ten_percent_halts_nothing(client: MakeClient, symbol: str, venue: VenueProcess) -> None:
    """CIR-03."""
    alice, bob = client(), client()
    alice.enter("1", "sell", 10, "109.99", symbol=symbol)
    alice.receive("8")
    bob.enter("1", "buy", 10, "109.99", symbol=symbol)
    assert bob.reports_of(2)[1][31] == "109.99"
    assert venue.ask("book", symbol=symbol, depth=1)["state"] == "trading"


def test_a_mass_request_works_in_a_halt(client: MakeClient, symbol: str, venue: VenueProcess) -> None:
    """CIR-06, KIL-02."""
    alice = client()
    alice.enter("1", "buy", 100, "99.00", symbol=symbol)
    alice.receive("8")
    venue.ask("halt", symbol=symbol, reason="news")
    alice.send("q", {11: "2", 530: 7, 60: utc_now()})
    assert alice.receive("r")[533] == "1"
    assert alice.receive("8")[150] == "4"
    venue.ask("resume", symbol=symbol)
