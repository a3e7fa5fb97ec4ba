"""The floor under every measurement: a server on the venue's event loop that answers each message with the same bytes.

It reads nothing, keeps nothing and writes once per read: what the venue takes longer is the venue.
"""

from __future__ import annotations

import asyncio
from typing import cast

import uvloop

from loadtests.wire import frame

TRAILER = b"\x0110="
LOGON = frame(b"35=A\x0134=1\x0149=FLOOR\x0152=20260102-10:00:00.000\x0156=BENCH\x0198=0\x01108=30\x01141=Y\x01")
REPORT = frame(
    b"35=8\x0134=1000000\x0149=FLOOR\x0152=20260102-10:00:00.000\x0156=BENCH\x016=0\x0111=B1a2b3c4d5e6-100000\x01"
    b"14=0\x0117=1000000\x0137=1000000\x0138=1\x0139=0\x0140=2\x0144=149.99\x0154=1\x0155=AAPL\x0159=0\x01"
    b"60=20260102-10:00:00.000\x01150=0\x01151=1\x01"
)


class Floor(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._tail = b""
        self._is_logged_on = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection is there."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods alone

    def data_received(self, data: bytes) -> None:
        """asyncio: as many answers as messages begin their trailer in here."""
        data = self._tail + data
        count = data.count(TRAILER)
        self._tail = data[1 - len(TRAILER) :]
        if count and not self._is_logged_on:
            self._is_logged_on = True
            self._transport.write(LOGON)
            count -= 1
        if count:
            self._transport.write(REPORT * count)


async def serve() -> None:
    """Listen on a free port until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Floor, "127.0.0.1", 0)
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())
