"""Brings a database to the schema this version writes: the numbered files of persistence/schema, each applied once."""

import hashlib
from pathlib import Path

import asyncpg

from persistence.errors import DatabaseError

SCHEMA = Path(__file__).with_name("schema")
LOCK = 0x6F75_7463_7279_01  # advisory: one migration at a time

CREATE = """
create table if not exists schema_migration (
    name    text primary key,
    sha256  bytea not null,
    applied timestamptz not null default clock_timestamp()
)
"""


async def migrate(connection: asyncpg.Connection, directory: Path = SCHEMA) -> list[str]:
    """Apply what is missing, each file in a transaction of its own; the names of what was applied.

    DatabaseError if a file was changed after it was applied, or the database is ahead of this version.
    """
    await connection.execute("select pg_advisory_lock($1)", LOCK)
    try:
        if await connection.fetchval("select to_regclass('schema_migration')") is None:
            await connection.execute(CREATE)  # only then, for it asks for a right that the venue need not have
        rows = await connection.fetch("select name, sha256 from schema_migration")
        done = {row["name"]: row["sha256"] for row in rows}
        files = {path.name: path.read_text() for path in sorted(directory.glob("[0-9]*.sql"))}
        unknown = sorted(done.keys() - files.keys())
        if unknown:
            raise DatabaseError(f"the database was written by a newer version: it has {', '.join(unknown)}")
        return [name for name, sql in files.items() if await _apply(connection, name, sql, done.get(name))]
    finally:
        await connection.execute("select pg_advisory_unlock($1)", LOCK)


async def _apply(connection: asyncpg.Connection, name: str, sql: str, done: bytes | None) -> bool:
    digest = hashlib.sha256(sql.encode()).digest()
    if done is not None:
        if done != digest:
            raise DatabaseError(f"persistence/schema/{name} was changed after it was applied to this database")
        return False
    async with connection.transaction():
        await connection.execute(sql)
        await connection.execute("insert into schema_migration (name, sha256) values ($1, $2)", name, digest)
    return True
