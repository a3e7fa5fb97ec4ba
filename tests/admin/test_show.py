"""What the running venue shows an operator (admin.show, admin.tables)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from admin.tables import cell, duration, size, utc
from tests.admin.conftest import Outcry
from tests.gateway.toy_venue import ToyVenue

ROOT = Path(__file__).parents[2]


def lines_with(text: str, *words: str) -> list[str]:
    return [line for line in text.splitlines() if all(word in line.split() for word in words)]


def test_status_says_what_listens_where_and_how_far_the_audit_is(outcry: Outcry, venue: ToyVenue) -> None:
    venue.halted["TSLA"] = True
    said = outcry("status")
    assert said.code == 0
    for part in ("OUTCRY", "127.0.0.1:9878", "fsync", "9 commands", "1m 1s", "64.0 MiB"):
        assert part in said.out
    assert "1,230 records and 2.5 s behind: PostgreSQL has ended" in " ".join(said.out.split())
    assert lines_with(said.out, "AAPL", "trading", "149.99")
    assert lines_with(said.out, "TSLA", "halted")


@pytest.mark.parametrize("arguments", [["status"], ["status", "--json"]])
def test_status_never_shows_the_databases_password(outcry: Outcry, venue: ToyVenue, arguments: list[str]) -> None:
    assert "hush" in str(venue.status())
    said = outcry(*arguments)
    assert "hush" not in said.out + said.err
    assert "psql postgresql://outcry:***@db/outcry" in said.out


def test_json_is_what_the_venue_said(outcry: Outcry, venue: ToyVenue) -> None:
    assert json.loads(outcry("sessions", "--json").out) == venue.sessions()
    assert json.loads(outcry("limits", "show", "--json").out) == venue.limits()
    assert json.loads(outcry("orders", "--json").out) == venue.orders(None, None, 100)
    assert json.loads(outcry("book", "AAPL", "--depth", "2", "--json").out) == venue.book("AAPL", 2)


def test_sessions_show_their_sequence_numbers(outcry: Outcry, venue: ToyVenue) -> None:
    assert lines_with(outcry("sessions").out, "ALPHA1", "ALPHA", "127.0.0.1:50000", "5", "9")


def test_a_book_shows_both_sides_best_first_and_as_deep_as_asked(outcry: Outcry, venue: ToyVenue) -> None:
    out = outcry("book", "AAPL", "--depth", "2").out
    assert "AAPL  trading, last 150.00" in out
    assert out.index("149.99") < out.index("149.98")
    assert "149.97" not in out


def test_orders_can_be_those_of_a_session_in_a_symbol(outcry: Outcry, venue: ToyVenue) -> None:
    out = outcry("orders", "--session", "BETA1", "--symbol", "TSLA").out
    assert lines_with(out, "3", "BETA1", "TSLA", "buy", "149.99", "60")
    assert "AAPL" not in out
    assert outcry("orders", "--session", "GAMMA").out == "no open orders\n"


def test_orders_say_that_there_may_be_more(outcry: Outcry, venue: ToyVenue) -> None:
    assert "the first 2; --limit shows more" in outcry("orders", "--limit", "2").out
    assert "shows more" not in outcry("orders", "--limit", "4").out


def test_limits_say_whose_in_what(outcry: Outcry, venue: ToyVenue) -> None:
    out = outcry("limits", "show").out
    assert lines_with(out, "any", "AAPL", "notional", "100000000")
    assert "gross" not in out  # across all symbols: not a limit of one


@pytest.mark.parametrize("command", [["status"], ["sessions"], ["book", "AAPL"], ["orders"], ["limits", "show"]])
def test_tables_are_at_most_eighty_columns_wide_and_plain(outcry: Outcry, venue: ToyVenue, command: list[str]) -> None:
    out = outcry(*command).out
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out


def test_a_word_too_long_for_the_table_is_folded_not_cut(outcry: Outcry, venue: ToyVenue) -> None:
    out = outcry("orders", "--session", "ALPHA1").out
    assert "ALPHA1-order-number-1" in "".join(line[15:36].strip() for line in out.splitlines()[2:])


def test_piped_lines_are_not_folded(outcry: Outcry, venue: ToyVenue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS")
    assert lines_with(outcry("orders").out, "1", "ALPHA1-order-number-1", "60")


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (["book", "XYZ"], "XYZ is not traded here; traded are AAPL, TSLA"),
        (["book"], "Missing argument 'SYMBOL'."),
        (["book", "AAPL", "--depth", "0"], "Invalid value for '--depth'"),
        (["book", "A B"], 'symbol: "A B" must be 1 to 64 printable ASCII characters without a space'),
        (["fly"], "No such command 'fly'."),
        (["status", "--nonsense"], "No such option: --nonsense"),
    ],
)
def test_a_fault_is_one_line_on_stderr_and_exit_code_2(
    outcry: Outcry, venue: ToyVenue, command: list[str], error: str
) -> None:
    said = outcry(*command)
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("outcry: ")
    assert error in said.err
    assert said.err.count("\n") == 1


def test_without_a_venue_the_line_says_where_none_runs(outcry: Outcry, tmp_path: Path) -> None:
    said = outcry("status")
    assert said.code == 2
    assert said.err == f"outcry: no venue runs in {tmp_path}: start one (outcry run) or name its --data-dir\n"


def test_the_data_directory_is_named_by_option_before_environment(
    outcry: Outcry, venue: ToyVenue, tmp_path: Path
) -> None:
    assert outcry("status", "--data-dir", str(tmp_path / "elsewhere")).code == 2
    assert outcry("status", "--data-dir", "nowhere", "--socket", str(tmp_path / "control.sock")).code == 0


def test_the_process_exits_with_the_code_and_loads_nothing_heavy(venue: ToyVenue, tmp_path: Path) -> None:
    """Starting quickly is not loading what a command does not need."""
    code = "import sys; from admin.main import main; code = main(); print(sorted(sys.modules)); sys.exit(code)"
    command = [sys.executable, "-c", code, "limits", "show", "--json", "--data-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for heavy in ("asyncio", "asyncpg", "uvloop", "cython", "rich"):
        assert f"'{heavy}'" not in done.stdout


@pytest.mark.parametrize(("ns", "text"), [(0, "0s"), (59 * 10**9, "59s"), (3_600 * 10**9, "1h 0m"), (10**14, "1d 3h")])
def test_a_duration_shows_its_two_largest_units(ns: int, text: str) -> None:
    assert duration(ns) == text


def test_sizes_times_and_cells_are_for_people() -> None:
    assert [size(1_023), size(1_536), size(1 << 40)] == ["1023 B", "1.5 KiB", "1.0 TiB"]
    assert utc(1_790_000_000_123_456_789) == "2026-09-21 14:13:20.123456"
    assert [cell(None), cell(True), cell(False), cell("a\x1bb")] == ["", "yes", "no", "a\\x1bb"]
