"""`make bench`: FIX round trips over loopback against the whole venue, next to a floor and to peers in the same run.

One client floods (messages as fast as they are taken; mixes: orders that rest, orders and their cancels), then plays
ping-pong, then sends on a timetable. Under ack policy `fsync` an answer means "on the disk", under `os` "with the
operating system". The venue has risk, journal, PostgreSQL and its projection on.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from gateway.huge_pages import begin_with_huge_pages
from loadtests import crowded, engines, machine, matching, stages, table
from loadtests.client import Client
from loadtests.server import Server, Venue
from loadtests.sharing import one_processor
from loadtests.verification import Verification

POLICIES = ("fsync", "os")
MIXES = ("rest", "cancel")
PACED_PER_S = 10_000
FLOW_MAX = 60_000
CROWD_FEW = 1_000
Start = Callable[[Path], Server]
Figures = dict[str, Any]


class Plan(argparse.Namespace):
    """How much is measured: `n` messages a flood, `pings`, `rounds` of everything; the median round counts."""

    n: int
    pings: int
    rounds: int
    json: Path


def measure(plan: Plan, directory: Path, target: str, start: Start) -> Figures:
    """All that one client can say of one server; SystemExit if an answer was wrong."""
    with start(directory) as server:
        if isinstance(server, Venue):
            server.caught_up_s()  # its database is up
        figures: Figures = {mix: flood(plan, server, target, mix) for mix in MIXES}
        client = Client(server.port, target, "BENCH")
        with one_processor(server.pid):
            figures["pingpong"] = asdict(client.pingpong(plan.pings, warm=plan.pings // 10))
        figures["paced"] = {"per_s": PACED_PER_S} | asdict(client.paced(PACED_PER_S, plan.pings * 2))
        client.close()
        return figures


def flood(plan: Plan, server: Server, target: str, mix: str) -> Figures:
    """Messages per second and what one costs the server's process, median of the rounds, every answer verified."""
    seconds, cpu_us, caught_up_s = [], [], []
    for _ in range(plan.rounds):
        client = Client(server.port, target, "BENCH")
        before = server.cpu_ns()
        seconds.append(client.flood(mix, plan.n))
        cpu_us.append((server.cpu_ns() - before) / 1000 / plan.n)
        if isinstance(server, Venue):
            caught_up_s.append(server.caught_up_s())
        if target != "FLOOR":
            verify(client.take_received(), plan.n)
        client.close()
    figures: Figures = {
        "messages": plan.n,
        "messages_per_s": round(plan.n / median(seconds)),
        "messages_per_s_rounds": [round(plan.n / each) for each in seconds],
        "cpu_us": round(median(cpu_us), 2),
    }
    if caught_up_s:
        figures["postgres_caught_up_s"] = round(max(caught_up_s), 2)
    return figures


def verify(received: bytes, answers: int) -> None:
    """Every message whole and in order, every ClOrdID answered exactly once; SystemExit otherwise."""
    verification = Verification()
    verification.read(received, answers)
    if verification.faults:
        sys.exit("wrong answers: " + "; ".join(verification.faults))


def servers() -> dict[str, tuple[str, Start]]:
    """What is measured: name, its CompID and how it starts."""

    def module(name: str, *arguments: str) -> Start:
        command = [sys.executable, "-m", f"loadtests.{name}", *arguments]
        return lambda directory: Server(command, directory / f"{name}.log")

    def venue(policy: str) -> Start:
        return lambda directory: Venue(directory / policy, policy)

    found: dict[str, tuple[str, Start]] = {"floor": ("FLOOR", module("floor"))}
    if find_spec("quickfix") is not None:
        found["quickfix"] = ("PEER", module("quickfix_acceptor", "BENCH"))
    return found | {f"venue, {policy}": ("OUTCRY", venue(policy)) for policy in POLICIES}


def run(plan: Plan) -> Figures:
    """Everything, in a directory that goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="outcry-bench-") as name:
        directory = Path(name)
        results: Figures = {"machine": machine.facts(directory), "options": {"n": plan.n, "pings": plan.pings}}
        results["servers"] = {}
        for label, (target, start) in servers().items():
            print(f"measuring {label} …", file=sys.stderr, flush=True)
            results["servers"][label] = measure(plan, directory, target, start)
        print("measuring stages and engines …", file=sys.stderr, flush=True)
        results["stages_us"] = stages.measure(plan.n, plan.rounds, directory)
        # Each in a process of its own: in memory that others have used and freed an engine is a third slower.
        with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as alone:
            compared = alone.submit(engines.compare, plan.n, plan.rounds).result()
            results["engines"] = {label: round(result.messages_per_s) for label, result in compared.items()}
            results["matching"] = alone.submit(matching.compare, min(plan.n, FLOW_MAX), plan.rounds).result()
            results["crowded"] = alone.submit(crowded.measure, CROWD_FEW, plan.n * 10, plan.n).result()
    return results


def main() -> None:
    """Measure as the arguments say, print tables, keep JSON."""
    begin_with_huge_pages()
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("-n", type=int, default=100_000, help="messages in a flood (default: %(default)s)")
    parser.add_argument("--pings", type=int, default=5_000, help="orders in ping-pong (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of each flood, the median counts (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="a glance: one round of 20,000 messages and 1,000 pings")
    parser.add_argument(
        "--json", type=Path, default=Path("bench.json"), help="where the figures go (default: %(default)s)"
    )
    plan = parser.parse_args(namespace=Plan())
    if plan.quick:
        plan.n, plan.pings, plan.rounds = 20_000, 1_000, 1
    results = run(plan)
    plan.json.write_text(json.dumps(results, indent=1) + "\n")
    table.show(results)
    print(f'\nkept in {plan.json}; again: make bench ARGS="-n {plan.n} --pings {plan.pings} --rounds {plan.rounds}"')


if __name__ == "__main__":
    main()
