"""Cancel on disconnect at a real venue: what becomes of orders whose session goes (KIL-03 to KIL-05)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.gateway.fix_client import FixClient, GoneError, standing
from tests.gateway.venue_process import NO_DATABASE, VenueProcess, running, write_settings

SESSIONS = """
[[fix.sessions]]
comp_id = "BOTH"
cancel_on_disconnect = "both"
heartbeat_min_s = 1
disconnect_percent = 10
[[fix.sessions]]
comp_id = "ALL"
cancel_on_disconnect = "disconnect"
cancel_spares_gtc = false
[[fix.sessions]]
comp_id = "OUT"
cancel_on_disconnect = "logout"
[[fix.sessions]]
comp_id = "DESK1"
firm = "DESK"
cancel_on_disconnect = "both"
cancel_scope = "firm"
[[fix.sessions]]
comp_id = "DESK2"
firm = "DESK"
[[fix.sessions]]
comp_id = "LATER"
cancel_on_disconnect = "both"
cancel_grace_s = 3_600
[[fix.sessions]]
comp_id = "SOON"
cancel_on_disconnect = "both"
cancel_grace_s = 1
[[fix.sessions]]
comp_id = "FIXED"
cancel_by_logon = false
"""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueProcess]:
    """A venue whose sessions have terms of all kinds; each test uses sessions of its own."""
    path = tmp_path_factory.mktemp("guarded")
    config = write_settings(path / "venue.toml", {}, SESSIONS)
    with running(path / "var", "--config", str(config), "--dsn", NO_DATABASE) as process:
        yield process


def open_orders(venue: VenueProcess, comp_id: str) -> list[str]:
    """ClOrdIDs of a session's open orders."""
    return [row["cl_ord_id"] for row in venue.ask("orders", session=comp_id)["orders"]]


def gone(venue: VenueProcess, comp_id: str) -> bool:
    [row] = [row for row in venue.ask("sessions")["sessions"] if row["comp_id"] == comp_id]
    return not row["connected"]


Quoting = Callable[..., FixClient]


@pytest.fixture
def quoting() -> Iterator[Quoting]:
    """Makes a session that is logged on with a Day order and a GTC order."""
    with ExitStack() as stack:
        yield lambda *what: _quote(stack, *what)


def _quote(stack: ExitStack, venue: VenueProcess, comp_id: str, logon: dict[int, object] | None = None) -> FixClient:
    client = stack.enter_context(FixClient(venue.port, comp_id))
    client.log_on(logon)
    client.enter(f"{comp_id}-day", "buy", 100, "149.00")
    client.enter(f"{comp_id}-gtc", "buy", 100, "148.00", tag_59="1")
    client.reports_of(2)
    return client


def leave(venue: VenueProcess, client: FixClient) -> None:
    client.hang_up()
    venue.wait_until(lambda: gone(venue, client.comp_id), "the venue notices")


def test_a_lost_connection_cancels_and_the_reports_wait(guarded: VenueProcess, quoting: Quoting) -> None:
    """KIL-03, KIL-04: good-till-cancel orders are spared; the report is recovered by ResendRequest."""
    both = quoting(guarded, "BOTH")
    leave(guarded, both)
    assert open_orders(guarded, "BOTH") == ["BOTH-gtc"]
    both.log_on()
    [report] = both.recover()
    assert standing(report, (11, 150, 39, 151, 378, 58)) == (
        "BOTH-day", "4", "4", "0", "99", "canceled on disconnect",
    )  # fmt: skip
    both.log_out()
    assert open_orders(guarded, "BOTH") == ["BOTH-gtc"]


def test_a_logout_and_a_lost_connection_are_told_apart(guarded: VenueProcess, quoting: Quoting) -> None:
    """KIL-03: "logout" and "disconnect" are modes of their own."""
    out = quoting(guarded, "OUT")
    leave(guarded, out)
    assert open_orders(guarded, "OUT") == ["OUT-day", "OUT-gtc"]
    out.log_on()
    out.log_out()
    assert open_orders(guarded, "OUT") == ["OUT-gtc"]
    every = quoting(guarded, "ALL")
    every.log_out()
    assert open_orders(guarded, "ALL") == ["ALL-day", "ALL-gtc"]
    every.log_on()
    leave(guarded, every)
    assert open_orders(guarded, "ALL") == []


def test_a_client_that_falls_silent_is_gone(guarded: VenueProcess, quoting: Quoting) -> None:
    """KIL-03, SES-18: heartbeat time-out."""
    silent = FixClient(guarded.port, "BOTH")
    silent.log_on({108: 1}, reset=True)
    silent.enter("silent", "buy", 100, "149.00")
    assert silent.is_cut_off()
    guarded.wait_until(lambda: "silent" not in open_orders(guarded, "BOTH"), "its order is canceled")


def test_the_whole_firm_may_be_meant(guarded: VenueProcess, quoting: Quoting) -> None:
    """KIL-03: the scope; another session of the firm hears of it at once."""
    first, second = quoting(guarded, "DESK1"), quoting(guarded, "DESK2")
    leave(guarded, first)
    assert standing(second.receive("8"), (11, 150)) == ("DESK2-day", "4")
    assert open_orders(guarded, "DESK1") == ["DESK1-gtc"]
    second.log_out()
    assert open_orders(guarded, "DESK2") == ["DESK2-gtc"], "DESK2 itself has no such terms"


def test_who_comes_back_in_time_keeps_the_orders(guarded: VenueProcess, quoting: Quoting) -> None:
    """KIL-03: the grace window; both ends of it stand in the journal."""
    later = quoting(guarded, "LATER")
    before = guarded.ask("status")["journal"]["commands"]
    leave(guarded, later)
    assert guarded.ask("status")["journal"]["commands"] == before + 1
    assert len(open_orders(guarded, "LATER")) == 2
    later.log_on()
    assert guarded.ask("status")["journal"]["commands"] == before + 2
    assert len(open_orders(guarded, "LATER")) == 2


def test_the_grace_window_ends(guarded: VenueProcess, quoting: Quoting) -> None:
    """KIL-03."""
    leave(guarded, quoting(guarded, "SOON"))
    guarded.wait_until(lambda: open_orders(guarded, "SOON") == ["SOON-gtc"], "its order is canceled")


def test_a_logon_may_choose(guarded: VenueProcess, quoting: Quoting) -> None:
    """KIL-03: CancelOnDisconnect(8013), as its sessions' settings allow."""
    for choice, left in (("S", ["C-S-gtc"]), ("Y", ["C-Y-gtc"]), ("N", ["C-N-day", "C-N-gtc"])):
        client = quoting(guarded, f"C-{choice}", {8013: choice})
        leave(guarded, client)
        assert open_orders(guarded, client.comp_id) == left
    fixed = FixClient(guarded.port, "FIXED")
    fixed.connect()
    fixed.send("A", {98: 0, 108: 30, 8013: "Y"})
    assert "CancelOnDisconnect(8013)=Y is not available" in fixed.receive("5")[58]
    with pytest.raises(GoneError):
        fixed.read()


def test_a_restart_of_the_venue_is_no_disconnect_but_a_grace_window_goes_on(tmp_path: Path, quoting: Quoting) -> None:
    """KIL-05: neither kill -9 nor an orderly end cancels; KIL-03: who was gone before is still awaited."""
    config = write_settings(tmp_path / "venue.toml", {}, SESSIONS)
    with running(tmp_path / "var", "--config", str(config), "--dsn", NO_DATABASE) as venue:
        both, soon = quoting(venue, "BOTH"), quoting(venue, "SOON")
        soon.hang_up()
        venue.wait_until(lambda: gone(venue, "SOON"), "the venue notices")
        venue.restart()
        assert open_orders(venue, "BOTH") == ["BOTH-day", "BOTH-gtc"]
        venue.wait_until(lambda: open_orders(venue, "SOON") == ["SOON-gtc"], "the window ends")
        both.log_on()
        venue.terminate()
        assert "the venue closes" in both.receive("5")[58]
        assert venue.wait() == 0
        venue.start()
        assert open_orders(venue, "BOTH") == ["BOTH-day", "BOTH-gtc"]
