"""However many clients ask for their messages again, a turn of the venue says one batch, and each gets its turn."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from fix.profile import Profile
from loadtests.wire import Pen
from tests.fuzz.venue_life import House

CLIENTS = 5
ORDERS = 200
BATCH = Profile().resend_batch_messages
AGAIN = b"\x0143=Y\x01"


def test_one_batch_is_resent_in_a_turn_and_clients_take_turns(tmp_path: Path) -> None:
    """SES-26."""
    with closing(House(tmp_path)) as house:
        pens = [Pen(b"C%d" % number, b"OUTCRY") for number in range(CLIENTS)]
        callers = [house.connect() for _ in pens]
        for caller, pen in zip(callers, pens, strict=True):
            caller.say(pen.logon())
            assert len(caller.say(b"".join(pen.flood("rest", ORDERS)))) == ORDERS
        for caller, pen in zip(callers, pens, strict=True):
            caller.connection.data_received(pen.message(b"2", b"7=1\x0116=0\x01"))
        said = [0] * CLIENTS
        while house.due:
            house.due.pop(0)()
            before, said = said, [b"".join(caller.wire.written).count(AGAIN) for caller in callers]
            assert sum(said) - sum(before) <= BATCH + 1, "the one is the gap fill for the Logon"
            assert max(said) - min(said) <= BATCH + 1
        assert said == [ORDERS + 1] * CLIENTS
