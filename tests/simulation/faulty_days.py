"""One seed: a venue that trades, fails in every way a machine can, and comes back; then everything is reckoned up.

No acknowledged order is lost or doubled, the replay is identical, the projection has each record exactly once, or the
venue has refused to go on, loudly.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from engine.exchange import Exchange
from fix.dictionary import Dictionary
from gateway.snapshotter import take
from persistence.errors import JournalError
from persistence.frames import Frame, FrameReader
from persistence.recovery import Player, Recovered
from persistence.segments import Stream, identity
from persistence.state import state_hash
from risk.gate import RiskGate
from tests.gateway.told import check_told
from tests.simulation.faulty_disk import FAULTS, FaultyDisk, KilledError, flip_bit
from tests.simulation.simulated_projection import SimulatedProjection
from tests.simulation.simulated_venue import SimulatedVenue, World
from tests.simulation.wire_client import SOH, WireClient

START_NS = 1_790_000_000_000_000_000
HOUR_NS = 3_600_000_000_000
LIVES, TURNS = 4, 8
SYMBOLS = ("AAPL", "MSFT")


@dataclass
class Told:
    """What a seed did, so that a run can show that it did everything."""

    counts: Counter[str] = field(default_factory=Counter)


class FaultyDays:
    """A venue under one seed's schedule."""

    def __init__(self, directory: Path, dictionary: Dictionary, seed: int, told: Told) -> None:
        self.random = Random(seed)
        self.world = World(directory, dictionary, START_NS)
        self.journal = directory / "journal"
        self.projection = SimulatedProjection(self.journal)
        self.clients = [WireClient("ALPHA1"), WireClient("BETA1")]
        self.told = told
        self._names = 0

    def run(self) -> None:
        """All lives, then one without faults in which everybody gets what is missing, then the reckoning."""
        for _ in range(LIVES):
            self._live(self.random.choice(FAULTS), self.random.randrange(3 * TURNS))
            if not (self.journal / "identity").exists():
                continue
            self.projection.step(self.random, self.random.randrange(1, 40))
            if self.random.random() < 0.4:
                self._damage()
            if self.random.random() < 0.4 and take(self.journal) is not None:
                self.told.counts["snapshot"] += 1
        self._live("none", 0, turns=0)
        self._reckon()

    # -- living and dying ---------------------------------------------------------------------------------------------

    def _live(self, fault: str, writes: int, turns: int = TURNS) -> None:
        disk = FaultyDisk(self.random, fault, writes)
        venue = None
        try:
            venue = SimulatedVenue(self.world, disk.pwrite, self.projection.place[0])
            for client in self.clients:
                venue.connect(client)
            venue.settle(self.clients)
            for _ in range(turns):
                self._turn(venue)
            venue.settle(self.clients)
        except KilledError:
            self.told.counts["killed"] += 1
        except JournalError:  # at the start, before anybody was told anything
            assert fault in ("full", "broken", "short")
            self.told.counts["refused to start"] += 1
        if venue is not None:
            if venue.failure is not None:
                assert isinstance(venue.failure, JournalError), venue.failure
                self.told.counts[f"stopped: {fault}"] += 1
            if fault == "none":
                assert venue.failure is None
                self._last = venue.venue.exchange
            venue.die(self.clients)

    def _turn(self, venue: SimulatedVenue) -> None:
        draw = self.random
        self._pass_time()
        for client in self.clients:
            for _ in range(draw.randrange(4)):
                self._request(client, venue.venue.clock.now_ns())
        venue.end_turn()
        for client in self.clients:
            client.listen(venue.venue.clock.now_ns())

    def _pass_time(self) -> None:
        kind = self.random.random()
        self.world.now_ns += self.random.randrange(50_000_000)
        if kind < 0.02:
            self.world.now_ns -= HOUR_NS
            self.told.counts["clock back"] += 1
        elif kind < 0.04:
            self.world.now_ns += HOUR_NS
            self.told.counts["clock forward"] += 1

    def _request(self, client: WireClient, now_ns: int) -> None:
        draw = self.random
        self._names += 1
        name, symbol, side = f"{client.comp_id}-{self._names}", draw.choice(SYMBOLS), draw.choice("12")
        stamp = f"60=20260921-13:46:40{SOH}"
        if client.orders and draw.random() < 0.3:
            body = f"11={name}{SOH}41={draw.choice(client.orders)}{SOH}55={symbol}{SOH}54={side}{SOH}{stamp}"
            client.cancel(f"{body}38=1{SOH}", now_ns)
            return
        price = {"AAPL": 150, "MSFT": 400}[symbol] + draw.randrange(-5, 6) / 100
        terms = f"{stamp}38={draw.randrange(1, 50)}{SOH}40=2{SOH}44={price:.2f}{SOH}59={draw.choice('0113')}{SOH}"
        client.enter(f"11={name}{SOH}55={symbol}{SOH}54={side}{SOH}{terms}", name, now_ns)

    # -- damage -------------------------------------------------------------------------------------------------------

    def _frames(self) -> list[Frame]:
        stream = Stream(self.journal)
        try:
            return list(FrameReader(stream, identity(self.journal)))
        finally:
            stream.close()

    def _damage(self) -> None:
        """A bit changes: the venue refuses to start, until the file is restored.

        In the last frame that is only noticed if a snapshot or the audit knows of it: it could be a torn end.
        """
        frames = self._frames()
        if not frames:
            return
        begin, end, what = self._snapshot_end(), frames[-1].position, "damaged record"
        if self.random.random() < 0.3:
            self.projection.catch_up()
            begin, end, what = end, frames[-1].end, "the journal ends in"
        if begin >= end:
            return
        position = self.random.randrange(begin, end)
        bit = self.random.randrange(8)
        flip_bit(self.journal, position, bit)
        with pytest.raises(JournalError, match=what):
            SimulatedVenue(self.world, FaultyDisk(self.random, "none", 0).pwrite, self.projection.place[0])
        flip_bit(self.journal, position, bit)
        assert len(self._frames()) == len(frames), "a refusal leaves everything as it was"
        self.told.counts["damaged"] += 1

    def _snapshot_end(self) -> int:
        names = [path.stem for path in (self.journal / "snapshots").glob("*.snapshot")]
        return max((int(name) for name in names), default=0)

    # -- the reckoning ------------------------------------------------------------------------------------------------

    def _reckon(self) -> None:
        self._replay_is_identical()
        self._projection_is_exact()
        told = check_told(self.journal)
        for client in self.clients:
            self._every_order_was_answered_once(client)
            self.told.counts["orders"] += len(client.orders)
        executions = [fields["17"] for client in self.clients for fields in reports(client)]
        assert len(executions) == len(set(executions)), "an ExecID came twice"
        self.told.counts["reports"] += len(executions)
        assert told == len(executions), "the journal tells of the reports that came, and of no other"

    def _replay_is_identical(self) -> None:
        """From the very beginning as from where the last start began (AUD-03)."""
        exchange, recovered = Exchange(RiskGate()), Recovered()
        player = Player(exchange, recovered)
        for frame in self._frames():
            player.play(frame)
        assert state_hash((exchange, exchange.gate)) == state_hash((self._last, self._last.gate))
        sent = {register.comp_id.decode(): recovered.session(register.number) for register in recovered.registrations}
        stream = Stream(self.journal)
        for client in self.clients:
            (_, _, next_in, next_out), positions = sent[client.comp_id]
            assert (next_in, next_out) == (client.next_out, client.next_in)
            for number, raw in client.got.items():
                if f"{SOH}43=Y{SOH}".encode() not in raw:
                    head = stream.read(positions[number - 1], 4)
                    length = int.from_bytes(head, "little")
                    kept = stream.read(positions[number - 1] + 28, length - 20)
                    assert kept == raw, "what a client was told is not what the journal has"
        stream.close()

    def _projection_is_exact(self) -> None:
        """Whatever transactions were lost or made again, the tables are what one pass over the journal gives."""
        self.projection.catch_up()
        whole = SimulatedProjection(self.journal)
        whole.catch_up()
        assert self.projection.place == whole.place
        assert self.projection.rows == whole.rows

    def _every_order_was_answered_once(self, client: WireClient) -> None:
        got = reports(client)
        self.told.counts["trades"] += sum(fields["150"] == "F" for fields in got)
        first = Counter(fields["11"] for fields in got if fields["150"] in "08")
        assert [name for name in client.orders if first[name] != 1] == [], "lost or doubled"
        leaves = {fields["37"]: int(fields["151"]) for fields in got if fields["37"] != "NONE"}
        still_open = {order for order, lots in leaves.items() if lots > 0}
        number = self._session(client)
        held = {str(order.order_id) for order in self._last.open_orders(number, 0, 0)}
        assert still_open == held, "client and venue do not agree on what is open"

    def _session(self, client: WireClient) -> int:
        return next(p.number for p in self._last.participants[1:] if p and p.comp_id == client.comp_id.encode())


def reports(client: WireClient) -> list[dict[str, str]]:
    """Every ExecutionReport a client got, in order."""
    found = []
    for number in sorted(client.got):
        fields = dict(part.split("=", 1) for part in client.got[number].decode("latin-1").split(SOH)[:-1])
        if fields["35"] == "8":
            found.append(fields)
    return found
