"""`outcry demo` on a real venue: it tells a day, shows its audit, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.admin.conftest import Outcry
from tests.admin.trading_day import caught_up
from tests.gateway.venue_process import VenueProcess, open_directory, running


@pytest.fixture
def stage() -> Iterator[VenueProcess]:
    """A venue of its own, PostgreSQL included."""
    with open_directory() as path, running(path / "var") as process:
        process.wait_until(lambda: caught_up(process), "PostgreSQL is there")
        yield process


def test_the_demo_trades_twice_and_leaves_no_orders(stage: VenueProcess, outcry: Outcry) -> None:
    where = ("--data-dir", str(stage.data_dir))
    for _ in range(2):
        said = outcry("demo", *where)
        assert (said.code, said.err) == (0, "")
        told = said.out.splitlines()
        assert sum("OUTCRY  filled" in line for line in told) == 4
        assert sum("rejected" in line and "above the collar" in line for line in told) == 1
        audit = said.out.partition("the audit says")[2]
        assert [word in audit for word in ("new", "trade", "replaced", "canceled")] == [True] * 4
        assert outcry("orders", *where).out == "no open orders\n"


def test_the_demo_finds_no_room_where_nothing_trades(stage: VenueProcess, outcry: Outcry) -> None:
    where = ("--data-dir", str(stage.data_dir))
    assert outcry("halt", "--all", "--reason", "test", *where).code == 0
    said = outcry("demo", *where)
    assert said.code == 2
    assert said.err == "outcry: no symbol has room between its bid and its ask for a demo that disturbs nobody\n"
