"""A venue that chooses otherwise (the settings' section [orders]), also after it was killed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.gateway.fix_client import FixClient, standing
from tests.gateway.venue_process import NO_DATABASE, VenueProcess, running, write_settings

CHOICES = {
    "market_unmet": '"refused"',
    "unfilled": '"expired"',
    "stop_election": '"triggered"',
    "replace_to_done": '"refused"',
    "cl_ord_ids": '"once_while_open"',
}


@pytest.fixture(scope="module")
def otherwise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueProcess]:
    path = tmp_path_factory.mktemp("otherwise")
    config = write_settings(path / "venue.toml", CHOICES)
    with running(path / "var", "--config", str(config), "--dsn", NO_DATABASE) as process:
        yield process


def test_the_choices_of_the_settings_hold_also_after_a_restart(otherwise: VenueProcess) -> None:
    """IDN-01, CXR-06, MAT-06, MAT-10, ORD-17"""
    for life in range(2):
        price = f"150.{5 + life}0"
        with FixClient(otherwise.port, f"ALICE{life}") as alice, FixClient(otherwise.port, f"BOB{life}") as bob:
            alice.log_on()
            bob.log_on()
            alice.enter("M", "buy", 10, None)
            assert standing(alice.receive("8"), (150, 39, 103)) == ("8", "8", "0")
            alice.enter("M", "buy", 10, "149.00", tag_59="3")
            assert [standing(report, (150, 39)) for report in alice.reports_of(2)] == [("0", "0"), ("C", "C")]
            alice.enter("STOP", "buy", 10, "150.00", tag_40="4", tag_99=price)
            bob.enter("S", "sell", 10, price)
            alice.receive("8")
            bob.receive("8")
            alice.enter("B", "buy", 4, price)
            assert [standing(report, (11, 150, 378)) for report in alice.reports_of(3)] == [
                ("B", "0", None),
                ("B", "F", None),
                ("STOP", "L", None),
            ]
            bob.reports_of(1)
            bob.replace("S2", "S", "sell", 4, price)
            assert standing(bob.receive("9"), (102, 39)) == ("2", "1")
            alice.send("q", {11: "ALL", 530: 7, 60: "20260102-12:00:00"})
            alice.receive("r")
            alice.receive("8")
            bob.send("q", {11: "ALL", 530: 7, 60: "20260102-12:00:00"})
            bob.receive("r")
            bob.receive("8")
        otherwise.restart()
