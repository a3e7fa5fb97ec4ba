"""`python -m loadtests.crowded`: what a million resting orders cost in memory, in time a message and in the collector.

Memory is a process's resident memory, before and after the orders came: the Order, its entry in the session's table of
ClOrdIDs, its share of its level, and the ClOrdID, which comes in a message that does not stay: one of 14 bytes, and one
of 36, as a UUID has.
Time a message is that of orders and cancels in equal parts while the crowd rests: those of a client that trades before
it (`own`), and cancels drawn from all that rest (`any`), which a processor's cache cannot hold.
"""

from __future__ import annotations

import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from engine.codes import BUY, SELL
from engine.commands import CancelOrder, Command, EnterOrder
from engine.exchange import Exchange
from gateway.huge_pages import begin_with_huge_pages
from loadtests.matching import MIDDLE, fresh

LEVELS = 1_000
PAGE_BYTES = 4096
SIZES = (14, 36)


def resident_bytes() -> int:
    """What of this process is in memory (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES


def order(name: bytes, side: int, away: int) -> EnterOrder:
    """An order that rests so many ticks from the middle."""
    return EnterOrder(1, name, 1, side, 10, MIDDLE - 1 - away if side == BUY else MIDDLE + 1 + away)


def fill(exchange: Exchange, names: Iterable[bytes]) -> None:
    """Let an order rest for each name, buys and sells in turn, over LEVELS levels a side."""
    for number, name in enumerate(names):
        exchange.execute(order(name, SELL if number % 2 else BUY, number // 2 % LEVELS + 10))


def flow(resting: int, count: int, anywhere: bool) -> list[Command]:
    """An order and a cancel in turn."""
    draw = random.Random(7)
    names = [(b"%d" % number, SELL if number % 2 else BUY) for number in range(resting if anywhere else 0)]
    made: list[Command] = []
    for number in range(count // 2):
        side = draw.choice((BUY, SELL))
        names.append((b"n%d" % number, side))
        made.append(order(b"n%d" % number, side, draw.randrange(LEVELS if anywhere else 20)))
        at = draw.randrange(len(names))
        names[at], names[-1] = names[-1], names[at]
        name, side = names.pop()
        made.append(CancelOrder(1, b"x%d" % number, b"%b" % name, 1, side))  # a message brings bytes of its own
    return made


def ns_a_message(resting: int, count: int, anywhere: bool) -> float:
    """CPU time of a message while so many orders rest."""
    exchange = fresh()
    fill(exchange, [b"%d" % number for number in range(resting)])
    made = flow(resting, count, anywhere)
    gc.collect()
    begun = time.process_time_ns()
    for command in made:
        exchange.execute(command)
    return (time.process_time_ns() - begun) / len(made)


def weigh(resting: int) -> dict[str, float]:
    """Bytes a resting order with its ClOrdID, by the ClOrdID's length, and the pause of a full collection, in ms."""
    figures, kept = {}, []
    for size in SIZES:
        gc.collect()
        exchange = fresh()
        kept.append(exchange)
        before = resident_bytes()
        fill(exchange, (b"%0*d" % (size, number) for number in range(resting)))
        figures[f"bytes_of_{size}"] = round((resident_bytes() - before) / resting, 1)
    begun = time.perf_counter_ns()
    gc.collect()
    figures["collection_ms"] = round((time.perf_counter_ns() - begun) / 1e6, 2)
    return figures


def measure(few: int, many: int, count: int) -> dict[str, float]:
    """All figures; memory in a process of its own."""
    command = [sys.executable, "-m", "loadtests.crowded", "weigh", str(many)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    figures: dict[str, float] = json.loads(run.stdout)
    for where, anywhere in (("own", False), ("any", True)):
        for name, resting in (("few", few), ("many", many)):
            best = min(ns_a_message(resting, count, anywhere) for _ in range(2))
            figures[f"ns_{where}_{name}"] = round(best)
        figures[f"ratio_{where}"] = round(figures[f"ns_{where}_many"] / figures[f"ns_{where}_few"], 2)
    return figures


def main() -> None:
    """Print the figures."""
    begin_with_huge_pages()
    if sys.argv[1:2] == ["weigh"]:
        print(json.dumps(weigh(int(sys.argv[2]))))
        return
    for name, figure in measure(1_000, 1_000_000, 100_000).items():
        print(f"{name:22} {figure:>10}")


if __name__ == "__main__":
    main()
