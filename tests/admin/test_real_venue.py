"""`outcry` against a real venue that trades: what it shows is what the clients were told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.admin.conftest import Outcry, Said
from tests.admin.trading_day import Day, caught_up

Ask = Callable[..., Said]


@pytest.fixture
def ask(outcry: Outcry, day: Day) -> Ask:
    """`outcry` for the real venue's data directory."""
    return lambda *arguments: outcry(*arguments, "--data-dir", str(day.venue.data_dir))


def answer(ask: Ask, *arguments: str) -> Any:
    said = ask(*arguments, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_status_names_the_port_the_process_and_psql(ask: Ask, day: Day) -> None:
    day.venue.wait_until(lambda: caught_up(day.venue), "the audit catches up")
    out = ask("status").out
    assert f"127.0.0.1:{day.venue.port}" in out
    assert f"process {day.venue.pid}" in out
    assert "up to date" in out
    assert "psql" in out
    assert "PostgreSQL of its own" in out


def test_status_shows_which_symbols_are_halted(ask: Ask) -> None:
    states = {row["symbol"]: row["state"] for row in answer(ask, "status")["instruments"]}
    assert (states["TSLA"], states["AAPL"]) == ("halted", "trading")


def test_the_book_is_what_rests(ask: Ask) -> None:
    book = answer(ask, "book", "AAPL")
    assert (book["bids"], book["asks"]) == ([{"price": "149.90", "quantity": "50", "orders": 1}], [])
    assert book["last"] == "150.00"


def test_orders_are_the_open_ones_and_with_all_every_one(ask: Ask, day: Day) -> None:
    (resting,) = answer(ask, "orders")
    assert (resting["order_id"], resting["cl_ord_id"], resting["leaves"]) == (day.orders["A1"], "A2", "50")
    every = {row["cl_ord_id"]: (row["status"], row["filled"]) for row in answer(ask, "orders", "--all")}
    assert every == {"A2": ("partially filled", "40"), "B1": ("filled", "40"), "B5": ("canceled", "0")}
    assert [row["cl_ord_id"] for row in answer(ask, "orders", "--all", "--session", "BOB", "--limit", "1")] == ["B5"]
    assert [row["cl_ord_id"] for row in answer(ask, "orders", "--all", "--symbol", "TSLA")] == ["B5"]
    assert "partially filled" in " ".join(ask("orders", "--all").out.split())
    assert ask("orders", "--all", "--session", "NOBODY").out == "no orders\n"


def test_sessions_show_who_is_there(ask: Ask) -> None:
    rows = {row["comp_id"]: row for row in answer(ask, "sessions")}
    assert (rows["BOB"]["connected"], rows["ALICE"]["connected"]) == (True, False)
    assert (rows["ALICE"]["next_in"], rows["ALICE"]["next_out"]) == (5, 6)


def test_limits_are_those_of_the_settings(ask: Ask) -> None:
    rows = answer(ask, "limits", "show")
    aapl = next(row for row in rows if row["symbol"] == "AAPL")
    assert (aapl["order_quantity"], float(aapl["collar_percent"]), aapl["window_s"]) == ("1000000", 15.0, 300)


def test_a_symbol_is_halted_and_resumed(ask: Ask) -> None:
    """PHA-06: both stand in the audit with who and why."""
    assert ask("halt", "MSFT", "--reason", "news").out == "halted: MSFT\n"
    assert ask("halt", "MSFT", "--reason", "news").out == "nothing to do: halted before\n"
    assert ask("resume", "MSFT", "--reason", "digested").out.splitlines()[0] == "resumed: MSFT"
    actions = answer(ask, "audit", "actions", "--symbol", "MSFT")
    assert [(row["action"], row["why"]) for row in actions if row["who"] != "venue"] == [
        ("halt instrument", "news"),
        ("resume instrument", "digested"),
    ]


@pytest.mark.parametrize(
    "command",
    [
        ["book", "NOPE"],
        ["halt", "NOPE", "--reason", "x"],
        ["orders", "--symbol", "NOPE"],
        ["cancel-all", "--session", "X"],
    ],
)
def test_a_name_nobody_knows_is_one_line(ask: Ask, command: list[str]) -> None:
    said = ask(*command)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)


def test_a_second_venue_on_the_same_data_is_one_line(outcry: Outcry, day: Day) -> None:
    said = outcry("run", "--data-dir", str(day.venue.data_dir), "--fix-port", "0")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "another venue runs in" in said.err


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--fix-port", "70000"], "fix.port: 70000 must be at most 65535"),
        (["--ack", "maybe"], "venue.ack_policy: \"maybe\" must be 'fsync', 'os' or 'memory'"),
        (["--dsn", "mysql://x"], "postgres.dsn: must start with postgresql://"),
        (["--config", "/nowhere.toml"], "/nowhere.toml: No such file or directory"),
    ],
)
def test_settings_that_cannot_be_are_one_line(outcry: Outcry, arguments: list[str], error: str) -> None:
    said = outcry("run", *arguments)
    assert (said.code, said.out, said.err) == (2, "", f"outcry: {error}\n")
