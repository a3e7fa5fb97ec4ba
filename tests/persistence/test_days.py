"""The audit's days: partitions made ahead, blocks chained, nothing changed once it stands, and who may do what."""

import hashlib
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from persistence.blocks import day_of, partition
from persistence.segments import identity
from tests.persistence.test_projection import ask, catch_up, holds_all_of, rows, traded, value
from tests.persistence.trading import DAY_NS, Trader

TABLES = ("command", "event", "message", "session_change", "block")


def test_each_day_has_its_partitions_before_it_begins(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = traded(tmp_path, seed)
    catch_up(dsn, tmp_path)
    today = day_of(trader.now_ns)
    for table in TABLES:
        for day in range(today, today + 4):
            assert value(dsn, "select to_regclass($1)", partition(table, day)) is not None
        assert value(
            dsn, f"select bool_and(tableoid::regclass::text = '{table}_' || to_char(day, 'YYYYMMDD')) from {table}"
        )
    trader.journal.close()


def test_a_day_that_begins_begins_its_own_partition(dsn: str, tmp_path: Path, seed: int) -> None:
    """A frame's rows are of the day on which it was written."""
    trader = Trader(tmp_path, seed)
    days = set()
    for _ in range(3):
        trader.turn()
        days.add(day_of(trader.now_ns))
        trader.now_ns += DAY_NS
    catch_up(dsn, tmp_path)
    holds_all_of(dsn, trader)
    assert value(dsn, "select count(distinct day) from event") == len(days)
    trader.journal.close()


def test_the_blocks_are_the_journal_each_sealed_with_the_one_before(dsn: str, tmp_path: Path, seed: int) -> None:
    """AUD-05."""
    trader = Trader(tmp_path, seed)
    catch_up(dsn, tmp_path)
    for _ in range(4):
        trader.turn()
        catch_up(dsn, tmp_path)
    blocks = rows(dsn, "select position, before, sha256, raw from block order by position")
    assert len(blocks) == 5
    head = hashlib.sha256(identity(tmp_path)).digest()
    at = 0
    for position, before, sha256, raw in blocks:
        assert isinstance(raw, bytes)
        assert (position, before) == (at, head)
        head = hashlib.sha256(head + raw).digest()
        assert sha256 == head
        at += len(raw)
    assert at == trader.journal.position
    journal = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("*.journal")))
    assert b"".join(block[3] for block in blocks if isinstance(block[3], bytes)) == journal[:at]
    trader.journal.close()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["update {} set day = day", "delete from {}", "truncate {}"])
def test_nothing_that_stands_is_changed_not_even_by_the_owner(
    dsn: str, tmp_path: Path, table: str, change: str
) -> None:
    """AUD-01."""
    trader = traded(tmp_path, 1, turns=1)
    catch_up(dsn, tmp_path)
    for name in (table, partition(table, day_of(trader.now_ns))):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            value(dsn, change.format(name))
    trader.journal.close()


def test_the_venue_may_add_and_the_auditor_may_only_read(dsn: str, tmp_path: Path) -> None:
    trader = traded(tmp_path, 1, turns=1)
    catch_up(dsn, tmp_path)
    part = partition("event", day_of(trader.now_ns))

    async def as_role(connection: asyncpg.Connection, role: str, sql: str) -> None:
        await connection.execute(f"set role {role}")
        await connection.execute(sql)

    columns = "sequence, command, time_ns, session, instrument, class, reason"
    add = f"insert into {part} ({columns}) values (9999, 1, 1, 1, 1, 1, 0)"
    refused = [("outcry_auditor", add), ("outcry_auditor", "select outcry_create_day('2030-01-01')")]
    refused += [
        (role, sql)
        for role in ("outcry_venue", "outcry_auditor")
        for sql in (f"delete from {part}", f"drop table {part}", f"alter table {part} disable trigger all")
    ]
    for role, sql in refused:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            ask(dsn, partial(as_role, role=role, sql=sql))
    ask(dsn, lambda c: as_role(c, "outcry_auditor", "select count(*) from order_events"))
    ask(dsn, lambda c: as_role(c, "outcry_venue", add))
    trader.journal.close()
