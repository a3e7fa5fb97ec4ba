"""`make crowd`: a thousand sessions that only keep up heartbeats, and two hundred that trade together.

One process has all the clients, one loop over their sockets: its own time is in what the two hundred get.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loadtests import machine
from loadtests.client import Latencies
from loadtests.server import Venue
from loadtests.wire import REPORT, Pen, utc

SYMBOLS = ((b"AAPL", 150.0), (b"GOOGL", 175.0), (b"MSFT", 420.0), (b"TSLA", 250.0))
HEARTBEAT_S = 5
READ_BYTES = 1 << 16
NS = 1_000_000_000


class Member:
    """One session of the crowd."""

    def __init__(self, port: int, number: int, heartbeat_s: int) -> None:
        symbol, reference = SYMBOLS[number % len(SYMBOLS)]
        self.pen = Pen(b"CROWD%d" % number, b"OUTCRY", symbol=symbol, reference=reference)
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.beats = self.spoke_ns = self.due_ns = 0
        self.ns: list[int] = []
        self.socket.sendall(self.pen.logon(heartbeat_s))

    def await_logon(self) -> None:
        """Read the venue's Logon."""
        got = b""
        while b"\x0135=A\x01" not in got or got[-8:-4] != b"\x0110=":
            data = self.socket.recv(READ_BYTES)
            assert data, "the venue has closed the connection"
            got += data
        self.spoke_ns = time.monotonic_ns()

    def beat(self, now_ns: int, heartbeat_s: int) -> None:
        """Heartbeat(0), if it is time."""
        if now_ns - self.spoke_ns >= heartbeat_s * NS:
            self.spoke_ns = now_ns
            self.socket.sendall(self.pen.message(b"0"))

    def order(self) -> None:
        """An order, timed from now."""
        message = self.pen.order(utc())
        self.due_ns = time.perf_counter_ns()
        self.socket.sendall(message)


class Crowd:
    """All sessions, logged on at once; leaving `with` hangs up."""

    def __init__(self, port: int, count: int, heartbeat_s: int) -> None:
        self.heartbeat_s = heartbeat_s
        self.members = [Member(port, number, heartbeat_s) for number in range(count)]
        for member in self.members:
            member.await_logon()
        self._selector = selectors.DefaultSelector()
        for member in self.members:
            self._selector.register(member.socket, selectors.EVENT_READ, member)

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *_: object) -> None:
        for member in self.members:
            member.socket.close()
        self._selector.close()

    def heard(self, wait_s: float) -> Iterator[tuple[Member, bytes]]:
        """Who has been sent something, and what."""
        for key, _ in self._selector.select(wait_s):
            data = key.data.socket.recv(READ_BYTES)
            assert data, "the venue has closed the connection"
            yield key.data, data

    def idle(self, seconds: float) -> int:
        """Only heartbeats, for so long; how many the venue sent."""
        ends_ns = time.monotonic_ns() + int(seconds * NS)
        beats = 0
        while (now_ns := time.monotonic_ns()) < ends_ns:
            for member in self.members:
                member.beat(now_ns, self.heartbeat_s)
            for member, data in self.heard(0.1):
                assert b"\x0135=1\x01" not in data, "the venue thinks that a client has fallen silent"
                member.beats += data.count(b"\x0135=0\x01")
                beats += data.count(b"\x0135=0\x01")
        return beats

    def trade(self, seconds: float) -> float:
        """Everybody has one order outstanding at a time, for so long; the seconds it took."""
        begun = time.perf_counter()
        for member in self.members:
            member.order()
        ends = begun + seconds
        while time.perf_counter() < ends:
            for member, data in self.heard(1.0):
                if REPORT in data:
                    member.ns.append(time.perf_counter_ns() - member.due_ns)
                    member.order()
        return time.perf_counter() - begun


def measure_idle(port: int, venue: Venue, count: int, seconds: float) -> dict[str, Any]:
    """Memory a session, how long all take to log on, and the CPU that heartbeats cost."""
    before_kb, alone_ns = machine.resident_kb(venue.pid), cpu_share(venue, seconds)
    begun = time.perf_counter()
    with Crowd(port, count, HEARTBEAT_S) as crowd:
        logged_on_s = time.perf_counter() - begun
        after_kb = machine.resident_kb(venue.pid)
        cpu_ns = venue.cpu_ns()
        begun = time.perf_counter()
        beats = crowd.idle(seconds)
        spent_ns = venue.cpu_ns() - cpu_ns
        elapsed = time.perf_counter() - begun
    return {
        "sessions": count,
        "logged_on_s": round(logged_on_s, 2),
        "kb_a_session": round((after_kb - before_kb) / count, 1),
        "cpu_percent": round(spent_ns / elapsed / NS * 100, 2),
        "cpu_percent_without": round(alone_ns, 2),
        "heartbeats_per_s": round(beats / elapsed),
    }


def cpu_share(venue: Venue, seconds: float) -> float:
    """What the venue uses of a processor with nobody there, in percent."""
    before = venue.cpu_ns()
    time.sleep(seconds)
    return (venue.cpu_ns() - before) / seconds / NS * 100


def measure_trading(port: int, venue: Venue, count: int, seconds: float) -> dict[str, Any]:
    """Throughput of all, latency, and how evenly it is shared: Jain's index, 1 if everybody has the same."""
    with Crowd(port, count, 30) as crowd:
        crowd.trade(seconds / 10)
        for member in crowd.members:
            member.ns.clear()
        before_ns = venue.cpu_ns()
        elapsed = crowd.trade(seconds)
        spent_ns = venue.cpu_ns() - before_ns
        shares = [len(member.ns) for member in crowd.members]
        every = Latencies.of([ns for member in crowd.members for ns in member.ns])
    return {
        "sessions": count,
        "orders_per_s": round(sum(shares) / elapsed),
        "p50_us": every.p50,
        "p99_us": every.p99,
        "p999_us": every.p999,
        "least": min(shares),
        "most": max(shares),
        "fairness": round(sum(shares) ** 2 / (len(shares) * sum(share * share for share in shares)), 4),
        "cpu_us_an_order": round(spent_ns / 1000 / max(1, sum(shares)), 2),
    }


def measure(directory: Path, idle: int, trading: int, seconds: float, ack: str) -> dict[str, Any]:
    """Both crowds, each on a venue of its own."""
    results: dict[str, Any] = {"machine": machine.facts(directory)}
    with Venue(directory / "idle", ack) as venue:
        venue.caught_up_s()
        results["idle"] = measure_idle(venue.port, venue, idle, seconds)
    with Venue(directory / "trading", ack) as venue:
        venue.caught_up_s()
        results["trading"] = measure_trading(venue.port, venue, trading, seconds)
    return results


def main() -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(prog="make crowd ARGS=…", description=__doc__)
    parser.add_argument("--idle", type=int, default=1_000, help="sessions with heartbeats only (default: %(default)s)")
    parser.add_argument("--trading", type=int, default=200, help="sessions that trade (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=20, help="how long each (default: %(default)s)")
    parser.add_argument("--ack", default="os", help="acknowledgement policy of the venue (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="where the figures go, too")
    plan = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="outcry-crowd-") as name:
        results = measure(Path(name), plan.idle, plan.trading, plan.seconds, plan.ack)
    for crowd in ("idle", "trading"):
        print(crowd, " ".join(f"{key}={value}" for key, value in results[crowd].items()))
    if plan.json:
        plan.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
