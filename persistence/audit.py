"""Questions to the audit in PostgreSQL, answered in plain rows.

Prices and quantities are decimal strings in the instrument's units, times ns UTC, codes their names, None is none.
Rows come oldest first; of more than `rows_max` the latest.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict, cast

import asyncpg

from persistence.errors import DatabaseError

Row = dict[str, object]
CONNECT_S = 5.0


class OrderEventRow(TypedDict):
    """What happened to an order or to a request about one; `value` and `limit` are what a refusal compared."""

    sequence: int
    time_ns: int
    event: str
    order_id: int | None
    cl_ord_id: str | None
    orig_cl_ord_id: str | None
    session: str | None
    account: str | None
    symbol: str | None
    side: str | None
    type: str | None
    time_in_force: str | None
    price: str | None
    stop_price: str | None
    quantity: str | None
    last_price: str | None
    last_quantity: str | None
    filled: str | None
    leaves: str | None
    status: str | None
    reason: str | None
    value: int | None
    limit: int | None
    limits_version: int | None
    trade: int | None
    command: int
    caused_by: str | None
    who: str | None
    why: str | None


class TradeRow(TypedDict):
    """One trade with both its sides."""

    trade: int
    time_ns: int
    symbol: str
    quantity: str
    price: str
    aggressor: str
    buy_order: int
    buyer: str
    sell_order: int
    seller: str


class SessionRow(TypedDict):
    """A session as it stands; `next_in` and `next_out` are the numbers its next messages will bear."""

    session: str
    firm: str
    next_in: int
    next_out: int


class SessionChangeRow(TypedDict):
    """What became of a session, and its next numbers then."""

    record: int
    time_ns: int
    session: str
    change: str
    next_in: int
    next_out: int
    text: str | None


class MessageRow(TypedDict):
    """One FIX message as it came or left; `direction` is "in" or "out"."""

    record: int
    time_ns: int
    session: str | None
    direction: str
    msg_seq_num: int
    msg_type: str
    resent: bool
    raw: bytes


class ActionRow(TypedDict):
    """What an operator, the calendar or the circuit breaker did."""

    command: int
    time_ns: int
    action: str
    symbol: str | None
    session: str | None
    target: str | None
    reason: str | None
    who: str | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Window:
    """What to look at: from `since_ns` to before `until_ns`, a symbol, a session (CompID); None does not filter."""

    since_ns: int | None = None
    until_ns: int | None = None
    symbol: str | None = None
    session: str | None = None
    rows_max: int = 10_000


async def connect(dsn: str) -> asyncpg.Connection:
    """A connection that only reads; DatabaseError if there is no audit."""
    try:
        connection = await asyncpg.connect(dsn, timeout=CONNECT_S)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise DatabaseError(f"cannot reach the audit's PostgreSQL: {error}") from error
    await connection.execute("set default_transaction_read_only = on")
    if await connection.fetchval("select to_regclass('projection')") is None:
        await connection.close()
        raise DatabaseError("this database holds no audit yet")
    return connection


async def order_by_id(connection: asyncpg.Connection, order_id: int) -> list[OrderEventRow]:
    """Everything that happened to the order with this OrderID(37)."""
    return cast(list[OrderEventRow], await plain_rows(connection, ORDER_BY_ID, order_id))


async def order_by_cl_ord_id(
    connection: asyncpg.Connection, cl_ord_id: str, session: str | None = None
) -> list[OrderEventRow]:
    """Everything that happened to the orders that ever had this ClOrdID(11), under all their names, and to requests."""
    return cast(list[OrderEventRow], await plain_rows(connection, ORDER_BY_CL_ORD_ID, cl_ord_id, session))


async def trades(connection: asyncpg.Connection, window: Window) -> list[TradeRow]:
    """Trades; a window's session is on either side."""
    return cast(list[TradeRow], await plain_rows(connection, TRADES, *_where(window)))


async def sessions(connection: asyncpg.Connection, session: str | None = None) -> list[SessionRow]:
    """Sessions as they stand."""
    return cast(list[SessionRow], await plain_rows(connection, SESSIONS, session))


async def session_changes(connection: asyncpg.Connection, window: Window) -> list[SessionChangeRow]:
    """When sessions connected, logged on, were reset and parted; the window's symbol does not matter."""
    return cast(list[SessionChangeRow], await plain_rows(connection, SESSION_CHANGES, *_where(window, symbol=False)))


async def messages(
    connection: asyncpg.Connection, window: Window, direction: str | None = None, msg_type: str | None = None
) -> list[MessageRow]:
    """FIX messages both ways, raw; `direction` "in" or "out", `msg_type` as in MsgType(35)."""
    symbol = None if window.symbol is None else b"\x0155=" + window.symbol.encode() + b"\x01"
    where = _where(window, symbol=False)
    return cast(list[MessageRow], await plain_rows(connection, MESSAGES, *where, symbol, direction, msg_type))


async def actions(connection: asyncpg.Connection, window: Window) -> list[ActionRow]:
    """What was done to the venue by others than its clients."""
    return cast(list[ActionRow], await plain_rows(connection, ACTIONS, *_where(window)))


def _where(window: Window, symbol: bool = True) -> tuple[object, ...]:
    named = (window.symbol,) if symbol else ()
    return (window.since_ns, window.until_ns, window.rows_max, window.session, *named)


async def plain_rows(connection: asyncpg.Connection, sql: str, *arguments: object) -> list[Row]:
    """What a query gives, in plain values."""
    return [{name: plain(value) for name, value in row.items()} for row in await connection.fetch(sql, *arguments)]


def plain(value: object) -> object:
    """Decimals as text."""
    return f"{value:f}" if isinstance(value, Decimal) else value


# A time is compared as the indexes have it, in microseconds, and then exactly.
WITHIN = """($1::bigint is null or (time >= outcry_time($1) and time_ns >= $1))
    and ($2::bigint is null or (time <= outcry_time($2) and time_ns < $2))"""


def _columns(row: type) -> str:
    return ", ".join(f'"{name}"' for name in row.__annotations__)


ORDER_BY_ID = f"select {_columns(OrderEventRow)} from order_events where order_id = $1 order by sequence"
ORDER_BY_CL_ORD_ID = f"""
with named as materialized (select * from outcry_named($1, $2))
select {_columns(OrderEventRow)} from order_events where order_id = any(array(select order_id from named))
union
select {_columns(OrderEventRow)} from order_events where sequence = any(array(select sequence from named))
order by sequence
"""
TRADES = f"""
select * from (
    select {_columns(TradeRow)} from trades
    where {WITHIN} and ($4::text is null or $4 in (buyer, seller)) and ($5::text is null or symbol = $5)
    order by trade desc limit $3
) latest order by trade
"""
SESSIONS = """
select comp_id as session, firm_name as firm, next_in, next_out from session
where $1::text is null or comp_id = $1 order by number
"""
SESSION_CHANGES = f"""
select * from (
    select {_columns(SessionChangeRow)} from session_changes
    where {WITHIN} and ($4::text is null or session = $4)
    order by record desc limit $3
) latest order by record
"""
MESSAGES = f"""
select {_columns(MessageRow)} from outcry_messages($4, $1, $2, $5, $6, $7, $3) order by record
"""
ACTIONS = f"""
select * from (
    select {_columns(ActionRow)} from actions
    where {WITHIN} and ($4::text is null or session = $4) and ($5::text is null or symbol = $5)
    order by command desc limit $3
) latest order by command
"""
