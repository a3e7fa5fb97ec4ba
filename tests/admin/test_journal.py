"""`outcry journal` and `outcry replay` on a journal of random trading."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from engine.codes import ENTERED, TRADE
from engine.events import OrderEvent
from gateway.snapshotter import take
from persistence.segments import segments
from tests.admin.conftest import Outcry
from tests.persistence.risky_trading import RiskyTrader, open_journal


@pytest.fixture
def trader(tmp_path: Path, seed: int) -> RiskyTrader:
    """Somebody who traded; the journal is closed."""
    trader = RiskyTrader(open_journal(tmp_path / "journal"), seed)
    for _ in range(60):
        trader.turn()
    trader.journal.close()
    return trader


def harm(directory: Path, position: int) -> None:
    """Change a byte of a journal."""
    segment = next(one for one in segments(directory) if one.start <= position < one.end)
    data = bytearray(segment.path.read_bytes())
    data[position - segment.start] ^= 16
    segment.path.write_bytes(data)


def test_info_says_what_is_there(outcry: Outcry, trader: RiskyTrader, tmp_path: Path) -> None:
    take(tmp_path / "journal")
    told = json.loads(outcry("journal", "info", "--json").out)
    assert (told["first_record"], told["last_record"]) == (1, trader.journal.number)
    assert (told["first_command"], told["last_command"]) == (1, trader.exchange.tape.command)
    assert (told["first_event"], told["last_event"]) == (1, trader.exchange.tape.event)
    assert told["end"] == trader.journal.position
    assert [one["command"] for one in told["snapshots"]] == [trader.exchange.tape.command]
    said = outcry("journal", "info")
    assert said.code == 0
    assert "0000000000000000000.journal" in said.out


def test_verify_of_a_whole_journal_ends_with_0(outcry: Outcry, trader: RiskyTrader) -> None:
    said = outcry("journal", "verify")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"whole: 61 frames, records 1 to {trader.journal.number}")


def test_verify_names_the_first_bad_place_and_ends_with_1(outcry: Outcry, trader: RiskyTrader, tmp_path: Path) -> None:
    """AUD-04."""
    harm(tmp_path / "journal", trader.journal.position // 2)
    said = outcry("journal", "verify")
    assert said.code == 1
    assert "damaged record" in said.out
    assert ".journal at offset" in said.out


def test_verify_tells_of_a_torn_end(outcry: Outcry, trader: RiskyTrader, tmp_path: Path) -> None:
    harm(tmp_path / "journal", trader.journal.position - 1)
    said = outcry("journal", "verify")
    assert said.code == 0
    assert "torn end" in said.out


def test_where_no_journal_is_the_exit_code_is_2(outcry: Outcry, tmp_path: Path) -> None:
    for arguments in (("journal", "verify"), ("journal", "dump"), ("replay",)):
        said = outcry(*arguments)
        assert said.code == 2
        assert "holds no journal" in said.err
    assert not (tmp_path / "journal").exists()


def test_dump_shows_every_record_as_a_line(outcry: Outcry, trader: RiskyTrader) -> None:
    lines = outcry("journal", "dump", "--json").out.splitlines()
    assert [json.loads(line)["number"] for line in lines] == list(range(1, trader.journal.number + 1))
    some = outcry("journal", "dump", "--from", "10", "--to", "40", "--kind", "event").out
    events = [json.loads(line) for line in lines[9:40] if json.loads(line)["kind"] == "event"]
    assert [int(line.split()[0]) for line in some.splitlines()] == [event["number"] for event in events]
    assert "OrderEvent" in some
    assert outcry("journal", "dump", "--kind", "parrots").code == 2


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_export_writes_events_as_a_table(outcry: Outcry, trader: RiskyTrader, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"events{suffix}"
    if suffix == ".parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
    said = outcry("journal", "export", str(file))
    assert (said.code, said.err) == (0, "")
    if suffix == ".jsonl":
        rows = [json.loads(line) for line in file.read_text().splitlines()]
    elif suffix == ".csv":
        rows = list(csv.DictReader(file.read_text().splitlines()))
    else:
        rows = parquet.read_table(file).to_pylist()
    assert {row["record_kind"] for row in rows} == {"event"}
    assert {int(row["kind"]) for row in rows if row["name"] == "OrderEvent"} >= {ENTERED, TRADE}
    assert [int(row["sequence"]) for row in rows] == list(range(1, trader.exchange.tape.event + 1))
    assert outcry("journal", "export", str(file)).code == 2, "it exists"
    assert outcry("journal", "export", str(tmp_path / "events.xls")).code == 2


# -- replay ---------------------------------------------------------------------------------------------------------


def test_replay_shows_the_exchange_as_it_stands(outcry: Outcry, trader: RiskyTrader) -> None:
    told = json.loads(outcry("replay", "--json").out)
    assert (told["command"], told["event"]) == (trader.exchange.tape.command, trader.exchange.tape.event)
    orders = json.loads(outcry("replay", "orders", "--json", "--limit", "10000").out)
    assert {int(row["order_id"]) for row in orders} == {one.order_id for one in trader.exchange.open_orders(0, 0, 0)}
    assert outcry("replay").code == outcry("replay", "positions").code == 0
    assert outcry("replay", "book", "--symbol", "AAPL").code == 0
    assert outcry("replay", "book", "--symbol", "NONE").code == 2
    assert outcry("replay", "book").code == 2


@pytest.mark.parametrize("with_snapshot", [False, True])
def test_replay_rebuilds_any_moment(outcry: Outcry, tmp_path: Path, seed: int, with_snapshot: bool) -> None:
    """Open orders after each command are those that the events up to it leave open."""
    trader = RiskyTrader(open_journal(tmp_path / "journal"), seed)
    open_after: dict[int, set[int]] = {}
    for turn in range(30):
        trader.turn(1)
        open_after[trader.exchange.tape.command] = {one.order_id for one in trader.exchange.open_orders(0, 0, 0)}
        if with_snapshot and turn in (10, 20):
            take(tmp_path / "journal")
    trader.journal.close()
    for command, expected in open_after.items():
        rows = json.loads(outcry("replay", "orders", "--to", str(command), "--json", "--limit", "10000").out)
        assert {int(row["order_id"]) for row in rows} == expected
        status = json.loads(outcry("replay", "--to", str(command), "--json").out)
        assert status["command"] == command


def test_replay_to_a_time_stops_before_the_first_later_command(outcry: Outcry, trader: RiskyTrader) -> None:
    told = json.loads(outcry("replay", "--to", "2026-09-21T14:13:20", "--json").out)
    assert told["time_ns"] <= 1_790_000_000_000_000_000
    assert told["command"] < trader.exchange.tape.command


def test_replay_compares_with_what_was_recorded(outcry: Outcry, trader: RiskyTrader, tmp_path: Path) -> None:
    """AUD-03."""
    take(tmp_path / "journal")
    said = outcry("replay", "--compare")
    assert said.code == 0
    assert f"all {trader.exchange.tape.event} events as recorded; the state of 1 snapshots found again" in said.out


def test_replay_names_the_first_difference(outcry: Outcry, tmp_path: Path, seed: int) -> None:
    trader = RiskyTrader(open_journal(tmp_path / "journal"), seed)
    while not any(isinstance(event, OrderEvent) for event in trader.exchange.tape.events):
        trader.turn(1)
    trader.exchange.order_id += 1  # another program than the one that will replay
    trader.exchange.tape.event += 1
    for _ in range(10):
        trader.turn()
    trader.journal.close()
    said = outcry("replay", "--compare")
    assert said.code == 1
    assert said.out.startswith("differs: command ")
    assert json.loads(outcry("replay", "--compare", "--json").out)["difference"]
    assert outcry("replay").code == 2


def test_a_copy_of_the_journal_is_a_backup(outcry: Outcry, trader: RiskyTrader, tmp_path: Path) -> None:
    """specs/journal.md, Backup: the directory copied while nobody writes, or segment by segment while somebody does."""
    before = json.loads(outcry("replay", "--json").out)
    shutil.copytree(tmp_path / "journal", tmp_path / "copy" / "journal")
    shutil.rmtree(tmp_path / "journal")
    assert outcry("journal", "verify", "--data-dir", str(tmp_path / "copy")).code == 0
    assert json.loads(outcry("replay", "--json", "--data-dir", str(tmp_path / "copy")).out) == before
