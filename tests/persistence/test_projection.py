"""The projection: every record of the journal stands in PostgreSQL exactly once, whatever happens to whom."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import TypeVar

import asyncpg
import pytest

from engine.codes import BUY, TRADE
from engine.commands import CancelOrder, EnterOrder
from engine.events import OrderEvent
from persistence import projector
from persistence.embedded import Embedded
from persistence.errors import DatabaseError, JournalError
from persistence.journal import Journal
from persistence.migrations import SCHEMA, migrate
from persistence.projection import Progress, project
from tests.persistence.test_journal import flip
from tests.persistence.trading import Trader

T = TypeVar("T")


def ask(dsn: str, question: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    """The answer over a connection of its own."""

    async def run() -> T:
        connection = await asyncpg.connect(dsn)
        try:
            return await question(connection)
        finally:
            await connection.close()

    return asyncio.run(run())


def value(dsn: str, sql: str, *arguments: object) -> object:
    return ask(dsn, lambda connection: connection.fetchval(sql, *arguments))


def rows(dsn: str, sql: str, *arguments: object) -> list[tuple[object, ...]]:
    return [tuple(row) for row in ask(dsn, lambda connection: connection.fetch(sql, *arguments))]


def catch_up(dsn: str, journal: Path) -> Progress:
    """Project what is in the journal, and end."""
    progress = Progress()

    async def run() -> None:
        ending = asyncio.Event()
        ending.set()
        await project(dsn, journal, progress, ending, drain_s=60.0)

    asyncio.run(run())
    return progress


def traded(directory: Path, seed: int, turns: int = 20) -> Trader:
    trader = Trader(directory, seed)
    for _ in range(turns):
        trader.turn()
    return trader


def holds_all_of(dsn: str, trader: Trader) -> None:
    """Every command, event and message of the trading, once each and in order."""
    expected = [(event.sequence, event.command) for event in trader.events]
    assert rows(dsn, "select sequence, command from event order by sequence") == expected
    commands = [(number, command.time_ns) for number, command in enumerate(trader.commands, 1)]
    assert rows(dsn, "select number, time_ns from command order by number") == commands
    for session in (1, 2):
        sent = [(number, raw) for number, raw in enumerate(trader.sent[session], 1)]
        sql = "select m.number, v.raw from message m join messages v using (record) where m.outbound and m.session = $1"
        found = rows(dsn, f"{sql} order by record", session)
        assert found == sent
        received = rows(dsn, "select number from message where not outbound and session = $1 order by record", session)
        assert received == [(number,) for number in range(1, trader.next_in[session])]
    numbers = [(session, trader.next_in[session], len(trader.sent[session]) + 1) for session in (1, 2)]
    assert rows(dsn, "select number, next_in, next_out from session order by number") == numbers


def test_every_record_is_in_its_table_once(dsn: str, tmp_path: Path, seed: int) -> None:
    """AUD-01."""
    trader = traded(tmp_path, seed)
    progress = catch_up(dsn, tmp_path)
    holds_all_of(dsn, trader)
    journal = trader.journal
    assert (progress.position, progress.record) == (journal.position, journal.number)
    assert (progress.command, progress.event) == (len(trader.commands), len(trader.events))
    assert (progress.time_ns, progress.fault) == (trader.now_ns, "")
    journal.close()


def test_projecting_again_adds_only_what_is_new(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = traded(tmp_path, seed)
    for _ in range(3):
        catch_up(dsn, tmp_path)
        holds_all_of(dsn, trader)
        trader.turn()
    trader.journal.close()


def test_fields_of_events_come_to_their_columns(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = traded(tmp_path, seed)
    catch_up(dsn, tmp_path)
    columns = """sequence, command, time_ns, order_id, price_ticks, quantity_lots, cum_lots, leaves_lots, notional,
        last_lots, last_ticks, match, risk_ticks, released_lots, released_ticks, session, firm, instrument, reason,
        kind, status, side, ord_type, time_in_force, aggressor, last_report, cl_ord_id, orig_cl_ord_id, account"""
    names = [name.strip() for name in columns.split(",")]
    found = rows(dsn, f"select {columns} from event where class = 1 order by sequence")
    expected = [event for event in trader.events if isinstance(event, OrderEvent)]
    assert len(found) == len(expected) > 50
    for row, event in zip(found, expected, strict=True):
        for name, stored in zip(names, row, strict=True):
            real = getattr(event, name)
            if isinstance(stored, bytes):
                stored = stored[0]
            elif isinstance(real, bytes):
                real = real.decode() or None
            assert stored == real or (stored is None and real == 0), name
    trader.journal.close()


def test_fills_shows_prices_sides_and_times_as_people_read_them(dsn: str, tmp_path: Path) -> None:
    trader = Trader(tmp_path, 1)
    trader.execute(EnterOrder(1, b"SELLER", 1, ord("2"), 300, 10_125, time_ns=trader.now_ns))
    trader.execute(EnterOrder(2, b"BUYER", 1, BUY, 200, 10_150, account=b"ACC", time_ns=trader.now_ns))
    trader.journal.commit(trader.now_ns)
    catch_up(dsn, tmp_path)
    columns = "side, quantity, price, trade, aggressor, session, symbol, account"
    fills = f"select {columns} from fills where cl_ord_id = $1 and day = $2"
    day = value(dsn, "select outcry_day($1)", trader.now_ns)
    (bought,) = rows(dsn, fills, "BUYER", day)
    assert [str(part) for part in bought] == ["buy", "200", "101.25", "1", "True", "CLIENT2", "AAPL", "ACC"]
    (sold,) = rows(dsn, fills, "SELLER", day)
    assert [str(part) for part in sold] == ["sell", "200", "101.25", "1", "False", "CLIENT1", "AAPL", "None"]
    assert rows(dsn, "select buyer, seller, aggressor from trades") == [("CLIENT2", "CLIENT1", "buy")]
    (order,) = rows(dsn, "select status, filled, leaves, average_price from orders where cl_ord_id = 'SELLER'")
    assert [str(part) for part in order] == ["partially filled", "200", "100", "101.250000"]
    time = value(dsn, "select extract(epoch from time) * 1000000000 from fills limit 1")
    assert abs(int(str(time).split(".")[0]) - trader.now_ns) < 1000
    trader.journal.close()


def test_the_sum_of_fills_is_the_same_on_both_sides(dsn: str, tmp_path: Path, seed: int) -> None:
    """QTY-07."""
    trader = traded(tmp_path, seed, turns=60)
    catch_up(dsn, tmp_path)
    sums = rows(dsn, "select symbol, side, sum(quantity) from fills group by 1, 2 order by 1, 2")
    assert len(sums) == 4
    assert (sums[0][2], sums[2][2]) == (sums[1][2], sums[3][2])
    trades = sum(isinstance(event, OrderEvent) and event.kind == TRADE for event in trader.events) // 2
    assert value(dsn, "select count(*) from trades") == trades
    trader.journal.close()


def test_an_order_stands_as_its_last_event_left_it(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = traded(tmp_path, seed, turns=60)
    catch_up(dsn, tmp_path)
    last: dict[int, OrderEvent] = {}
    for event in trader.events:
        if isinstance(event, OrderEvent) and event.order_id and event.kind != ord("I"):
            last[event.order_id] = event
    found = rows(dsn, "select order_id, sequence, cl_ord_id, leaves from orders order by order_id")
    expected = [(o, event.sequence, event.cl_ord_id.decode(), event.leaves_lots) for o, event in sorted(last.items())]
    assert [(o, sequence, name, int(str(leaves))) for o, sequence, name, leaves in found] == expected
    trader.journal.close()


def test_any_byte_of_an_identifier_is_stored(dsn: str, tmp_path: Path) -> None:
    """What PostgreSQL refuses in a text, a zero, has a sign; the raw message keeps every byte."""
    trader = Trader(tmp_path, 1)
    trader.execute(CancelOrder(1, b"\x00\xff A", b"\x80", 1, BUY, symbol=b"X", time_ns=trader.now_ns))
    trader.journal.inbound(1, 1, 1, bytes(range(256)))
    trader.journal.commit(2)
    catch_up(dsn, tmp_path)
    names = rows(dsn, "select cl_ord_id, orig_cl_ord_id from command where kind = 3")
    assert names == [("\N{SYMBOL FOR NULL}\xff A", "\x80")]
    assert value(dsn, "select raw from messages where direction = 'in'") == bytes(range(256))
    trader.journal.close()


def test_a_frame_larger_than_a_transaction_should_be_comes_whole(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = Trader(tmp_path, seed)
    trader.turn(messages=6000)
    catch_up(dsn, tmp_path)
    holds_all_of(dsn, trader)
    trader.journal.close()


def test_the_journal_is_on_disk_and_damage_is_not_projected(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = traded(tmp_path, seed, turns=3)
    good = trader.journal.position
    events = len(trader.events)
    trader.turn()
    trader.journal.close()
    flip(tmp_path, good + 60)
    assert catch_up(dsn, tmp_path).position == good
    assert value(dsn, "select count(*) from event") == events


def test_bytes_that_never_become_a_frame_are_reported(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = traded(tmp_path, seed, turns=3)
    start = trader.journal.position
    trader.turn()
    trader.journal.close()
    flip(tmp_path, start + 60)
    with pytest.raises(JournalError, match=rf"0\.journal at offset {start}: .* does not follow record \d+"):
        asyncio.run(project(dsn, tmp_path, Progress(), asyncio.Event(), 0.0))


def test_a_database_belongs_to_one_journal(dsn: str, tmp_path: Path, seed: int) -> None:
    for name in ("first", "second"):
        traded(tmp_path / name, seed, turns=1).journal.close()
    catch_up(dsn, tmp_path / "first")
    with pytest.raises(DatabaseError, match="holds the audit of another journal"):
        catch_up(dsn, tmp_path / "second")


def test_one_projector_at_a_time(dsn: str, tmp_path: Path, seed: int) -> None:
    traded(tmp_path, seed, turns=1).journal.close()

    async def two() -> None:
        ending = asyncio.Event()
        first = asyncio.create_task(project(dsn, tmp_path, progress, ending, 0.0))
        while progress.record == 0:
            await asyncio.sleep(0)
        with pytest.raises(DatabaseError, match="another projector"):
            await project(dsn, tmp_path, Progress(), ending, 0.0)
        ending.set()
        await first

    progress = Progress()
    asyncio.run(two())


def test_migrations_are_applied_once_and_never_changed(dsn: str, tmp_path: Path) -> None:
    for path in SCHEMA.glob("*.sql"):
        (tmp_path / path.name).write_text(path.read_text())
    assert ask(dsn, lambda c: migrate(c, tmp_path)) == sorted(path.name for path in SCHEMA.glob("*.sql"))
    assert ask(dsn, lambda c: migrate(c, tmp_path)) == []
    (tmp_path / "9999_more.sql").write_text("create table more (n integer)")
    assert ask(dsn, lambda c: migrate(c, tmp_path)) == ["9999_more.sql"]
    (tmp_path / "9999_more.sql").write_text("create table more (n bigint)")
    with pytest.raises(DatabaseError, match=r"9999_more\.sql was changed after it was applied"):
        ask(dsn, lambda c: migrate(c, tmp_path))
    (tmp_path / "9999_more.sql").unlink()
    with pytest.raises(DatabaseError, match=r"newer version: it has 9999_more\.sql"):
        ask(dsn, lambda c: migrate(c, tmp_path))


def test_two_that_migrate_at_once_do_not_collide(dsn: str) -> None:
    async def both() -> list[list[str]]:
        connections = [await asyncpg.connect(dsn) for _ in range(2)]
        done = await asyncio.gather(*(migrate(connection) for connection in connections))
        for connection in connections:
            await connection.close()
        return list(done)

    assert sorted(map(len, asyncio.run(both()))) == [0, len(list(SCHEMA.glob("*.sql")))]


def test_a_failing_migration_leaves_nothing(dsn: str, tmp_path: Path) -> None:
    (tmp_path / "0001_bad.sql").write_text("create table half (n integer); select nonsense")
    with pytest.raises(asyncpg.PostgresError):
        ask(dsn, lambda c: migrate(c, tmp_path))
    assert value(dsn, "select to_regclass('half')") is None


def wait_until(status: Path, process_ended: Callable[[], object], record: int) -> Progress:
    """Return once the projector says that it has reached a record."""
    while (progress := Progress.load(status)).record < record:
        assert process_ended() is None, "the projector ended"
        os.sched_yield()
    return progress


@pytest.mark.parametrize("case", range(3))
def test_after_kill_9_of_the_projector_everything_is_there_once(dsn: str, tmp_path: Path, seed: int, case: int) -> None:
    random = Random(seed + case)
    trader = Trader(tmp_path / "journal", seed + case)
    status = tmp_path / "status.json"
    for _ in range(6):
        child = projector.spawn(trader.journal.directory, status, dsn=dsn, postgres=tmp_path / "unused")
        goal = trader.journal.number + random.randrange(2000)
        while trader.journal.number < goal:
            trader.turn(random.randrange(1, 30))
        wait_until(status, child.poll, random.randrange(trader.journal.number))
        for _ in range(random.randrange(20)):
            trader.turn()
        child.send_signal(signal.SIGKILL)
        child.communicate()
    status.unlink()  # it may tell all is there already, before the next one can be told to end
    child = projector.spawn(trader.journal.directory, status, dsn=dsn, postgres=tmp_path / "unused")
    wait_until(status, child.poll, trader.journal.number)
    child.terminate()
    child.communicate()
    assert child.returncode == 0
    holds_all_of(dsn, trader)
    trader.journal.close()


def test_told_to_end_the_projector_finishes_what_is_in_the_journal(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = traded(tmp_path / "journal", seed)
    status = tmp_path / "status.json"
    child = projector.spawn(trader.journal.directory, status, dsn=dsn, postgres=tmp_path / "unused")
    wait_until(status, child.poll, trader.journal.number)
    for _ in range(200):
        trader.turn()
    child.terminate()
    child.communicate()
    holds_all_of(dsn, trader)
    assert Progress.load(status).fault == "ended"
    trader.journal.close()


def test_while_postgresql_is_away_the_journal_is_the_queue(tmp_path: Path, seed: int) -> None:
    """AUD-07: the embedded server is killed under the projector, which brings up another and goes on."""
    trader = traded(tmp_path / "journal", seed)
    status = tmp_path / "status.json"
    child = projector.spawn(trader.journal.directory, status, dsn=None, postgres=tmp_path / "pg")
    server = Embedded(tmp_path / "pg")
    for _ in range(3):
        wait_until(status, child.poll, trader.journal.number)
        postmaster = int((server.data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(postmaster, signal.SIGKILL)
        for _ in range(20):
            trader.turn()
    wait_until(status, child.poll, trader.journal.number)
    holds_all_of(server.dsn, trader)
    child.terminate()
    child.communicate()
    trader.journal.close()


def test_the_projector_and_its_server_end_with_the_venue_and_the_next_finds_them_gone(
    tmp_path: Path, seed: int
) -> None:
    trader = traded(tmp_path / "journal", seed)
    status = tmp_path / "status.json"
    for _ in range(2):
        child = projector.spawn(trader.journal.directory, status, dsn=None, postgres=tmp_path / "pg")
        wait_until(status, child.poll, trader.journal.number)
        trader.turn()
        child.communicate()  # closes its standard input, as the end of this process would
        assert child.returncode == 0
        assert not (tmp_path / "pg" / "data" / "postmaster.pid").exists()
    trader.journal.close()


def test_the_projector_prepares_the_next_segment(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = traded(tmp_path / "journal", seed, turns=1)
    status = tmp_path / "status.json"
    child = projector.spawn(
        trader.journal.directory, status, dsn=dsn, postgres=tmp_path / "unused", segment_bytes=1 << 20
    )
    while trader.journal.size_bytes < 2 << 20:
        assert child.poll() is None
        os.sched_yield()
    child.communicate()
    trader.journal.close()


def test_a_journal_being_read_is_never_kept_by_the_projector(tmp_path: Path, dsn: str, seed: int) -> None:
    """The venue restarts and recovers while the projector of before may still be reading."""
    trader = traded(tmp_path / "journal", seed)
    child = projector.spawn(trader.journal.directory, tmp_path / "status", dsn=dsn, postgres=tmp_path / "unused")
    wait_until(tmp_path / "status", child.poll, trader.journal.number)
    trader.journal.close()
    again = Journal(tmp_path / "journal", "os")
    assert sum(frame.count for frame in again.recorded()) == trader.journal.number
    again.close()
    child.communicate()
