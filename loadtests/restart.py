"""How long a venue with many resting orders takes from its start to its first Logon, after kill -9.

`python -m loadtests.restart --orders 1000000` lets so many rest, kills the venue and starts it again, first with the
journal alone, then with a snapshot. It also says what a client notices while that snapshot is taken beside the venue.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from loadtests.client import Client
from loadtests.histogram import Histogram
from loadtests.server import Venue

CHUNK = 100_000  # orders a flood
PACED_PER_S = 2_000
IDLE_S = 0.0001
NOT_TAKEN = "no snapshot was taken"


def memory_mb(pid: int, name: str) -> int:
    """What /proc says of a process's memory: VmRSS (now) or VmHWM (the most so far)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(name + ":"))


def fill(venue: Venue, orders: int) -> float:
    """Let so many orders rest; seconds."""
    client = Client(venue.port, "OUTCRY", "BENCH")
    begun = time.perf_counter()
    for at in range(0, orders, CHUNK):
        client.flood("rest", min(CHUNK, orders - at))
        client.take_received()
    taken = time.perf_counter() - begun
    client.close()
    return taken


def started(data_dir: Path) -> tuple[Venue, float]:
    """A venue over what is there, and the seconds from its exec until a client was logged on."""
    log = data_dir.with_suffix(".log")
    said = log.stat().st_size if log.exists() else 0
    begun = time.perf_counter()
    venue = Venue(data_dir, "os")
    Client(venue.port, "OUTCRY", "PROBE").close()
    taken = time.perf_counter() - begun
    for line in log.read_bytes()[said:].decode().splitlines():
        print(f"    {line}")
    return venue, taken


def report(what: str, venue: Venue, taken: float) -> None:
    """A line of figures."""
    now, most = memory_mb(venue.pid, "VmRSS"), memory_mb(venue.pid, "VmHWM")
    cpu_s = venue.cpu_ns() / 1e9
    print(
        f"{what}: {taken:.2f} s to the first Logon ({cpu_s:.2f} s of a processor), {now} MB, at most {most} MB",
        flush=True,
    )


def paced(venue: Venue) -> Histogram:
    """Latencies of a second of orders at a gentle rate."""
    client = Client(venue.port, "OUTCRY", "PROBE")
    found = Histogram(client.paced_ns(PACED_PER_S, list(client.pen.flood("rest", PACED_PER_S)), IDLE_S))
    client.close()
    return found


def beside_a_snapshot(venue: Venue, data_dir: Path) -> str:
    """What a client notices while a snapshot is taken, beside seconds in between in which its process is stopped."""
    paced(venue)
    nothing = str(data_dir / "projection.json")
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway.snapshotter", str(data_dir / "journal"), nothing, "-1", "-1"]
    )
    during, between, taken, most = Histogram(), Histogram(), 0.0, 0
    while process.poll() is None:
        begun = time.perf_counter()
        during = during + paced(venue)
        taken += time.perf_counter() - begun
        if process.poll() is None:
            most = memory_mb(process.pid, "VmHWM")
            process.send_signal(signal.SIGSTOP)
            between = between + paced(venue)
            process.send_signal(signal.SIGCONT)
    if process.returncode:
        sys.exit(NOT_TAKEN)
    return (
        f"snapshot taken beside the venue in {taken:.0f} s, at most {most} MB; {PACED_PER_S:,} orders/s meanwhile: "
        f"p50 {during.at(0.5):.0f} us, p99 {during.at(0.99):.0f} us, and in seconds between, in which it was stopped, "
        f"p50 {between.at(0.5):.0f} us, p99 {between.at(0.99):.0f} us"
    )


def kill(venue: Venue) -> None:
    """kill -9, and the end of what it has started."""
    os.kill(venue.pid, 9)
    venue.__exit__()


def main() -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(prog="loadtests.restart", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="outcry-restart-") as name:
        Path(name).chmod(0o755)
        data_dir = Path(name) / "venue"
        venue = Venue(data_dir, "os")
        taken = fill(venue, given.orders)
        print(f"{given.orders:,} orders rest after {taken:.1f} s, {memory_mb(venue.pid, 'VmRSS')} MB", flush=True)
        venue.caught_up_s(3600.0)
        kill(venue)
        shutil.rmtree(data_dir / "journal" / "snapshots", ignore_errors=True)
        venue, taken = started(data_dir)
        report("restarted from the journal alone", venue, taken)
        print(beside_a_snapshot(venue, data_dir), flush=True)
        kill(venue)
        venue, taken = started(data_dir)
        report("restarted from a snapshot", venue, taken)
        print(f"    {json.dumps(venue.status().get('journal'))}")
        venue.__exit__()


if __name__ == "__main__":
    main()
