"""The venue, its books and its audit held against what the clients know."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal

import asyncpg

from tests.gateway.venue_process import VenueProcess
from tests.simulation.blotter import Order
from tests.simulation.crowd import REFERENCES, Crowd

DEPTH = 1_000
STATUS_NAMES = {"0": "new", "1": "partially filled", "2": "filled", "4": "canceled"}
SIDES = {"1": "bids", "2": "asks"}


def reckon(crowd: Crowd) -> None:
    """AssertionError unless the venue, the clients and PostgreSQL tell the same story, once."""
    orders = [order for trader in crowd.traders for order in trader.blotter.orders.values()]
    reckon_orders(crowd)
    reckon_books(crowd.venue, orders)
    reckon_trades(orders)
    reckon_audit(crowd)
    reckon_repetition(crowd)


def reckon_orders(crowd: Crowd) -> None:
    """Every order that a client was told of is known to the venue and stands as the client thinks (IDN-06)."""
    for trader in crowd.traders:
        trader.blotter.statuses.clear()
        trader.ask_status()
    crowd.settle()
    for trader in crowd.traders:
        known = {order.order_id: order.standing() for order in trader.blotter.orders.values()}
        assert trader.blotter.statuses == known


def reckon_books(venue: VenueProcess, orders: Iterable[Order]) -> None:
    """Price, quantity and number of orders on every level are the sums over the clients' open orders."""
    levels: dict[tuple[str, str, Decimal], list[Decimal]] = defaultdict(list)
    for order in orders:
        if order.leaves:
            levels[order.symbol, SIDES[order.side], order.price].append(order.leaves)
    expected = {level: (sum(leaves), len(leaves)) for level, leaves in levels.items()}
    found = {}
    for symbol in REFERENCES:
        book = venue.ask("book", symbol=symbol, depth=DEPTH)
        for side in SIDES.values():
            for row in book[side]:
                found[symbol, side, Decimal(row["price"])] = (Decimal(row["quantity"]), row["orders"])
    assert found == expected


def reckon_trades(orders: Iterable[Order]) -> None:
    """What was bought was sold (QTY-07)."""
    filled: Counter[tuple[str, str]] = Counter()
    for order in orders:
        filled[order.symbol, order.side] += int(order.filled)
    assert all(filled[symbol, "1"] == filled[symbol, "2"] for symbol in REFERENCES), filled


def reckon_repetition(crowd: Crowd) -> None:
    """A ResendRequest for everything brings every message again as it was (SES-10, SES-22)."""
    for trader in crowd.traders:
        trader.client.repeated = 0
        trader.client.ask_again(1)
    crowd.settle()
    for trader in crowd.traders:
        assert trader.client.repeated == len(trader.client.received)


def reckon_audit(crowd: Crowd) -> None:
    """PostgreSQL has caught up, holds each command, event and message once, and agrees with the clients (AUD-01)."""
    wait_for_audit(crowd.venue)
    status = crowd.venue.ask("status")
    asyncio.run(_reckon_audit(crowd, status["postgres"]["dsn"], status["journal"]))


def wait_for_audit(venue: VenueProcess) -> None:
    """Return when the audit holds all that the venue has done so far; its server may have to come back first."""
    status = venue.ask("status")
    dsn, commands = status["postgres"]["dsn"], status["journal"]["commands"]
    venue.wait_until(lambda: asyncio.run(projected(dsn)) >= commands, "the audit's last row")


async def projected(dsn: str) -> int:
    """The number of the last command in the audit; -1 where nobody answers or the schema is not there yet."""
    try:
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            return int(await connection.fetchval("select coalesce(max(command), 0) from projection"))
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return -1


async def _reckon_audit(crowd: Crowd, dsn: str, journal: dict[str, int]) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for table, number, count in (("command", "number", "commands"), ("event", "sequence", "events")):
            row = await connection.fetchrow(f"select count(*), min({number}), max({number}) from {table}")
            assert tuple(row or ()) == (journal[count], 1, journal[count]), table
        await _reckon_reports(crowd, connection)
        await _reckon_numbers(crowd, connection)
        await _reckon_order_rows(crowd, connection)
    finally:
        await connection.close()


async def _reckon_reports(crowd: Crowd, connection: asyncpg.Connection) -> None:
    """Each event of an order is one ExecutionReport that one client received once."""
    rows = await connection.fetch(
        "select comp_id, sequence, kind from event join session on number = session where class = 1 and kind <> 'I'"
    )
    told = {(row["comp_id"], row["sequence"]): row["kind"].decode() for row in rows}
    heard = {
        (trader.client.comp_id, exec_id): kind
        for trader in crowd.traders
        for exec_id, kind in trader.blotter.exec_ids.items()
    }
    assert told == heard


async def _reckon_numbers(crowd: Crowd, connection: asyncpg.Connection) -> None:
    """The messages to each client bear the numbers from 1 on, each once."""
    rows = await connection.fetch(
        "select comp_id, count(*), count(distinct m.number) as numbers, max(m.number) as last, next_out from message m "
        "join session s on s.number = session where outbound and not resent group by comp_id, next_out"
    )
    assert len(rows) == len(crowd.traders)
    for row in rows:
        assert row["count"] == row["numbers"] == row["last"] == row["next_out"] - 1, row


async def _reckon_order_rows(crowd: Crowd, connection: asyncpg.Connection) -> None:
    """The view of orders shows what the clients know."""
    rows = await connection.fetch("select order_id, session, status, filled, leaves, quantity, price from orders")
    found = {str(row["order_id"]): tuple(row)[1:] for row in rows}
    known = {
        order.order_id: (
            trader.client.comp_id,
            STATUS_NAMES[order.status],
            order.filled,
            order.leaves,
            order.quantity,
            order.price,
        )
        for trader in crowd.traders
        for order in trader.blotter.orders.values()
    }
    assert found == known
