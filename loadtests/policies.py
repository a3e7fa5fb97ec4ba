"""The ack policies at offered rates, beside the naive alternatives in the same run, and the venue while PostgreSQL is
paused.

Orders come on a timetable whatever becomes of those before (open loop); a latency runs from when an order was due.
`python -m loadtests.policies --seconds 5 --json FILE` keeps the histograms; `--pause 120` also pauses PostgreSQL.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from loadtests import machine
from loadtests.client import Client, NoAnswerError
from loadtests.histogram import Histogram
from loadtests.server import Server, Venue
from loadtests.wire import Pen
from persistence.embedded import Embedded

RATES = (10_000, 50_000, 100_000)
VENUES = {"venue, fsync": "fsync", "venue, os": "os", "venue, memory": "memory"}
NAIVE = ("PostgreSQL commit per batch", "SQLite WAL commit per batch")
SLICE_S = 10  # of a long run: its messages are written before, and must not be older than latency_max_s when sent
IDLE_S = 0.0005  # of the client beside a projection, which would else have no processor
AROUND_S_MAX = 30  # of load before and after a pause
SHARES = (0.5, 0.9, 0.99, 0.999)
Figures = dict[str, Any]


def prepared(
    server: Server, target: str, per_s: int, seconds: int, idle_s: float = 0.0, mix: str = "rest"
) -> Callable[[], Histogram]:
    """A client with seconds of messages at a rate, which are written now. When called it logs on and sends them, and
    sleeps for `idle_s` when nothing is due; their latencies.
    """
    pen = Pen(b"BENCH", target.encode(), number=2)
    messages = list(pen.flood(mix, per_s * seconds))

    def offer() -> Histogram:
        client = Client(server.port, target, "BENCH", pen)
        found = Histogram(client.paced_ns(per_s, messages, idle_s))
        client.close()
        return found

    return offer


def start(label: str, directory: Path, stack: ExitStack) -> tuple[Server, str]:
    """A server by its label, over a fresh directory, ended with the stack; and its CompID."""
    if label in VENUES:
        venue = stack.enter_context(Venue(directory / "venue", VENUES[label]))
        if VENUES[label] != "memory":
            venue.caught_up_s()
        return venue, "OUTCRY"
    command = [sys.executable, "-m", "loadtests.naive", str(directory)]
    if label == NAIVE[0]:
        server = stack.enter_context(Embedded(directory / "postgres"))
        command += ["--dsn", server.dsn]
    return stack.enter_context(Server(command, directory / "naive.log")), "FLOOR"


def compare(rates: tuple[int, ...], seconds: int) -> Figures:
    """Histograms by label and rate; a rate at which answers ran out of time has none."""
    figures: Figures = {}
    for label in (*VENUES, *NAIVE):
        for rate in rates:
            with tempfile.TemporaryDirectory(prefix="outcry-policies-") as name, ExitStack() as stack:
                Path(name).chmod(0o755)
                server, target = start(label, Path(name), stack)
                try:
                    found = prepared(server, target, rate, seconds)()
                except NoAnswerError:
                    found = Histogram()
                figures.setdefault(label, {})[rate] = found
                print(f"| {label} | {rate:,} | {cells(found)} |", flush=True)
    return figures


def cells(found: Histogram) -> str:
    """The percentiles in milliseconds."""
    if not found.total:
        return " | ".join(["not kept up"] * len(SHARES))
    return " | ".join(f"{found.at(share) / 1000:.2f}" for share in SHARES)


def paused(per_s: int, seconds: int, mix: str) -> Figures:
    """The venue under load before and while PostgreSQL stands still, and how fast the rows come after: first while the
    load goes on, then without it.
    """
    around_s = min(seconds, AROUND_S_MAX)
    with tempfile.TemporaryDirectory(prefix="outcry-paused-") as name:
        Path(name).chmod(0o755)
        with Venue(Path(name) / "venue", "fsync") as venue:
            venue.caught_up_s()
            before = prepared(venue, "OUTCRY", per_s, around_s, IDLE_S, mix)()
            venue.caught_up_s(600.0)
            server = processes_of(Path(name) / "venue" / "postgres" / "data" / "postmaster.pid")
            signal_all(server, signal.SIGSTOP)
            try:
                during = sliced(venue, per_s, seconds, mix)
                offer = prepared(venue, "OUTCRY", per_s, around_s, IDLE_S, mix)
            finally:
                signal_all(server, signal.SIGCONT)
            begun, first = time.perf_counter(), records(venue)
            after = offer()
            loaded_s, loaded = time.perf_counter() - begun, records(venue) - first
            behind = venue.status()["journal"]["records"] - records(venue)
            idle_s = venue.caught_up_s(3600.0)
    rates = {"loaded_records_per_s": round(loaded / loaded_s), "idle_records_per_s": round(behind / max(idle_s, 0.001))}
    return {"before": before, "during": during, "after": after, **rates}


def processes_of(pid_file: Path) -> list[int]:
    """PostgreSQL's processes; each has a process group of its own."""
    postmaster = int(pid_file.read_text().split("\n", 1)[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [postmaster, *map(int, children)]


def signal_all(processes: list[int], number: signal.Signals) -> None:
    """Those that are still there."""
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def records(venue: Venue) -> int:
    """How many are in PostgreSQL."""
    return int(venue.status()["postgres"]["records"])


def sliced(venue: Server, per_s: int, seconds: int, mix: str) -> Histogram:
    """So many seconds of load in slices, between which their messages are written."""
    found = Histogram()
    for begun_s in range(0, seconds, SLICE_S):
        found = found + prepared(venue, "OUTCRY", per_s, min(SLICE_S, seconds - begun_s), IDLE_S, mix)()
    return found


def as_json(figures: Figures) -> Figures:
    """Histograms as JSON has them."""
    return {
        str(key): value.as_json()
        if isinstance(value, Histogram)
        else as_json(value)
        if isinstance(value, dict)
        else value
        for key, value in figures.items()
    }


def main() -> None:
    """Measure as the arguments say, print a table, keep the histograms."""
    parser = argparse.ArgumentParser(prog="loadtests.policies", description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rates", type=int, nargs="+", default=list(RATES))
    parser.add_argument("--pause", type=int, default=0, help="seconds for which PostgreSQL is paused; 0: not at all")
    parser.add_argument("--pause-rate", type=int, default=50_000)
    parser.add_argument(
        "--pause-mix", choices=("rest", "cancel"), default="rest", help="every other one a cancel, or none"
    )
    parser.add_argument("--only-pause", action="store_true", help="leave the policies out")
    parser.add_argument("--json", type=Path, default=Path("policies.json"))
    given = parser.parse_args()
    print("| server | offered/s | p50 ms | p90 ms | p99 ms | p99.9 ms |\n|---|---|---|---|---|---|", flush=True)
    figures = {} if given.only_pause else compare(tuple(given.rates), given.seconds)
    if given.pause:
        figures["paused"] = found = paused(given.pause_rate, given.pause, given.pause_mix)
        for name in ("before", "during", "after"):
            print(f"| {name} the pause | {given.pause_rate:,} | {cells(found[name])} |")
        ratio = found["during"].at(0.99) / max(found["before"].at(0.99), 0.1)
        print(f"p99 during the pause {ratio:.2f} times that before")
        print(f"after it {found['loaded_records_per_s']:,} records/s stored while the load went on", end=", ")
        print(f"then {found['idle_records_per_s']:,} without it")
    with tempfile.TemporaryDirectory() as name:
        kept = {"machine": machine.facts(Path(name)), **as_json(figures)}
    given.json.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
