"""Clients that no venue wants, in a process of their own: started with a kind and a port, they go on until stdin ends.

The line `ready` says that they do what they do; `done`, by those that can be, that they have all they asked for.
"""

from __future__ import annotations

import os
import selectors
import socket
import sys
import threading
import time
from collections.abc import Callable
from random import Random

from loadtests.wire import Pen

GARBAGE_SESSIONS = 50
SLOW_CONNECTIONS = 20
SILENT_CONNECTIONS = 200
MISSED = 500_000
OPEN_ORDERS = 100
STATUS_PER_S = 50
READ_BYTES = 1 << 18
SAMPLES = 2_000


def connect(port: int, receive_bytes: int = 0) -> socket.socket:
    """A connection to the venue on this machine."""
    wire = socket.socket()
    if receive_bytes:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    wire.connect(("127.0.0.1", port))
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


def read_until(wire: socket.socket, what: bytes, count: int = 1) -> None:
    """Read until `what` has come so often."""
    tail, seen = b"", 0
    while seen < count:
        data = wire.recv(READ_BYTES)
        if not data:
            raise ConnectionError("the venue has closed the connection")
        data = tail + data
        seen += data.count(what)
        tail = data[1 - len(what) :]


def log_on(port: int, comp_id: str, receive_bytes: int = 0) -> tuple[socket.socket, Pen]:
    """A session with fresh numbers."""
    pen = Pen(comp_id.encode(), b"OUTCRY", symbol=b"TSLA", reference=250.0)
    wire = connect(port, receive_bytes)
    wire.sendall(pen.logon())
    read_until(wire, b"\x0135=A\x01")
    return wire, pen


def with_orders(port: int, comp_id: str, count: int, receive_bytes: int = 0) -> tuple[socket.socket, Pen]:
    """A session with so many open orders."""
    wire, pen = log_on(port, comp_id, receive_bytes)
    wire.sendall(b"".join(pen.flood("rest", count)))
    read_until(wire, b"\x0135=8\x01", count)
    return wire, pen


def ask_all(pen: Pen) -> bytes:
    """OrderMassStatusRequest(AF) for all open orders."""
    return pen.message(b"AF", b"584=all\x01585=7\x01")


# ---- the kinds


def statuses(port: int, ready: Callable[[], None], *, reads: bool) -> None:
    """Asks for its orders' status at a steady rate; reads the answers, or not any more."""
    wire, pen = with_orders(port, "SLOW", OPEN_ORDERS, 0 if reads else 4_096)
    if reads:
        threading.Thread(target=drain, args=(wire,), daemon=True).start()
    ready()
    while True:
        try:
            wire.sendall(ask_all(pen))
        except OSError:
            return
        time.sleep(1 / STATUS_PER_S)


def drain(wire: socket.socket) -> None:
    """Read and forget."""
    while wire.recv(READ_BYTES):
        pass


def reading(port: int, ready: Callable[[], None]) -> None:
    """What `deaf` is compared with."""
    statuses(port, ready, reads=True)


def deaf(port: int, ready: Callable[[], None]) -> None:
    """Stops reading."""
    statuses(port, ready, reads=False)


def slow(port: int, ready: Callable[[], None]) -> None:
    """Sends its Logon a byte a second, over and over."""
    wires: list[tuple[socket.socket, bytes]] = []
    while True:
        wires += [(connect(port), Pen(b"SLOW", b"OUTCRY").logon()) for _ in range(SLOW_CONNECTIONS - len(wires))]
        ready()
        left = []
        for wire, rest in wires:
            try:
                wire.sendall(rest[:1])
                left.append((wire, rest[1:] or rest))
            except OSError:
                wire.close()
        wires = left
        time.sleep(1)


def silent(port: int, ready: Callable[[], None]) -> None:
    """Opens connections and never logs on; whoever is cut off comes again."""
    selector = selectors.DefaultSelector()

    def open_one() -> None:
        selector.register(connect(port), selectors.EVENT_READ)

    for _ in range(SILENT_CONNECTIONS):
        open_one()
    ready()
    while True:
        for key, _ in selector.select():
            wire = key.fileobj
            assert isinstance(wire, socket.socket)
            if not wire.recv(READ_BYTES):
                selector.unregister(wire)
                wire.close()
                open_one()


def resend(port: int, ready: Callable[[], None]) -> None:
    """Asks for everything it was ever sent, twice; before, it has been sent half a million messages."""
    wire, pen = with_orders(port, "BIG", 1_000)
    for _ in range(MISSED // 10_000):
        wire.sendall(b"".join(ask_all(pen) for _ in range(10)))
        read_until(wire, b"\x0135=8\x01", 10_000)
    ready()
    sys.stdin.readline()
    begun = time.perf_counter()
    wire.sendall(pen.message(b"2", b"7=1\x0116=0\x01"))
    read_until(wire, b"\x0143=Y\x01", MISSED)
    print(f"done {time.perf_counter() - begun:.1f}", flush=True)


def garbage(port: int, ready: Callable[[], None], per_s: int = 100) -> None:
    """Sessions that log on and send all but valid messages; per_s 0: as fast as they are taken."""
    samples = spoiled(Random(1))
    random = Random(2)
    selector = selectors.DefaultSelector()

    def open_one(name: str) -> None:
        pen = Pen(name.encode(), b"OUTCRY")
        wire = connect(port)
        wire.sendall(pen.logon())
        wire.setblocking(False)
        selector.register(wire, selectors.EVENT_READ, (name, pen))

    def send_some(wire: socket.socket, pen: Pen, count: int) -> None:
        try:
            for _ in range(count):
                msg_type, fields, breaks = random.choice(samples)
                message = pen.message(msg_type, fields)
                wire.send(message.replace(b"\x0110=", b"\x01x0=") if breaks else message)
        except OSError:
            pass

    for number in range(GARBAGE_SESSIONS):
        open_one(f"EVIL{number}")
    ready()
    while True:
        pause_s = 0.0 if not per_s else 0.01
        for key, _ in selector.select(pause_s):
            wire = key.fileobj
            assert isinstance(wire, socket.socket)
            try:
                gone = not wire.recv(READ_BYTES)
            except OSError:
                gone = True
            if gone:
                selector.unregister(wire)
                wire.close()
                open_one(key.data[0])
        for key in list(selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            send_some(key.fileobj, key.data[1], 10 if not per_s else 1 + (random.random() < per_s / 100 - 1))


def flood(port: int, ready: Callable[[], None]) -> None:
    """Garbage as fast as it is taken."""
    garbage(port, ready, 0)


def spoiled(random: Random) -> list[tuple[bytes, bytes, bool]]:
    """Messages with a fault each: MsgType(35), body, and whether the CheckSum(10) is spoiled too."""
    samples = []
    for _ in range(SAMPLES):
        fields = [b"11=X", b"21=1", b"55=AAPL", b"54=1", b"38=1", b"40=2", b"44=1", b"60=20231114-22:13:20"]
        at = random.randrange(len(fields))
        match random.randrange(4):
            case 0:
                fields[at] = (
                    fields[at].partition(b"=")[0] + b"=" + random.randbytes(random.randrange(9)).replace(b"\x01", b"")
                )
            case 1:
                fields[at:at] = [b"%d=%d" % (random.randrange(10_000), random.randrange(99))] * random.randrange(1, 9)
            case 2:
                del fields[at]
            case _:
                fields.append(b"58=" + b"x" * random.choice((10, 1_000, 10_000)))
        samples.append(
            (random.choice((b"D", b"D", b"G", b"ZZ", b"3")), b"\x01".join(fields) + b"\x01", random.random() < 0.3)
        )
    return samples


KINDS = {
    "reading": reading,
    "deaf": deaf,
    "slow": slow,
    "silent": silent,
    "resend": resend,
    "garbage": garbage,
    "flood": flood,
}


def main() -> None:
    """Be the clients named on the command line until stdin ends."""

    told: list[bool] = []

    def ready() -> None:
        if not told:
            told.append(True)
            print("ready", flush=True)

    kind, port = sys.argv[1:]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.nice(19)
    if kind != "resend":
        threading.Thread(target=lambda: os._exit(len(sys.stdin.read())), daemon=True).start()
    KINDS[kind](int(port), ready)
    sys.stdin.read()


if __name__ == "__main__":
    main()
