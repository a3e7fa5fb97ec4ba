"""Phases over FIX: what clients ask and are told about trading, and an auction from its call to its reports."""

from __future__ import annotations

from admin.main import main
from tests.gateway.conftest import MakeClient
from tests.gateway.fix_client import FixClient, standing
from tests.gateway.venue_process import NO_DATABASE, VenueProcess, open_directory, running


def set_phase(venue: VenueProcess, symbol: str, phase: str, length_s: int = 0) -> None:
    venue.ask("set_phase", symbol=symbol, phase=phase, length_s=length_s, reason="test")


def ask_status(client: FixClient, symbol: str, subscription: int, request: str = "q1") -> None:
    client.send("e", {324: request, 55: symbol, 263: subscription})


def test_a_symbols_status_is_told_and_every_change_of_it(venue: VenueProcess, client: MakeClient, symbol: str) -> None:
    """PHA-05"""
    alice = client()
    ask_status(alice, symbol, 1)
    assert standing(alice.receive("f"), (324, 55, 58, 325, 326)) == ("q1", symbol, "trading", "N", "17")
    venue.ask("halt", symbol=symbol, reason="news")
    assert standing(alice.receive("f"), (324, 58, 325, 326, 327)) == ("q1", "halted", "Y", "2", "M")
    set_phase(venue, symbol, "trading")
    assert standing(alice.receive("f"), (58, 325, 326)) == ("trading", "Y", "3")
    ask_status(alice, symbol, 2)
    set_phase(venue, symbol, "closed")
    ask_status(alice, symbol, 0, "q2")
    assert standing(alice.receive("f"), (324, 58, 326)) == ("q2", "closed", "18"), "q1 was told no more"


def test_what_is_not_known_is_refused_by_the_message_that_answers(client: MakeClient, symbol: str) -> None:
    """VAL-01: e by f, g by h."""
    alice = client()
    ask_status(alice, "NOPE", 1)
    assert standing(alice.receive("f"), (324, 55, 326, 58)) == ("q1", "NOPE", "20", "Symbol(55) is not traded here")
    ask_status(alice, symbol, 2)
    assert standing(alice.receive("f"), (324, 326, 58)) == ("q1", "20", "no such subscription")
    alice.send("g", {335: "s1", 336: "NIGHT", 263: 0})
    assert standing(alice.receive("h"), (335, 336, 340, 567)) == ("s1", "NIGHT", "6", "1")
    alice.send("g", {335: "s2", 263: 2})
    assert standing(alice.receive("h"), (335, 336, 340, 567)) == ("s2", "DAY", "6", "99")
    alice.send("g", {335: "s3", 336: "DAY", 263: 1})
    assert standing(alice.receive("h"), (335, 336, 340, 325)) == ("s3", "DAY", "2", "N")


def test_subscriptions_end_with_the_connection(venue: VenueProcess, client: MakeClient, symbol: str) -> None:
    """PHA-05"""
    alice = client()
    ask_status(alice, symbol, 1)
    alice.receive("f")
    alice.log_out()
    alice.hang_up()
    set_phase(venue, symbol, "closed")
    alice.log_on()
    alice.enter("1", "buy", 1, "100.00", symbol=symbol)
    assert standing(alice.receive(), (35, 58)) == ("8", "the market is closed")


def test_an_auction_from_its_call_to_its_reports(venue: VenueProcess, client: MakeClient, symbol: str) -> None:
    """PHA-01, AUC-06, AUC-10: the indicative price is told when it changes, and is what comes out."""
    alice, bob = client(), client()
    set_phase(venue, symbol, "opening_auction")
    ask_status(alice, symbol, 1)
    assert standing(alice.receive("f"), (58, 326, 332)) == ("opening_auction", "21", None)
    alice.enter("b", "buy", 10, "101.00", symbol=symbol)
    assert alice.receive("8")[39] == "0"
    bob.enter("s", "sell", 4, "101.00", symbol=symbol)
    bob.receive("8")
    told = alice.receive("f")
    assert standing(told, (325, 326, 330, 331, 332, 333)) == ("Y", "21", "10", "4", "101.00", "101.00")
    book = venue.ask("book", symbol=symbol)
    assert book["indicative"] == {"price": "101.00", "quantity": "4", "imbalance_side": "buy", "imbalance": "6"}
    assert main(["phase", "show", "--data-dir", str(venue.data_dir)]) == 0
    set_phase(venue, symbol, "trading")
    trade = alice.receive("8")
    assert standing(trade, (150, 31, 32, 58, 851)) == ("F", "101.00", "4", "traded in an auction", None)
    assert standing(alice.receive("f"), (58, 325, 326)) == ("trading", "Y", "17")
    assert standing(bob.receive("8"), (150, 39, 14)) == ("F", "2", "4")


def test_phases_stand_in_the_audit_and_survive_a_crash() -> None:
    """PHA-06"""
    with open_directory() as path, running(path / "var", "--dsn", NO_DATABASE) as venue:
        set_phase(venue, "AAPL", "closed")
        set_phase(venue, "MSFT", "volatility_auction", 3_600)
        before = venue.ask("phases")["phases"]
        venue.restart()
        after = venue.ask("phases")["phases"]
        assert after == before
        assert [row["phase"] for row in after] == ["closed", "trading", "volatility_auction", "trading"]
        assert after[2]["until_ns"] is not None
