"""How long each of an auditor's questions takes, over the database that loadtests.audit_fill has filled.

Each is asked about several orders, clients and moments drawn at random, over one connection, the first time cold as it
comes; the table has the median and the worst. `python -m loadtests.audit_questions --directory DIR [--verify]`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median

import asyncpg

from loadtests.audit_fill import CLIENTS, SERVER, SYMBOLS
from persistence import audit, explaining, questions
from persistence.audit import Window
from persistence.embedded import Embedded
from persistence.migrations import migrate
from persistence.verification import Workers, verify

ROUNDS = 9
MINUTE_NS = 60_000_000_000
HEAD = "| question | median ms | worst ms |\n|---|---|---|"


@dataclass(slots=True)
class Day:
    """What there is to ask about."""

    connection: asyncpg.Connection
    random: Random
    first_ns: int
    last_ns: int
    events: int

    def moment(self) -> int:
        """A time within the day."""
        return self.random.randrange(self.first_ns, self.last_ns)

    async def order(self, where: str) -> tuple[int, str]:
        """OrderID and ClOrdID of an order that has such an event."""
        sql = f"""select coalesce(order_id, 0), cl_ord_id from event
            where sequence > $1 and class = 1 and {where} order by sequence limit 1"""
        row = await self.connection.fetchrow(sql, self.random.randrange(self.events * 9 // 10))
        assert row is not None
        return row[0], row[1]


Question = Callable[[Day], Awaitable[Callable[[], Awaitable[object]]]]


async def why_refused(day: Day) -> Callable[[], Awaitable[object]]:
    _, name = await day.order("kind = '8'")

    async def ask() -> object:
        return await explaining.why(day.connection, await audit.order_by_cl_ord_id(day.connection, name))

    return ask


async def why_canceled(day: Day) -> Callable[[], Awaitable[object]]:
    order_id, _ = await day.order("kind = '4' and cum_lots = 0 and reason = 0")
    return lambda: explaining.why_order(day.connection, order_id)


async def why_still_open(day: Day) -> Callable[[], Awaitable[object]]:
    sql = "select order_id from open_order where at = (select max(at) from checkpoint) order by random() limit 1"
    order_id = await day.connection.fetchval(sql)
    return lambda: explaining.why_order(day.connection, order_id)


async def why_iceberg(day: Day) -> Callable[[], Awaitable[object]]:
    order_id, _ = await day.order("kind = 'F' and display_lots > 0")
    return lambda: explaining.why_order(day.connection, order_id)


async def where_in_queue(day: Day) -> Callable[[], Awaitable[object]]:
    order_id, _ = await day.order("kind = '4' and reason = 0")
    entered = await day.connection.fetchval("select min(time_ns) from event where order_id = $1", order_id)
    return lambda: questions.queue(day.connection, order_id, entered + 1_000_000)


async def best_of_one(day: Day) -> Callable[[], Awaitable[object]]:
    at_ns, symbol = day.moment(), day.random.choice(SYMBOLS).decode()
    return lambda: questions.best(day.connection, at_ns, symbol)


async def best_of_all(day: Day) -> Callable[[], Awaitable[object]]:
    at_ns = day.moment()
    return lambda: questions.best(day.connection, at_ns, None)


async def client_for_a_minute(day: Day) -> Callable[[], Awaitable[object]]:
    at_ns, name = day.moment(), f"CLIENT{day.random.randrange(1, CLIENTS + 1)}"
    return lambda: questions.client(day.connection, name, at_ns, at_ns + MINUTE_NS, 10_000)


async def client_all_day(day: Day) -> Callable[[], Awaitable[object]]:
    name = f"CLIENT{day.random.randrange(1, CLIENTS + 1)}"
    return lambda: questions.client(day.connection, name, day.first_ns, day.last_ns, 1_000)


async def days_summary(day: Day) -> Callable[[], Awaitable[object]]:
    date = await day.connection.fetchval("select min(day) from event")
    return lambda: questions.summary(day.connection, date)


async def picture(day: Day) -> Callable[[], Awaitable[object]]:
    order_id, _ = await day.order("kind = '4' and reason = 0")

    async def ask() -> object:
        return await explaining.why_order(day.connection, order_id), await questions.trades_about(
            day.connection, order_id
        )

    return ask


async def order_by_name(day: Day) -> Callable[[], Awaitable[object]]:
    _, name = await day.order("kind = 'F'")
    return lambda: audit.order_by_cl_ord_id(day.connection, name)


async def record_of_order(day: Day) -> Callable[[], Awaitable[object]]:
    order_id, _ = await day.order("kind = 'F'")
    return lambda: day.connection.fetch("select * from order_records where order_id = $1 order by sequence", order_id)


async def latest_trades(day: Day) -> Callable[[], Awaitable[object]]:
    return lambda: audit.trades(day.connection, Window(rows_max=100))


async def latest_messages(day: Day) -> Callable[[], Awaitable[object]]:
    name = f"CLIENT{day.random.randrange(1, CLIENTS + 1)}"
    return lambda: audit.messages(day.connection, Window(session=name, rows_max=100))


async def what_operators_did(day: Day) -> Callable[[], Awaitable[object]]:
    return lambda: audit.actions(day.connection, Window(rows_max=100))


QUESTIONS: dict[str, Question] = {
    "why was it refused (`why`)": why_refused,
    "why did it not trade, canceled (`why`)": why_canceled,
    "why did it not trade, still open (`why`)": why_still_open,
    "an iceberg's ten latest stays (`why`)": why_iceberg,
    "where in the queue at a time (`queue`)": where_in_queue,
    "best bid and offer of a symbol (`best`)": best_of_one,
    "best bid and offer of all (`best`)": best_of_all,
    "a client's minute (`client`)": client_for_a_minute,
    "a client's day, the first 1,000 (`client`)": client_all_day,
    "a day by symbol and firm (`summary`)": days_summary,
    "an order's picture (`picture`)": picture,
    "an order's story by ClOrdID (`order`)": order_by_name,
    "its RTS 24 records (`order_records`)": record_of_order,
    "latest 100 trades (`trades`)": latest_trades,
    "a client's latest 100 messages (`messages`)": latest_messages,
    "what operators did (`actions`)": what_operators_did,
}


async def measure(dsn: str, rounds: int, seed: int) -> dict[str, list[float]]:
    """Milliseconds of every question, round by round."""
    connection = await asyncpg.connect(dsn)
    await migrate(connection)
    span = await connection.fetchrow("select min(time_ns), max(time_ns), max(sequence) from event")
    assert span is not None
    day = Day(connection, Random(seed), *span)
    found: dict[str, list[float]] = {}
    for name, question in QUESTIONS.items():
        for _ in range(rounds):
            ask = await question(day)
            begun = time.perf_counter()
            await ask()
            found.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
        print(f"| {name} | {median(found[name]):.0f} | {max(found[name]):.0f} |", flush=True)
    await connection.close()
    return found


async def prove(dsn: str) -> None:
    """Verify all of it, and say how long that takes."""
    connection = await audit.connect(dsn)
    begun = time.perf_counter()
    verdict = await verify(connection, workers=Workers(dsn, os.cpu_count() or 1))
    taken = time.perf_counter() - begun
    faults = "; ".join(f"{fault.table} {fault.number}: {fault.what}" for fault in verdict.faults) or "nothing is wrong"
    print(f"verify: {verdict.rows:,} rows, {verdict.blocks:,} blocks in {taken:.0f} s; {faults}", flush=True)
    await connection.close()


def main() -> None:
    """Ask everything, then prove it if wanted."""
    parser = argparse.ArgumentParser(prog="loadtests.audit_questions", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verify", action="store_true")
    given = parser.parse_args()
    with Embedded(given.directory / "postgres", settings=SERVER) as server:
        print(HEAD)
        asyncio.run(measure(server.dsn, given.rounds, given.seed))
        if given.verify:
            asyncio.run(prove(server.dsn))


if __name__ == "__main__":
    main()
