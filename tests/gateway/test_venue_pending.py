"""A venue where cancels and replaces are pending for a while, over TCP: its table of order states, and its restart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.gateway.conftest import MORE, SYMBOLS
from tests.gateway.fix_client import FixClient, standing
from tests.gateway.test_venue_scenarios import VenuePlayer
from tests.gateway.venue_process import NO_DATABASE, VenueProcess, running, write_settings
from tests.scenarios.table import PENDING, REFUSES_SECOND, Scenario, play, scenarios

PLAYED = [one for one in scenarios(PENDING) if not one.ends_a_day()]
LONG_ENOUGH_MS = "1000"
"""For a scenario's steps to come before what is pending is due: they take some milliseconds."""
FOR_EVER_MS = "60000"

Venues = dict[str, VenueProcess]


@pytest.fixture(scope="module")
def venues(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venues]:
    """By what becomes of a second request: two venues."""
    path = tmp_path_factory.mktemp("pending")
    configs = {}
    for second in ("waits", "refused"):
        changes = {"pending_ms": LONG_ENOUGH_MS, "pending_second": f'"{second}"'}
        configs[second] = str(write_settings(path / f"{second}.toml", changes, MORE))
    more = ("--dsn", NO_DATABASE)
    with (
        running(path / "waits", "--config", configs["waits"], *more) as waits,
        running(path / "refused", "--config", configs["refused"], *more) as refused,
    ):
        yield {"waits": waits, "refused": refused}


@pytest.mark.parametrize("scenario", PLAYED, ids=lambda one: one.number)
def test_the_venue_lives_by_the_table_of_what_is_pending(venues: Venues, scenario: Scenario) -> None:
    """ORD-01 to ORD-05, ORD-07 to ORD-10, QTY-01, QTY-02, IDN-02, IDN-06, CXR-01 to CXR-07, CXR-12"""
    assert len(PLAYED) < SYMBOLS
    venue = venues["refused" if scenario.number == REFUSES_SECOND else "waits"]
    symbol = f"S{PLAYED.index(scenario) + 1}"
    with FixClient(venue.port, f"ALICE{symbol}") as alice, FixClient(venue.port, f"BOB{symbol}") as bob:
        alice.log_on()
        bob.log_on()
        play(scenario, VenuePlayer(venue, alice, bob, symbol), symbol)


@pytest.fixture
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueProcess]:
    path = tmp_path_factory.mktemp("slow")
    config = write_settings(path / "venue.toml", {"pending_ms": FOR_EVER_MS})
    with running(path / "var", "--config", str(config), "--dsn", NO_DATABASE) as process:
        yield process


def test_what_is_pending_outlives_a_kill_and_is_carried_out_when_the_settings_say_so(slow: VenueProcess) -> None:
    """ORD-07, CXR-04, AUD-03: the client hears of it where it left off."""
    with FixClient(slow.port, "ALICE") as alice, FixClient(slow.port, "BOB") as bob:
        alice.log_on()
        bob.log_on()
        alice.enter("X", "buy", 10, "149.00")
        alice.cancel("Y", "X", "buy", 10)
        assert standing(alice.reports_of(2)[1], (11, 41, 150, 39, 151)) == ("Y", "X", "6", "6", "10")
        slow.restart()
        alice.log_on()
        bob.log_on()
        bob.enter("S", "sell", 4, "149.00")
        assert standing(alice.receive("8"), (11, 150, 39, 14, 151)) == ("X", "F", "6", "4", "6")
        assert [row["status"] for row in slow.ask("orders", limit=9)["orders"]] == ["pending cancel"]
        slow.kill()
        write_settings(slow.data_dir.with_name("venue.toml"), {})
        slow.start()
        alice.log_on()
        alice.recover()
        last = max((one for one in alice.messages.values() if one[35] == "8"), key=lambda one: int(one[34]))
        assert standing(last, (11, 41, 150, 39, 14, 151)) == ("Y", "X", "4", "4", "4", "0")
