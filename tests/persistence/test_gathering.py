"""What the projection gathers ahead of what PostgreSQL stores."""

import asyncio
from pathlib import Path
from typing import cast

import asyncpg
import pytest

from persistence import gathering
from persistence.projection import LOCK, POSTGRES_FAULTS, Progress, Projection
from tests.persistence.test_projection import catch_up, holds_all_of, traded, value


def test_what_is_gathered_while_a_transaction_runs_comes_once_and_in_order(
    dsn: str, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-01: loads of some 20 records, each gathered in slices while the one before it is stored; one chain."""
    monkeypatch.setattr(gathering, "ROWS_MAX", 20)
    monkeypatch.setattr(gathering, "SLICE", 3)
    trader = traded(tmp_path, seed, turns=60)
    catch_up(dsn, tmp_path)
    holds_all_of(dsn, trader)
    assert cast(int, value(dsn, "select count(*) from block")) > 10
    assert value(
        dsn,
        "select bool_and(before = was) from (select before, lag(sha256) over (order by position) as was from "
        "block) chained where was is not null",
    )
    trader.journal.close()


def test_what_came_while_postgresql_stood_still_comes_before_a_checkpoint(
    dsn: str, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint of many orders takes seconds: one that is due waits, also if the load before was all there was."""
    trader = traded(tmp_path, seed, turns=1)

    async def stand_still() -> None:
        connection = await asyncpg.connect(dsn)
        projection = Projection(connection, tmp_path, Progress())
        await projection.open()
        projection._ahead = load = await projection._gatherer.next()
        while load is not None and load.goes_on:  # where the first turn goes past midnight
            await projection.step()
            load = projection._ahead
        assert load is not None
        monkeypatch.setattr(gathering, "ROWS_MAX", 400)
        defined = await connection.fetchval("select pg_get_functiondef('outcry_checkpoint'::regproc)")
        await connection.execute(f"reset role; {defined.replace('50000', str(load.batch.event))}")
        for _ in range(200):
            trader.turn()
        await projection.step()
        projection.close()
        await connection.close()

    asyncio.run(stand_still())
    assert value(dsn, "select count(*) from checkpoint") == 0
    catch_up(dsn, tmp_path)
    assert value(dsn, "select count(*) from checkpoint") != 0
    holds_all_of(dsn, trader)
    trader.journal.close()


def test_a_connection_lost_while_the_next_load_is_gathered_repeats_and_skips_nothing(
    dsn: str, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-01: what was gathered ahead goes with the connection; the next one begins at the place that is stored."""
    monkeypatch.setattr(gathering, "ROWS_MAX", 20)
    trader = traded(tmp_path, seed, turns=60)

    async def cut(steps: int) -> None:
        connection = await asyncpg.connect(dsn)
        projection = Projection(connection, tmp_path, Progress())
        await projection.open()
        for _ in range(steps):
            await projection.step()
        step = asyncio.create_task(projection.step())
        await asyncio.sleep(0)
        connection.terminate()
        with pytest.raises(POSTGRES_FAULTS):
            await step
        projection.close()
        after = await asyncpg.connect(dsn)  # PostgreSQL has to notice, too, before the lock is free
        await after.execute(f"select pg_advisory_lock({LOCK}), pg_advisory_unlock({LOCK})")
        await after.close()

    for steps in (0, 2, 5):
        asyncio.run(cut(steps))
    catch_up(dsn, tmp_path)
    holds_all_of(dsn, trader)
    trader.journal.close()
