"""Carries the journal into PostgreSQL, each record exactly once.

Rows and the place they reach are one transaction, and one projector at a time holds the advisory lock until its
transaction is over, so a crash on either side repeats and skips nothing; that is why a commit need not wait for
PostgreSQL's disk. Only what is on the journal's disk is projected: PostgreSQL never knows more than a recovered venue.
While PostgreSQL is away the journal is the queue.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import asyncpg

from engine.reasons import REFUSALS
from persistence.batch import Batch
from persistence.blocks import genesis, partition
from persistence.copying import Table
from persistence.errors import DatabaseError, JournalError
from persistence.gathering import Gatherer, Load
from persistence.migrations import migrate
from persistence.segments import Stream, identity

LOCK = 0x6F75_7463_7279_02  # advisory: one projector at a time
POLL_S = 0.02
STUCK_S = 2.0  # so long may bytes stand at the journal's end that are no frame: longer than any write takes
CONNECT_S = 5.0
CLOSE_S = 1.0
PIECE_BYTES = 128 << 10
SUMMARY_LOADS = 10  # between two calls of outcry_summarize
PATIENCE = 4  # while it is behind, checkpoints are so many times fewer
DAYS_AHEAD = 3  # that have their partitions before they begin
VENUE_ROLE = "outcry_venue"
# What asyncpg and the system say when PostgreSQL is not there or goes away, also in the middle of a COPY.
POSTGRES_FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
PLACE = ("position", "record", "command", "event", "time_ns")

MOVE = """
update projection set position = $2, record = $3, command = $4, event = $5, time_ns = $6, chain = $7
where position = $1
"""
KNOW_INSTRUMENT = """
insert into instrument (number, symbol, tick_size, lot_size, tick_value, reference_ticks)
values ($1, $2, $3, $4, $5, $6)
on conflict (number) do update set reference_ticks = excluded.reference_ticks
"""
KNOW_SESSION = """
insert into session (number, comp_id, firm, firm_name) values ($1, $2, $3, $4)
on conflict (number) do update set firm = excluded.firm, firm_name = excluded.firm_name
"""
KNOW_NUMBERS = "update session set next_in = $2, next_out = $3 where number = $1"


@dataclass(slots=True)
class Progress:
    """How far the projection is; `time_ns` is when the venue wrote its last frame, `fault` why it does not go on.

    `journal` is whose place that is, and `chain` the SHA-256 of the last block, in hexadecimal: kept elsewhere, it
    anchors all that stands before it.
    """

    position: int = 0
    record: int = 0
    command: int = 0
    event: int = 0
    time_ns: int = 0
    chain: str = ""
    journal: str = ""
    fault: str = "not connected yet"

    def save(self, path: Path) -> None:
        """Write it where others look; they see the old or the new whole."""
        fresh = path.with_name(path.name + ".new")
        fresh.write_text(json.dumps(asdict(self)) + "\n")
        fresh.rename(path)

    @staticmethod
    def load(path: Path) -> "Progress":
        """What was saved last; at the beginning if nothing was."""
        try:
            return Progress(**json.loads(path.read_text()))
        except FileNotFoundError:
            return Progress()


class Projection:
    """One connection that projects a journal; it is of no use any more after an error."""

    def __init__(self, connection: asyncpg.Connection, journal: Path, progress: Progress) -> None:
        self._connection = connection
        self._salt = identity(journal)
        self._stream = Stream(journal)
        self._gatherer = Gatherer(self._stream, self._salt, Batch(0, 0, 0, 0), genesis(self._salt))
        self._ahead: Load | None = None  # gathered, not stored
        self._stuck_since = 0.0
        self._days: set[int] = set()
        self._checkpoint = 0  # the event at which the next is due
        self._loads = 0
        self.progress = progress

    async def open(self) -> None:
        """Make ready: the schema, the lock, the place. DatabaseError if this database is not for this journal."""
        connection = self._connection
        await connection.execute("set synchronous_commit = off")
        await connection.execute("set application_name = 'outcry projector'")
        await migrate(connection)
        if not await connection.fetchval("select pg_try_advisory_lock($1)", LOCK):
            raise DatabaseError("another projector writes into this database")
        await connection.executemany(
            "insert into reason values ($1, $2, $3) on conflict (code) do update set name = $2, text = $3",
            [(code, refusal.name, refusal.text) for code, refusal in REFUSALS.items()],
        )
        await self._step_down()
        begin = "insert into projection values ($1, 0, 0, 0, 0, 0, $2) on conflict do nothing"
        await connection.execute(begin, self._salt, genesis(self._salt))
        row = await connection.fetchrow("select * from projection")
        assert row is not None
        if row["journal"] != self._salt:
            raise DatabaseError("this database holds the audit of another journal: choose another one, or its data-dir")
        for name in PLACE:
            setattr(self.progress, name, row[name])
        self.progress.chain = row["chain"].hex()
        self.progress.journal = self._salt.hex()
        self.progress.fault = ""
        place = Batch(row["position"], row["record"], row["command"], row["event"])
        self._gatherer = Gatherer(self._stream, self._salt, place, row["chain"])

    async def step(self) -> int:
        """Project what is there, in one transaction of one load; how many records that were.

        If it goes on there is another, which is gathered while PostgreSQL stores the first.
        """
        load = self._ahead or await self._gatherer.next()
        self._ahead = None
        if load is None:
            self._watch_for_damage()
            await self._add_checkpoint()
            return 0
        self._stuck_since = 0.0
        await self._make_days(load.day)
        if load.goes_on:
            await self._save_and_gather(load)
        else:
            await self._save(load)
        await self._add_checkpoint()
        self._loads += 1
        if self._loads % SUMMARY_LOADS == 0:
            await self._connection.execute("select outcry_summarize(date '1970-01-01' + $1::integer)", load.day)
        return load.count

    @property
    def is_behind(self) -> bool:
        """Whether there is more to project at once."""
        return self._ahead is not None

    async def _add_checkpoint(self) -> None:
        """If it is time for one; later while there is more to project, also if that came since the last load."""
        if self.progress.event >= self._checkpoint:
            self._ahead = self._ahead or await self._gatherer.next()
            patience = PATIENCE if self._ahead is not None and self._ahead.goes_on else 1
            ask = "select outcry_checkpoint(patience => $1)"
            self._checkpoint = await self._connection.fetchval(ask, patience)

    async def _save_and_gather(self, load: Load) -> None:
        gathering = asyncio.create_task(self._gatherer.next())
        try:
            await self._save(load)
        except BaseException:
            gathering.cancel()
            await asyncio.wait([gathering])
            raise
        self._ahead = await gathering

    async def _save(self, load: Load) -> None:
        """Store a load and the place it reaches, as one transaction, once its bytes are on the journal's disk."""
        batch, progress = load.batch, self.progress
        async with self._connection.transaction():
            await self._know(batch)
            await self._store(batch.tables, load.day)
            await self._move(batch, load.chain)
            self._stream.sync(progress.position, batch.position)
        progress.chain = load.chain.hex()
        for name in PLACE:
            setattr(progress, name, getattr(batch, name))
        self._gatherer.spare = batch

    async def _make_days(self, day: int) -> None:
        """Partitions for a day and those after it."""
        for number in range(day, day + DAYS_AHEAD + 1):
            if number not in self._days:
                await self._connection.execute("select outcry_create_day(date '1970-01-01' + $1::integer)", number)
                self._days.add(number)

    async def _step_down(self) -> None:
        """From here on may nothing but what the venue's role may, where there is such a role for us."""
        try:
            await self._connection.execute(f"set role {VENUE_ROLE}")
        except (asyncpg.InsufficientPrivilegeError, asyncpg.InvalidParameterValueError):
            return

    def close(self) -> None:
        """Let go of the journal's files."""
        self._stream.close()

    def _watch_for_damage(self) -> None:
        """JournalError if something stands where the next frame would and has not become one for a while."""
        if not self._gatherer.is_at_bytes():
            self._stuck_since = 0.0
        elif self._stuck_since == 0.0:
            self._stuck_since = time.monotonic()
        elif time.monotonic() - self._stuck_since > STUCK_S:
            where = self._stream.describe(self.progress.position)
            raise JournalError(f"{where}: what is there does not follow record {self.progress.record}")

    async def _store(self, tables: Iterable[Table], day: int) -> None:
        for table in tables:
            with table.whole() as rows:
                await self._copy(table.name, table.columns, day, _pieces(rows))

    async def _move(self, batch: Batch, chain: bytes) -> None:
        place = [getattr(batch, name) for name in PLACE]
        moved = await self._connection.execute(MOVE, self.progress.position, *place, chain)
        assert moved == "UPDATE 1", "nobody else moves the projection while the lock is held"

    async def _know(self, batch: Batch) -> None:
        """Instruments and sessions as they are now."""
        connection = self._connection
        if batch.instruments:
            await connection.executemany(KNOW_INSTRUMENT, list(batch.instruments.values()))
        if batch.sessions:
            await connection.executemany(KNOW_SESSION, list(batch.sessions.values()))
        if batch.numbers:
            numbers = [(session, *pair) for session, pair in batch.numbers.items()]
            await connection.executemany(KNOW_NUMBERS, numbers)

    async def _copy(self, table: str, columns: Iterable[str], day: int, source: AsyncIterator[memoryview]) -> None:
        await self._connection.copy_to_table(
            partition(table, day),
            source=source,  # type: ignore[arg-type]  # it takes any buffer
            columns=list(columns),
            format="binary",
        )


async def _pieces(data: memoryview) -> AsyncIterator[memoryview]:
    """What asyncpg wants of a source that is no file."""
    for at in range(0, len(data), PIECE_BYTES):
        with data[at : at + PIECE_BYTES] as piece:
            yield piece


async def project(dsn: str, journal: Path, progress: Progress, ending: asyncio.Event, drain_s: float) -> None:
    """Project over one connection until `ending` is set and the journal's end reached, or `drain_s` later.

    Raises what keeps it from going on: JournalError, DatabaseError, or what asyncpg and the operating system say.
    """
    connection = await asyncpg.connect(dsn, timeout=CONNECT_S)
    projection = Projection(connection, journal, progress)
    loop = asyncio.get_running_loop()
    last_call = float("inf")
    try:
        await projection.open()
        while loop.time() < last_call:
            is_ending = ending.is_set()
            if is_ending:
                last_call = min(last_call, loop.time() + drain_s)
            count = await projection.step()
            if is_ending and count == 0:
                break
            if not (is_ending or projection.is_behind):
                await asyncio.sleep(POLL_S)
    finally:
        projection.close()
        with contextlib.suppress(*POSTGRES_FAULTS):
            await connection.close(timeout=CLOSE_S)
