"""How many garbled or invalid bytes a client may send before it is cut off."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from fix.profile import SECOND_NS
from fix.throttle import Throttle
from gateway.acceptor import UNHEARD_NS
from gateway.settings import load
from loadtests.wire import Pen
from tests.fuzz.venue_life import Caller, House

AT_ONCE = load(environ={}).limits.faulty_bytes_at_once


def logged_on(house: House, name: bytes) -> tuple[Caller, Pen]:
    caller, pen = house.connect(), Pen(name, b"OUTCRY")
    assert [message[35] for message in caller.say(pen.logon())] == ["A"]
    return caller, pen


@pytest.mark.parametrize("fault", ["garbled", "invalid"])
def test_a_client_that_sends_only_faults_is_cut_off_and_one_that_errs_is_not(tmp_path: Path, fault: str) -> None:
    """SES-24: otherwise fifty such clients would have the venue for themselves."""
    with closing(House(tmp_path)) as house:
        evil, pen = logged_on(house, b"EVIL")
        errs, other = logged_on(house, b"ERRS")

        def faulty(pen: Pen) -> bytes:
            message = pen.message(b"D", b"11=X\x0158=" + b"x" * 900 + b"\x01")
            if fault == "invalid":
                return message
            pen.number -= 1
            return message[:-4] + b"999\x01"

        sent = 0
        while evil.wire.is_open:
            assert sent <= 2 * AT_ONCE, "the venue bears everything"
            message = faulty(pen)
            evil.say(message)
            sent += len(message)
        assert sent >= AT_ONCE - 2_000
        assert "garbled or invalid" in evil.connection.reason
        for _ in range(20):
            errs.say(faulty(other))
        assert [message[35] for message in errs.say(other.message(b"1", b"112=HERE\x01"))] == ["0"]


def test_coming_back_does_not_help_a_client_that_was_cut_off(tmp_path: Path) -> None:
    with closing(House(tmp_path)) as house:
        evil, _ = logged_on(house, b"EVIL")
        evil.say(b"8=FIX" + b"x" * AT_ONCE + b"8=FIX")
        assert not evil.wire.is_open
        again, pen = house.connect(), Pen(b"EVIL", b"OUTCRY")
        again.say(pen.logon())
        house.wait(UNHEARD_NS)
        again.say(b"y" * AT_ONCE)
        assert not again.wire.is_open
        assert pen.number == 2


def test_the_next_logon_of_a_client_that_was_cut_off_waits_and_takes_nobodys_time(tmp_path: Path) -> None:
    """SES-24: it is neither heard nor read from, and then answered."""
    with closing(House(tmp_path)) as house:
        evil, _ = logged_on(house, b"EVIL")
        evil.say(b"8=FIX" + b"x" * AT_ONCE + b"8=FIX")
        again, pen = house.connect(), Pen(b"EVIL", b"OUTCRY")
        assert again.say(pen.logon()) == []
        assert again.wire.is_open
        assert not again.wire.reads
        position = house.journal.position
        house.wait(UNHEARD_NS // 2)
        assert house.journal.position == position
        house.wait(UNHEARD_NS)
        assert [message[35] for message in again.say(b"")] == ["A"]
        assert again.wire.reads


def test_logging_on_again_and_again_takes_no_write_of_its_own(tmp_path: Path) -> None:
    """SES-24, SES-25: after a session that the venue has ended the next Logon is heard calmly, and heard."""
    with closing(House(tmp_path)) as house:
        logged_on(house, b"OTHER")
        evil, pen = logged_on(house, b"EVIL")
        pen.number = 1
        assert [message[35] for message in evil.say(pen.message(b"0"))] == ["5"]
        assert not evil.wire.is_open
        again, pen = house.connect(), Pen(b"EVIL", b"OUTCRY")
        position = house.journal.position
        again.connection.data_received(pen.logon())
        house.calm_due.pop(0)()
        assert not house.due
        assert house.journal.position == position
        assert [message[35] for message in again.say(b"")] == ["A"]


def test_a_throttle_counts_bytes_as_it_counts_messages() -> None:
    throttle = Throttle(1_000, 500)
    assert throttle.charge(0, 500)
    assert not throttle.charge(0, 100)
    assert not throttle.admit(SECOND_NS // 10)
    assert throttle.charge(SECOND_NS // 10 * 2, 100)
    assert not throttle.charge(SECOND_NS // 10 * 2, 1_000_000)
    assert not throttle.admit(SECOND_NS // 10 * 6)
    assert throttle.admit(SECOND_NS // 10 * 8)
