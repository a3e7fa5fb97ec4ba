"""`make nasty ARGS=--inside`: the same question put to the venue alone, in process and in its own CPU time.

On a machine that others use, the 99th percentile of a round trip is mostly theirs. Here a pass of the event loop is
played by hand: what nasty clients have sent since the last pass arrives, then a healthy client's order, then the turn
ends; every millisecond suspects are heard before. Counted is the venue's own time from the beginning of the pass to the
order's report.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from random import Random
from statistics import median

from loadtests.client import Latencies
from loadtests.nasty_clients import GARBAGE_SESSIONS, spoiled
from loadtests.wire import Pen, utc
from tests.fuzz.venue_life import Caller, House

PASS_S = 30e-6  # a ping-pong's round trip: so often a pass comes
CALM_PASSES = 33  # and so many later time for suspects
MISSED = 20_000
ROUNDS = 3
Arriving = Iterable[tuple[Caller, bytes]]
Act = Callable[[], Arriving]


def nothing(house: House) -> Act:
    """Nobody else is there."""
    return lambda: ()


def garbage(house: House, per_s: int) -> Act:
    """Fifty sessions that send `per_s` faulty messages a second together, as they come in a pass."""
    random = Random(1)
    samples = spoiled(random)
    callers: list[tuple[Caller, Pen]] = []

    def log_on(number: int) -> tuple[Caller, Pen]:
        caller, pen = house.connect(), Pen(b"EVIL%d" % number, b"OUTCRY")
        caller.say(pen.logon())
        return caller, pen

    def act() -> Arriving:
        chance = per_s * PASS_S
        while random.random() < chance:
            chance -= 1
            number = random.randrange(GARBAGE_SESSIONS)
            if not callers[number][0].wire.is_open:
                callers[number] = log_on(number)
            caller, pen = callers[number]
            if not caller.wire.reads:
                continue  # what it would send waits on its side
            msg_type, fields, breaks = random.choice(samples)
            message = pen.message(msg_type, fields)
            yield caller, message.replace(b"\x0110=", b"\x01x0=") if breaks else message

    callers += [log_on(number) for number in range(GARBAGE_SESSIONS)]
    return act


def resend(house: House) -> Act:
    """Somebody asks for 1..0 of all it was sent, over and over."""
    caller, pen = house.connect(), Pen(b"BIG", b"OUTCRY")
    caller.say(pen.logon())
    caller.say(b"".join(pen.flood("rest", 1_000)))
    for _ in range(MISSED // 1_000):
        caller.say(pen.message(b"AF", b"584=all\x01585=7\x01"))

    def act() -> Arriving:
        caller.wire.written.clear()
        peer = caller.connection.peer
        assert peer is not None
        if not peer.session.resending:
            yield caller, pen.message(b"2", b"7=1\x0116=0\x01")

    return act


KINDS: dict[str, Callable[[House], Act]] = {
    "quiet": nothing,
    "garbage, 100 messages a second each": lambda house: garbage(house, 100 * GARBAGE_SESSIONS),
    "garbage, 1,000 messages a second each": lambda house: garbage(house, 1_000 * GARBAGE_SESSIONS),
    "1..0 resent over and over": resend,
}


def measure(directory: Path, kind: str, pings: int) -> Latencies:
    """Microseconds from the beginning of a pass to the healthy client's report."""
    with closing(House(directory)) as house:
        healthy, pen = house.connect(), Pen(b"HEALTHY", b"OUTCRY", symbol=b"GOOGL", reference=175.0)
        healthy.say(pen.logon())
        act = KINDS[kind](house)
        ns = []
        for number in range(pings):
            arriving = [*act(), (healthy, pen.order(utc()))]
            begun = time.thread_time_ns()
            if house.calm_due and number % CALM_PASSES == 0:
                house.calm_due.pop(0)()
            for caller, data in arriving:
                if caller.wire.is_open:
                    caller.connection.data_received(data)
            house.due.pop(0)()
            ns.append(time.thread_time_ns() - begun)
            assert b"\x0135=8\x01" in b"".join(healthy.wire.written), "the order was not answered in its pass"
            healthy.wire.written.clear()
            for caller, _ in arriving:
                if not caller.wire.is_open:
                    caller.hang_up()
    return Latencies.of(ns[pings // 10 :])


def show(pings: int) -> dict[str, object]:
    """Measure and print all kinds, in rounds next to quiet ones; the median round counts, and so does the ratio's."""
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="outcry-inside-") as name:
        for kind in KINDS:
            rounds = []
            for number in range(ROUNDS):
                quiet = measure(Path(name) / f"{kind} {number} quiet", "quiet", pings)
                rounds.append((quiet, measure(Path(name) / f"{kind} {number}", kind, pings)))
            figures = {
                "p50_us": median(during.p50 for _, during in rounds),
                "p99_us": median(during.p99 for _, during in rounds),
                "p50_ratio": round(median(during.p50 / quiet.p50 for quiet, during in rounds), 2),
                "p99_ratio": round(median(during.p99 / quiet.p99 for quiet, during in rounds), 2),
            }
            results[kind] = figures
            print(f"{kind:40} {figures}", flush=True)
    return results
