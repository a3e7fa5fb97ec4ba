"""A FIX client that measures: flood, ping-pong and paced orders over one connection.

Every message is answered by exactly one ExecutionReport(8), so the k-th report read answers the k-th message sent.
"""

from __future__ import annotations

import socket
import threading
import time
from bisect import bisect_right
from dataclasses import dataclass
from typing import Self

from loadtests.wire import REPORT, Pen, utc

READ_BYTES = 1 << 18
BATCH = 1000
TIMEOUT_S = 30.0
TIMEOUT_NS = 60_000_000_000


class NoAnswerError(Exception):
    """The other side closed the connection or did not answer in time."""


@dataclass(frozen=True)
class Latencies:
    """Microseconds at the percentiles, and how many there were."""

    p50: float
    p90: float
    p99: float
    p999: float
    count: int

    @classmethod
    def of(cls, ns: list[int]) -> Self:
        """From single latencies in nanoseconds."""
        ordered = sorted(ns)

        def at(share: float) -> float:
            return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] / 1000, 1)

        return cls(at(0.5), at(0.9), at(0.99), at(0.999), len(ordered))


class Client:
    """One connection, logged on; all that was received since the last `take_received` is kept for verification."""

    def __init__(self, port: int, target: str, sender: str, pen: Pen | None = None) -> None:
        """Connect to `port` on this machine and log on with fresh numbers; NoAnswerError. `pen`, at number 2, may have
        written what will be sent.
        """
        self.pen = pen or Pen(sender.encode(), target.encode(), number=2)
        self._received: list[bytes] = []
        self._tail = self._end = b""
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        self._socket.sendall(Pen(sender.encode(), target.encode()).logon())
        got = self._read()
        while b"\x0135=A\x01" not in got or got[-8:-4] != b"\x0110=":
            got += self._read()

    def take_received(self) -> bytes:
        """All bytes that came, from the Logon on, or since the last time."""
        received = b"".join(self._received)
        self._received.clear()
        return received

    def flood(self, mix: str, count: int) -> float:
        """Send `count` messages as fast as they are taken; seconds from the first byte to the last report."""
        messages = list(self.pen.flood(mix, count))
        chunks = [b"".join(messages[at : at + BATCH]) for at in range(0, count, BATCH)]
        begun = time.perf_counter()
        writer = threading.Thread(target=self._write, args=(chunks,), daemon=True)
        writer.start()
        self._await_reports(count)
        elapsed = time.perf_counter() - begun
        writer.join()
        return elapsed

    def pingpong(self, count: int, warm: int) -> Latencies:
        """One order outstanding at a time, each due the moment it can be written; from then to its report."""
        now = time.perf_counter_ns
        ns = []
        for _ in range(count + warm):
            order = self.pen.order(utc())
            due = now()
            self._socket.sendall(order)
            self._await_reports(1)
            ns.append(now() - due)
        return Latencies.of(ns[warm:])

    def paced(self, per_s: int, count: int) -> Latencies:
        """Orders on a timetable whatever becomes of those before; from the moment each was due to its report."""
        return Latencies.of(self.paced_ns(per_s, list(self.pen.flood("rest", count))))

    def paced_ns(self, per_s: int, messages: list[bytes], idle_s: float = 0.0) -> list[int]:
        """The same of messages that are written, each in nanoseconds.

        Writes and reads in turns without ever waiting, so that the client is late with neither; but for `idle_s` where
        there is nothing to do, to leave the processor to others.
        """
        count = len(messages)
        due = [k * 1_000_000_000 // per_s for k in range(count)]  # since the start
        ns: list[int] = []
        sent = 0
        unsent = self._tail = b""
        self._socket.setblocking(False)
        start = time.perf_counter_ns()
        while len(ns) < count:
            now = time.perf_counter_ns() - start
            if sent < count and due[sent] <= now:
                upto = bisect_right(due, now, sent)
                unsent += b"".join(messages[sent:upto])
                sent = upto
            if unsent:
                unsent = unsent[self._send_if_taken(unsent) :]
            reports = self._reports_if_any(start + TIMEOUT_NS)
            if reports:
                now = time.perf_counter_ns() - start
                ns.extend(now - moment for moment in due[len(ns) : len(ns) + reports])
            elif idle_s and not unsent:
                time.sleep(idle_s)
        self._socket.settimeout(TIMEOUT_S)
        return ns

    def close(self) -> None:
        """Log out and wait for the other side to hang up, or a moment."""
        try:
            self._socket.sendall(self.pen.message(b"5"))
            self._socket.settimeout(2)
            while self._socket.recv(READ_BYTES):
                pass
        except OSError:
            pass
        self._socket.close()

    def _read(self) -> bytes:
        try:
            data = self._socket.recv(READ_BYTES)
        except TimeoutError:
            raise NoAnswerError(f"nothing came for {TIMEOUT_S:.0f} s") from None
        if not data:
            raise NoAnswerError("the connection was closed")
        self._received.append(data)
        return data

    def _await_reports(self, count: int) -> None:
        """Read until so many reports are whole."""
        got = 0
        self._tail = self._end = b""
        while got < count or self._end[:4] != b"\x0110=":
            fresh = self._read()
            got += self._count(fresh)
            self._end = (self._end + fresh[-8:])[-8:]
        assert got == count, f"{got} reports for {count} messages"

    def _send_if_taken(self, data: bytes) -> int:
        """How many bytes the other side has room for now."""
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0

    def _reports_if_any(self, until_ns: int) -> int:
        """How many reports have begun in what there is to read now; NoAnswerError after `until_ns`."""
        try:
            fresh = self._socket.recv(READ_BYTES)
        except BlockingIOError:
            if time.perf_counter_ns() > until_ns:
                raise NoAnswerError("not every order was answered") from None
            return 0
        if not fresh:
            raise NoAnswerError("the connection was closed")
        self._received.append(fresh)
        return self._count(fresh)

    def _count(self, fresh: bytes) -> int:
        data = self._tail + fresh
        self._tail = data[1 - len(REPORT) :]
        return data.count(REPORT)

    def _write(self, chunks: list[bytes]) -> None:
        for chunk in chunks:
            self._socket.sendall(chunk)
