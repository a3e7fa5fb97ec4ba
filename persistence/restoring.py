"""The journal written back from the raw blocks in PostgreSQL, for when its files are lost."""

import os
from pathlib import Path

import asyncpg

from persistence.blocks import chained, genesis
from persistence.errors import DatabaseError
from persistence.segments import IDENTITY_FILE, IDENTITY_HEAD, SEGMENT_BYTES, SUFFIX, name, sync_directory

BLOCKS = """
select position, sha256, coalesce(outcry_bytes(day, position, length), '') as raw from block order by position
"""


async def restore(connection: asyncpg.Connection, directory: Path, segment_bytes: int = SEGMENT_BYTES) -> int:
    """Write identity and segments into a directory that has none; the journal's length in bytes.

    What the venue acknowledged after the last block is not in the database and does not come back. DatabaseError if
    blocks are missing or not as they were written, or the directory holds a journal: nothing is overwritten.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.glob(f"*{SUFFIX}")) or (directory / IDENTITY_FILE).exists():
        raise DatabaseError(f"{directory} holds a journal; restore into an empty directory")
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        salt = await connection.fetchval("select journal from projection")
        if salt is None:
            raise DatabaseError("this database holds no audit yet")
        files = _Files(directory, segment_bytes)
        try:
            head = genesis(salt)
            async for row in connection.cursor(BLOCKS, prefetch=1):
                _check(row, files.position, head)
                head = row["sha256"]
                files.write(row["raw"])
            files.finish()
        except BaseException:
            files.undo()
            raise
    _write(
        directory / IDENTITY_FILE, f"{IDENTITY_HEAD}\n{salt.hex()}\n".encode()
    )  # last: without it there is no journal
    sync_directory(directory)
    return files.position


def _check(row: asyncpg.Record, position: int, head: bytes) -> None:
    if row["position"] != position:
        raise DatabaseError(
            f"the database has no block at position {position}: the days before were taken out, or somebody removed it"
        )
    if chained(head, row["raw"]) != row["sha256"]:
        raise DatabaseError(f"the block at position {position} is not as it was written")


class _Files:
    """Bytes into segments of one size each, the last filled up with zeros."""

    def __init__(self, directory: Path, segment_bytes: int) -> None:
        self._directory = directory
        self._size = segment_bytes
        self._piece = bytearray()
        self._made: list[Path] = []
        self.position = 0

    def write(self, data: bytes) -> None:
        self._piece += data
        self.position += len(data)
        while len(self._piece) >= self._size:
            self._segment(self._piece[: self._size])
            del self._piece[: self._size]

    def finish(self) -> None:
        if self._piece:
            self._segment(self._piece + bytes(self._size - len(self._piece)))

    def undo(self) -> None:
        for path in self._made:
            path.unlink(missing_ok=True)

    def _segment(self, data: bytearray) -> None:
        path = self._directory / name(self.position - len(self._piece))
        self._made.append(path)
        _write(path, data)


def _write(path: Path, data: bytes | bytearray) -> None:
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
