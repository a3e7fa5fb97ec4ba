"""FIX 4.4 messages as a load client writes them: encoded before the clock runs, with ids of a fixed width."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

REPORT = b"\x0135=8\x01"


def utc() -> bytes:
    """The time as UTCTimestamp with milliseconds."""
    seconds, ms = divmod(time.time_ns() // 1_000_000, 1000)
    return b"%b.%03d" % (time.strftime("%Y%m%d-%H:%M:%S", time.gmtime(seconds)).encode(), ms)


def frame(body: bytes) -> bytes:
    """A body from MsgType(35) on, with BeginString, BodyLength and CheckSum around it."""
    head = b"8=FIX.4.4\x019=%d\x01" % len(body)
    return b"%b%b10=%03d\x01" % (head, body, (sum(head) + sum(body)) & 255)


@dataclass
class Pen:
    """Writes one client's messages in their order; `number` is the next MsgSeqNum(34).

    Orders lie on `levels` prices a side of `reference`, buys below and sells above it, so that none trades.
    """

    sender: bytes
    target: bytes
    symbol: bytes = b"AAPL"
    reference: float = 150.0
    tick: float = 0.01
    levels: int = 50
    number: int = 1
    orders: int = 0
    run: bytes = field(default_factory=lambda: b"B%x-" % (time.time_ns() // 1_000_000))

    def message(self, msg_type: bytes, fields: bytes = b"", now: bytes = b"") -> bytes:
        """Any message, numbered."""
        body = b"35=%b\x0134=%d\x0149=%b\x0152=%b\x0156=%b\x01%b" % (
            msg_type,
            self.number,
            self.sender,
            now or utc(),
            self.target,
            fields,
        )
        self.number += 1
        return frame(body)

    def logon(self, heartbeat_s: int = 30) -> bytes:
        """Logon(A) that begins the numbers again."""
        return self.message(b"A", b"98=0\x01108=%d\x01141=Y\x01" % heartbeat_s)

    def order(self, now: bytes) -> bytes:
        """NewOrderSingle(D) of one lot that rests: the next order."""
        which = self.orders
        self.orders += 1
        step = 1 + which // 2 % self.levels
        price = self.reference + self.tick * (step if which % 2 else -step)
        fields = b"11=%b%d\x0121=1\x0138=1\x0140=2\x0144=%.2f\x0154=%d\x0155=%b\x0159=0\x0160=%b\x01" % (
            self.run,
            which,
            price,
            1 + which % 2,
            self.symbol,
            now,
        )
        return self.message(b"D", fields, now)

    def cancel(self, which: int, now: bytes) -> bytes:
        """OrderCancelRequest(F) of the order numbered `which`."""
        fields = b"11=%bX%d\x0138=1\x0141=%b%d\x0154=%d\x0155=%b\x0160=%b\x01" % (
            self.run,
            which,
            self.run,
            which,
            1 + which % 2,
            self.symbol,
            now,
        )
        return self.message(b"F", fields, now)

    def flood(self, mix: str, count: int, lag: int = 500) -> Iterator[bytes]:
        """`count` messages: orders that rest, or (mix "cancel") every other one cancels the order `lag` before."""
        now = utc()
        first = self.orders
        for k in range(count):
            if mix == "cancel" and k % 2 and self.orders - first > lag:
                yield self.cancel(self.orders - 1 - lag, now)
            else:
                yield self.order(now)
