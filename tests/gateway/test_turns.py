"""Nobody waits behind another client's flood, garbage or resend for longer than one small turn (SES-25, SES-26)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.turns import ALONE_BYTES, COMPANY_NS, SHARE_BYTES, SHARED_BYTES, SUSPECT_BYTES, Turns
from loadtests.wire import REPORT, Pen, utc
from tests.fuzz.venue_life import Caller, House

FLOOD = 500
REJECT = b"\x0135=3\x01"


class Talker:
    """Has so many bytes to say, and says as many as it may."""

    def __init__(self, turns: Turns, size: int) -> None:
        self.turns = turns
        self.rest = size
        self.said: list[int] = []

    def go_on(self, allowance: int, now_ns: int) -> int:
        used = min(self.rest, max(allowance, 1))
        self.said.append(used)
        self.rest -= used
        if self.rest:
            self.turns.put(self, False)
        return used


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with closing(House(tmp_path)) as house:
        yield house


def logged_on(house: House, name: bytes) -> tuple[Caller, Pen]:
    caller, pen = house.connect(), Pen(name, b"OUTCRY")
    caller.say(pen.logon())
    return caller, pen


def reports(caller: Caller) -> int:
    return b"".join(caller.wire.written).count(REPORT)


def is_read_from(caller: Caller) -> bool:
    return caller.wire.reads


def test_who_is_alone_may_say_much_and_who_is_not_a_share() -> None:
    """SES-25."""
    turns = Turns()
    one, other = Talker(turns, 0), Talker(turns, 0)
    turns.allowance(one, 1)
    assert turns.allowance(one, 1 + COMPANY_NS) == ALONE_BYTES
    assert turns.allowance(other, 2 + COMPANY_NS) == SHARE_BYTES
    assert turns.allowance(other, 1 + 2 * COMPANY_NS) == SHARE_BYTES
    assert turns.allowance(other, 2 + 2 * COMPANY_NS) == ALONE_BYTES


def test_a_turn_that_is_used_up_has_a_single_message_left_for_each() -> None:
    """SES-25."""
    turns = Turns()
    turns.allowance(Talker(turns, 0), 1)
    turns.spend(SHARED_BYTES)
    assert turns.allowance(Talker(turns, 0), 2) == 0
    turns.go_on(3)
    assert turns.allowance(Talker(turns, 0), 3) == SHARE_BYTES


def test_those_with_more_to_say_take_turns() -> None:
    """SES-25."""
    turns = Turns()
    talkers = [Talker(turns, 3 * SHARE_BYTES) for _ in range(4)]
    for talker in talkers:
        turns.allowance(talker, 1)
        turns.put(talker, False)
    passes = 0
    while turns.waits:
        before = sum(sum(talker.said) for talker in talkers)
        turns.go_on(2)
        passes += 1
        assert sum(sum(talker.said) for talker in talkers) - before <= SHARED_BYTES
        told = [sum(talker.said) for talker in talkers]
        assert max(told) - min(told) <= SHARE_BYTES
    assert passes == 4 * 3 * SHARE_BYTES // (SHARED_BYTES // 2)


def test_suspects_share_one_small_allowance() -> None:
    """SES-24, SES-25."""
    turns = Turns()
    suspects = [Talker(turns, SUSPECT_BYTES) for _ in range(2)]
    for suspect in suspects:
        turns.put(suspect, True)
    turns.go_on(1)
    assert [suspect.said for suspect in suspects] == [[SUSPECT_BYTES], []]
    turns.go_on(2)
    assert [suspect.said for suspect in suspects] == [[SUSPECT_BYTES], [SUSPECT_BYTES]]
    assert not turns.waits


def test_an_order_is_answered_in_its_turn_beside_a_flood_which_loses_nothing(house: House) -> None:
    """SES-25: the flood is dealt with a share a turn, and not read from meanwhile."""
    flooder, flood = logged_on(house, b"FLOOD")
    pinger, ping = logged_on(house, b"PING")
    flooder.connection.data_received(b"".join(flood.flood("rest", FLOOD)))
    turns = 0
    while house.due:
        turns += 1
        before = reports(pinger)
        pinger.connection.data_received(ping.order(utc()))
        house.due.pop(0)()
        assert reports(pinger) == before + 1
        if reports(flooder) == FLOOD:
            break
    assert reports(flooder) == FLOOD
    assert is_read_from(flooder)
    assert turns > 5


def test_after_a_fault_messages_wait_for_the_turns_end_for_a_while(house: House) -> None:
    """SES-24, SES-25: whoever sent a faulty one is heard after the others, and is heard."""
    faulty, pen = logged_on(house, b"FAULTY")
    bad = pen.message(b"D", b"11=X\x01")
    faulty.connection.data_received(bad)
    assert is_read_from(faulty), "a first fault is dealt with like anything else"
    house.settle()
    assert b"".join(faulty.wire.written).count(REJECT) == 1
    faulty.connection.data_received(pen.message(b"D", b"11=X\x01") + pen.order(utc()))
    assert not is_read_from(faulty)
    house.settle()
    assert b"".join(faulty.wire.written).count(REJECT) == 2
    assert reports(faulty) == 1
    assert is_read_from(faulty)


def test_a_resend_takes_few_writes_to_the_disk(house: House) -> None:
    """SES-26: what is resent is durable already, so it waits for no write, and its records share one."""
    caller, pen = logged_on(house, b"AGAIN")
    caller.say(b"".join(pen.flood("rest", 200)))
    frames = 0
    commit = house.journal.position
    caller.connection.data_received(pen.message(b"2", b"7=1\x0116=0\x01"))
    while house.due:
        house.due.pop(0)()
        frames += house.journal.position > commit
        commit = house.journal.position
    assert b"".join(caller.wire.written).count(b"\x0143=Y\x01") == 201
    assert frames <= 3
    assert house.journal.pending_bytes() == 0
