"""`python -m loadtests.matching`: the engine on busy order flows, next to the matcher everybody would write first, and
the leanest there is in plain Python.

Five flows of our own with about the mix of FL1's (50 % orders, some of them immediate-or-cancel, 41 % cancels, also of
orders that are gone, 9 % modifies), whose price stands still, walks, swings or falls; or FL1's own files, where the
folder `shared/data/fl1` stands beside the checkout. A modify is a cancel and, if there was such an order, an order to
the engine, as FL1 has it, and counts once. Commands are made before the clock starts; time is the process's CPU. All
must make the same number of trades.
"""

from __future__ import annotations

import gc
import lzma
import math
import random
import struct
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from engine.codes import BUY, DAY, IOC, LIMIT, SELL
from engine.commands import CancelOrder, Command, DefineInstrument, EnterOrder, RegisterSession
from engine.events import RequestRejected
from engine.exchange import Exchange
from engine.gate import OpenGate
from gateway.huge_pages import begin_with_huge_pages
from loadtests.lean import Lean
from loadtests.obvious import Obvious

FLOWS = ("normal", "static", "swing-25", "swing-40", "flash-crash")
PUBLISHED = Path(__file__).resolve().parents[2] / "shared" / "data" / "fl1"
PEERS: dict[str, type[Lean | Obvious]] = {"obvious": Obvious, "lean": Lean}
NEW, CANCEL, MODIFY = 0, 1, 2
MIDDLE = 100_000


class Record(NamedTuple):
    """One message: NEW, CANCEL or MODIFY."""

    kind: int
    side: int
    ioc: int
    lots: int
    identity: int
    ticks: int


def published(flow: str) -> list[Record]:
    """FL1's own file, empty where it is not there."""
    found = PUBLISHED / f"{flow}_60000.bin.xz"
    if not found.exists():
        return []
    rows = struct.iter_unpack("<BBBBIQQqQ", lzma.decompress(found.read_bytes())[16:])
    return [Record(kind, side, ioc, lots, identity, ticks) for kind, side, ioc, _, lots, _, identity, ticks, _ in rows]


def own(flow: str, count: int) -> list[Record]:
    """A flow of our own, the same every time."""
    draw = random.Random(flow)
    records: list[Record] = []
    entered: list[Record] = []
    for number in range(count):
        middle = MIDDLE + _moved(flow, number / count)
        kind = draw.choices((NEW, CANCEL, MODIFY), (50, 41, 9))[0] if entered else NEW
        side = draw.randrange(2)
        ioc = int(kind == NEW and draw.random() < 0.15)
        away = int(draw.expovariate(0.2)) + 1 if not ioc else -draw.randrange(8)
        record = Record(kind, side, ioc, draw.randint(1, 100), number, middle + away if side else middle - away)
        if kind != NEW:
            at = draw.randrange(max(0, len(entered) - 200), len(entered))
            old = entered[at] if kind == MODIFY else entered.pop(at)
            record = record._replace(identity=old.identity, side=old.side)
        elif not ioc:
            entered.append(record)
        records.append(record)
    return records


def _moved(flow: str, part: float) -> int:
    """How far the middle has moved after a part of the flow."""
    if flow.startswith("swing"):
        return round(MIDDLE * int(flow[-2:]) / 100 * math.sin(part * 20))
    if flow == "flash-crash":
        return -round(MIDDLE * 0.1 * max(0.0, 1 - abs(part - 0.5) * 10))
    return round(300 * math.sin(part * 7)) if flow == "normal" else 0


def commands(records: list[Record]) -> list[Command]:
    """The flow as ours, found out on an exchange: a ClOrdID is the order's identity and the number of its version."""
    exchange = fresh()
    versions: dict[int, int] = {}
    sides: dict[int, int] = {}
    made: list[Command] = []
    for number, (kind, side, ioc, lots, identity, ticks) in enumerate(records):
        if kind != NEW:
            side = sides.get(identity, 0)
            name = b"%d.%d" % (identity, versions.get(identity, 0))
            made.append(CancelOrder(1, b"x%d" % number, name, 1, SELL if side else BUY))
            if isinstance(exchange.execute(made[-1])[0], RequestRejected):
                continue
        if kind != CANCEL:
            version = versions[identity] = versions.get(identity, 0) + 1
            sides[identity] = side
            until = IOC if ioc else DAY
            name = b"%d.%d" % (identity, version)
            made.append(EnterOrder(1, name, 1, SELL if side else BUY, lots, ticks, LIMIT, until))
            exchange.execute(made[-1])
    return made


def fresh() -> Exchange:
    """An exchange with one book and one session, without limits."""
    exchange = Exchange(OpenGate())
    exchange.execute(DefineInstrument(1, b"TEST", 2, 1, 0, 1, 1, 0))
    exchange.execute(RegisterSession(1, b"C", 1, b"F", self_trade=0))
    return exchange


def play_engine(made: list[Command]) -> int:
    """Ours: a list of events for every command, which nobody keeps; how many trades."""
    exchange = fresh()
    for command in made:
        exchange.execute(command)
    return exchange.tape.match


def play_peer(peer: type[Lean | Obvious], records: list[Record]) -> int:
    """Another."""
    matcher = peer()
    for kind, side, ioc, lots, identity, ticks in records:
        if kind == NEW:
            matcher.new(identity, side, ticks, lots, ioc)
        elif kind == CANCEL:
            matcher.cancel(identity)
        else:
            matcher.modify(identity, ticks, lots)
        matcher.reports.clear()
    return matcher.trades


def per_second(count: int, play: Callable[[], int]) -> float:
    """Messages per second of CPU."""
    gc.collect()
    begun = time.process_time_ns()
    play()
    return count * 1e9 / max(1, time.process_time_ns() - begun)


def compare(count: int, rounds: int) -> dict[str, dict[str, int]]:
    """By flow, the best round of the engine and each of its peers in messages per second."""
    found: dict[str, dict[str, int]] = {}
    for flow in FLOWS:
        records = published(flow)[:count] or own(flow, count)
        plays = {name: partial(play_peer, peer, records) for name, peer in PEERS.items()}
        plays["engine"] = partial(play_engine, commands(records))
        assert len({play() for play in plays.values()}) == 1, flow
        found[flow] = dict.fromkeys(plays, 0)
        for _ in range(rounds):  # in turns, for a machine is not always as fast
            for name, play in plays.items():
                found[flow][name] = max(found[flow][name], round(per_second(len(records), play)))
    return found


def main() -> None:
    """Print a line for each flow."""
    begin_with_huge_pages()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    for flow, speeds in compare(count, 9).items():
        engine = speeds["engine"]
        peers = "".join(f"  {name} {speeds[name]:>9,}/s {engine / speeds[name]:4.1f} times" for name in PEERS)
        print(f"{flow:12} engine {engine:>9,}/s{peers}")


if __name__ == "__main__":
    main()
