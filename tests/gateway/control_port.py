"""A control port of a toy venue, and an operator's connection as raw as may be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from gateway.control import ControlServer
from gateway.control_socket import control_path
from tests.gateway.toy_venue import ToyVenue

Run = Callable[[Coroutine[Any, Any, None]], None]


class Client:
    """One connection of an operator, as raw as may be."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def reply(self) -> dict[str, Any]:
        line = await self.reader.readline()
        assert line.endswith(b"\n"), line
        reply = json.loads(line)
        assert isinstance(reply, dict)
        return reply

    async def ask(self, do: str, **arguments: object) -> dict[str, Any]:
        await self.send(json.dumps({"do": do, **arguments}).encode() + b"\n")
        return await self.reply()

    async def ended(self) -> bool:
        return await self.reader.read() == b""

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


class Port:
    """A control port that serves a toy venue."""

    def __init__(self, server: ControlServer, venue: ToyVenue) -> None:
        self.server = server
        self.venue = venue

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        client = Client(*await asyncio.open_unix_connection(str(self.server.path), limit=1 << 24))
        try:
            yield client
        finally:
            await client.close()

    async def ask(self, do: str, **arguments: object) -> dict[str, Any]:
        async with self.client() as client:
            return await client.ask(do, **arguments)


@asynccontextmanager
async def port(tmp_path: Path, **settings: Any) -> AsyncIterator[Port]:
    venue = ToyVenue()
    server = ControlServer(venue, control_path(tmp_path), **settings)
    await server.start()
    try:
        yield Port(server, venue)
    finally:
        await server.close()
