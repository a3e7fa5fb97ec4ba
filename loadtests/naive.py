"""What one would build first: a server that stores each batch of messages in a database, commits, and then answers.

Its answers are the floor's fixed bytes, so what it takes longer than the floor is its store alone: SQLite in WAL mode
with `synchronous=full`, or PostgreSQL with COPY. A batch is all that was read while the last one was being committed.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

import asyncpg
import uvloop

from loadtests.floor import LOGON, REPORT, TRAILER

Store = Callable[[list[bytes]], Awaitable[None]]
TABLE = "create table message (raw bytea not null)"


class Naive(asyncio.Protocol):
    """One connection, whose messages are stored before they are answered."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tail = b""
        self._is_logged_on = False
        self._pending: list[bytes] = []
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection is there."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """asyncio: split it into messages; commit them unless a commit is under way."""
        *messages, self._tail = (self._tail + data).split(TRAILER)
        if messages and not self._is_logged_on:
            self._is_logged_on = True
            self._transport.write(LOGON)
            messages = messages[1:]
        self._pending += messages
        if self._pending and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._commit())

    async def _commit(self) -> None:
        while self._pending:
            batch, self._pending = self._pending, []
            await self._store(batch)
            self._transport.write(REPORT * len(batch))


def sqlite(directory: Path) -> Store:
    """A commit per batch into a file of SQLite's."""
    connection = sqlite3.connect(directory / "naive.sqlite", isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute(TABLE)

    async def store(batch: list[bytes]) -> None:
        connection.execute("begin")
        connection.executemany("insert into message values (?)", [(raw,) for raw in batch])
        connection.execute("commit")

    return store


async def postgresql(dsn: str) -> Store:
    """A commit per batch, by COPY."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"drop table if exists message; {TABLE}")

    async def store(batch: list[bytes]) -> None:
        await connection.copy_records_to_table("message", records=[(raw,) for raw in batch])

    return store


async def serve(directory: Path, dsn: str) -> None:
    """Listen on a free port until the process is ended."""
    store = await postgresql(dsn) if dsn else sqlite(directory)
    server = await asyncio.get_running_loop().create_server(lambda: Naive(store), "127.0.0.1", 0)
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def main() -> None:
    """Entry of the process."""
    parser = argparse.ArgumentParser(prog="loadtests.naive", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--dsn", default="")
    given = parser.parse_args()
    uvloop.run(serve(given.directory, given.dsn))


if __name__ == "__main__":
    main()
