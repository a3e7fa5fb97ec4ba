"""`outcry log`: a session's messages for people (admin.log)."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from admin.session_log import SessionLog
from persistence.journal import Journal
from tests.admin.conftest import Outcry
from tests.gateway.fix_client import FixClient
from tests.gateway.venue_process import NO_DATABASE, OUTCRY, environment, running


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a venue ran on which ALICE and BOB traded, and ALICE missed a report."""
    path = tmp_path_factory.mktemp("log") / "var"
    with (
        running(path, "--dsn", NO_DATABASE) as venue,
        FixClient(venue.port, "ALICE") as alice,
        FixClient(venue.port, "BOB") as bob,
    ):
        alice.log_on({553: "alice", 554: "hush-hush"})
        bob.log_on()
        alice.enter("A1", "buy", 10, "150.00")
        alice.receive("8")
        alice.hang_up()
        bob.enter("B1", "sell", 10, "150.00")
        bob.reports_of(2)
        alice.log_on()
        alice.recover()
        alice.log_out()
        assert venue.end() == 0
    return path


def test_a_sessions_messages_stand_in_their_order_with_what_became_of_it(outcry: Outcry, data_dir: Path) -> None:
    """Both directions; another session's are not among them."""
    said = outcry("log", "ALICE", "--data-dir", str(data_dir))
    lines = said.out.splitlines()
    assert (said.code, said.err) == (0, "")
    assert [line.split()[2] for line in lines[:4]] == ["in", "out", "--", "in"]
    assert "|35=A|" in lines[0]
    assert "logged on" in lines[2]
    assert "|35=D|" in lines[3]
    assert any(line.endswith("(again)") and "|43=Y|" in line for line in lines)
    assert not any("BOB" in line for line in lines)
    assert "disconnected: the peer logged out" in lines[-1]


def test_passwords_are_not_in_it(outcry: Outcry, data_dir: Path) -> None:
    said = outcry("log", "ALICE", "--data-dir", str(data_dir)).out
    assert "553=alice" in said
    assert "hush" not in said


def test_names_are_shown_on_request_and_the_last_lines_only(outcry: Outcry, data_dir: Path) -> None:
    said = outcry("log", "ALICE", "--names", "--data-dir", str(data_dir)).out
    assert "NewOrderSingle: | 8=FIX.4.4 BeginString" in said
    assert "54=1 Side BUY" in said
    assert len(outcry("log", "ALICE", "-n", "3", "--data-dir", str(data_dir)).out.splitlines()) == 3
    assert outcry("log", "ALICE", "--to", "2020-01-01", "--data-dir", str(data_dir)).out == ""


@pytest.mark.parametrize(("session", "where"), [("NOBODY", ""), ("ALICE", "elsewhere")])
def test_who_never_logged_on_has_no_log(outcry: Outcry, data_dir: Path, session: str, where: str) -> None:
    said = outcry("log", session, "--data-dir", str(data_dir / where))
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert not (data_dir / "elsewhere").exists()


def test_a_log_begins_where_the_journal_does(tmp_path: Path) -> None:
    """Old segments may be removed (journal.keep_bytes)."""
    journal = Journal(tmp_path, "os", 1 << 20)
    assert list(journal.recorded()) == []
    for number in range(1, 2_001):
        journal.inbound(7, number, number, b"x" * 1_000)
        journal.commit(number)
    journal.close()
    first, *_ = sorted(tmp_path.glob("*.journal"))
    first.unlink()
    wanted = SessionLog(tmp_path, b"ALICE")
    assert wanted.begins_late
    wanted.number = 7
    times = [entry.time_ns for entry in wanted.read()]
    wanted.close()
    assert times == list(range(times[0], 2_001))
    assert 900 < times[0] < 1_100


def test_what_comes_is_followed(tmp_path: Path) -> None:
    """Also a session that is not there yet when one begins to look."""
    with running(tmp_path / "var", "--dsn", NO_DATABASE) as venue, FixClient(venue.port, "ALICE") as alice:
        command = [str(OUTCRY), "log", "ALICE", "--follow", "--data-dir", str(venue.data_dir)]
        with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as following:
            try:
                assert following.stdout is not None
                alice.log_on()
                assert "|35=A|" in following.stdout.readline()
                alice.enter("A1", "buy", 10, "150.00")
                alice.receive("8")
                while "|35=8|" not in following.stdout.readline():
                    pass
            finally:
                following.send_signal(signal.SIGINT)
                following.wait(30)  # while somebody still reads
        assert following.returncode == 130
