"""Nobody waits behind another client's flood, garbage or resend for longer than one small turn (SES-25, SES-26)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.dispatcher import PATIENCE
from gateway.turns import ALONE_BYTES, COMPANY_NS, HEARING_BYTES, SHARE_BYTES, SHARED_BYTES, SUSPECT_BYTES, Turns
from loadtests.wire import REPORT, Pen, utc
from tests.fuzz.venue_life import Caller, House

FLOOD = 500
REJECT = b"\x0135=3\x01"


class Talker:
    """Has so many bytes to say, and says as many as it may."""

    def __init__(self, turns: Turns, size: int, *, suspect: bool = False) -> None:
        self.turns = turns
        self.suspect = suspect
        self.rest = size
        self.said: list[int] = []

    def go_on(self, allowance: int, now_ns: int) -> int:
        used = min(self.rest, max(allowance, 1))
        self.said.append(used)
        self.rest -= used
        if self.rest:
            self.turns.put(self, self.suspect, now_ns)
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
        turns.put(talker, False, 1)
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
    """SES-24, SES-25: and each comes nearer to its turn, so that of n none waits for more than n of them."""
    turns = Turns()
    sizes = (SUSPECT_BYTES // 2, SUSPECT_BYTES, 3 * SUSPECT_BYTES, 1)
    suspects = [Talker(turns, size, suspect=True) for size in sizes]
    for suspect in suspects:
        turns.put(suspect, True, 1)
    turns.go_on(2)
    assert not any(suspect.said for suspect in suspects), "a turn is not theirs"
    heard = []
    while turns.suspects_wait:
        turns.hear_suspects(3)
        heard.append([len(suspect.said) for suspect in suspects])
    assert heard[0] == [1, 1, 0, 0]
    assert heard[len(suspects) - 1][-1] == 1
    assert not any(suspect.rest for suspect in suspects)


def test_hearing_suspects_that_have_nothing_to_say_costs_too() -> None:
    """SES-24: or fifty that send a byte each would take more than their share."""
    turns = Turns()
    suspects = [Talker(turns, 0) for _ in range(50)]
    for suspect in suspects:
        turns.put(suspect, True, 1)
    turns.hear_suspects(2)
    assert sum(len(suspect.said) for suspect in suspects) == SUSPECT_BYTES // HEARING_BYTES


def test_a_suspect_is_alone_until_somebody_else_speaks() -> None:
    """SES-25."""
    turns = Turns()
    suspect, other = Talker(turns, 1), Talker(turns, 1)
    alone = []
    for now_ns in (1, 1 + COMPANY_NS):
        turns.put(suspect, True, now_ns)
        alone.append(turns.lone)
    turns.allowance(other, 2 + COMPANY_NS)
    turns.put(suspect, True, 3 + COMPANY_NS)
    alone.append(turns.lone)
    assert alone == [False, True, False]


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


def test_after_a_fault_messages_wait_for_a_calm_turn_for_a_while(house: House) -> None:
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


def suspects_beside_a_pinger(house: House, count: int) -> tuple[list[tuple[Caller, Pen]], Caller, Pen]:
    suspects = [logged_on(house, b"FAULTY%d" % number) for number in range(count)]
    for caller, pen in suspects:
        caller.say(pen.message(b"D", b"11=X\x01"))
    pinger, ping = logged_on(house, b"PING")
    pinger.wire.written.clear()
    return suspects, pinger, ping


def test_garbage_takes_no_write_of_its_own_while_somebody_else_speaks(house: House) -> None:
    """SES-25: it shares that of a healthy client's turn, whose report leaves first."""
    ((faulty, pen),), pinger, ping = suspects_beside_a_pinger(house, 1)
    faulty.connection.data_received(pen.message(b"D", b"11=X\x01"))
    position = house.journal.position
    house.calm_due.pop(0)()
    assert not house.due
    assert house.journal.position == position
    assert b"".join(faulty.wire.written).count(REJECT) == 0, "nothing leaves before it is durable"
    pinger.connection.data_received(ping.order(utc()))
    house.due.pop(0)()
    assert reports(pinger) == 1
    assert b"".join(faulty.wire.written).count(REJECT) == 1


def test_a_suspect_is_answered_soon_also_while_nobody_else_speaks(house: House) -> None:
    """SES-25: after its place in the line and PATIENCE calm turns."""
    suspects, _, _ = suspects_beside_a_pinger(house, 5)
    for caller, pen in suspects:
        caller.wire.written.clear()
        caller.connection.data_received(pen.message(b"1", b"112=HERE\x01"))
    turns = 0
    while house.calm_due:
        house.calm_due.pop(0)()
        turns += 1
        while house.due:
            house.due.pop(0)()
    assert [b"".join(caller.wire.written).count(b"112=HERE") for caller, _ in suspects] == [1] * 5
    assert turns <= len(suspects) + PATIENCE + 1


def test_whoever_trades_with_a_suspect_does_not_wait_to_hear_of_it(house: House) -> None:
    """SES-25: what others are told becomes durable at once."""
    ((faulty, pen),), pinger, ping = suspects_beside_a_pinger(house, 1)
    terms = b"21=1\x0155=%b\x0160=%b\x0138=1\x0140=2\x0144=150.00\x01"
    pinger.say(ping.message(b"D", b"11=A\x0154=1\x01" + terms % (b"AAPL", utc())))
    faulty.connection.data_received(pen.message(b"D", b"11=B\x0154=2\x01" + terms % (b"AAPL", utc())))
    house.calm_due.pop(0)()
    house.due.pop(0)()
    assert b"".join(pinger.wire.written).count(b"\x01150=F\x01") == 1
    assert b"".join(faulty.wire.written).count(b"\x01150=F\x01") == 1


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
