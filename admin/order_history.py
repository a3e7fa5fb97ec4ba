"""Orders whether open or not, as the audit's view `orders` tells how each stands."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncpg

LATEST = """
select order_id, cl_ord_id, session, symbol, side, type, time_in_force, status, price, quantity, filled, leaves,
    average_price, reason, time_ns
from orders
where ($1::text is null or session = $1) and ($2::text is null or symbol = $2)
order by order_id desc limit $3
"""


async def orders(
    connection: asyncpg.Connection, session: str | None, symbol: str | None, count_max: int
) -> list[dict[str, Any]]:
    """The latest `count_max` orders, oldest first; prices and quantities are decimal strings."""
    rows = await connection.fetch(LATEST, session, symbol, count_max)
    return [{key: _plain(value) for key, value in row.items()} for row in reversed(rows)]


def _plain(value: object) -> object:
    return f"{value:f}" if isinstance(value, Decimal) else value
