"""Why a request was refused, and what became of an order: what it met, who was ahead of it, what traded meanwhile.

Prices and quantities are decimal strings in the instrument's units, times ns UTC, None is none.
"""

from dataclasses import dataclass, field

import asyncpg

from engine.reasons import REFUSALS
from persistence.audit import OrderEventRow, Row, order_by_id, plain_rows

STAYS_MAX = 10  # the latest, in queues, of one order: an iceberg has one for each part
STEPS_MAX = 10_000  # of what was ahead of it, in one stay


@dataclass(slots=True)
class Refusal:
    """Why a request was refused: the rule's name and words, the two values it compared, the limit in force then, and
    the phase its symbol was in, where that was another than trading.
    """

    event: OrderEventRow
    rule: str
    text: str
    value: str
    limit: str
    version: int
    limits: Row | None = None
    phase: Row | None = None


@dataclass(slots=True)
class Stay:
    """One stay of an order in a queue: who was `ahead` when it came, what became of them (`steps`), and the trades in
    its symbol meanwhile by where they stood to its price: at it, through it, or short of it; then the `phases` its
    symbol was in, if there was another than trading, and what `auctions` ended with; and at the end of an order's last
    stay the best price against it (`opposite`).
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
    phases: list[Row] = field(default_factory=list)
    auctions: list[Row] = field(default_factory=list)
    opposite: Row | None = None


@dataclass(slots=True)
class Why:
    """All that explains an order's fate; `opposite` is the best price against it just before it came or was elected,
    and `own` how much of it was its own firm's; `stop` is how long it waited for its stop price, and the trades
    meanwhile.
    """

    events: list[OrderEventRow]
    refusals: list[Refusal]
    stays: list[Stay]
    opposite: Row | None = None
    stop: Row | None = None


async def why(connection: asyncpg.Connection, events: list[OrderEventRow]) -> Why:
    """Explain the fate of the order (or the refused requests) whose events these are."""
    refusals = [await _refusal(connection, row) for row in events if row["event"] in ("rejected", "request rejected")]
    order_id = next((row["order_id"] for row in events if row["order_id"]), None)
    found = Why(events, refusals, [])
    if order_id is None:
        return found
    stays = await connection.fetch(STAYS, order_id, STAYS_MAX)
    found.stays = [await _stay(connection, order_id, stay) for stay in reversed(stays)]
    found.stop = next(iter(await plain_rows(connection, WAIT, order_id)), None)
    if found.stays and events[-1]["status"] != "filled":
        found.stays[-1].opposite = await _opposite(connection, events[0]["sequence"], stays[0]["until"])
    elif not stays and events[0]["event"] == "new":
        begun = next((row for row in events if row["event"] == "restated"), events[0])  # by its election
        found.opposite = await _opposite(connection, begun["sequence"], begun["sequence"] - 1)
    return found


async def why_order(connection: asyncpg.Connection, order_id: int) -> Why:
    """The same for an order by its OrderID(37)."""
    return await why(connection, await order_by_id(connection, order_id))


async def _refusal(connection: asyncpg.Connection, event: OrderEventRow) -> Refusal:
    refusal = next((known for known in REFUSALS.values() if known.name == event["reason"]), None)
    text = refusal.text if refusal else ""
    unit = refusal.unit if refusal else "count"
    value = await _in_units(connection, event, event["value"] or 0, unit)
    limit = await _in_units(connection, event, event["limit"] or 0, unit)
    words = text.format(value=value, limit=limit)
    found = Refusal(event, event["reason"] or "", words, value, limit, event["limits_version"] or 0)
    phases = await _phases(connection, event["sequence"], event["sequence"], event["sequence"])
    found.phase = phases[-1] if phases else None
    if found.version:
        rows = await plain_rows(connection, LIMITS, event["sequence"])
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
    rows = await plain_rows(connection, STEPS, order_id, stay["after"], last, STEPS_MAX)
    start, steps = [row for row in rows if row["what"] is None], [row for row in rows if row["what"] is not None]
    ahead = str(start[-1]["ahead"]) if start else "0"
    return Stay(
        stay["since_ns"],
        stay["until_ns"],
        _ended_by(stay),
        "market" if stay["price"] is None else f"{stay['price']:f}",
        len(start),
        ahead,
        str(steps[-1]["ahead"]) if steps else ahead,
        steps,
        await plain_rows(connection, TRADES_BY_PLACE, order_id, stay["after"], last + (stay["ended_by"] == b"F")),
        await _phases(connection, stay["placed"], stay["after"], last),
        await plain_rows(connection, AUCTIONS, stay["placed"], stay["after"], last),
    )


def _ended_by(stay: asyncpg.Record) -> str:
    if stay["ended_by"] == b"F" and stay["left_lots"]:
        return "its part traded"
    return ENDS.get(stay["ended_by"] or b"", "still there")


async def _phases(connection: asyncpg.Connection, sequence: int, after: int, until: int) -> list[Row]:
    """The phases that the symbol of an event was in after one event and until another, the first since before."""
    phases = await plain_rows(connection, PHASES, sequence, after, until)
    return phases if any(phase["phase"] != "trading" for phase in phases) else []


async def _opposite(connection: asyncpg.Connection, sequence: int, after: int) -> Row | None:
    return next(iter(await plain_rows(connection, OPPOSITE, sequence, after)), None)


ENDS = {b"F": "filled", b"3": "done for day", b"4": "canceled", b"5": "replaced", b"C": "expired", b"D": "restated"}
# The limits that were in force for whom and what was refused: of its version, the most particular, and of those the one
# that names the value which was compared.
LIMITS = """
select c.number as command, c.time_ns, c.who, c.why, c.detail ->> 'version' as version, c.detail::text as detail,
    i.symbol, s.firm_name as firm
from event e
join command c on c.who is not null and c.kind = 9 and c.number < e.command
    and (c.detail ->> 'version')::integer = e.limits_version
    and (c.detail ->> 'firm')::integer in (0, coalesce(e.firm, 0)) and c.instrument in (0, e.instrument)
left join instrument i on i.number = c.instrument
left join session s on s.number = e.session and (c.detail ->> 'firm')::integer > 0
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
select b.price_ticks * i.tick_size as price, b.displayed_lots * i.lot_size as quantity, b.orders,
    b.own_lots * i.lot_size as own
from event e
join instrument i on i.number = e.instrument, outcry_best_at($2, e.instrument, e.firm) b
where e.sequence = $1 and (b.side = '1') <> (e.side = '1')
"""
PHASES = """
select e.time_ns, phase_name((e.detail ->> 'state')::integer) as phase, r.name as reason, e.detail ->> 'who' as who,
    e.detail ->> 'why' as why
from event asked
join event e on e.class = 4 and e.instrument = asked.instrument and e.sequence <= $3 and e.sequence >= coalesce((
    select max(f.sequence) from event f where f.class = 4 and f.instrument = asked.instrument and f.sequence <= $2), 0)
left join reason r on r.code = e.reason and r.code > 0
where asked.sequence = $1
order by e.sequence
"""
AUCTIONS = """
select a.time_ns, a.phase, a.price, a.quantity, a.surplus
from event asked
join instrument i on i.number = asked.instrument
join auctions a on a.instrument = asked.instrument and a.sequence > $2 and a.sequence <= $3
where asked.sequence = $1
order by a.sequence
"""
WAIT = """
select w.since_ns, w.until_ns, w.ended_by::text, w.stop_ticks * i.tick_size as price, w.trades,
    w.low_ticks * i.tick_size as low, w.high_ticks * i.tick_size as high
from outcry_wait($1) w
join instrument i on i.number = w.instrument
"""
