"""`audit verify` names the first row that is not as the venue wrote it, and the journal comes back from the blocks."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest

from persistence.errors import DatabaseError
from persistence.journal import Journal
from persistence.recovery import replay
from persistence.restoring import restore
from persistence.verification import Fault, Verdict, Workers, verify
from tests.persistence.test_projection import ask, catch_up, holds_all_of, rows, value
from tests.persistence.trading import Trader, exchange

GUARD = "set session_replication_role = replica;"  # a superuser's way around the triggers


def audited(dsn: str, directory: Path, seed: int, turns: int = 40) -> Trader:
    """A day's trading in four blocks or more."""
    trader = Trader(directory, seed)
    for turn in range(turns):
        trader.turn()
        if turn % (turns // 4) == 0:
            catch_up(dsn, directory)
    catch_up(dsn, directory)
    return trader


def verdict(dsn: str, anchor: bytes = b"", workers: Workers | None = None) -> Verdict:
    return ask(dsn, partial(verify, anchor=anchor, workers=workers))


def tamper(dsn: str, sql: str) -> None:
    ask(dsn, lambda connection: connection.execute(GUARD + sql))


def some(dsn: str, table: str, key: str, random: Random) -> int:
    """The number of some row, neither the first nor the last."""
    numbers = [int(str(row[0])) for row in rows(dsn, f"select {key} from {table} order by {key}")]
    return random.choice(numbers[1:-1])


def test_what_was_not_touched_holds(dsn: str, tmp_path: Path, seed: int) -> None:
    """AUD-05."""
    trader = audited(dsn, tmp_path, seed)
    found = verdict(dsn)
    assert found.faults == []
    assert found.blocks >= 4
    assert (found.position, found.record) == (trader.journal.position, trader.journal.number)
    assert found.rows == sum(
        int(str(value(dsn, f"select count(*) from {table}")))
        for table in ("command", "event", "message", "session_change")
    )
    assert found.chain == value(dsn, "select encode(chain, 'hex') from projection")
    trader.journal.close()


def test_several_processes_find_the_same_as_one(
    dsn: str, tmp_path: Path, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    """AUD-05: each takes blocks of its own, and the first fault of all is named."""
    trader = audited(dsn, tmp_path, seed)
    trader.journal.close()
    workers = Workers(dsn, 2, blocks=2)
    assert verdict(dsn, workers=workers) == verdict(dsn)
    last = value(dsn, "select max(sequence) from event")
    tamper(dsn, f"update event set leaves_lots = coalesce(leaves_lots, 0) + 1 where sequence = {last}")
    tamper(dsn, "update command set price_ticks = coalesce(price_ticks, 0) + 1 where number = 3")
    assert verdict(dsn, workers=workers) == verdict(dsn)
    (fault,) = verdict(dsn, workers=Workers(dsn, 2, blocks=1)).faults
    assert (fault.table, fault.number) == ("command", 3)
    tamper(dsn, "update command set price_ticks = nullif(coalesce(price_ticks, 0) - 1, 0) where number = 3")
    found = verdict(dsn, workers=workers)
    assert [(fault.table, fault.number) for fault in found.faults if fault.table == "event"] == [("event", last)]
    assert caplog.records == [], "those that were not needed any more ended in silence"


EDITS: dict[str, tuple[str, str, str, str]] = {
    "a quantity": ("event", "sequence", "update event set quantity_lots = coalesce(quantity_lots, 0) + 1", "edited"),
    "a time": ("event", "sequence", "update event set time_ns = time_ns - 1", "time_ns is"),
    "a name": ("event", "sequence", "update event set cl_ord_id = 'X'", "cl_ord_id is 'X'"),
    "an event less": ("event", "sequence", "delete from event", "removed"),
    "a command": ("command", "number", "update command set session = session + 1", "session is"),
    "a command less": ("command", "number", "delete from command", "removed"),
    "a length": ("message", "record", "update message set length = length - 1", "length is"),
    "a message less": ("message", "record", "delete from message", "removed"),
    "a number": ("session_change", "record", "update session_change set next_in = next_in + 1", "next_in is"),
}


@pytest.mark.parametrize("name", EDITS)
def test_the_first_row_that_was_changed_or_removed_is_named(dsn: str, tmp_path: Path, seed: int, name: str) -> None:
    table, key, sql, what = EDITS[name]
    trader = Trader(tmp_path, seed)
    for _ in range(3):
        trader.journal.session(1, 4, 7, 9, trader.now_ns, b"went away")
        trader.turn()
    catch_up(dsn, tmp_path)
    for _ in range(20):
        trader.turn()
    catch_up(dsn, tmp_path)
    number = some(dsn, table, key, Random(seed))
    tamper(dsn, f"{sql} where {key} = {number}")
    (fault,) = verdict(dsn).faults
    assert (fault.table, fault.key, fault.number) == (table, key, number)
    assert what in fault.what
    trader.journal.close()


def test_two_rows_that_changed_places_are_named(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = audited(dsn, tmp_path, seed)
    number = some(dsn, "event", "sequence", Random(seed))
    tamper(
        dsn,
        f"""update event set sequence = -1 where sequence = {number};
        update event set sequence = {number} where sequence = {number + 1};
        update event set sequence = {number + 1} where sequence = -1""",
    )
    assert (verdict(dsn).faults[0].table, verdict(dsn).faults[0].number) == ("event", number)
    trader.journal.close()


@pytest.mark.parametrize("where", ["between", "behind"])
def test_a_row_that_was_added_is_named(dsn: str, tmp_path: Path, seed: int, where: str) -> None:
    trader = audited(dsn, tmp_path, seed)
    number = value(dsn, "select max(sequence) from event") if where == "behind" else -1
    tamper(
        dsn,
        f"""insert into event (day, sequence, command, time_ns, session, instrument, class, reason)
        select day, {number} + 1, command, time_ns, session, instrument, 1, 0 from event where sequence = 1""",
    )
    (fault,) = verdict(dsn).faults
    assert fault.table == "event"
    assert "added" in fault.what
    trader.journal.close()


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("update piece set raw = set_byte(raw, 100, get_byte(raw, 100) # 1) where position = {}", "SHA-256"),
        ("delete from piece where position = {}", "SHA-256"),
        ("insert into piece select day, position + 1, raw from piece where position = {}", "SHA-256"),
        ("update block set length = length - 1 where position = {}", "SHA-256"),
        ("update block set time_ns = time_ns + 1 where position = {}", "columns do not say"),
        ("delete from block where position = {}", "removed"),
    ],
)
def test_a_block_that_was_touched_is_named(dsn: str, tmp_path: Path, seed: int, sql: str, what: str) -> None:
    trader = audited(dsn, tmp_path, seed)
    position = some(dsn, "block", "position", Random(seed))
    tamper(dsn, sql.format(position))
    (fault,) = verdict(dsn).faults
    assert (fault.table, fault.number) == ("block", position)
    assert what in fault.what
    trader.journal.close()


def test_a_piece_of_no_block_is_noticed(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = audited(dsn, tmp_path, seed)
    tamper(dsn, "insert into piece select day, position + 1000000000, raw from piece limit 1")
    (fault,) = verdict(dsn).faults
    assert (fault.table, fault.what) == ("piece", "rows were added that belong to no block")
    trader.journal.close()


def test_a_chain_made_anew_does_not_hold_what_was_anchored(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = audited(dsn, tmp_path, seed)
    anchor = value(dsn, "select sha256 from block where position > 0 order by position limit 1")
    assert isinstance(anchor, bytes)
    assert verdict(dsn, anchor).faults == []
    (fault,) = verdict(dsn, bytes(32)).faults
    assert "anchor" in fault.what
    trader.journal.close()


def test_rows_removed_at_the_end_with_their_block_are_missed_by_the_projections_place(
    dsn: str, tmp_path: Path, seed: int
) -> None:
    trader = audited(dsn, tmp_path, seed)
    last = value(dsn, "select max(position) from block")
    tamper(dsn, f"delete from block where position = {last}")
    assert verdict(dsn).faults[0] == Fault("block", "position", int(str(last)), "removed: the projection went further")
    trader.journal.close()


def test_an_instruments_name_is_covered(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = audited(dsn, tmp_path, seed)
    tamper(dsn, "update instrument set symbol = 'OTHER' where number = 2")
    (fault,) = verdict(dsn).faults
    assert (fault.table, fault.number) == ("instrument", 2)
    trader.journal.close()


def test_a_lost_journal_comes_back_from_the_database_and_the_venue_goes_on(dsn: str, tmp_path: Path, seed: int) -> None:
    """The drill of specs/audit.md: the same bytes, the same exchange, and the projection takes it up again."""
    trader = audited(dsn, tmp_path / "lost", seed, turns=200)
    trader.journal.close()
    length = ask(dsn, lambda connection: restore(connection, tmp_path / "back", 1 << 18))
    assert length == trader.journal.position
    journal = Journal(tmp_path / "back", "os", 1 << 20)
    replayed = exchange()
    recovered = replay(journal, replayed)
    assert (recovered.commands, recovered.events) == (len(trader.commands), len(trader.events))
    lost = b"".join(path.read_bytes() for path in sorted((tmp_path / "lost").glob("*.journal")))
    back = b"".join(path.read_bytes() for path in sorted((tmp_path / "back").glob("*.journal")))
    assert back[:length] == lost[:length]
    trader.journal, trader.exchange = journal, replayed
    for _ in range(5):
        trader.turn()
    catch_up(dsn, tmp_path / "back")
    holds_all_of(dsn, trader)
    assert verdict(dsn).faults == []
    journal.close()


def test_a_lost_database_comes_back_from_the_journal(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = audited(dsn, tmp_path, seed)
    before = rows(dsn, "select sequence, time_ns, order_id, kind from event order by sequence")
    ask(dsn, lambda connection: connection.execute("drop table projection cascade; drop table event, block cascade"))
    schema = str(value(dsn, "select current_schema()"))
    ask(dsn, lambda connection: connection.execute(f"drop schema {schema} cascade; create schema {schema}"))
    catch_up(dsn, tmp_path)
    assert rows(dsn, "select sequence, time_ns, order_id, kind from event order by sequence") == before
    assert verdict(dsn).faults == []
    trader.journal.close()


@pytest.mark.parametrize(
    "prepare",
    [
        lambda dsn, there: (there / "identity").write_text("something"),
        lambda dsn, there: tamper(dsn, "delete from block where position = 0"),
        lambda dsn, there: tamper(dsn, "update piece set raw = set_byte(raw, 0, get_byte(raw, 0) # 1)"),
    ],
)
def test_what_cannot_be_restored_whole_is_refused_and_leaves_nothing(
    dsn: str, tmp_path: Path, seed: int, prepare: Callable[[str, Path], object]
) -> None:
    trader = audited(dsn, tmp_path / "journal", seed)
    there = tmp_path / "back"
    there.mkdir()
    prepare(dsn, there)
    with pytest.raises(DatabaseError):
        ask(dsn, lambda connection: restore(connection, there))
    assert list(there.glob("*.journal")) == []
    trader.journal.close()
