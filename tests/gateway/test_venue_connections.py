"""Connections that are no use to anybody end, and nobody else notices (SES-24, SES-25)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.gateway.fix_client import FixClient, GoneError
from tests.gateway.venue_process import NO_DATABASE, VenueProcess, running, write_settings

SESSIONS = """
[[fix.sessions]]
comp_id = "HERE"
addresses = ["10.0.0.0/8", "127.0.0.0/8"]
[[fix.sessions]]
comp_id = "ELSEWHERE"
addresses = ["10.0.0.0/8", "::1"]
[[fix.sessions]]
comp_id = "FIRED"
messages_per_s = 1
messages_at_once = 1
throttle_disconnects = true
"""


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueProcess]:
    path = tmp_path_factory.mktemp("connections")
    changes = {"connections_max": "20", "logon_wait_s": "1", "heartbeat_min_s": "1", "outbound_bytes_max": "65_536"}
    changes |= {"test_request_percent": "100", "disconnect_percent": "10"}
    config = write_settings(path / "venue.toml", changes, SESSIONS)
    with running(path / "var", "--config", str(config), "--dsn", NO_DATABASE) as process:
        yield process


def test_connections_are_limited_and_those_without_a_logon_end(venue: VenueProcess) -> None:
    """SES-25: then there is room again."""
    wires = [socket.create_connection(("127.0.0.1", venue.port)) for _ in range(40)]
    for wire in wires:
        with wire:
            wire.settimeout(30)
            assert wire.recv(1) == b""
    log = venue.log.read_text()
    assert "refused: no Logon came" in log
    assert "refused: there are 20 connections, and no more are let in" in log
    with FixClient(venue.port, "AFTERWARDS") as client:
        client.log_on()


def test_a_client_that_sends_a_byte_now_and_then_is_not_waited_for(venue: VenueProcess) -> None:
    """SES-18, SES-25: before its Logon and after it only whole messages count as signs of life."""
    with FixClient(venue.port, "DRIP") as drip:
        for logs_on in (False, True):
            if logs_on:
                drip.log_on({108: 1}, reset=True)
            else:
                drip.connect()
            assert drip._socket is not None
            drip._socket.settimeout(0.1)
            gone = False
            while not gone:
                try:
                    drip.write(b"8")
                    gone = drip._socket.recv(4_096) == b""
                except TimeoutError:
                    continue
                except ConnectionError:
                    gone = True
    log = venue.log.read_text()
    assert "DRIP disconnected: the peer has fallen silent" in log


def test_a_client_that_reads_nothing_does_not_keep_its_session(venue: VenueProcess) -> None:
    """SES-25: its end does not wait for what it does not take; it can log on again."""
    with FixClient(venue.port, "DEAF") as deaf, FixClient(venue.port, "ALICE") as alice:
        deaf.receive_buffer_bytes = 4_096
        asking = b"".join(deaf.encode("H", {11: "1", 54: 1, 55: "AAPL"}, number=3 + n) for n in range(8_000))
        deaf.log_on({108: 2})
        deaf.enter("1", "buy", 1_000, "150.00")
        deaf.receive("8")
        with suppress(OSError):  # it may be cut off before it has asked everything
            deaf.write(asking)
        alice.log_on()

        def is_gone() -> bool:
            rows = {row["comp_id"]: row for row in venue.ask("sessions")["sessions"]}
            return not rows["DEAF"]["connected"]

        venue.wait_until(is_gone, "it is cut off")
        alice.send("1", {112: "still here"})
        while alice.read().get(112) != "still here":
            pass
        deaf.receive_buffer_bytes = 0
        deaf.log_on({108: 30}, reset=True)


def test_a_session_may_be_bound_to_addresses(venue: VenueProcess) -> None:
    """SES-02: from elsewhere it gets no answer, and no number changes."""
    with FixClient(venue.port, "HERE") as here, FixClient(venue.port, "ELSEWHERE") as elsewhere:
        here.log_on()
        elsewhere.connect()
        elsewhere.send("A", {98: 0, 108: 30})
        with pytest.raises(GoneError):
            elsewhere.read()
    assert "ELSEWHERE may not log on from 127.0.0.1" in venue.log.read_text()
    assert "ELSEWHERE" not in [row["comp_id"] for row in venue.ask("sessions")["sessions"]]


def test_a_first_message_that_is_garbled_ends_the_connection(venue: VenueProcess) -> None:
    """specs/session.md: nothing is said."""
    with socket.create_connection(("127.0.0.1", venue.port)) as wire:
        wire.settimeout(30)
        wire.sendall(b"8=FIX.4.4\x019=5\x0135=A\x0110=000\x018=FIX.4.4\x019=5\x0135=A\x0110=000\x01")
        assert wire.recv(1) == b""
    assert "refused: the first message is garbled" in venue.log.read_text()


def test_too_many_messages_may_end_the_session(venue: VenueProcess) -> None:
    """SES-24, the other answer: Logout with its reason; what was accepted before stays."""
    with FixClient(venue.port, "FIRED") as fired:
        fired.log_on()
        fired.write(b"".join(fired.order(str(number), "buy", 1, "150.00") for number in range(3)))
        assert fired.receive("8")[11] == "0"
        assert "More than 1 messages per second" in fired.receive("5")[58]
        assert fired.is_cut_off()


def test_logons_of_one_client_may_be_limited(tmp_path: Path) -> None:
    """SES-24: so many in a window are heard; another client's are counted apart."""
    config = write_settings(tmp_path / "venue.toml", {"logons_at_once": "2", "logon_window_s": "3_600"})
    with running(tmp_path / "var", "--config", str(config), "--dsn", NO_DATABASE) as venue:
        with FixClient(venue.port, "EAGER") as eager, FixClient(venue.port, "OTHER") as other:
            for _ in range(2):
                eager.log_on()
                eager.log_out()
            eager.connect()
            eager.send("A", {98: 0, 108: 30})
            with pytest.raises(GoneError):
                eager.read()
            other.log_on()
        assert "more than 2 logons in 3600 s" in venue.log.read_text()
