"""`make nasty`: what a healthy client notices of nasty ones: its ping-pong while they are there, next to without them.

The venue has a processor; client and nasty clients share another, of which these take what is left. Quiet and noisy
rounds alternate; the ratio of their medians counts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from loadtests import inside, machine
from loadtests.client import Client, Latencies
from loadtests.server import ROOT, Venue
from loadtests.sharing import one_each

KINDS = {
    "deaf": ("reading", "a client that stops reading (next to one that reads)"),
    "slow": ("", "20 connections that send a byte a second"),
    "silent": ("", "200 connections that never log on"),
    "resend": ("", "1..0 of 500,000 messages"),
    "garbage": ("", "50 sessions that send garbage, 100 messages a second each"),
    "flood": ("", "50 sessions that send garbage as fast as it is taken"),
}


class Others:
    """A process of nasty clients; it ends on leaving `with`."""

    def __init__(self, kind: str, port: int) -> None:
        command = [sys.executable, "-m", "loadtests.nasty_clients", kind, str(port)]
        self._process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self.output = self._process.stdout
        assert self.output.readline() == "ready\n"

    def __enter__(self) -> Others:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def go(self) -> None:
        """Let it do what it was made ready for."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()


def ping(venue: Venue, client: Client, count: int) -> Latencies:
    """One round."""
    with one_each(venue.pid):
        latencies = client.pingpong(count, warm=count // 20)
    client.take_received()
    return latencies


def measure(kind: str, venue: Venue, pings: int, rounds: int) -> dict[str, object]:
    """p50 and p99 of a client with and without the others."""
    beside = KINDS[kind][0]
    quiet, noisy = [], []
    client = Client(venue.port, "OUTCRY", "HEALTHY")
    ping(venue, client, pings)
    for _ in range(1 if kind == "resend" else rounds):
        if beside:
            with Others(beside, venue.port):
                quiet.append(ping(venue, client, pings))
        else:
            quiet.append(ping(venue, client, pings))
        with Others(kind, venue.port) as others:
            if kind == "resend":
                others.go()
            noisy.append(ping(venue, client, pings))
            if kind == "resend":
                print(f"    all resent after {others.output.readline().split()[1]} s")
    client.close()
    figures: dict[str, object] = {}
    for name in ("p50", "p90", "p99", "p999"):
        without, during = (median(getattr(each, name) for each in side) for side in (quiet, noisy))
        figures[name] = {"quiet_us": without, "noisy_us": during, "ratio": round(during / without, 2)}
    return figures


def main() -> None:
    """Measure every kind, or those named."""
    parser = argparse.ArgumentParser(prog="make nasty ARGS=…", description=__doc__)
    parser.add_argument("kinds", nargs="*", default=list(KINDS), help=f"of {', '.join(KINDS)}; default: all")
    parser.add_argument("--pings", type=int, default=10_000, help="orders in a round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="quiet and noisy ones each (default: %(default)s)")
    parser.add_argument("--ack", default="os", help="acknowledgement policy of the venue (default: %(default)s)")
    parser.add_argument("--inside", action="store_true", help="in process instead, in the venue's own CPU time")
    parser.add_argument("--json", type=Path, help="where the figures go, too")
    plan = parser.parse_args()
    if plan.inside:
        inside.show(plan.pings)
        return
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="outcry-nasty-") as name:
        results["machine"] = machine.facts(Path(name))
        for kind in plan.kinds:
            with Venue(Path(name) / kind, plan.ack) as venue:
                results[kind] = figures = measure(kind, venue, plan.pings, plan.rounds)
            print(KINDS[kind][1])
            for share, values in figures.items():
                print(f"    {share:5} {values}", flush=True)
    if plan.json:
        plan.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
