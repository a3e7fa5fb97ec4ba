"""What auditors ask of one order, a client, a moment or a day, answered in plain rows (persistence.audit has the rest).

Prices and quantities are decimal strings in the instrument's units, times ns UTC, None is none.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import cast

import asyncpg

from engine.reasons import REFUSALS
from persistence.audit import OrderEventRow, order_by_id

Row = dict[str, object]
STAYS_MAX = 10  # the latest, in queues, of one order: an iceberg has one for each part
STEPS_MAX = 10_000  # of what was ahead of it, in one stay
BUCKETS = 120  # of a picture's trades


@dataclass(slots=True)
class Refusal:
    """Why a request was refused: the rule's name and words, the two values it compared, and the limit in force then."""

    event: OrderEventRow
    rule: str
    text: str
    value: str
    limit: str
    version: int
    limits: Row | None = None


@dataclass(slots=True)
class Stay:
    """One stay of an order in a queue: who was `ahead` when it came, what became of them (`steps`), and the trades in
    its symbol meanwhile by where they stood to its price: at it, through it, or short of it.
    """

    since_ns: int
    until_ns: int
    ended_by: str
    price: str
    ahead_orders: int
    ahead: str
    ahead_last: str
    steps: list[Row] = field(default_factory=list)
    trades: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Why:
    """All that explains an order's fate; `opposite` is the best price against it just before it came."""

    events: list[OrderEventRow]
    refusals: list[Refusal]
    stays: list[Stay]
    opposite: Row | None = None


async def order_ids(connection: asyncpg.Connection, cl_ord_id: str, session: str | None) -> list[int]:
    """The orders that ever had a ClOrdID, newest first; 0 stands for requests that met no order."""
    sql = """select distinct coalesce(e.order_id, 0) from event e left join session s on s.number = e.session
        where e.cl_ord_id = $1 and ($2::text is null or s.comp_id = $2) order by 1 desc"""
    return [row[0] for row in await connection.fetch(sql, cl_ord_id, session)]


async def why(connection: asyncpg.Connection, events: list[OrderEventRow]) -> Why:
    """Explain the fate of the order (or the refused requests) whose events these are."""
    refusals = [await _refusal(connection, row) for row in events if row["event"] in ("rejected", "request rejected")]
    order_id = next((row["order_id"] for row in events if row["order_id"]), None)
    found = Why(events, refusals, [])
    if order_id is not None:
        stays = await connection.fetch(STAYS, order_id, STAYS_MAX)
        found.stays = [await _stay(connection, order_id, stay) for stay in reversed(stays)]
        if not stays and events[0]["event"] == "new":
            found.opposite = await _opposite(connection, events[0])
    return found


async def why_order(connection: asyncpg.Connection, order_id: int) -> Why:
    """The same for an order by its OrderID(37)."""
    return await why(connection, await order_by_id(connection, order_id))


async def queue(connection: asyncpg.Connection, order_id: int, time_ns: int) -> list[Row]:
    """An order's queue at a time: those ahead, then itself; empty if it stood in none."""
    return await _rows(connection, "select * from outcry_queue_at($1, $2)", order_id, time_ns)


async def best(connection: asyncpg.Connection, time_ns: int, symbol: str | None) -> list[Row]:
    """Best bid and offer at a time, of one symbol or each."""
    return await _rows(connection, "select * from outcry_best($1, $2)", symbol, time_ns)


async def client(
    connection: asyncpg.Connection, comp_id: str, since_ns: int, until_ns: int, rows_max: int
) -> list[Row]:
    """Everything that happened to a client between two times: its orders and requests, and its session's changes."""
    columns = ", ".join(f'"{name}"' for name in OrderEventRow.__annotations__)
    sql = f"select {columns} from outcry_client($1, $2, $3, $4)"
    orders = await _rows(connection, sql, comp_id, since_ns, until_ns, rows_max)
    changes = await _rows(connection, CHANGES, comp_id, since_ns, until_ns, rows_max)
    both = orders + [{**change, "event": str(change["change"])} for change in changes]
    return sorted(both, key=lambda row: cast(int, row["time_ns"]))[:rows_max]


async def summary(connection: asyncpg.Connection, day: date) -> tuple[list[Row], list[Row]]:
    """A day by symbol, and by symbol and firm."""
    symbols = await _rows(connection, "select * from outcry_symbol_day($1)", day)
    return symbols, await _rows(connection, "select * from outcry_firm_day($1)", day)


async def trades_about(connection: asyncpg.Connection, order_id: int) -> list[Row]:
    """The trades in an order's symbol while it lived, in BUCKETS spans of equally many events: low, high and volume."""
    life = await connection.fetchrow(LIFE, order_id)
    if life is None or life[0] is None:
        return []
    return await _rows(connection, TRADES_ABOUT, *life, BUCKETS)


async def _refusal(connection: asyncpg.Connection, event: OrderEventRow) -> Refusal:
    refusal = next((known for known in REFUSALS.values() if known.name == event["reason"]), None)
    text = refusal.text if refusal else ""
    unit = refusal.unit if refusal else "count"
    value = await _in_units(connection, event, event["value"] or 0, unit)
    limit = await _in_units(connection, event, event["limit"] or 0, unit)
    words = text.format(value=value, limit=limit)
    found = Refusal(event, event["reason"] or "", words, value, limit, event["limits_version"] or 0)
    if found.version:
        rows = await _rows(connection, LIMITS, event["sequence"])
        found.limits = rows[0] if rows else None
    return found


async def _in_units(connection: asyncpg.Connection, event: OrderEventRow, value: int, unit: str) -> str:
    """A compared value as people write it; notionals stay the venue's money units."""
    columns = {"price": "tick_size", "lots": "lot_size"}
    if unit not in columns:
        return str(value)
    sql = f"select $1::bigint * {columns[unit]} from instrument where symbol = $2"
    return f"{await connection.fetchval(sql, value, event['symbol'])}"


async def _stay(connection: asyncpg.Connection, order_id: int, stay: asyncpg.Record) -> Stay:
    last = stay["until"]
    rows = await _rows(connection, STEPS, order_id, stay["after"], last, STEPS_MAX)
    start, steps = [row for row in rows if row["what"] is None], [row for row in rows if row["what"] is not None]
    ahead = str(start[-1]["ahead"]) if start else "0"
    return Stay(
        stay["since_ns"],
        stay["until_ns"],
        ENDS.get(stay["ended_by"] or b"", "still there"),
        f"{stay['price']:f}",
        len(start),
        ahead,
        str(steps[-1]["ahead"]) if steps else ahead,
        steps,
        await _rows(connection, TRADES_BY_PLACE, order_id, stay["after"], last),
    )


async def _opposite(connection: asyncpg.Connection, first: OrderEventRow) -> Row | None:
    side = "2" if first["side"] == "buy" else "1"
    rows = await _rows(connection, OPPOSITE, first["symbol"], first["sequence"] - 1, side)
    return rows[0] if rows else None


async def _rows(connection: asyncpg.Connection, sql: str, *arguments: object) -> list[Row]:
    return [{name: _plain(value) for name, value in row.items()} for row in await connection.fetch(sql, *arguments)]


def _plain(value: object) -> str | None:
    plain = f"{value:f}" if isinstance(value, Decimal) else value
    return cast("str | None", plain)


ENDS = {b"F": "filled", b"4": "canceled", b"5": "replaced", b"C": "expired", b"D": "restated"}
CHANGES = """
select time_ns, change, session, next_in, next_out, text from session_changes
where session = $1 and time_ns >= $2 and time_ns <= $3 order by record limit $4
"""
# The limits that were in force for whom and what was refused: of its version, the most particular, and of those the one
# that names the value which was compared.
LIMITS = """
select c.number as command, c.time_ns, c.who, c.why, c.detail ->> 'version' as version, c.detail::text as detail
from event e
join command c on c.who is not null and c.kind = 9 and c.number < e.command
    and (c.detail ->> 'version')::integer = e.limits_version
    and (c.detail ->> 'firm')::integer in (0, coalesce(e.firm, 0)) and c.instrument in (0, e.instrument)
where e.sequence = $1
order by exists (select from jsonb_each_text(c.detail) d where d.value = e."limit"::text) desc,
    (c.detail ->> 'firm')::integer desc, c.instrument desc, c.number desc
limit 1
"""
STAYS = """
select s.*, s.price_ticks * i.tick_size as price from outcry_stays($1) s
join instrument i on i.number = (select e.instrument from event e where e.order_id = $1 limit 1)
order by s.placed desc limit $2
"""
STEPS = """
select a.time_ns, a.order_id, s.comp_id as session, exec_type_name(a.kind) as what, a.lots * i.lot_size as quantity,
    a.ahead_lots * i.lot_size as ahead
from outcry_ahead($1, $2, $3) a
join session s on s.number = a.session
join instrument i on i.number = (select e.instrument from event e where e.order_id = $1 limit 1)
order by a.kind is not null, a.ahead_lots * (a.kind is null)::integer, a.sequence limit $4
"""
TRADES_BY_PLACE = """
select t.place, t.trades, t.lots * i.lot_size as quantity, t.low_ticks * i.tick_size as low,
    t.high_ticks * i.tick_size as high
from outcry_trades_about($1, $2, $3) t
join instrument i on i.number = (select e.instrument from event e where e.order_id = $1 limit 1)
order by t.place
"""
OPPOSITE = """
select b.price_ticks * i.tick_size as price, b.displayed_lots * i.lot_size as quantity, b.orders
from instrument i, outcry_best_at($2, i.number) b
where i.symbol = $1 and b.side::text = $3
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
