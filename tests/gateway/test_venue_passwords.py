"""Passwords at a real venue: checked beside the loop, changed by clients, and nowhere in clear (SES-27)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from admin.main import main
from gateway.passwords import is_right
from tests.gateway.fix_client import FixClient, GoneError
from tests.gateway.venue_process import NO_DATABASE, VenueProcess, running, write_settings

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SLOW = PasswordHasher(time_cost=20, memory_cost=65_536, parallelism=1)  # more than a second
OLD, NEW, NEWER = "correct-horse", "battery-staple", "staple-battery"


def settings(path: Path, password: str = OLD, hasher: PasswordHasher = CHEAP) -> Path:
    """Those of a venue with one listed session, A."""
    session = f'[[fix.sessions]]\ncomp_id = "A"\nusername = "user"\npassword = "{hasher.hash(password)}"\n'
    limits = {"failed_logons_free": "2", "failed_logon_wait_s_max": "3_600"}
    return write_settings(path / "venue.toml", limits, session)


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    with running(tmp_path / "var", "--config", str(settings(tmp_path)), "--dsn", NO_DATABASE) as process:
        yield process


def knock(client: FixClient, password: str, **more: object) -> bool:
    """Whether one Logon with this password is answered by a Logon; otherwise nothing is said (SES-02)."""
    number = client.next_out
    client.connect()
    client.send("A", {98: 0, 108: 30, 553: "user", 554: password, **{int(k[1:]): v for k, v in more.items()}})
    try:
        client.receive("A")
    except GoneError:
        client.next_out = number
        return False
    return True


def kept(venue: VenueProcess) -> bytes:
    """All that the venue keeps on disk, and what it printed."""
    files = [path for path in venue.data_dir.rglob("*") if path.is_file() and path.suffix != ".new"]  # .new: only zeros
    return b"".join(path.read_bytes() for path in [*files, venue.log])


def test_a_client_changes_its_password_and_the_change_survives_kill_9(venue: VenueProcess, tmp_path: Path) -> None:
    """SES-27: NewPassword(925) with the Logon that the old one admits; the operator's next password ends it."""
    with FixClient(venue.port, "A") as client:
        assert knock(client, OLD, _925=NEW)
        venue.restart()
        assert not knock(client, OLD)
        assert knock(client, NEW)
        client.log_out()
        assert all(word.encode() not in kept(venue) for word in (OLD, NEW))
        assert venue.end() == 0
        settings(tmp_path, NEWER)
        venue.start()
        assert not knock(client, NEW)
        assert knock(client, NEWER)


def test_a_new_password_counts_only_with_a_logon_that_succeeds(venue: VenueProcess) -> None:
    """SES-27, SES-03."""
    with FixClient(venue.port, "A") as client:
        client.connect()
        client.send("A", {98: 0, 108: 3, 553: "user", 554: OLD, 925: NEW})
        assert "HeartBtInt" in client.receive("5")[58]
        assert client.is_cut_off()
        assert not knock(client, NEW)
    for bad in ("short", "with space in it"):
        with FixClient(venue.port, "A") as client:
            client.connect()
            client.next_in = 2  # the first Logout took a number; one that only refuses takes none
            client.send("A", {98: 0, 108: 30, 553: "user", 554: OLD, 925: bad})
            assert "NewPassword(925) must be 8 to 64" in client.receive("5")[58]
            assert client.is_cut_off()
    with FixClient(venue.port, "A") as client:
        assert knock(client, OLD, _141="Y")


def test_wrong_passwords_are_heard_ever_less_often(venue: VenueProcess) -> None:
    """SES-24: two are free here, then one must wait, with the right one too; others are not concerned."""
    with FixClient(venue.port, "A") as client, FixClient(venue.port, "B") as other:
        assert knock(client, OLD), "success forgives"
        client.log_out()
        assert [knock(client, f"wrong-{number}") for number in range(3)] == [False] * 3
        assert not knock(client, OLD)
        assert "logons have failed" in venue.log.read_text()
        other.log_on()


def test_the_venue_goes_on_while_a_password_is_checked(tmp_path: Path) -> None:
    """SES-27: A's check takes long; meanwhile another client logs on and is answered, all of it before."""
    config = settings(tmp_path, hasher=SLOW)
    with (
        running(tmp_path / "var", "--config", str(config), "--dsn", NO_DATABASE) as venue,
        FixClient(venue.port, "A") as slow,
        FixClient(venue.port, "B") as other,
    ):
        slow.connect()
        slow.write(slow.encode("A", {98: 0, 108: 30, 553: "user", 554: OLD}) + slow.encode("1", {112: "together"}))
        other.log_on()
        other.send("1", {112: "alive"})
        assert other.read()[112] == "alive"
        assert [row["comp_id"] for row in venue.ask("sessions")["sessions"]] == ["B"], "A is still being checked"
        slow.receive("A")
        assert slow.read()[112] == "together"


def test_a_password_in_a_message_that_has_none_is_not_kept(venue: VenueProcess) -> None:
    """SES-27: in whatever message a client's mistake puts it, and however often."""
    with FixClient(venue.port, "B") as client:
        client.log_on({553: "user", 554: "open-sesame", 95: 13, 96: "hush\x01554=hush"})
        client.send("BE", {923: "1", 924: 3, 553: "user", 554: "open-sesame", 925: "sesame-open"})
        client.receive("j")
        client.enter("1", "buy", 1, "150.00", tag_554="open-sesame")
        client.receive("3")
        client.log_out()
    found = kept(venue)
    assert b"553=user" in found
    assert not [word for word in (b"open-sesame", b"sesame-open", b"hush") if word in found]


def test_outcry_password_prints_a_hash_that_serves(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{OLD}\n"))
    assert main(["password"]) == 0
    hashed = capsys.readouterr().out.strip()
    assert hashed.startswith("$argon2id$")
    assert is_right(hashed, OLD.encode())
    assert not is_right(hashed, NEW.encode())
    assert not is_right("no hash", NEW.encode())
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert main(["password"]) == 2
    assert "a password must be 8 to 64 printable" in capsys.readouterr().err
