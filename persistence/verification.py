"""Whether the audit in PostgreSQL is still what the venue wrote: the chain of raw blocks, and every row against them.

A block is trusted when its SHA-256 and that of the one before hold (AUD-05). The rows of the other tables are then made
again from its bytes, as the projection made them, and compared with what PostgreSQL gives back for the same numbers, as
bytes. Whoever can rewrite the whole chain can deceive this; a hash kept elsewhere (`anchor`) is against that.

Blocks are independent but for the hash of the one before, which each names: several processes compare a stretch each,
over connections that see the same snapshot.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context

import asyncpg

from engine.reasons import REFUSALS
from persistence.batch import Batch
from persistence.blocks import EPOCH, PIECE_BYTES, chained, day_of, frames_of, genesis
from persistence.copying import HEADER, TRAILER, Table
from persistence.errors import DatabaseError
from persistence.frames import Frame

KEYS = {"command": "number", "event": "sequence", "message": "record", "session_change": "record"}
INTEGERS = {"i64", "i32", "i16"}
TEXT_MAX = 120  # of a value in a report
STRETCH_BLOCKS = 64  # that a process compares at a time
BYTES = "select coalesce(outcry_bytes($1, $2, $3), '')"
BY_INDEX = "set local enable_seqscan = off"  # a block's rows, also while the planner knows nothing of a new day

Row = list[bytes | None]


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row that is not as it was written: in which table, under which key, and what is wrong with it."""

    table: str
    key: str
    number: int
    what: str


@dataclass(slots=True)
class Verdict:
    """What was compared, up to `position` in the journal; `chain` is the last block's SHA-256 in hexadecimal.

    `retired` are the days that were taken out before. Of several `faults` in one block each table's first is named.
    """

    blocks: int = 0
    pieces: int = 0
    raw_bytes: int = 0
    rows: int = 0
    record: int = 0
    position: int = 0
    chain: str = ""
    retired: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Block:
    """A row of `block` without its bytes."""

    day: date
    position: int
    record: int
    time_ns: int
    before: bytes
    sha256: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Workers:
    """So many processes, each with a connection of its own by `dsn`, that take `blocks` blocks at a time."""

    dsn: str
    count: int
    blocks: int = STRETCH_BLOCKS


@dataclass(slots=True)
class Stretch:
    """Blocks on end compared so far: `head` is the SHA-256 of the last, `reached` the last number in tables."""

    head: bytes
    verdict: Verdict
    reached: dict[str, int] = field(default_factory=dict)
    instruments: dict[int, tuple[object, ...]] = field(default_factory=dict)
    sessions: dict[int, tuple[object, ...]] = field(default_factory=dict)

    def follow(self, more: "Stretch") -> None:
        """Go on with what was found in the blocks that follow these."""
        mine, others = self.verdict, more.verdict
        self.head = more.head
        self.reached |= {name: max(number, self.reached.get(name, 0)) for name, number in more.reached.items()}
        self.instruments |= more.instruments
        self.sessions |= more.sessions
        mine.blocks += others.blocks
        mine.pieces += others.pieces
        mine.raw_bytes += others.raw_bytes
        mine.rows += others.rows
        mine.record, mine.position, mine.chain = (
            others.record or mine.record,
            others.position,
            others.chain or mine.chain,
        )
        mine.faults += others.faults


async def verify(
    connection: asyncpg.Connection,
    anchor: bytes = b"",
    told: Callable[[Verdict, int], None] = lambda _v, _n: None,
    workers: Workers | None = None,
) -> Verdict:
    """Compare everything; `told` is called after each stretch with the verdict so far and the number of blocks.

    `anchor` is the SHA-256 of a block as it was seen once: it must still be in the chain. Without `workers` all is done
    here.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        place = await connection.fetchrow("select * from projection")
        if place is None:
            raise DatabaseError("this database holds no audit yet")
        whole = await _begin(connection, place["journal"])
        await connection.execute(BY_INDEX)
        blocks = [Block(*row) async for row in _blocks(connection)]
        seen = {b"", whole.head, *(block.sha256 for block in blocks)}
        async with aclosing(_stretches(connection, whole, blocks, workers)) as stretches:
            async for stretch in stretches:
                whole.follow(stretch)
                if whole.verdict.faults:
                    return whole.verdict
                told(whole.verdict, len(blocks))
        await _Verification(connection, whole).end(place, anchor if anchor not in seen else b"")
        return whole.verdict


async def _begin(connection: asyncpg.Connection, salt: bytes) -> Stretch:
    """Where the chain begins: at the journal's identity, or where the days that were taken out ended."""
    rows = await connection.fetch("select * from retired where chain is not null order by position")
    if not rows:
        return Stretch(genesis(salt), Verdict())
    return Stretch(rows[-1]["chain"], Verdict(retired=len(rows), position=rows[-1]["position"]))


async def _blocks(connection: asyncpg.Connection) -> AsyncIterator[asyncpg.Record]:
    sql = "select day, position, record, time_ns, before, sha256, length from block order by position"
    async for row in connection.cursor(sql, prefetch=10_000):
        yield row


async def _stretches(
    connection: asyncpg.Connection, begin: Stretch, blocks: list[Block], workers: Workers | None
) -> AsyncGenerator[Stretch, None]:
    """All blocks in stretches, each compared, in their order."""
    size = workers.blocks if workers else STRETCH_BLOCKS
    parts = [blocks[at : at + size] for at in range(0, len(blocks), size)]
    last = [Stretch(part[-1].sha256, Verdict(position=part[-1].position + part[-1].size)) for part in parts]
    begins = [Stretch(begin.head, Verdict(position=begin.verdict.position)), *last]
    if workers is None or len(parts) < 2:
        for start, part in zip(begins, parts, strict=False):
            yield await _Verification(connection, start).compare(part)
        return
    snapshot = await connection.fetchval("select pg_export_snapshot()")
    loop = asyncio.get_running_loop()
    pool = ProcessPoolExecutor(min(workers.count, len(parts)), get_context("spawn"))
    try:
        for compared in [
            loop.run_in_executor(pool, _compare_elsewhere, workers.dsn, snapshot, start, part)
            for start, part in zip(begins, parts, strict=False)
        ]:
            yield await compared
    finally:
        pool.shutdown(cancel_futures=True)


def _compare_elsewhere(dsn: str, snapshot: str, begin: Stretch, blocks: Sequence[Block]) -> Stretch:
    """One stretch in a process of its own."""

    async def compare() -> Stretch:
        connection = await asyncpg.connect(dsn)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                await connection.execute(f"set transaction snapshot '{snapshot}'")
                await connection.execute(BY_INDEX)
                return await _Verification(connection, begin).compare(blocks)
        finally:
            await connection.close()

    try:
        return asyncio.run(compare())
    except (
        OSError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
    ) as error:  # which processes cannot hand over as they are
        raise DatabaseError(f"the audit's PostgreSQL: {error}") from None


class _Verification:
    """Compares a stretch of blocks, from its beginning, over a database that does not move meanwhile."""

    def __init__(self, connection: asyncpg.Connection, stretch: Stretch) -> None:
        self._connection = connection
        self._stretch = stretch
        self._verdict = stretch.verdict

    async def compare(self, blocks: Sequence[Block]) -> Stretch:
        """The stretch with these blocks in it, up to the first fault."""
        for block in blocks:
            await self._block(block)
            if self._verdict.faults:
                break
        return self._stretch

    async def _block(self, block: Block) -> None:
        """One block: its place in the chain, then the rows of its records."""
        verdict, head = self._verdict, self._stretch.head
        if block.position != verdict.position:
            what = "removed" if block.position > verdict.position else f"overlaps the one at {block.position}"
            return self._fault("block", "position", verdict.position, what)
        raw = await self._connection.fetchval(BYTES, block.day, block.position, block.size)
        if block.before != head:
            return self._fault("block", "position", block.position, "does not follow the block before it")
        if chained(head, raw) != block.sha256:
            return self._fault("block", "position", block.position, "its bytes do not have its SHA-256")
        frames = list(frames_of(raw, block.position))
        if not _says(block, frames):
            return self._fault("block", "position", block.position, "its columns do not say what its bytes do")
        await self._rows(block, frames)
        self._stretch.head = block.sha256
        verdict.chain = block.sha256.hex()
        verdict.blocks += 1
        verdict.pieces += -(len(raw) // -PIECE_BYTES)
        verdict.raw_bytes += len(raw)
        verdict.position += len(raw)
        verdict.record = frames[-1].first + frames[-1].count - 1
        return None

    async def _rows(self, block: Block, frames: list[Frame]) -> None:
        batch = Batch(block.position, block.record - 1, 0, 0)
        for frame in frames:
            batch.add(frame)
        self._stretch.instruments |= batch.instruments
        self._stretch.sessions |= batch.sessions
        for table in (batch.commands, batch.events, batch.messages, batch.changes):
            low, high = self._range(table, block, batch)
            stored = await self._stored(table, block.day, low, high)
            if stored != table.finished():
                self._verdict.faults.append(_first_difference(table, stored))
            self._verdict.rows += table.rows

    def _range(self, table: Table, block: Block, batch: Batch) -> tuple[int, int]:
        """The numbers after `low` and up to `high` that the block's rows in a table have."""
        if table.name not in ("command", "event"):
            return block.record - 1, batch.record
        high = batch.command if table.name == "command" else batch.event
        first = _first_number(table)
        low = self._stretch.reached.get(table.name, first - 1)
        high = max(high, low)
        self._stretch.reached[table.name] = high
        return low, high

    async def _stored(self, table: Table, day: date, low: int, high: int) -> bytes:
        columns = ", ".join(f'"{name}"' for name in table.columns)
        key = KEYS[table.name]
        pieces: list[bytes] = []

        async def take(piece: bytes) -> None:
            pieces.append(piece)

        where = f"day = '{day}' and {key} > {low} and {key} <= {high}"  # COPY takes no parameters
        sql = f"select {columns} from {table.name} where {where} order by {key}"
        await self._connection.copy_from_query(sql, output=take, format="binary")
        return b"".join(pieces)

    async def end(self, place: asyncpg.Record, anchor: bytes) -> None:
        """What stands beside blocks: rows beyond them, the projection's place, names; `anchor` was not found."""
        verdict = self._verdict
        if (place["position"], place["chain"]) != (verdict.position, self._stretch.head):
            self._fault("block", "position", verdict.position, "removed: the projection went further")
        elif anchor:
            self._fault("block", "position", verdict.position, f"no block has the anchor's SHA-256 {anchor.hex()}")
        for table, key in KEYS.items():
            reached = self._stretch.reached.get(table, 0) if table in self._stretch.reached else verdict.record
            number = await self._connection.fetchval(f"select min({key}) from {table} where {key} > $1", reached)
            if number is not None:
                self._fault(table, key, number, "added: the journal has no such record")
        if not verdict.faults:
            await self._connection.execute("set local enable_seqscan = on")
            await self._none_added()
            await self._names()

    async def _none_added(self) -> None:
        """Rows are compared within their block's day, so what was added elsewhere shows in the number of them."""
        counts = [await self._connection.fetchval(f"select count(*) from {table}") for table in KEYS]
        if sum(counts) != self._verdict.rows:
            self._fault("event", "sequence", 0, "rows were added on days on which the journal has none")
        if await self._connection.fetchval("select count(*) from piece") != self._verdict.pieces:
            self._fault("piece", "position", 0, "rows were added that belong to no block")

    async def _names(self) -> None:
        """The tables that say what numbers mean."""
        instruments = "select number, symbol, tick_size, lot_size, tick_value, reference_ticks from instrument"
        sessions = "select number, comp_id, firm, firm_name from session"
        reasons = {code: (code, refusal.name, refusal.text) for code, refusal in REFUSALS.items()}
        asked = (
            ("instrument", instruments, self._stretch.instruments),
            ("session", sessions, self._stretch.sessions),
            ("reason", "select code, name, text from reason", reasons),
        )
        for table, sql, expected in asked:
            stored = {row[0]: tuple(row) for row in await self._connection.fetch(sql)}
            for number, row in sorted(expected.items()):
                if stored.get(number) != row:
                    self._fault(table, "number", number, f"edited: is {stored.get(number)}, was {row}")
                    break

    def _fault(self, table: str, key: str, number: int, what: str) -> None:
        self._verdict.faults.append(Fault(table, key, number, what))


def _says(block: Block, frames: list[Frame]) -> bool:
    """Whether a block's columns say what its frames do."""
    return bool(frames) and (
        frames[0].first == block.record
        and frames[-1].time_ns == block.time_ns
        and {day_of(frame.time_ns) for frame in frames} == {(block.day - EPOCH).days}
    )


def _first_number(table: Table) -> int:
    """The number of a table's first row, 1 if it has none."""
    begin = len(HEADER) + 6
    return int.from_bytes(table.data[begin : begin + 8], "big") if table.rows else 1


def _first_difference(table: Table, stored: bytes) -> Fault:
    """The first row in which what PostgreSQL gave differs from what it was given."""
    found, expected = _parsed(stored), _parsed(table.finished())
    key = KEYS[table.name]
    while True:
        is_, was = next(found, None), next(expected, None)
        if is_ == was and was is not None:
            continue
        assert is_ is not None or was is not None, "their bytes differ, so some row does"
        number = min(_number(row) for row in (is_, was) if row is not None)
        if is_ is None or (was is not None and _number(is_) > _number(was)):
            return Fault(table.name, key, number, "removed")
        if was is None or _number(is_) < _number(was):
            return Fault(table.name, key, number, "added: the journal has no such record")
        return Fault(table.name, key, number, f"edited: {_edits(table, is_, was)}")


def _edits(table: Table, is_: Row, was: Row) -> str:
    columns = zip(table.columns.items(), is_, was, strict=True)
    return "; ".join(
        f"{name} is {_shown(kind, now)}, was {_shown(kind, then)}" for (name, kind), now, then in columns if now != then
    )


def _parsed(data: bytes) -> Iterator[Row]:
    """Rows out of PostgreSQL's binary COPY format (persistence.copying)."""
    at = len(HEADER)
    while data[at : at + 2] != TRAILER:
        row: Row = []
        count = int.from_bytes(data[at : at + 2], "big")
        at += 2
        for _ in range(count):
            length = int.from_bytes(data[at : at + 4], "big", signed=True)
            at += 4
            row.append(None if length < 0 else data[at : at + length])
            at += max(length, 0)
        yield row


def _number(row: Row) -> int:
    return int.from_bytes(row[0] or b"", "big")


def _shown(kind: str, value: bytes | None) -> str:
    if value is None:
        return "nothing"
    if kind in INTEGERS:
        return str(int.from_bytes(value, "big", signed=True))
    text = value.hex() if kind == "boolean" else value.decode("utf-8", "backslashreplace")
    return repr(text if len(text) <= TEXT_MAX else text[:TEXT_MAX] + "…")
