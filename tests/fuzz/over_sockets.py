"""Mutated messages over sockets to a real venue, and a client beside them that must notice nothing."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from random import Random

from simplefix import FixParser

from loadtests import machine
from tests.fuzz.corpus import APPLICATION, SESSION, Field
from tests.fuzz.mutation import Mutator, frame
from tests.gateway.fix_client import FixClient, utc_now
from tests.gateway.venue_process import NO_DATABASE, running, write_settings

HOSTILE = 10
BATCH = 5
BATCHES_A_CONNECTION = 40
ANSWER_S_MAX = 60.0


class Hostile:
    """A CompID whose client logs on again and again and sends mutated messages; what comes back must be sound."""

    def __init__(self, port: int, comp_id: bytes, random: Random) -> None:
        self._port = port
        self._comp_id = comp_id
        self._random = random
        self._mutator = Mutator(random)
        self._socket: socket.socket | None = None
        self._reader = FixParser()
        self._number = 0
        self._batches = 0
        self.answers = 0

    def act(self) -> int:
        """Send a batch, and read what has come; how many were sent."""
        if self._socket is None:
            self._connect()
        wire = self._socket
        assert wire is not None
        try:
            wire.sendall(b"".join([self._message() for _ in range(BATCH)]))
            if not self._read(wire) or self._batches > BATCHES_A_CONNECTION:
                self.hang_up()
        except ConnectionError:
            self.hang_up()
        self._batches += 1
        return BATCH

    def hang_up(self) -> None:
        """Without a word."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connect(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=ANSWER_S_MAX)
        self._reader = FixParser()
        self._number = self._batches = 0
        self._socket.sendall(self._framed(b"A", ((b"98", b"0"), (b"108", b"30"), (b"141", b"Y"))))

    def _framed(
        self, msg_type: bytes, body: tuple[Field, ...], change: Callable[[list[Field]], None] | None = None
    ) -> bytes:
        self._number += 1
        fields = [
            (b"35", msg_type),
            (b"34", b"%d" % self._number),
            (b"49", self._comp_id),
            (b"52", utc_now().encode()),
            (b"56", b"OUTCRY"),
        ]
        for tag, value in body:
            fields.append((tag, value.replace(b"%s", b"%d") % self._number if b"%" in value else value))
        if change is not None:
            change(fields)
        return frame(fields)

    def _message(self) -> bytes:
        chance = self._random.random()
        sample = self._random.choice(SESSION if self._random.random() < 0.2 else APPLICATION)
        if chance < 0.1:
            return self._framed(*sample)
        if chance < 0.85:
            return self._framed(*sample, self._mutator.fields)
        return self._mutator.octets(self._framed(*sample))

    def _read(self, wire: socket.socket) -> bool:
        """Take what is there, wait for nothing; whether the connection is still open."""
        wire.setblocking(False)
        try:
            data = wire.recv(1 << 18)
        except BlockingIOError:
            return True
        finally:
            wire.settimeout(ANSWER_S_MAX)
        self._reader.append_buffer(data)
        for message in iter(self._reader.get_message, None):
            self.answers += 1
            assert message.get(49) == b"OUTCRY"
            assert message.get(56) == self._comp_id
            if message.get(35) == b"2":
                self._number += 1
                wire.sendall(self._framed(b"4", ((b"36", b"%d" % (self._number + 1)),)))
        return bool(data)


class Healthy:
    """A client that must get just what it asked for, and stay connected."""

    def __init__(self, port: int) -> None:
        self._client = FixClient(port, "HEALTHY")
        self._client.log_on()
        self._orders = 0

    def prove_well(self) -> None:
        """An order rests, is canceled, and a TestRequest is answered."""
        client = self._client
        self._orders += 1
        name = f"W{self._orders}"
        client.enter(name, "buy", 1, "170.00", symbol="GOOGL")
        assert client.receive("8")[150] == "0"
        client.cancel(f"C{name}", name, "buy", 1, symbol="GOOGL")
        assert client.receive("8")[150] == "4"
        client.send("1", {112: name})
        while (answer := client.read())[35] != "0" or answer.get(112) != name:
            assert answer[35] in ("0", "1"), answer

    def log_out(self) -> None:
        """End in order: no message was lost, no number skipped."""
        self._client.log_out()


def play(directory: Path, messages: int, seed: int) -> dict[str, int]:
    """Send so many mutated messages to a venue over `directory`; AssertionError if it or the healthy client suffers."""
    config = write_settings(directory.with_suffix(".toml"), {"faulty_bytes_per_s": "0"})
    with running(directory, "--dsn", NO_DATABASE, "--ack", "os", "--config", str(config)) as venue:
        healthy = Healthy(venue.port)
        hostile = [Hostile(venue.port, b"EVIL%d" % number, Random(seed + number)) for number in range(HOSTILE)]
        sent = early_kb = 0
        while sent < messages:
            for client in hostile:
                sent += client.act()
            healthy.prove_well()
            if not early_kb and sent * 5 >= messages:
                early_kb = machine.resident_kb(venue.pid)
        for client in hostile:
            client.hang_up()
        healthy.prove_well()
        healthy.log_out()
        grown_kb = machine.resident_kb(venue.pid) - early_kb
        assert venue.end() == 0, venue.log.read_text()
        assert "Traceback" not in venue.log.read_text(), venue.log.read_text()[-4_000:]
        venue.start()  # replays what they did
        assert venue.end() == 0
    return {"sent": sent, "answers": sum(client.answers for client in hostile), "grown_kb": grown_kb}
