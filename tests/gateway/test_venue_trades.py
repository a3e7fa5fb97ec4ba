"""Trades busted and corrected at a real venue: both sides hear of it, and it is known after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.problems import SettingsError
from tests.gateway.fix_client import FixClient, standing
from tests.gateway.reports import Reports
from tests.gateway.venue_process import NO_DATABASE, VenueProcess, running, write_settings


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    """A venue of the test's own, with a drop copy; its audit is elsewhere."""
    drop = '\n[[fix.sessions]]\ncomp_id = "DROP"\ndrop_copy_sessions = ["ALICE"]\n'
    config = write_settings(tmp_path / "venue.toml", {}, drop)
    with running(tmp_path / "var", "--config", str(config), "--dsn", NO_DATABASE) as process:
        yield process


@pytest.fixture
def clients(venue: VenueProcess) -> Iterator[tuple[FixClient, FixClient]]:
    reports = Reports()
    alice, bob = FixClient(venue.port, "ALICE", reports), FixClient(venue.port, "BOB", reports)
    alice.log_on()
    bob.log_on()
    yield alice, bob
    alice.hang_up()
    bob.hang_up()


def refusal(venue: VenueProcess, do: str, **arguments: object) -> str:
    """Why the venue does not do something."""
    with pytest.raises(SettingsError) as refused:
        venue.ask(do, **arguments)
    return str(refused.value)


def trade(alice: FixClient, bob: FixClient) -> tuple[int, dict[int, str], dict[int, str]]:
    """ALICE buys 40 of 100 at 149.00 from BOB: the trade's number, and what each was told."""
    alice.enter("A1", "buy", 100, "149.00")
    alice.receive("8")
    bob.enter("B1", "sell", 40, "149.00")
    sold = bob.reports_of(2)[1]
    bought = alice.receive("8")
    return int(bought[527]), bought, sold


def test_a_busted_trade_is_told_to_both_sides_and_undone(
    venue: VenueProcess, clients: tuple[FixClient, FixClient]
) -> None:
    """ORD-09, QTY-03: also after a restart the venue knows what it is, and the positions that it left."""
    alice, bob = clients
    number, bought, sold = trade(alice, bob)
    drop = FixClient(venue.port, "DROP")
    drop.log_on()
    done = venue.ask("bust", trade=number, reason="fat finger")
    assert (done["symbol"], done["buyer"], done["seller"], done["quantity"]) == ("AAPL", "ALICE", "BOB", "0")
    told = alice.receive("8")
    fields = (11, 150, 39, 14, 151, 6, 19, 527, 58)
    assert standing(told, fields) == (
        "A1",
        "H",
        "0",
        "0",
        "100",
        "0",
        bought[17],
        str(number),
        "trade busted by the venue",
    )
    assert standing(drop.receive("8"), (115, 150, 19, 797)) == ("ALICE", "H", bought[17], "Y")
    drop.hang_up()
    busted, canceled = bob.reports_of(2)
    assert standing(busted, (150, 39, 14, 151, 19)) == ("H", "0", "0", "40", sold[17])
    assert standing(canceled, (150, 39, 378, 41)) == ("4", "4", "8", None), "it would only trade again"
    venue.restart()
    assert refusal(venue, "bust", trade=number, reason="again") == f"trade {number} is busted already"
    [row] = venue.ask("orders", limit=9)["orders"]
    assert (row["cl_ord_id"], row["filled"], row["leaves"]) == ("A1", "0", "100")


def test_a_corrected_trade_is_told_to_both_sides(venue: VenueProcess, clients: tuple[FixClient, FixClient]) -> None:
    """ORD-09, ORD-16, QTY-05: the second correction refers to the first."""
    alice, bob = clients
    number, bought, _ = trade(alice, bob)
    venue.ask("correct", trade=number, price="148.50", reason="typed wrong")
    first = alice.receive("8")
    assert standing(first, (150, 39, 32, 31, 6, 14, 19)) == ("G", "1", "40", "148.50", "148.50", "40", bought[17])
    venue.ask("correct", trade=number, quantity=30, reason="and too much")
    second = alice.receive("8")
    assert standing(second, (150, 39, 32, 31, 14, 151, 19)) == ("G", "1", "30", "148.50", "30", "70", first[17])
    assert [report[150] for report in bob.reports_of(3)] == ["G", "G", "4"]
    for asked, fault in (
        ({"price": "148.505"}, "price: 148.505 must be a multiple of 0.01"),
        ({"quantity": 41}, "trade 1 cannot have that quantity: order 2 has not so much more"),
        ({"quantity": 30}, "trade 1 is that already"),
    ):
        assert refusal(venue, "correct", trade=number, reason="x", **asked) == fault
    assert refusal(venue, "bust", trade=99, reason="x") == "trade 99 is not in the journal"
