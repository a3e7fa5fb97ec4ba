"""The generator of an auditor's day makes real events, and every question to them has an answer."""

import asyncio
from pathlib import Path

from loadtests.audit_fill import fill, trade
from tests.persistence.conftest import dsn, open_directory, server  # noqa: F401  # fixtures
from tests.persistence.test_projection import rows, value


def test_a_day_that_was_traded_is_projected_with_all_kinds_of_events(dsn: str, tmp_path: Path, seed: int) -> None:  # noqa: F811
    trade(tmp_path / "journal", 3_000, seed)
    assert asyncio.run(fill(dsn, tmp_path / "journal")) > 0
    kinds = {str(row[0]) for row in rows(dsn, "select distinct event from order_records")}
    assert kinds >= {"NEWO", "CAME", "REMO", "FILL", "PARF"}
    assert value(dsn, "select count(*) from order_records where priority_ns is null and event = 'NEWO'") == 0
    liquidity = "select liquidity, count(*) from order_records where trade is not null group by 1 order by 1"
    (aggressive, passive) = rows(dsn, liquidity)
    assert aggressive[1] == passive[1]
