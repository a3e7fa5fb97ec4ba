"""What the audit tells an operator of a real venue that has traded: admin.audit over PostgreSQL, end to end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from admin.main import main
from tests.admin.conftest import Outcry, Said
from tests.admin.trading_day import Day


class Audit:
    """`outcry audit` against the day's venue, 80 columns wide."""

    def __init__(self, day: Day, capsys: pytest.CaptureFixture[str]) -> None:
        self.day = day
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Said:
        self._capsys.readouterr()
        code = main(["audit", *arguments, "--data-dir", str(self.day.venue.data_dir)])
        out, err = self._capsys.readouterr()
        return Said(code, out, err)

    def json(self, *arguments: str) -> Any:
        said = self(*arguments, "--json")
        assert said.code == 0, said.err
        return json.loads(said.out)


@pytest.fixture
def audit(day: Day, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Audit:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("OUTCRY_DSN", raising=False)
    return Audit(day, capsys)


def wide(audit: Audit, *arguments: str) -> list[str]:
    """The lines as they are piped: nothing folds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COLUMNS")
        return audit(*arguments).out.splitlines()


def test_an_orders_life_is_told_from_entry_to_now(audit: Audit) -> None:
    """AUD-01: each line is an event, in its order."""
    said = audit("order", audit.day.orders["A1"])
    assert said.code == 0
    assert f"order {audit.day.orders['A1']}  ALICE A2 buy AAPL limit day: partially filled" in said.out
    events = [line.split()[1:6] for line in said.out.splitlines()[3:] if ":" in line[:4]]
    assert events == [
        ["new", "150.00", "100", "0", "100"],
        ["trade", "150.00", "100", "40", "60"],
        ["replaced", "149.90", "90", "40", "50"],
    ]
    assert "40 at 150.00" in said.out
    assert "A2 for A1" in said.out


@pytest.mark.parametrize("cl_ord_id", ["A1", "A2"])
def test_an_order_is_found_by_every_name_it_had(audit: Audit, cl_ord_id: str) -> None:
    rows = audit.json("order", "--cl-ord-id", cl_ord_id)
    assert [row["event"] for row in rows] == ["new", "trade", "replaced"]
    assert {str(row["order_id"]) for row in rows} == {audit.day.orders["A1"]}
    assert audit.json("order", "--cl-ord-id", cl_ord_id, "--session", "ALICE") == rows


def test_a_refusal_says_what_was_compared(audit: Audit) -> None:
    """RSK-11."""
    out = " ".join(wide(audit, "order", "--cl-ord-id", "B2"))
    assert "no order  BOB B2 sell AAPL limit day: rejected" in out
    assert "30000 against 17250 ticks" in out
    (row,) = audit.json("order", "--cl-ord-id", "B2")
    assert (row["reason"], row["value"], row["limit"]) == ("price_above_collar", 30_000, 17_250)


def test_a_refused_cancel_is_found_by_its_own_name(audit: Audit) -> None:
    (row,) = audit.json("order", "--cl-ord-id", "B3")
    assert (row["event"], row["orig_cl_ord_id"], row["reason"]) == ("request rejected", "NEVER", "unknown_order")


def test_what_the_operator_did_to_an_order_says_who_and_why(audit: Audit) -> None:
    """PHA-06, KIL-01."""
    row = audit.json("order", audit.day.orders["B5"])[-1]
    assert (row["event"], row["reason"], row["why"]) == ("canceled", "canceled_by_operator", "asked by phone")
    assert row["who"] == Path("~").expanduser().owner()


def test_actions_say_who_did_what_and_why(audit: Audit) -> None:
    rows = [row for row in audit.json("actions") if row["who"] != "venue" and row["symbol"] != "MSFT"]
    assert [(row["action"], row["symbol"], row["session"], row["why"]) for row in rows] == [
        ("halt instrument", "TSLA", None, "drill"),
        ("cancel orders", None, "BOB", "asked by phone"),
    ]
    assert [row["why"] for row in audit.json("actions", "--symbol", "TSLA") if row["who"] != "venue"] == ["drill"]
    (line,) = (line for line in wide(audit, "actions", "--session", "BOB") if "cancel orders" in line)
    assert "asked by phone" in line


def test_trades_show_both_sides_and_who_took(audit: Audit) -> None:
    (trade,) = audit.json("trades")
    assert (trade["symbol"], trade["quantity"], trade["price"], trade["aggressor"]) == ("AAPL", "40", "150.00", "sell")
    assert (trade["buyer"], trade["seller"]) == ("ALICE", "BOB")
    assert trade["time"].endswith("Z")
    assert "ALICE" in audit("trades", "--symbol", "AAPL").out
    assert audit("trades", "--symbol", "TSLA").out == "no trades\n"
    assert audit.json("trades", "--session", "BOB") == [trade]


def test_times_bound_what_is_shown(audit: Audit) -> None:
    assert len(audit.json("trades", "--from", "1h")) == 1
    assert audit.json("trades", "--to", "1h") == []
    assert audit.json("messages", "--from", "0s") == []
    assert len(audit.json("trades", "--from", "2020-01-01", "--to", "2100-01-01T00:00Z")) == 1


def test_of_more_than_asked_for_the_latest_are_shown(audit: Audit) -> None:
    everything = audit.json("messages", "--limit", "1000")
    assert len(everything) > 3
    assert audit.json("messages", "--limit", "3") == everything[-3:]


def test_a_session_tells_when_it_came_and_went_and_its_numbers(audit: Audit) -> None:
    told = audit.json("session", "ALICE")
    assert (told["session"], told["firm"], told["next_in"], told["next_out"]) == ("ALICE", "ALICE", 5, 6)
    assert "logged on" in [change["change"] for change in told["changes"]]
    out = audit("session", "ALICE").out
    assert "next in 5, next out 6" in out
    assert "logged on" in out


def test_messages_are_shown_with_the_names_of_tags_and_values(audit: Audit) -> None:
    out = audit("messages", "--session", "ALICE", "--type", "D").out
    assert "from ALICE: NewOrderSingle 2" in out
    for field in ("35=D NewOrderSingle", "54=1 Side BUY", "40=2 OrdType LIMIT", "44=150.00 Price", "55=AAPL Symbol"):
        assert field in out
    assert "to ALICE: ExecutionReport" not in out


def test_messages_can_be_those_of_one_direction_and_type(audit: Audit) -> None:
    rows = audit.json("messages", "--direction", "out", "--type", "8", "--session", "BOB")
    assert {(row["direction"], row["msg_type"], row["session"]) for row in rows} == {("out", "8", "BOB")}
    meaning = {field["name"]: field["meaning"] for field in rows[0]["fields"]}
    assert meaning["ExecType"] == "NEW"
    assert audit("messages", "--type", "V").out == "no messages\n"


def test_a_password_is_shown_to_nobody(audit: Audit) -> None:
    out = audit("messages", "--session", "BOB", "--type", "A").out
    assert "554=*** Password" in out
    assert "553=bob Username" in out
    assert "hush" not in out + audit("messages", "--session", "BOB", "--type", "A", "--json").out


def test_what_a_client_wrote_cannot_move_the_cursor(audit: Audit) -> None:
    assert "58=a\\x09b Text" in audit("messages", "--session", "BOB", "--symbol", "TSLA").out


@pytest.mark.parametrize(
    "command",
    [["order", "--cl-ord-id", "A1"], ["trades"], ["session", "BOB"], ["messages"], ["actions"]],
    ids=lambda command: command[0],
)
def test_the_audit_is_whole_at_eighty_columns(audit: Audit, command: list[str]) -> None:
    out = audit(*command).out
    assert max(map(len, out.splitlines())) <= 80
    assert "\N{HORIZONTAL ELLIPSIS}" not in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (["order"], "give an ID or --cl-ord-id, one of them"),
        (["order", "1", "--cl-ord-id", "A1"], "give an ID or --cl-ord-id, one of them"),
        (["order", "999999"], "order 999999 is not in the audit"),
        (["order", "--cl-ord-id", "A1", "--session", "BOB"], "ClOrdID A1 is not in the audit"),
        (["order", "x"], "Invalid value for"),
        (["session", "NOBODY"], "session NOBODY is not in the audit"),
        (["trades", "--from", "noon"], '--from: "noon" is no time'),
        (["trades", "--from", "1m", "--to", "2m"], "--from is later than --to"),
        (["trades", "--limit", "0"], "Invalid value for '--limit'"),
        (["messages", "--direction", "up"], "Invalid value for '--direction'"),
        (["trades", "--dsn", "postgresql://127.0.0.1:1/x"], "cannot reach the audit's PostgreSQL"),
        (["trades", "--dsn", "nonsense"], "cannot reach the audit's PostgreSQL"),
    ],
)
def test_a_question_that_cannot_be_is_one_line(audit: Audit, command: list[str], error: str) -> None:
    said = audit(*command)
    assert (said.code, said.out) == (2, "")
    assert error in said.err
    assert said.err.count("\n") == 1


def test_without_a_venue_the_line_says_how_to_name_the_audit(outcry: Outcry, tmp_path: Path) -> None:
    said = outcry("audit", "trades")
    assert said.code == 2
    assert said.err.startswith(f"outcry: no venue runs in {tmp_path}")
    assert said.err.endswith("or name its PostgreSQL with --dsn\n")


def test_with_a_dsn_no_venue_need_run(audit: Audit, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dsn = audit.day.venue.ask("status")["postgres"]["dsn"]
    assert main(["audit", "trades", "--dsn", dsn, "--data-dir", str(tmp_path), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1
