"""Questions to the audit with an answer rather than a list: why, where in the queue, who did what, how was the day."""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from admin.audit_source import ask_audit
from admin.moments import moment_ns
from admin.options import Audit, Session, Span, grouped
from admin.tables import print_answer
from gateway.problems import SettingsError

if TYPE_CHECKING:
    import asyncpg

    from persistence.audit import Row
    from persistence.explaining import Why

    Asked = Callable[[asyncpg.Connection], Awaitable[Any]]

Order = Annotated[str, typer.Argument(metavar="ORDER", help="OrderID(37), or ClOrdID(11).")]
At = Annotated[
    str | None, typer.Option("--at", help="When: 10m (ago), 14:30, 2026-11-22T14:30 (UTC); now if left out.")
]
CompId = Annotated[str, typer.Argument(metavar="COMPID", help="The client's CompID.")]
AnySymbol = Annotated[str | None, typer.Argument(metavar="[SYMBOL]", help="Only this symbol.")]
Day = Annotated[str | None, typer.Argument(metavar="[DAY]", help="2026-11-22 (UTC); today if left out.")]
Limit = Annotated[int, typer.Option("--limit", help="The first so many.", min=1, max=1_000_000)]
Svg = Annotated[Path | None, typer.Option("--svg", help="Write the picture to this file instead.")]


@grouped
def why(order: Order, session: Session = None, *, of: Audit) -> None:
    """Why an order was refused, or has not traded: what was compared, who was ahead, what traded meanwhile."""
    from admin.audit_answers import print_why

    found: Why = ask_audit(of, lambda asked: _why(asked, order, session))
    if not found.events:
        raise SettingsError([f"order {order} is not in the audit"])
    print_answer(of.json, found, print_why, asdict)


@grouped
def queue(order: Order, at: At = None, session: Session = None, *, of: Audit) -> None:
    """Where an order stood in its queue at a time, and who was ahead."""
    from admin.audit_answers import print_queue
    from persistence.questions import queue as ask_queue

    at_ns = _moment("--at", at)

    async def answer(asked: asyncpg.Connection) -> list[Row]:
        order_id = await _order_id(asked, order, session)
        if not order_id:
            raise SettingsError([f"no order {order} is in the audit"])
        return await ask_queue(asked, order_id, at_ns)

    print_answer(of.json, ask_audit(of, answer), print_queue)


@grouped
def best(symbol: AnySymbol = None, at: At = None, *, of: Audit) -> None:
    """Best bid and offer at a time."""
    from admin.audit_answers import print_best
    from persistence.questions import best as ask_best

    at_ns = _moment("--at", at)
    print_answer(of.json, ask_audit(of, lambda asked: ask_best(asked, at_ns, symbol)), print_best)


@grouped
def client(comp_id: CompId, limit: Limit = 100, *, span: Span, of: Audit) -> None:
    """Everything that happened to a client between two times, oldest first."""
    from admin.audit_answers import print_client
    from persistence.questions import client as ask_client

    since_ns, until_ns = span.within()
    between = since_ns or 0, until_ns or time.time_ns()
    print_answer(of.json, ask_audit(of, lambda asked: ask_client(asked, comp_id, *between, limit)), print_client)


@grouped
def summary(day: Day = None, *, of: Audit) -> None:
    """A day by symbol, and by symbol and firm."""
    from admin.audit_answers import print_summary
    from persistence.questions import summary as ask_summary

    try:
        asked_day = date.fromisoformat(day) if day else datetime.now(UTC).date()
    except ValueError:
        raise SettingsError([f'"{day}" is no day; write 2026-11-22']) from None
    symbols, firms = ask_audit(of, lambda asked: ask_summary(asked, asked_day))
    told = {"day": asked_day.isoformat(), "symbols": symbols, "firms": firms}
    print_answer(of.json, told, lambda _: print_summary(asked_day.isoformat(), symbols, firms))


@grouped
def picture(order: Order, svg: Svg = None, session: Session = None, *, of: Audit) -> None:
    """An order's life as a picture: its price, its fills, the trades around it, and the queue ahead of it."""
    from admin.order_picture import as_svg, as_text
    from persistence.questions import trades_about

    async def answer(asked: asyncpg.Connection) -> tuple[Why, list[Row]]:
        found = await _why(asked, order, session)
        order_id = next((row["order_id"] for row in found.events if row["order_id"]), 0)
        return found, await trades_about(asked, order_id or 0)

    found, trades = ask_audit(of, answer)
    if not any(row["order_id"] for row in found.events):
        raise SettingsError([f"order {order} is not in the audit"])
    if svg is not None:
        svg.write_text(as_svg(found, trades))
        return
    drawn = {**asdict(found), "around": trades}
    print_answer(of.json, drawn, lambda _: sys.stdout.write(as_text(found, trades)))


async def _why(asked: asyncpg.Connection, order: str, session: str | None) -> Why:
    from persistence.audit import order_by_cl_ord_id
    from persistence.explaining import why as explain
    from persistence.explaining import why_order

    order_id = await _order_id(asked, order, session)
    if order_id:
        return await why_order(asked, order_id)
    return await explain(asked, await order_by_cl_ord_id(asked, order, session))


async def _order_id(asked: asyncpg.Connection, order: str, session: str | None) -> int:
    """The order meant: an OrderID if it is a number that one has, else the newest with this ClOrdID; 0 for none."""
    from persistence.audit import order_by_id
    from persistence.questions import order_ids

    if order.isdecimal() and len(order) < 19 and await order_by_id(asked, int(order)):
        return int(order)
    return next(iter(await order_ids(asked, order, session)), 0)


def _moment(option: str, text: str | None) -> int:
    now_ns = time.time_ns()
    return moment_ns(option, text, now_ns) or now_ns
