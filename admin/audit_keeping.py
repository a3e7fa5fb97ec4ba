"""Keeping the audit: proof that it is what the venue wrote, and the journal back from it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from admin.audit_source import ask_audit, dsn_of
from admin.options import DATA_DIR, Audit, DataDir, Dsn, grouped
from admin.tables import print_answer, print_lines, print_table, size
from gateway.problems import SettingsError

if TYPE_CHECKING:
    import asyncpg

    from persistence.embedded import Embedded
    from persistence.verification import Verdict

TELL_S = 0.5
WORKERS_MAX = 8  # processes that verify, each with a connection
HASH_HEX = 64

Anchor = Annotated[str | None, typer.Option("--anchor", help="A chain's SHA-256 seen before; it must still be there.")]
To = Annotated[Path | None, typer.Option("--to", help="Where to write the journal.", show_default="DATA_DIR/journal")]


@grouped
def verify(anchor: Anchor = None, *, of: Audit) -> None:
    """Prove that nothing was edited, removed, added or reordered; exit code 1 and the first such row otherwise."""
    from persistence.verification import Workers
    from persistence.verification import verify as compare

    try:
        wanted = bytes.fromhex(anchor or "")
    except ValueError:
        wanted = b"?"
    if len(wanted) not in (0, HASH_HEX // 2):
        raise SettingsError(["--anchor: a SHA-256 is 64 hexadecimal digits"])
    there = replace(of, dsn=dsn_of(of))
    workers = Workers(there.dsn or "", min(os.cpu_count() or 1, WORKERS_MAX))
    verdict = ask_audit(there, lambda asked: compare(asked, wanted, _Teller(), workers))
    print_answer(of.json, verdict, lambda told: print_lines(_verdict_lines(told)), _verdict_json)
    if verdict.faults:
        raise typer.Exit(1)


@grouped
def retire(
    to: Annotated[Path, typer.Option("--to", help="Where to write the Parquet files.")],
    keep_days: Annotated[int, typer.Option("--keep-days", help="Days to keep in PostgreSQL.", min=1)],
    *,
    of: Audit,
) -> None:
    """Export the days before the latest so many to Parquet, with their SHA-256, and drop them."""
    print_answer(of.json, ask_audit(of, lambda asked: _retire(asked, to, keep_days)), _print_retired)


def _print_retired(rows: list[dict[str, object]]) -> None:
    print_table(("day", "table", "rows", "file", "sha256"), [list(row.values()) for row in rows], "no day is due")


async def _retire(asked: asyncpg.Connection, to: Path, keep_days: int) -> list[dict[str, object]]:
    from persistence.retention import days, retire

    await asked.execute("set default_transaction_read_only = off")
    made = [file for day in (await days(asked))[:-keep_days] for file in await retire(asked, day, to)]
    return [
        {
            "day": str(file.day),
            "table": file.table,
            "rows": file.rows,
            "file": str(file.file),
            "sha256": file.sha256.hex(),
        }
        for file in made
    ]


def restore_journal(to: To = None, dsn: Dsn = None, data_dir: DataDir = DATA_DIR) -> None:
    """Write a lost journal back from the raw blocks in PostgreSQL, while the venue does not run."""
    import asyncio

    from persistence.audit import connect
    from persistence.embedded import Embedded
    from persistence.errors import DatabaseError, EmbeddedError
    from persistence.restoring import restore

    directory = to or data_dir / "journal"
    server = Embedded(data_dir / "postgres")
    if dsn is None and not server.data.exists():
        raise SettingsError([f"{server.data} does not exist: name the audit's PostgreSQL with --dsn"])

    async def write(where: str) -> int:
        connection = await connect(where)
        try:
            return await restore(connection, directory)
        finally:
            await connection.close()

    try:
        with _serving(server, dsn) as where:
            length = asyncio.run(write(where))
    except (DatabaseError, EmbeddedError, OSError) as error:
        raise SettingsError([" ".join(str(error).split())]) from None
    sys.stdout.write(f"{size(length)} of journal in {directory}; what was not yet in PostgreSQL is lost\n")


@contextmanager
def _serving(server: Embedded, dsn: str | None) -> Iterator[str]:
    """The given PostgreSQL, or the venue's own, run for as long as this lasts."""
    if dsn is not None:
        yield dsn
        return
    with server:
        yield server.dsn


class _Teller:
    """A line on stderr about how far it is, on a terminal, now and then."""

    def __init__(self) -> None:
        self._next_s = time.monotonic() + TELL_S

    def __call__(self, verdict: Verdict, blocks: int) -> None:
        if time.monotonic() < self._next_s or not sys.stderr.isatty():
            return
        self._next_s = time.monotonic() + TELL_S
        sys.stderr.write(f"\r{verdict.blocks} of {blocks} blocks, {verdict.rows:,} rows ")
        sys.stderr.flush()


def _verdict_lines(verdict: Verdict) -> dict[str, str]:
    lines = {
        "blocks": f"{verdict.blocks:,}, {size(verdict.raw_bytes)} of journal up to record {verdict.record:,}",
        "rows": f"{verdict.rows:,} compared",
        "chain": verdict.chain,
    }
    if verdict.retired:
        lines["retired"] = f"{verdict.retired} days were taken out before"
    for fault in verdict.faults:
        lines[f"{fault.table} {fault.number}"] = fault.what
    return lines | {"verdict": "NOT what the venue wrote" if verdict.faults else "all as the venue wrote it"}


def _verdict_json(verdict: Verdict) -> dict[str, object]:
    faults = [{"table": f.table, "key": f.key, "number": f.number, "what": f.what} for f in verdict.faults]
    return {
        "holds": not faults,
        "blocks": verdict.blocks,
        "bytes": verdict.raw_bytes,
        "rows": verdict.rows,
        "record": verdict.record,
        "chain": verdict.chain,
        "days_retired": verdict.retired,
        "faults": faults,
    }
