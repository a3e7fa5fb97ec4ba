"""Locust users that are FIX clients: market makers who quote, move and pull orders, and takers who hit them.

Each message is a request of its MsgType(35), timed from the send to the report that answers it. A cancel that comes too
late is an answer; silence, a Reject(3), a BusinessMessageReject(j) or a lost connection is a failure.
"""

from __future__ import annotations

import itertools
import random
import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar

import gevent
from gevent import socket
from gevent.event import AsyncResult
from locust import User, constant_throughput, task
from locust.exception import StopUser

from loadtests.wire import Pen, utc

ANSWER_S_MAX = 10.0
HEARTBEAT_S = 30
READ_BYTES = 1 << 16
WHOLE = re.compile(rb"8=FIX\.4\.4\x01.*?\x0110=\d\d\d\x01", re.S)
NAMES = {b"A": "A Logon", b"D": "D NewOrderSingle", b"F": "F OrderCancelRequest", b"G": "G OrderCancelReplaceRequest"}
REFERENCES = {b"AAPL": 15_000, b"GOOGL": 17_500, b"MSFT": 42_000, b"TSLA": 25_000}
BUY, SELL = 1, 2
DAY, IMMEDIATE_OR_CANCEL = b"0", b"3"
SESSIONS = itertools.count(1)

Message = dict[bytes, bytes]


class FaultError(Exception):
    """An answer that is none."""


class Line:
    """One session: `ask` sends a message and waits for what answers it; a greenlet reads."""

    def __init__(self, host: str) -> None:
        name, _, port = host.removeprefix("fix://").rpartition(":")
        self._address = (name or "127.0.0.1", int(port))
        self._pen = Pen(b"LOCUST%d" % next(SESSIONS), b"OUTCRY")
        self._waiting: dict[bytes, AsyncResult] = {}
        self._names = itertools.count(1)
        self._socket = socket.socket()

    def name(self) -> bytes:
        """A new ClOrdID(11)."""
        return b"%b%d" % (self._pen.run, next(self._names))

    def log_on(self) -> Message:
        """Connect and say Logon(A) with fresh numbers; its answer."""
        self._socket.connect(self._address)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = gevent.spawn(self._read)
        return self._await(b"A", b"A", b"98=0\x01108=%d\x01141=Y\x01" % HEARTBEAT_S)

    def ask(self, msg_type: bytes, name: bytes, fields: bytes) -> Message:
        """Send a request under a ClOrdID(11); the report that answers it. FaultError if none comes."""
        return self._await(msg_type, name, b"11=%b\x01%b60=%b\x01" % (name, fields, utc()))

    def close(self) -> None:
        """Log out and hang up."""
        with suppress(OSError):
            self._socket.sendall(self._pen.message(b"5"))
        self._socket.close()

    def _await(self, msg_type: bytes, key: bytes, fields: bytes) -> Message:
        answer = self._waiting[key] = AsyncResult()
        self._socket.sendall(self._pen.message(msg_type, fields))
        try:
            message: Message = answer.get(timeout=ANSWER_S_MAX)
        except gevent.Timeout:
            raise FaultError(f"no answer within {ANSWER_S_MAX} s") from None
        finally:
            del self._waiting[key]
        return message

    def _read(self) -> None:
        data = b""
        while fresh := self._receive():
            data += fresh
            at = 0
            for whole in WHOLE.finditer(data):
                at = whole.end()
                self._hear(dict(field.split(b"=", 1) for field in whole[0][:-1].split(b"\x01")))
            data = data[at:]
        self._fail("the venue closed the connection")

    def _receive(self) -> bytes:
        try:
            return bytes(self._socket.recv(READ_BYTES))
        except OSError:
            return b""

    def _hear(self, message: Message) -> None:
        """Wake whoever waits for this; the first report on a ClOrdID is its answer."""
        msg_type = message[b"35"]
        if msg_type == b"1":
            self._socket.sendall(self._pen.message(b"0", b"112=%b\x01" % message[b"112"]))
        elif msg_type in (b"3", b"5", b"j"):
            self._fail((message.get(b"58") or msg_type).decode())
        waiting = self._waiting.get(b"A" if msg_type == b"A" else message.get(b"11", b""))
        if waiting is not None and not waiting.ready():
            waiting.set(message)

    def _fail(self, why: str) -> None:
        for waiting in self._waiting.values():
            if not waiting.ready():
                waiting.set_exception(FaultError(why))


class FixUser(User):
    """A session for each user; --host is host:port of the venue."""

    abstract = True
    host = "127.0.0.1:9878"
    symbols: ClassVar = list(REFERENCES)

    def on_start(self) -> None:
        """locust: log on, or give up."""
        self.line = Line(self.host or FixUser.host)
        if not self._timed(b"A", self.line.log_on):
            raise StopUser

    def on_stop(self) -> None:
        """locust: log out."""
        self.line.close()

    def enter(self, symbol: bytes, side: int, ticks: int, time_in_force: bytes) -> bytes:
        """NewOrderSingle(D) of up to 100 at a price in cents; its ClOrdID, empty if it was refused."""
        name = self.line.name()
        fields = b"38=%d\x0140=2\x0144=%b\x0154=%d\x0155=%b\x0159=%b\x01" % (
            random.randint(1, 100),
            price(ticks),
            side,
            symbol,
            time_in_force,
        )
        answer = self._timed(b"D", lambda: self.line.ask(b"D", name, fields))
        return name if answer.get(b"150") == b"0" else b""

    def replace(self, original: bytes, symbol: bytes, side: int, ticks: int) -> bytes:
        """OrderCancelReplaceRequest(G); the order's ClOrdID thereafter, empty if it is gone."""
        name = self.line.name()
        fields = b"38=%d\x0140=2\x0141=%b\x0144=%b\x0154=%d\x0155=%b\x01" % (100, original, price(ticks), side, symbol)
        answer = self._timed(b"G", lambda: self.line.ask(b"G", name, fields))
        return name if answer.get(b"150") == b"5" else b""

    def cancel(self, original: bytes, symbol: bytes, side: int) -> None:
        """OrderCancelRequest(F)."""
        fields = b"38=100\x0141=%b\x0154=%d\x0155=%b\x01" % (original, side, symbol)
        self._timed(b"F", lambda: self.line.ask(b"F", self.line.name(), fields))

    def _timed(self, msg_type: bytes, send: Callable[[], Message]) -> Message:
        """Send, and tell locust how long the answer took; an empty answer for a failure."""
        begun = time.perf_counter()
        answer: Message = {}
        fault = None
        try:
            answer = send()
        except (FaultError, OSError) as error:
            fault = error
        self.environment.events.request.fire(
            request_type="FIX",
            name=NAMES[msg_type],
            response_time=1000 * (time.perf_counter() - begun),
            response_length=sum(map(len, answer.values())),
            exception=fault,
        )
        return answer


class MarketMaker(FixUser):
    """Quotes both sides of one symbol, moves the quotes, and pulls them."""

    wait_time = constant_throughput(20)

    def on_start(self) -> None:
        """locust: log on and choose a symbol."""
        super().on_start()
        self.symbol = random.choice(self.symbols)
        self.quotes: dict[int, bytes] = {}

    @task(4)
    def quote(self) -> None:
        """Enter, or move, the bid and the ask."""
        middle = REFERENCES[self.symbol] + random.randint(-5, 5)
        for side in (BUY, SELL):
            ticks = middle - 3 if side == BUY else middle + 3
            standing = self.quotes.get(side)
            moved = self.replace(standing, self.symbol, side, ticks) if standing else b""
            self.quotes[side] = moved or self.enter(self.symbol, side, ticks, DAY)

    @task(1)
    def pull(self) -> None:
        """Cancel what stands."""
        for side, standing in self.quotes.items():
            if standing:
                self.cancel(standing, self.symbol, side)
        self.quotes.clear()


class Taker(FixUser):
    """Takes what is there."""

    wait_time = constant_throughput(20)

    @task
    def take(self) -> None:
        """An order, immediate or cancel, at a price that somebody may quote."""
        symbol, side = random.choice(self.symbols), random.choice((BUY, SELL))
        ticks = REFERENCES[symbol] + (6 if side == BUY else -6)
        self.enter(symbol, side, ticks, IMMEDIATE_OR_CANCEL)


def price(cents: int) -> bytes:
    """Cents as a decimal."""
    return b"%d.%02d" % divmod(cents, 100)
