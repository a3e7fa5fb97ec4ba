"""Periods of sessions at a real venue: what its clients see when one ends and the next begins (SES-02, SES-23, SES-28).

No clock is turned here: the boundary lies a few seconds ahead, and further if this machine is slow to start a venue.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.gateway.fix_client import FixClient, standing
from tests.gateway.venue_process import NO_DATABASE, VenueProcess, running, write_settings

AHEAD_S = 1.5
TRIES_S = (4, 10, 30, 60)


def later(seconds: float) -> datetime:
    """A moment from now."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


@contextmanager
def before_a_boundary(
    path: Path, comp_ids: tuple[str, ...] = ("HERE", "AWAY")
) -> Iterator[tuple[VenueProcess, datetime]]:
    """A venue whose trading day and whose sessions' period end soon, and when; SHUT may not log on for an hour."""
    for tried_s in TRIES_S:
        at = later(tried_s).replace(microsecond=0)
        shut = f"starts_at = {later(3_600):%H:%M:%S}, ends_at = {later(7_200):%H:%M:%S}"
        sessions = f'[[fix.sessions]]\ncomp_id = "SHUT"\nschedule = {{ {shut} }}\n'
        for comp_id in comp_ids:
            sessions += f'[[fix.sessions]]\ncomp_id = "{comp_id}"\nnotices_s = [1]\nreset_daily_at = {at:%H:%M:%S}\n'
        config = write_settings(path / "venue.toml", {"day_ends_at": f"{at:%H:%M:%S}"}, sessions)
        with running(path / f"var{tried_s}", "--config", str(config), "--dsn", NO_DATABASE) as venue:
            if later(AHEAD_S) < at:
                yield venue, at
                return
    raise AssertionError("this machine took a minute to start a venue")


def await_departure(venue: VenueProcess, client: FixClient) -> None:
    """Until the venue has seen that a client is gone."""

    def gone() -> bool:
        rows = venue.ask("sessions")["sessions"]
        return not any(row["connected"] for row in rows if row["comp_id"] == client.comp_id)

    venue.wait_until(gone, "the venue notices")


def forget(client: FixClient) -> None:
    """What came before does not count any more."""
    client.next_in, client.highest, client.messages = 1, 0, {}


def test_a_period_ends_and_the_next_begins(tmp_path: Path) -> None:
    """SES-05, SES-06, SES-22, SES-23, SES-28: who is connected hears News, what becomes of the Day order and Logout, in
    this order; who is away finds it in the new period. A client that agrees to the reset as QuickFIX does is not
    answered twice.
    """
    with before_a_boundary(tmp_path) as (venue, at):
        with FixClient(venue.port, "HERE") as here, FixClient(venue.port, "AWAY") as away:
            for client in (here, away):
                client.log_on()
                client.enter("DAY", "buy", 10, "149.00")
                client.receive("8")
            away.hang_up()
            await_departure(venue, away)
            assert here.receive("B")[148] == "The session ends in 1 s"
            assert standing(here.receive(), (35, 11, 150)) == ("8", "DAY", "C")
            assert here.receive("5")[58] == "The session has ended"
            assert datetime.now(UTC) >= at
            here.send("5")
            assert here.is_cut_off()
            await_departure(venue, here)
            forget(here)
            assert standing(here.log_on(), (34, 141)) == ("1", "Y")
            here.next_out = 1
            here.send("A", {98: 0, 108: 30, 141: "Y"})
            here.enter("NEW", "buy", 10, "149.00")
            assert standing(here.receive("8"), (34, 150)) == ("2", "0")
            forget(away)
            away.next_out = 1
            assert standing(away.log_on(), (34, 141)) == ("2", None)
            [expired] = away.recover()
            assert standing(expired, (34, 43, 11, 150)) == ("1", "Y", "DAY", "C")
        with FixClient(venue.port, "SHUT") as shut:
            shut.connect()
            shut.send("A", {98: 0, 108: 30})
            assert "Logons are not permitted before" in shut.receive("5")[58]
            assert shut.is_cut_off()


def test_a_venue_that_was_down_at_the_boundary_begins_again_once(tmp_path: Path) -> None:
    """SES-22, SES-23: killed before it, and started after it; another kill changes nothing."""
    with before_a_boundary(tmp_path) as (venue, at), FixClient(venue.port, "HERE") as here:
        here.log_on()
        here.enter("DAY", "buy", 10, "149.00")
        here.enter("KEPT", "buy", 10, "149.00", tag_59="1")
        here.reports_of(2)
        venue.kill()
        here.hang_up()
        venue.wait_until(lambda: datetime.now(UTC) > at, "the period ends")
        venue.start()
        forget(here)
        here.next_out = 1
        logon = here.log_on()
        assert logon.get(141) is None
        reports = [standing(report, (11, 150, 378)) for report in here.recover()]
        assert reports == [("DAY", "C", None), ("KEPT", "D", "1")]
        assert logon[34] == "3"
        venue.restart()
        assert standing(here.log_on(), (34, 141)) == (str(here.next_in - 1), None)
        here.cancel("C", "KEPT", "buy", 10)
        assert here.receive("8")[150] == "4"
