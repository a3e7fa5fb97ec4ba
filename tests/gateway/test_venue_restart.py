"""A real venue ends, in order or by kill -9, and another process goes on where it was."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from persistence.journal import Journal
from tests.gateway.fix_client import FixClient, GoneError, standing
from tests.gateway.reports import Reports
from tests.gateway.venue_process import NO_DATABASE, OUTCRY, VenueProcess, environment, running, write_settings

SMALL = '\n[[risk.overrides]]\nfirm = "ALICE"\nposition_quantity_max = 100\n'


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    """A venue of the test's own; its audit is elsewhere."""
    config = write_settings(tmp_path / "venue.toml", {}, SMALL)
    with running(tmp_path / "var", "--config", str(config), "--dsn", NO_DATABASE) as process:
        yield process


@pytest.fixture
def clients(venue: VenueProcess) -> Iterator[tuple[FixClient, FixClient]]:
    """ALICE, who may hold 100, and BOB, logged on."""
    reports = Reports()
    alice, bob = FixClient(venue.port, "ALICE", reports), FixClient(venue.port, "BOB", reports)
    alice.log_on()
    bob.log_on()
    yield alice, bob
    alice.hang_up()
    bob.hang_up()


Clients = tuple[FixClient, FixClient]
End = Callable[[VenueProcess, Clients], None]


def trade(alice: FixClient, bob: FixClient) -> None:
    """ALICE buys 40 of 100 at 149.00, BOB has 25 for sale at 151.00."""
    alice.enter("A1", "buy", 100, "149.00")
    alice.receive("8")
    bob.enter("B1", "sell", 40, "149.00")
    bob.enter("B2", "sell", 25, "151.00")
    bob.reports_of(3)
    alice.receive("8")


def end_in_order(venue: VenueProcess, clients: Clients) -> None:
    """SIGTERM: every session is logged out, and the venue ends with 0."""
    venue.terminate()
    for client in clients:
        assert client.receive("5")[58] == "the venue closes"
        client.send("5")
        assert client.is_cut_off()
    assert venue.wait() == 0


def end_at_once(venue: VenueProcess, clients: Clients) -> None:
    """kill -9."""
    venue.kill()
    assert all(client.is_cut_off() for client in clients)


both_ends = pytest.mark.parametrize("end", [end_in_order, end_at_once])


@both_ends
def test_books_and_positions_go_on(venue: VenueProcess, clients: Clients, end: End) -> None:
    """AUD-03, SES-22: what was acknowledged stands; identifiers, limits and duplicates go on too."""
    alice, bob = clients
    trade(alice, bob)
    before = [venue.ask("book", symbol="AAPL", depth=9), venue.ask("orders", limit=9), venue.ask("limits")]
    end(venue, clients)
    venue.start()
    assert [venue.ask("book", symbol="AAPL", depth=9), venue.ask("orders", limit=9), venue.ask("limits")] == before
    alice.log_on()
    alice.enter("A2", "buy", 1, "149.00")
    assert standing(alice.receive("8"), (103, 58)) == ("3", "worst-case position 101 would exceed 100")
    alice.enter("A1", "buy", 1, "149.00")
    assert standing(alice.receive("8"), (150, 103, 39, 14)) == ("8", "6", "1", "40")
    bob.log_on()
    bob.enter("B3", "sell", 60, "149.00")
    assert [report[150] for report in bob.reports_of(2)] == ["0", "F"]
    assert standing(alice.receive("8"), (14, 151, 39)) == ("100", "0", "2")


@both_ends
def test_sequence_numbers_go_on_and_old_messages_can_be_had_again(
    venue: VenueProcess, clients: Clients, end: End
) -> None:
    """SES-10, SES-22: the client compares what is resent with what it got from the process before."""
    alice, bob = clients
    trade(alice, bob)
    end(venue, clients)
    venue.start()
    expected = alice.highest + 1
    assert alice.log_on()[34] == str(expected)
    alice.next_in = 1
    assert [standing(report, (150, 11)) for report in alice.recover()] == [("0", "A1"), ("F", "A1")]


def test_the_time_of_an_orders_version_outlives_the_venue(venue: VenueProcess, clients: Clients) -> None:
    """CXR-13: OrigOrdModTime(586) is the TransactTime(60) of the report of the last accepted version."""
    alice, bob = clients
    alice.enter("A1", "buy", 5, "149.00")
    entered = alice.receive("8")[60]
    alice.send("G", {11: "A2", 41: "A1", 55: "AAPL", 54: 1, 60: entered, 38: 6, 40: 2, 44: "149.00", 586: entered})
    replaced = alice.receive("8")
    assert replaced[150] == "5"
    bob.enter("B1", "sell", 1, "149.00")
    assert alice.receive("8")[150] == "F"
    venue.restart()
    alice.log_on()
    request = {41: "A2", 55: "AAPL", 54: 1, 60: entered, 586: "20240229-12:00:00.123"}
    alice.send("F", {11: "C1", **request})
    assert standing(alice.receive("9"), (11, 39, 102, 434)) == ("C1", "1", "5", "1")
    alice.send("F", {11: "C2", **request, 586: replaced[60]})
    assert standing(alice.receive("8"), (11, 150)) == ("C2", "4")


def test_an_order_that_says_so_does_not_outlive_the_venue(venue: VenueProcess, clients: Clients) -> None:
    """KIL-05, CXR-08: ExecInst(18)=Q, which a replace has to say again; a report waits for the client."""
    alice, _ = clients
    for name, told in (("Q", "Q"), ("6Q", "6 Q"), ("GTC", "Q"), ("PLAIN", None), ("WAS", "Q")):
        alice.enter(
            name, "buy", 5, "149.00", tag_59="1" if name == "GTC" else "0", **({"tag_18": told} if told else {})
        )
        assert standing(alice.receive("8"), (150, 18)) == ("0", told)
    alice.replace("IS", "WAS", "buy", 5, "149.00")
    assert standing(alice.receive("8"), (150, 18)) == ("5", None)
    alice.enter("QG", "buy", 5, "149.00", tag_18="Q G")
    assert standing(alice.receive("8"), (150, 103)) == ("8", "11")
    venue.restart()
    alice.log_on()
    ended = [standing(report, (11, 150, 39, 378)) for report in alice.recover()]
    assert ended == [(name, "4", "4", "7") for name in ("Q", "6Q", "GTC")]
    assert [row["cl_ord_id"] for row in venue.ask("orders", session="ALICE")["orders"]] == ["PLAIN", "IS"]
    venue.restart()
    alice.log_on()
    assert alice.recover() == []


def test_a_halt_outlives_the_venue(venue: VenueProcess, clients: Clients) -> None:
    """PHA-06."""
    alice, bob = clients
    trade(alice, bob)
    venue.ask("halt", symbol="AAPL", reason="news")
    venue.restart()
    alice.log_on()
    alice.enter("A2", "buy", 1, "149.00")
    assert alice.receive("8")[103] == "2"
    alice.send("e", {324: "q1", 55: "AAPL", 263: 0})
    assert standing(alice.receive("f"), (326, 327)) == ("2", "M"), "also why it is halted is known (PHA-05)"


def test_orders_stay_when_their_session_goes(venue: VenueProcess, clients: Clients) -> None:
    """KIL-05: a restart is no reason to cancel; neither is a broken connection."""
    alice, bob = clients
    trade(alice, bob)
    alice.hang_up()
    venue.restart()
    assert [row["cl_ord_id"] for row in venue.ask("orders", limit=9)["orders"]] == ["A1", "B2"]


def test_a_second_venue_in_the_same_directory_is_refused_in_one_line(venue: VenueProcess) -> None:
    command = [str(OUTCRY), "run", "--data-dir", str(venue.data_dir), "--fix-port", "0", "--dsn", NO_DATABASE]
    second = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 2
    assert second.stdout == ""
    assert second.stderr == f"outcry: venue.data_dir: another venue runs in {venue.data_dir}\n"
    assert venue.ask("status")["pid"] == venue.pid


def test_a_port_in_use_is_refused_in_one_line(venue: VenueProcess, tmp_path: Path) -> None:
    command = [str(OUTCRY), "run", "--data-dir", str(tmp_path / "other"), "--fix-port", str(venue.port)]
    second = subprocess.run(
        [*command, "--dsn", NO_DATABASE], env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert second.returncode == 2
    assert [line for line in second.stderr.splitlines() if line.startswith("outcry: ")] == [
        f"outcry: fix.port: cannot listen on 127.0.0.1:{venue.port}: Address already in use"
    ]


def test_only_listed_clients_are_known_where_settings_say_so(tmp_path: Path) -> None:
    """SES-02."""
    listed = '\n[[fix.sessions]]\ncomp_id = "ALICE"\n'
    config = write_settings(tmp_path / "venue.toml", {"any_comp_id": "false"}, listed)
    with (
        running(tmp_path / "var", "--config", str(config), "--dsn", NO_DATABASE) as venue,
        FixClient(venue.port, "ALICE") as alice,
        FixClient(venue.port, "BOB") as bob,
    ):
        alice.log_on()
        bob.connect()
        bob.send("A", {98: 0, 108: 30})
        with pytest.raises(GoneError):
            bob.read()
        assert "unknown SenderCompID(49)" in venue.log.read_text()


def test_messages_that_come_together_share_one_write(venue: VenueProcess, clients: Clients) -> None:
    """AUD-02, group commit: a thousand orders in one burst take far fewer frames of the journal, and none is lost."""
    _, bob = clients
    bob.write(b"".join(bob.order(f"B{number}", "sell", 1, "151.00") for number in range(1_000)))
    assert [report[11] for report in bob.reports_of(1_000)] == [f"B{number}" for number in range(1_000)]
    venue.kill()
    journal = Journal(venue.data_dir / "journal")
    try:
        frames = list(journal.recorded())
    finally:
        journal.close()
    assert len(frames) < 200
