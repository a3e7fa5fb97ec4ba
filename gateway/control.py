"""The control port: operators ask the running venue over a unix socket, one line of JSON each way.

The socket is the owner's alone (mode 0600), and who acts is whom the kernel names, not what the client claims.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pwd
import socket
import struct
from pathlib import Path

from gateway.control_requests import answer
from gateway.control_socket import listen, remove
from gateway.operations import Venue

REQUEST_BYTES_MAX = 16_384
CLIENTS_MAX = 32
IDLE_S_MAX = 60.0


class ControlServer:
    """Serves the control port; `start` it in the venue's loop, `close` it before the loop ends.

    A client that is silent, or does not read, for `idle_s_max` seconds is cut off; so is one that sends a line longer
    than REQUEST_BYTES_MAX, and one that comes when CLIENTS_MAX are there. A client's going does not undo what it asked.
    """

    def __init__(self, venue: Venue, path: Path, idle_s_max: float = IDLE_S_MAX) -> None:
        self.venue = venue
        self.path = path
        self.idle_s_max = idle_s_max
        self._names = {uid: _user_name(uid) for uid in (0, os.getuid())}
        self._clients: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def clients(self) -> int:
        """How many operators are connected."""
        return len(self._clients)

    async def start(self) -> None:
        """Listen; SettingsError where the socket cannot be made or another venue listens there."""
        self._server = await asyncio.start_unix_server(self._serve, sock=listen(self.path), limit=REQUEST_BYTES_MAX)

    async def close(self) -> None:
        """Stop listening, cut the clients off, remove the socket."""
        if self._server is None:
            return
        self._server.close()
        for task in self._clients:
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None
        remove(self.path)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        writer.transport.set_write_buffer_limits(0)  # so that drain() means: all of it is with the kernel
        try:
            with contextlib.suppress(ConnectionError, TimeoutError, asyncio.CancelledError):
                await self._converse(reader, writer)
        finally:
            self._clients.discard(task)
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._clients) > CLIENTS_MAX:
            await self._reply(writer, {"error": f"{CLIENTS_MAX} operators are connected, no more are let in"})
            return
        who = self._who(writer)
        while True:
            try:
                async with asyncio.timeout(self.idle_s_max):
                    line = await reader.readuntil(b"\n")
            except asyncio.LimitOverrunError:
                await self._reply(writer, {"error": f"a request has at most {REQUEST_BYTES_MAX} bytes"})
                return
            except asyncio.IncompleteReadError as error:
                if error.partial:
                    await self._reply(writer, {"error": "a request ends with a newline"})
                return
            await self._reply(writer, await answer(self.venue, line, who))

    async def _reply(self, writer: asyncio.StreamWriter, reply: dict[str, object]) -> None:
        writer.write(json.dumps(reply, separators=(",", ":")).encode() + b"\n")
        async with asyncio.timeout(self.idle_s_max):
            await writer.drain()

    def _who(self, writer: asyncio.StreamWriter) -> str:
        uid = _peer_uid(writer)
        return self._names.get(uid, f"uid {uid}")


def _peer_uid(writer: asyncio.StreamWriter) -> int:
    """The unix user at the other end; where the system cannot say, the mode of the socket says it is ours."""
    if not hasattr(socket, "SO_PEERCRED"):
        return os.getuid()
    end = writer.get_extra_info("socket")
    _pid, uid, _gid = struct.unpack("iII", end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return int(uid)


def _user_name(uid: int) -> str:
    """Looked up once, at start: a directory service that hangs must not hang the venue."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
