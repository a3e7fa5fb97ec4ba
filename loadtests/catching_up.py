"""How fast the journal comes into PostgreSQL: alone, and while orders go on coming after PostgreSQL stood still.

`python -m loadtests.catching_up` prints records/s (a record is a message, command, event or change of a session; nearly
each is a row) and what one costs, in processor time of PostgreSQL (all its processes) and of the projector.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from loadtests.audit_fill import trade
from loadtests.policies import IDLE_S, prepared, processes_of, records, signal_all
from loadtests.server import Venue
from persistence.embedded import Embedded
from persistence.projection import Progress, project

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
SAMPLE_S = 0.25


def process_s(pid: int) -> tuple[int, float]:
    """A process's parent, and its processor time so far."""
    words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(words[1]), (int(words[11]) + int(words[12])) / TICKS_PER_S


class Spent:
    """The processor time of a PostgreSQL server and all its children, ended ones (of whom samples were taken) too."""

    def __init__(self, postmaster: int) -> None:
        self._postmaster = postmaster
        self._known: dict[int, float] = {}
        self._begun = self.seconds(0.0)

    def seconds(self, begun: float | None = None) -> float:
        """Since it was made."""
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parent, spent = process_s(int(entry.name))
            except OSError:
                continue
            if parent == self._postmaster or int(entry.name) == self._postmaster:
                self._known[int(entry.name)] = spent
        return sum(self._known.values()) - (self._begun if begun is None else begun)


def alone(directory: Path, events: int) -> str:
    """A journal of so many events into a fresh server, with nothing else going on."""
    trade(directory / "journal", events, 1)

    async def run(server: Embedded) -> str:
        assert server.pid is not None
        progress, ending = Progress(), asyncio.Event()
        ending.set()
        task = asyncio.create_task(project(server.dsn, directory / "journal", progress, ending, drain_s=1e9))
        while progress.record == 0 and not task.done():
            await asyncio.sleep(0.005)  # the schema is there from now on
        spent, first = Spent(server.pid), progress.record
        own_s, begun = time.process_time(), time.perf_counter()
        while not task.done():
            await asyncio.wait([task], timeout=SAMPLE_S)
            spent.seconds()
        task.result()
        return told(progress.record - first, begun, spent.seconds(), time.process_time() - own_s)

    with Embedded(directory / "postgres") as server:
        return asyncio.run(run(server))


def told(records: int, begun: float, server_s: float, projector_s: float) -> str:
    """The figures in a line."""
    taken = time.perf_counter() - begun
    server_us, projector_us = server_s / records * 1e6, projector_s / records * 1e6
    return (
        f"{records:,} records at {records / taken:,.0f} records/s; processor time a record: "
        f"PostgreSQL {server_us:.2f} us, projector {projector_us:.2f} us"
    )


def loaded(directory: Path, per_s: int, seconds: int, mix: str) -> str:
    """PostgreSQL stands still for a while as orders come, then catches up as they go on coming."""
    with Venue(directory / "venue", "fsync") as venue:
        venue.caught_up_s()
        server = processes_of(directory / "venue/postgres/data/postmaster.pid")
        postmaster = server[0]
        projector = process_s(postmaster)[0]
        signal_all(server, signal.SIGSTOP)
        try:
            held_up = prepared(venue, "OUTCRY", per_s, seconds, IDLE_S, mix)()
            offer = prepared(venue, "OUTCRY", per_s, seconds, IDLE_S, mix)
        finally:
            signal_all(server, signal.SIGCONT)
        spent, own_s, first = Spent(postmaster), process_s(projector)[1], records(venue)
        begun = time.perf_counter()
        with ThreadPoolExecutor(1) as client:
            load = client.submit(offer)
            while not load.done():
                time.sleep(SAMPLE_S)
                spent.seconds()
            after = load.result()
        line = told(records(venue) - first, begun, spent.seconds(), process_s(projector)[1] - own_s)
    before_ms, after_ms = held_up.at(0.99) / 1000, after.at(0.99) / 1000
    return f"{line}; p99 {before_ms:.2f} ms while PostgreSQL stood still, {after_ms:.2f} ms after"


def main() -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(prog="loadtests.catching_up", description=__doc__)
    parser.add_argument("--events", type=int, default=400_000, help="of the journal that comes alone; 0: not at all")
    parser.add_argument("--rate", type=int, default=50_000, help="orders a second under load; 0: not at all")
    parser.add_argument("--mix", choices=("rest", "cancel"), default="rest", help="cancel: every other one is a cancel")
    parser.add_argument("--seconds", type=int, default=10, help="that PostgreSQL stands still, and then catches up")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="outcry-catching-up-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        if given.events:
            print(f"alone: {alone(directory, given.events)}", flush=True)
        if given.rate:
            line = loaded(directory, given.rate, given.seconds, given.mix)
            print(f"while {given.rate:,} messages/s ({given.mix}) come: {line}", flush=True)


if __name__ == "__main__":
    main()
