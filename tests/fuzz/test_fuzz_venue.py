"""Clients that send mutated messages to a whole venue: it goes on, and what they did can be recovered."""

from __future__ import annotations

from pathlib import Path
from random import Random

from engine.exchange import Exchange
from persistence.journal import Journal
from persistence.recovery import replay
from risk.gate import RiskGate
from tests.fuzz.mutation import frame
from tests.fuzz.venue_life import Caller, Hostile, House
from tests.gateway.fix_client import utc_now

HOSTILE = 5
MESSAGES = 10_000


def test_clients_that_send_anything_neither_stop_a_venue_nor_another_client(tmp_path: Path, seed: int) -> None:
    """And the journal of it replays to the same events, or the start would be refused."""
    house = House(tmp_path)
    hostile = [Hostile(house, b"EVIL%d" % number, Random(seed + number)) for number in range(HOSTILE)]
    healthy = Healthy(house)
    sent = 0
    while sent < MESSAGES:
        sent += sum(client.act() for client in hostile)
        healthy.prove_well()
    house.close()
    journal = Journal(tmp_path, "os")
    recovered = replay(journal, Exchange(RiskGate()))
    journal.close()
    comp_ids = {register.comp_id for register in recovered.registrations}
    assert comp_ids >= {b"WELL", *(b"EVIL%d" % number for number in range(HOSTILE))}


class Healthy:
    """A client that asks, and is answered exactly what it asked."""

    def __init__(self, house: House) -> None:
        self._caller: Caller = house.connect()
        self._number = 0
        self._orders = 0
        (answer,) = self._say("A", "98=0|108=30|141=Y")
        assert answer[35] == "A"

    def _say(self, msg_type: str, text: str) -> list[dict[int, str]]:
        self._number += 1
        header = f"35={msg_type}|34={self._number}|49=WELL|52={utc_now()}|56=OUTCRY|{text}"
        fields = [(tag, value) for tag, _, value in (part.partition(b"=") for part in header.encode().split(b"|"))]
        return self._caller.say(frame(fields))

    def prove_well(self) -> None:
        """An order far from the market rests, is canceled, and a TestRequest is answered."""
        self._orders += 1
        order = f"55=GOOGL|54=1|60={utc_now()}|38=1"
        (new,) = self._say("D", f"11=O{self._orders}|21=1|{order}|40=2|44=170.00")
        assert (new[35], new[150]) == ("8", "0")
        (gone,) = self._say("F", f"11=C{self._orders}|41=O{self._orders}|{order}")
        assert (gone[35], gone[150]) == ("8", "4")
        (beat,) = self._say("1", "112=WELL")
        assert (beat[35], beat[112]) == ("0", "WELL")
