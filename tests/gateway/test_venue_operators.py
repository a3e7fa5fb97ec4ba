"""The `outcry` command against a real venue: what operators see and do, and what clients hear of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from admin.main import main
from tests.gateway.conftest import MakeClient
from tests.gateway.fix_client import standing
from tests.gateway.venue_process import VenueProcess


class Operator:
    """Types `outcry` commands for one venue."""

    def __init__(self, venue: VenueProcess, capsys: pytest.CaptureFixture[str]) -> None:
        self.venue = venue
        self.capsys = capsys

    def types(self, *arguments: str) -> str:
        """What a command prints; it must succeed."""
        self.capsys.readouterr()
        code = main([*arguments, "--data-dir", str(self.venue.data_dir)])
        out, err = self.capsys.readouterr()
        assert (code, err) == (0, "")
        return out

    def reads(self, *arguments: str) -> Any:
        """The same as JSON."""
        return json.loads(self.types(*arguments, "--json"))


@pytest.fixture
def operator(venue: VenueProcess, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Operator:
    monkeypatch.setenv("COLUMNS", "160")
    return Operator(venue, capsys)


def test_the_announcement_says_what_is_where(venue: VenueProcess) -> None:
    text = "\n".join(venue.announced)
    assert venue.announced[0].startswith(f"Outcry is open: FIX 4.4 on 127.0.0.1:{venue.port}, TargetCompID OUTCRY")
    for part in ("AAPL, GOOGL, MSFT, TSLA", "fsync", "psql", str(venue.data_dir / "quickfix-client.cfg")):
        assert part in text


def test_status_shows_the_venue_as_it_is(operator: Operator, client: MakeClient, symbol: str) -> None:
    before = operator.reads("status")
    alice = client()
    alice.enter("1", "buy", 100, "99.50", symbol=symbol)
    alice.receive("8")
    after = operator.reads("status")
    assert after["pid"] == operator.venue.pid
    assert after["fix"] == {"host": "127.0.0.1", "port": operator.venue.port}
    assert after["orders_open"] == before["orders_open"] + 1
    assert after["journal"]["commands"] == before["journal"]["commands"] + 2, "one registers her, one enters the order"
    [row] = [row for row in after["instruments"] if row["symbol"] == symbol]
    assert (row["state"], row["bid"], row["bid_quantity"], row["ask"], row["orders"]) == (
        "trading", "99.50", "100", None, 1,
    )  # fmt: skip
    assert f"FIX 4.4     127.0.0.1:{operator.venue.port}" in operator.types("status")


def test_sessions_are_shown_with_their_numbers(operator: Operator, client: MakeClient) -> None:
    alice = client()
    [row] = [row for row in operator.reads("sessions") if row["comp_id"] == alice.comp_id]
    assert (row["connected"], row["next_in"], row["next_out"]) == (True, 2, 2)
    alice.log_out()
    [row] = [row for row in operator.reads("sessions") if row["comp_id"] == alice.comp_id]
    assert (row["next_in"], row["next_out"]) == (3, 3)


def test_book_and_orders_show_both_sides_best_first(operator: Operator, client: MakeClient, symbol: str) -> None:
    alice = client()
    for number, (side, price) in enumerate((("buy", "99.00"), ("buy", "99.50"), ("buy", "99.50"), ("sell", "101.00"))):
        alice.enter(str(number), side, 100, price, symbol=symbol)
    alice.reports_of(4)
    book = operator.reads("book", symbol)
    assert [(level["price"], level["quantity"], level["orders"]) for level in book["bids"]] == [
        ("99.50", "200", 2),
        ("99.00", "100", 1),
    ]
    assert [level["price"] for level in book["asks"]] == ["101.00"]
    orders = operator.reads("orders", "--session", alice.comp_id)
    assert [(row["cl_ord_id"], row["side"], row["price"]) for row in orders] == [
        ("0", "buy", "99.00"),
        ("1", "buy", "99.50"),
        ("2", "buy", "99.50"),
        ("3", "sell", "101.00"),
    ]
    assert "101.00" in operator.types("book", symbol)


def test_limits_are_shown_as_configured(operator: Operator) -> None:
    rows = operator.reads("limits", "show")
    [aapl] = [row for row in rows if (row["firm"], row["symbol"]) == (None, "AAPL")]
    assert (aapl["order_quantity"], aapl["collar_percent"], aapl["move_percent"]) == ("1000000", "15.00", "10.00")
    [gross] = [row for row in rows if (row["firm"], row["symbol"]) == ("GROSS", None)]
    assert gross["gross_notional"] == "10000.0000"


def test_halt_and_resume_take_effect_at_once(operator: Operator, client: MakeClient, symbol: str) -> None:
    """PHA-02."""
    alice = client()
    assert operator.types("halt", symbol, "--reason", "news") == f"halted: {symbol}\n"
    alice.enter("1", "buy", 100, "99.00", symbol=symbol)
    assert alice.receive("8")[103] == "2"
    assert operator.types("halt", symbol, "--reason", "news") == "nothing to do: halted before\n"
    resumed, call = operator.types("resume", symbol).splitlines()
    assert resumed == f"resumed: {symbol}"
    assert call.startswith(f"  {symbol}: volatility_auction until ")
    assert call.endswith(" UTC, then trading")
    alice.enter("2", "buy", 100, "99.00", symbol=symbol)
    assert alice.receive("8")[150] == "0"


def test_an_operators_cancel_reaches_the_client_unasked(operator: Operator, client: MakeClient, symbol: str) -> None:
    """ORD-10, KIL-01: no OrigClOrdID(41), and the reason in 378 and 58."""
    alice = client()
    alice.enter("1", "buy", 100, "99.00", symbol=symbol)
    alice.enter("2", "sell", 100, "101.00", symbol=symbol)
    alice.reports_of(2)
    said = operator.types("cancel-all", "--session", alice.comp_id, "--reason", "gone mad")
    assert said.startswith("canceled: 2 orders")
    assert [standing(report, (150, 39, 11, 41, 378, 58)) for report in alice.reports_of(2)] == [
        ("4", "4", "1", None, "8", "canceled by the operator"),
        ("4", "4", "2", None, "8", "canceled by the operator"),
    ]


def test_without_a_venue_every_command_is_one_line_and_exit_code_2(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--data-dir", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert f"no venue runs in {tmp_path}" in err
