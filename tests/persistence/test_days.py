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

TABLES = ("command", "event", "message", "session_change", "block", "piece")


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
    blocks = rows(
        dsn, "select position, before, sha256, outcry_bytes(day, position, length) from block order by position"
    )
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


def test_indexes_that_sum_up_pages_leave_nothing_out(dsn: str, tmp_path: Path, seed: int) -> None:
    """What is found by session, time, name and record is the same before and after some pages were summed up, and rows
    that come later are found, too; nobody but the venue may sum up."""
    trader = Trader(tmp_path, seed)
    trader.turn(messages=3000)
    catch_up(dsn, tmp_path)
    day = day_of(trader.now_ns)
    asked = (
        "select count(*) from message where session = 1",
        "select count(*) from message where record between 1000 and 2000",
        "select count(*) from event where session = 2",
        "select count(*) from messages where time >= (select max(time) from messages where record < 3000)",
        "select count(*) from event where cl_ord_id = (select max(cl_ord_id) from event where sequence < 100)",
    )

    async def answers(connection: asyncpg.Connection, by_index: bool) -> list[object]:
        await connection.execute(f"set enable_seqscan = {not by_index}; set enable_indexscan = {not by_index}")
        return [await connection.fetchval(sql) for sql in asked]

    async def sum_up(connection: asyncpg.Connection, role: str) -> None:
        await connection.execute(f"set role {role}")
        await connection.execute("select outcry_summarize(date '1970-01-01' + $1::integer)", day)

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        ask(dsn, partial(sum_up, role="outcry_auditor"))
    for _ in range(2):
        ask(dsn, partial(sum_up, role="outcry_venue"))
        plain = ask(dsn, partial(answers, by_index=False))
        assert ask(dsn, partial(answers, by_index=True)) == plain
        assert all(plain)
        trader.turn(messages=500)
        catch_up(dsn, tmp_path)
    trader.journal.close()


def test_messages_are_looked_for_from_the_end_in_stretches(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = traded(tmp_path, seed)
    catch_up(dsn, tmp_path)
    middle = value(dsn, "select time_ns from messages order by record offset 10 limit 1")
    for where, asked in (
        ("true", "null, null, null, null, null, null"),
        ("session = 'CLIENT1'", "'CLIENT1', null, null, null, null, null"),
        ("direction = 'out' and msg_type = '8'", "null, null, null, null, 'out', '8'"),
        ("position('34=7'::bytea in raw) > 0", "null, null, null, '34=7', null, null"),
        (f"time_ns >= {middle} and time_ns < {middle} + 2000", f"null, {middle}, {middle} + 2000, null, null, null"),
    ):
        for many in (1, 7, 100_000):
            expected = rows(dsn, f"select * from messages where {where} order by record desc limit {many}")
            found = rows(dsn, f"select * from outcry_messages({asked}, {many}, stretch => 3) order by record desc")
            assert found == expected != []
    trader.journal.close()
