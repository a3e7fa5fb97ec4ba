"""`python -m loadtests.deep`: the engine and liquibook's wheel on one deep book with cancels at random.

The flow is `shared/bench/workload.py`'s, where the folder `shared` stands beside the checkout: 50 % limit orders, 40 %
cancels of any of about 2,500 that rest, 10 % market and marketable orders. Commands are made before the clock starts.
liquibook's order objects are its commands as well as its orders, so it is measured with their making and without. Time
is the process's CPU; rounds of all take turns, and the best counts.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from engine.codes import BUY, DAY, LIMIT, MARKET, SELL
from engine.commands import CancelOrder, Command, EnterOrder
from gateway.huge_pages import begin_with_huge_pages
from loadtests.matching import fresh

WORKLOAD = Path(__file__).resolve().parents[2] / "shared" / "bench" / "workload.py"
CANCEL_OP, MARKET_OP = 1, 2

Message = tuple[int, int, int, int, int, int]  # op, order, side, price, lots, account


def flow(count: int) -> tuple[list[Message], int]:
    """The messages and how many fills they make."""
    spec = spec_from_file_location("workload", WORKLOAD)
    assert spec is not None
    assert spec.loader is not None
    workload: Any = module_from_spec(spec)
    spec.loader.exec_module(workload)
    numbers, trades, _, _ = workload.generate(count)
    each = iter(numbers)
    return list(zip(each, each, each, each, each, each, strict=True)), len(trades) // 4


def commands(messages: list[Message]) -> list[Command]:
    """The flow as ours."""
    made: list[Command] = []
    for number, (op, order, side, price, lots, _) in enumerate(messages):
        name, which = b"%d" % order, SELL if side else BUY
        if op == CANCEL_OP:
            made.append(CancelOrder(1, b"x%d" % number, name, 1, which))
        else:
            made.append(EnterOrder(1, name, 1, which, lots, price, MARKET if op == MARKET_OP else LIMIT, DAY))
    return made


def play_engine(made: list[Command], fills: int) -> float:
    """Ours, an event for every outcome: messages a second of CPU."""
    exchange = fresh()

    def run() -> None:
        for command in made:
            exchange.execute(command)

    speed = timed(run, len(made))
    assert exchange.tape.match == fills
    return speed


def play_liquibook(messages: list[Message], make_first: bool) -> float:
    """PyPI's liquibook, a SWIG wrapper of the C++ engine of that name; nobody listens to its callbacks."""
    liquibook = import_module("liquibook")
    book = liquibook.DepthOrderBook()
    orders = {}
    if make_first:
        for op, order, side, price, lots, _ in messages:
            if op != CANCEL_OP:
                orders[order] = liquibook.SimpleOrder(side == 0, price, lots)

    def run() -> None:
        for op, order, side, price, lots, _ in messages:
            if op == CANCEL_OP:
                book.cancel(orders[order])
            elif make_first:
                book.add(orders[order])
            else:
                orders[order] = made = liquibook.SimpleOrder(side == 0, price, lots)
                book.add(made)

    return timed(run, len(messages))


def timed(run: Callable[[], None], count: int) -> float:
    """Messages a second of CPU, the garbage of before collected."""
    gc.collect()
    begun = time.process_time_ns()
    run()
    return count * 1e9 / max(1, time.process_time_ns() - begun)


def main() -> None:
    """Print both speeds and their ratio."""
    begin_with_huge_pages()
    if not WORKLOAD.exists():
        sys.exit(f"{WORKLOAD} is not there")
    messages, fills = flow(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    made = commands(messages)
    peers: dict[str, Callable[[], float]] = {"engine": partial(play_engine, made, fills)}
    if find_spec("liquibook") is not None:
        peers["liquibook"] = partial(play_liquibook, messages, False)
        peers["liquibook, orders made before"] = partial(play_liquibook, messages, True)
    best = dict.fromkeys(peers, 0.0)
    for _ in range(7):
        for name, play in peers.items():
            best[name] = max(best[name], play())
    for name, speed in best.items():
        print(f"{name:30} {speed:>10,.0f}/s  engine is {best['engine'] / speed:.2f} times that")


if __name__ == "__main__":
    main()
