"""`make resend`: a client asks for 1..0 of half a million messages over loopback; every one that comes is checked.

Each message must come under the next number and be what it was but for the marks of a copy (SES-10); gap fills must
stand for session messages and for nothing else (SES-11); what is asked meanwhile is answered in its turn.
"""

from __future__ import annotations

import argparse
import re
import socket
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from loadtests import machine
from loadtests.server import Venue
from loadtests.wire import Pen, utc

MESSAGE = re.compile(rb"(8=FIX\.4\.4\x019=(\d+)\x01)(.*?\x01)10=(\d{3})\x01", re.DOTALL)
MARKS = (b"43=", b"52=", b"122=")
OPEN_ORDERS = 1_000
ROUNDS_BETWEEN_TESTS = 5
READ_BYTES = 1 << 18
WAIT_S = 120.0
SAMPLE_MESSAGES = 2_000


@dataclass(frozen=True, slots=True)
class Said:
    """What one message was when it was said first: its SendingTime(52) and a hash of all that a copy must repeat."""

    sent: bytes
    content: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of it: messages `again` and `filled` by gap fills, seconds, and what the venue grew, at most, in KB."""

    again: int
    filled: int
    seconds: float
    grown_kb: int


class Client:
    """A session that remembers, a hash each, what it was told."""

    def __init__(self, port: int) -> None:
        self.pen = Pen(b"ASKS", b"OUTCRY", symbol=b"TSLA", reference=250.0)
        self.said: list[Said | None] = [None]
        self._wire = socket.create_connection(("127.0.0.1", port), WAIT_S)
        self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._data = b""

    def close(self) -> None:
        """Hang up."""
        self._wire.close()

    def send(self, *messages: bytes) -> None:
        """Send them at once."""
        self._wire.sendall(b"".join(messages))

    def read(self) -> list[list[bytes]]:
        """The messages that have come, at least one, each as its fields from MsgType(35) on; AssertionError if one is
        framed wrongly.
        """
        while True:
            piece = self._wire.recv(READ_BYTES)
            assert piece, "the venue has closed the connection"
            self._data += piece
            found, end = [], 0
            for match in MESSAGE.finditer(self._data):
                head, length, body, check = match.groups()
                assert match.start() == end, "bytes between messages"
                assert int(length) == len(body)
                assert int(check) == (sum(head) + sum(body)) & 255
                end = match.end()
                found.append(body[:-1].split(b"\x01"))
            self._data = self._data[end:]
            if found:
                return found

    def listen(self, count: int) -> None:
        """Take so many new messages and remember them."""
        left = count
        while left:
            for fields in self.read():
                assert value(fields, b"34") == len(self.said), "a number is missing"
                is_session = len(fields[0]) == 4 and fields[0][3] in b"012345A"
                self.said.append(None if is_session else remembered(fields))
                left -= 1


def value(fields: list[bytes], tag: bytes) -> int:
    """A number in the message's header or body."""
    return int(next(field for field in fields if field.startswith(tag + b"="))[len(tag) + 1 :])


def remembered(fields: list[bytes]) -> Said:
    """The message without the marks that tell a copy from it."""
    sent = next(field[3:] for field in fields if field.startswith(b"52="))
    return Said(sent, hash(b"\x01".join(field for field in fields if not field.startswith(MARKS))))


def provide(client: Client, messages: int) -> None:
    """Have the venue say so many messages, reports above all and a Heartbeat now and then."""
    client.send(client.pen.logon())
    client.listen(1)
    client.send(*client.pen.flood("rest", min(OPEN_ORDERS, messages)))
    client.listen(min(OPEN_ORDERS, messages))
    rounds = 0
    while len(client.said) <= messages:
        rounds += 1
        client.send(client.pen.message(b"AF", b"584=all\x01585=7\x01"))
        client.listen(min(OPEN_ORDERS, messages))
        if rounds % ROUNDS_BETWEEN_TESTS == 0:
            client.send(client.pen.message(b"1", b"112=between\x01"))
            client.listen(1)


def ask_again(client: Client, pid: int) -> Figures:
    """ResendRequest(2) for 1..0, and everything that comes until all is said; AssertionError where a rule is broken."""
    said = client.said
    last = len(said) - 1
    early_kb = most_kb = machine.resident_kb(pid)
    begun = time.perf_counter()
    client.send(client.pen.message(b"2", b"7=1\x0116=0\x01"))
    client.send(client.pen.message(b"1", b"112=meanwhile\x01"), client.pen.order(utc()))
    expected, again, filled, sampled = 1, 0, 0, 0
    while expected <= last:
        for fields in client.read():
            if expected > last:  # what was held off follows
                said.append(None if fields[0] == b"35=0" else remembered(fields))
                continue
            assert value(fields, b"34") == expected, f"{fields[:3]} instead of number {expected}"
            assert b"43=Y" in fields
            if fields[0] == b"35=4":
                new = value(fields, b"36")
                assert b"123=Y" in fields
                assert not any(said[expected:new]), "a gap fill stands for a report"
                filled, expected = filled + new - expected, new
                continue
            was = said[expected]
            assert was is not None, "a session message is said again"
            assert was.content == remembered(fields).content, f"number {expected} is not what it was"
            assert b"122=" + was.sent in fields
            again, expected = again + 1, expected + 1
        if again - sampled >= SAMPLE_MESSAGES:
            sampled = again
            most_kb = max(most_kb, machine.resident_kb(pid))
    seconds = time.perf_counter() - begun
    if len(said) - 1 - last < 2:
        client.listen(last + 2 - (len(said) - 1))
    assert said[last + 1] is None, "the Heartbeat that was asked for meanwhile"
    assert said[last + 2] is not None, "the report of the order that was entered meanwhile"
    return Figures(again, filled, seconds, max(most_kb, machine.resident_kb(pid)) - early_kb)


def play(port: int, pid: int, messages: int) -> Figures:
    """A client of the venue at `port`, whose process is `pid`, is told so many messages and asks for them again."""
    client = Client(port)
    try:
        provide(client, messages)
        return ask_again(client, pid)
    finally:
        client.close()


def main() -> None:
    """Play it, and fail if the venue has grown."""
    parser = argparse.ArgumentParser(prog="make resend ARGS=…", description=__doc__)
    parser.add_argument("-n", type=int, default=500_000, help="messages (default: %(default)s)")
    parser.add_argument(
        "--grown-kb-max", type=int, default=16_384, help="what the venue may grow (default: %(default)s)"
    )
    plan = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="outcry-resend-") as name, Venue(Path(name) / "var", "os") as venue:
        figures = play(venue.port, venue.pid, plan.n)
    per_s = figures.again / figures.seconds
    print(
        f"resend: {figures.again} said again, {figures.filled} filled, in {figures.seconds:.1f} s ({per_s:,.0f}/s), "
        f"all as they were; memory grew by {figures.grown_kb} KB"
    )
    assert figures.grown_kb <= plan.grown_kb_max, "the venue grows with what is asked for"


if __name__ == "__main__":
    main()
