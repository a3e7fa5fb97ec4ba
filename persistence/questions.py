"""What auditors ask of a queue, a client, a moment or a day, answered in plain rows (persistence.audit has the rest).

Prices and quantities are decimal strings in the instrument's units, times ns UTC, None is none.
"""

from datetime import date
from typing import cast

import asyncpg

from persistence.audit import OrderEventRow, Row, plain_rows

BUCKETS = 120  # of a picture's trades


async def order_ids(connection: asyncpg.Connection, cl_ord_id: str, session: str | None) -> list[int]:
    """The orders that ever had a ClOrdID, newest first; 0 stands for requests that met no order."""
    sql = "select distinct coalesce(order_id, 0) from outcry_named($1, $2) order by 1 desc"
    return [row[0] for row in await connection.fetch(sql, cl_ord_id, session)]


async def queue(connection: asyncpg.Connection, order_id: int, time_ns: int) -> list[Row]:
    """An order's queue at a time: those ahead, then itself; empty if it stood in none."""
    return await plain_rows(connection, "select * from outcry_queue_at($1, $2)", order_id, time_ns)


async def best(connection: asyncpg.Connection, time_ns: int, symbol: str | None) -> list[Row]:
    """Best bid and offer at a time, of one symbol or each."""
    return await plain_rows(connection, "select * from outcry_best($1, $2)", symbol, time_ns)


async def client(
    connection: asyncpg.Connection, comp_id: str, since_ns: int, until_ns: int, rows_max: int
) -> list[Row]:
    """Everything that happened to a client between two times: its orders and requests, and its session's changes."""
    columns = ", ".join(f'"{name}"' for name in OrderEventRow.__annotations__)
    sql = f"select {columns} from outcry_client($1, $2, $3, $4)"
    orders = await plain_rows(connection, sql, comp_id, since_ns, until_ns, rows_max)
    changes = await plain_rows(connection, CHANGES, comp_id, since_ns, until_ns, rows_max)
    both = orders + [{**change, "event": str(change["change"])} for change in changes]
    return sorted(both, key=lambda row: cast(int, row["time_ns"]))[:rows_max]


async def summary(connection: asyncpg.Connection, day: date) -> tuple[list[Row], list[Row]]:
    """A day by symbol, and by symbol and firm."""
    symbols = await plain_rows(connection, "select * from outcry_symbol_day($1)", day)
    return symbols, await plain_rows(connection, "select * from outcry_firm_day($1)", day)


async def trades_about(connection: asyncpg.Connection, order_id: int) -> list[Row]:
    """The trades in an order's symbol while it lived, in BUCKETS spans of equally many events: low, high and volume."""
    life = await connection.fetchrow(LIFE, order_id)
    if life is None or life[0] is None:
        return []
    return await plain_rows(connection, TRADES_ABOUT, *life, BUCKETS)


CHANGES = """
select time_ns, change, session, next_in, next_out, text from session_changes
where session = $1 and time_ns >= $2 and time_ns <= $3 order by record limit $4
"""
LIFE = """
select min(e.instrument), min(e.sequence),
    case when bool_or(e.leaves_lots = 0) then max(e.sequence) else (select event from projection) end
from event e where e.order_id = $1 and e.kind <> 'I'
"""
TRADES_ABOUT = """
select t.time_ns, t.low_ticks * i.tick_size as low, t.high_ticks * i.tick_size as high, t.lots * i.lot_size as quantity,
    t.trades
from outcry_trade_spans($1, $2, $3, $4) t
join instrument i on i.number = $1
"""
