"""Takes a whole day out of the database: its rows into Parquet files whose SHA-256 stays, then its partitions.

Only the oldest day goes, and never the one that is being written, so that what remains is one unbroken chain of blocks.
Parquet needs the extra `parquet` (pyarrow).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg

from persistence.blocks import EPOCH, partition
from persistence.errors import DatabaseError
from persistence.verification import BY_INDEX, KEYS

TABLES = ("command", "event", "message", "session_change", "block", "piece")
STRIDE = 20_000  # numbers, and so at most as many rows, in one row group
BLOCKS_STRIDE = 64 << 20  # bytes of journal
PIECE_BYTES = 1 << 20
INTEGERS = {"bigint": "int64", "integer": "int32", "smallint": "int16"}
# A message's bytes, which the database has in the day's pieces, are in the file themselves.
MORE = {"message": ({"name": "raw", "type": "bytea", "sql": "outcry_bytes(day, position, length)"},)}
OTHERS = {"boolean": "bool_", "bytea": "large_binary", "date": "date32"}


@dataclass(frozen=True, slots=True)
class Retired:
    """One file of a day that was taken out."""

    day: date
    table: str
    rows: int
    file: Path
    sha256: bytes


async def days(connection: asyncpg.Connection) -> list[date]:
    """The days that have blocks, oldest first."""
    rows = await connection.fetch("select distinct day from block order by day")
    return [row["day"] for row in rows]


async def retire(connection: asyncpg.Connection, day: date, directory: Path) -> list[Retired]:
    """Export the oldest day into `directory` and drop it, all or nothing in the database; the files that were made.

    DatabaseError if the day is not the oldest, is the last, or pyarrow is not installed; nothing is overwritten.
    """
    known = await days(connection)
    if day not in known[:1] or len(known) < 2:
        raise DatabaseError(f"{day} is not a day that can go: the oldest one can, once another has begun")
    _pyarrow()
    directory.mkdir(parents=True, exist_ok=True)
    number = (day - EPOCH).days
    async with connection.transaction(isolation="repeatable_read"):
        last = await connection.fetchrow(
            "select sha256, position + length as position from block where day = $1 order by 2 desc limit 1", day
        )
        assert last is not None, "a day with blocks has a last one"
        await connection.execute(BY_INDEX)
        made = [await _export(connection, table, number, day, directory) for table in TABLES]
        for file in made:
            chain = (last["sha256"], last["position"]) if file.table == "block" else (None, None)
            await connection.execute(RECORD, day, file.table, file.rows, file.file.name, file.sha256, *chain)
            await connection.execute(f"drop table {partition(file.table, number)}")
    return made


async def _export(connection: asyncpg.Connection, table: str, number: int, day: date, directory: Path) -> Retired:
    arrow, parquet = _pyarrow()
    name = partition(table, number)
    columns = await connection.fetch(COLUMNS, name)
    schema = arrow.schema([(row["name"], _type(arrow, row["type"])) for row in (*columns, *MORE.get(table, ()))])
    path = directory / f"{table}-{day}.parquet"
    if path.exists():
        raise DatabaseError(f"{path} is there already")
    rows = 0
    key, stride = ("position", BLOCKS_STRIDE) if table in ("block", "piece") else (KEYS[table], STRIDE)
    more = "".join(f", {row['sql']} as {row['name']}" for row in MORE.get(table, ()))
    first = await connection.fetchval(f"select coalesce(min({key}), 0) from {name}")
    last = await connection.fetchval(f"select coalesce(max({key}), 0) from {name}")
    sql = f"select *{more} from {name} where {key} >= $1 and {key} < $2 order by {key}"
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for begin in range(first, last + 1, stride):  # no cursor: what it reads could not be dropped
            if batch := await connection.fetch(sql, begin, begin + stride):
                writer.write_batch(_batch(arrow, schema, batch))
                rows += len(batch)
    return Retired(day, table, rows, path, _sha256(path))


def _batch(arrow: Any, schema: Any, rows: Iterable[asyncpg.Record]) -> Any:
    columns = zip(*(row.values() for row in rows), strict=True)
    arrays = [
        arrow.array([_plain(value, kind.type == arrow.string()) for value in column], kind.type)
        for column, kind in zip(columns, schema, strict=True)
    ]
    return arrow.record_batch(arrays, schema=schema)


def _plain(value: object, is_text: bool) -> object:
    return value.decode() if is_text and isinstance(value, bytes) else value


def _type(arrow: Any, name: str) -> Any:
    kind = INTEGERS.get(name) or OTHERS.get(name)
    return getattr(arrow, kind)() if kind else arrow.string()


def _sha256(path: Path) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
    return digest.digest()


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise DatabaseError("an export needs pyarrow: pip install 'openoutcry[parquet]'") from None
    return pyarrow, parquet


RECORD = "insert into retired (day, name, rows, file, sha256, chain, position) values ($1, $2, $3, $4, $5, $6, $7)"
COLUMNS = """
select attname::text as name, format_type(atttypid, null) as type from pg_attribute
where attrelid = $1::text::regclass and attnum > 0 and not attisdropped order by attnum
"""
