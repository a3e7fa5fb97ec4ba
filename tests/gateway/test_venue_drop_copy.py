"""Drop copies: read-only sessions that receive copies of the reports of those they are entitled to see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.fix_client import FixClient, standing
from tests.gateway.venue_process import NO_DATABASE, VenueProcess, running, write_settings

SESSIONS = """
[[fix.sessions]]
comp_id = "DROP"
drop_copy_firms = ["DESK"]
drop_copy_sessions = ["LONER"]
[[fix.sessions]]
comp_id = "DROP2"
drop_copy_sessions = ["DESK1"]
[[fix.sessions]]
comp_id = "DESK1"
firm = "DESK"
[[fix.sessions]]
comp_id = "DESK2"
firm = "DESK"
"""


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    config = write_settings(tmp_path / "venue.toml", {}, SESSIONS)
    with running(tmp_path / "var", "--config", str(config), "--dsn", NO_DATABASE) as process:
        yield process


def test_copies_say_whose_report_they_are_and_change_nothing_of_it(venue: VenueProcess) -> None:
    """As the original but for CopyMsgIndicator(797) and the header, where OnBehalfOfCompID(115) names its session."""
    with (
        FixClient(venue.port, "DESK1") as first,
        FixClient(venue.port, "DESK2") as second,
        FixClient(venue.port, "OTHER") as other,
        FixClient(venue.port, "DROP") as drop,
    ):
        for client in (first, second, other, drop):
            client.log_on()
        first.enter("1", "buy", 100, "149.00")
        original = first.receive("8")
        copy = drop.receive("8")
        assert standing(copy, (115, 797)) == ("DESK1", "Y")
        header = (8, 9, 10, 34, 49, 52, 56, 115, 797)
        assert {tag: copy[tag] for tag in copy if tag not in header} == {
            tag: original[tag] for tag in original if tag not in header
        }
        other.enter("1", "sell", 40, "149.00")
        other.reports_of(2)
        assert standing(drop.receive("8"), (115, 150, 32)) == ("DESK1", "F", "40")
        first.send("H", {11: "1", 54: 1, 55: "AAPL"})
        assert first.reports_of(2)[1][150] == "I", "an answer to a question is not copied"
        second.enter("1", "buy", 1, "1.00")
        second.receive("8")
        assert standing(drop.receive("8"), (115, 150)) == ("DESK2", "8")


def test_a_drop_copy_may_ask_for_nothing(venue: VenueProcess) -> None:
    """VAL-01: BusinessMessageReject(j) 380=6; what no session may send is still 380=3."""
    with FixClient(venue.port, "DROP") as drop:
        drop.log_on()
        drop.enter("1", "buy", 100, "149.00")
        assert standing(drop.receive("j"), (45, 372, 380)) == ("2", "D", "6")
        drop.cancel("2", "1", "buy", 100)
        assert standing(drop.receive("j"), (372, 380)) == ("F", "6")
        drop.send("AF", {584: "x", 585: 7})
        assert standing(drop.receive("j"), (372, 380)) == ("AF", "6")
        drop.send("x", {320: "x", 559: 4})
        assert standing(drop.receive("j"), (372, 380)) == ("x", "3")
    assert venue.ask("status")["orders_open"] == 0


def test_copies_are_numbered_kept_and_recovered_like_all_messages(venue: VenueProcess) -> None:
    """SES-10, SES-22: also those from before its first Logon, and over kill -9; each session has its own numbers."""
    with (
        FixClient(venue.port, "DESK1") as desk,
        FixClient(venue.port, "LONER") as loner,
        FixClient(venue.port, "DROP") as drop,
        FixClient(venue.port, "DROP2") as drop2,
    ):
        for client in (desk, loner):
            client.log_on()
            client.enter("1", "buy", 100, "149.00")
            client.receive("8")
        drop.log_on()
        assert [standing(r, (34, 115, 43)) for r in drop.recover()] == [("1", "DESK1", "Y"), ("2", "LONER", "Y")]
        drop.hang_up()
        desk.cancel("2", "1", "buy", 100)
        desk.receive("8")
        venue.restart()
        drop.log_on()
        drop2.log_on()
        assert [standing(r, (115, 150)) for r in drop.recover()] == [("DESK1", "4")]
        assert [standing(r, (34, 115, 150)) for r in drop2.recover()] == [("1", "DESK1", "0"), ("2", "DESK1", "4")]
        desk.log_on()
        desk.recover()
        desk.enter("3", "buy", 100, "149.00")
        assert [standing(each.receive("8"), (115, 11)) for each in (drop, drop2)] == [("DESK1", "3")] * 2


def test_a_drop_copy_that_is_not_there_costs_nobody_anything(venue: VenueProcess) -> None:
    """Its copies wait for it."""
    with FixClient(venue.port, "DROP") as drop, FixClient(venue.port, "LONER") as loner:
        drop.log_on()
        drop.log_out()
        loner.log_on()
        loner.enter("1", "buy", 100, "149.00")
        assert loner.receive("8")[150] == "0"
        drop.log_on()
        assert [standing(report, (115, 150)) for report in drop.recover()] == [("LONER", "0")]
