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
from pathlib import Path

from engine.codes import BUY, SELL
from engine.commands import CancelOrder, Command, EnterOrder
from engine.exchange import Exchange
from gateway.huge_pages import begin_with_huge_pages
from loadtests.matching import MIDDLE, fresh

LEVELS = 1_000
PAGE_BYTES = 4096
SIZES = (14, 36)
ROUNDS = 5


def resident_bytes() -> int:
    """What of this process is in memory (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES


def order(number: int, away: int, size: int = 1) -> EnterOrder:
    """The order of a number, its digits the ClOrdID: a buy or a sell in turn, so many ticks from the middle."""
    ticks = MIDDLE + 1 + away if number % 2 else MIDDLE - 1 - away
    return EnterOrder(1, b"%0*d" % (size, number), 1, side(number), 10, ticks)


def side(number: int) -> int:
    """Which side the order of a number is on."""
    return SELL if number % 2 else BUY


def fill(exchange: Exchange, resting: int, size: int = 1) -> None:
    """Let so many orders rest, over LEVELS levels a side."""
    for number in range(resting):
        exchange.execute(order(number, number // 2 % LEVELS + 10, size))


def flow(resting: int, count: int, anywhere: bool) -> list[Command]:
    """An order and a cancel in turn, each with bytes of its own, as a message brings them. What goes is drawn first, so
    that the commands lie one behind another in memory however many orders there are to draw from.
    """
    draw = random.Random(7)
    live = list(range(resting if anywhere else 0))
    drawn: list[tuple[int, int, int]] = []
    for number in range(resting, resting + count // 2):
        live.append(number)
        at = draw.randrange(len(live))
        live[at], live[-1] = live[-1], live[at]
        drawn.append((number, draw.randrange(LEVELS if anywhere else 20), live.pop()))
    made: list[Command] = []
    for number, away, gone in drawn:
        made.append(order(number, away))
        made.append(CancelOrder(1, b"x%d" % number, b"%d" % gone, 1, side(gone)))
    return made


def ns_a_message(resting: int, count: int, anywhere: bool) -> float:
    """CPU time of a message while so many orders rest."""
    exchange = fresh()
    fill(exchange, resting)
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
        fill(exchange, resting, size)
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
        rounds = [[ns_a_message(resting, count, anywhere) for resting in (few, many)] for _ in range(ROUNDS)]
        fewest, most = (min(figure) for figure in zip(*rounds, strict=True))
        figures |= {f"ns_{where}_few": round(fewest), f"ns_{where}_many": round(most)}
        figures[f"ratio_{where}"] = round(most / fewest, 2)
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
