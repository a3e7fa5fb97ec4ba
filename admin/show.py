"""What the running venue shows: status, sessions, book, orders, limits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from admin import order_history
from admin.audit_source import ask_audit
from admin.operate import indicative_cells
from admin.options import Audit, Session, Symbol, Venue, grouped
from admin.tables import NS_PER_S, duration, print_answer, print_lines, print_table, size, utc
from admin.venue_client import ask

ACKS = {
    "fsync": "an order is acknowledged once it is on the disk",
    "os": "an order is acknowledged once the operating system has it",
    "memory": "an order is acknowledged before it is written (for benchmarks)",
}
limits = typer.Typer(no_args_is_help=True, help="The limits in force.")


@grouped
def status(*, at: Venue) -> None:
    """The venue at a glance: where it listens, how far it is, its symbols."""
    print_answer(at.json, _without_password(at.ask("status")), _print_status)


def _print_status(answer: dict[str, Any]) -> None:
    print_lines(_summary(answer))
    for kill in answer["kills"]:
        whom = f"{kill['scope']} {kill['name']}".rstrip()
        typer.echo(f"blocked since {utc(kill['since_ns'])[:19]} by {kill['who']}: {whom}: {kill['why']}")
    columns = ("symbol", "state", "last", "bid", "quantity", "ask", "quantity", "orders")
    keys = ("symbol", "state", "last", "bid", "bid_quantity", "ask", "ask_quantity", "orders")
    print_table(
        columns, [[row[key] for key in keys] for row in answer["instruments"]], "no symbols", ("last", "bid", "ask")
    )


def _summary(answer: dict[str, Any]) -> dict[str, str]:
    journal, postgres, recovery = answer["journal"], answer["postgres"], answer["recovery"]
    where = "PostgreSQL of its own" if postgres["embedded"] else "PostgreSQL"
    return {
        "venue": f"{answer['comp_id']}, version {answer['version']}{'' if answer['compiled'] else ', not compiled'}",
        "running": f"{duration(answer['now_ns'] - answer['started_ns'])}, process {answer['pid']}",
        "FIX 4.4": f"{answer['fix']['host']}:{answer['fix']['port']}, {answer['sessions_connected']} connected",
        "orders": f"{answer['orders_open']} open" + (f"; {answer['cancel_only']}" if answer["cancel_only"] else ""),
        "ack policy": f"{answer['ack_policy']}: {ACKS[answer['ack_policy']]}",
        "journal": f"{journal['commands']} commands, {journal['events']} events, {size(journal['bytes'])}",
        "recovered": f"{recovery['restored']} commands from a snapshot, {recovery['replayed']} replayed",
        "snapshot": _snapshot(recovery),
        "audit": f"{where}, {_lag(answer)}",
        "data": answer["data_dir"],
        "psql": postgres["psql"],
    }


def _lag(answer: dict[str, Any]) -> str:
    """How far the audit is behind, in records and seconds, and what keeps it."""
    postgres = answer["postgres"]
    records = answer["journal"]["records"] - postgres["records"]
    if records <= 0:
        return "up to date"
    seconds = max(answer["now_ns"] - postgres["written_ns"], 0) / NS_PER_S if postgres["written_ns"] else 0
    fault = f": {postgres['fault']}" if postgres["fault"] else ""
    return f"{records:,} records and {seconds:.1f} s behind{fault}"


def _snapshot(recovery: dict[str, Any]) -> str:
    if not recovery["snapshot"]:
        return recovery["fault"] or "none yet"
    told = f"{recovery['snapshot']} commands, {utc(recovery['snapshot_ns'])[:19]}, state {recovery['state_hash'][:16]}"
    return f"{told}; {recovery['fault']}" if recovery["fault"] else told


def _without_password(answer: dict[str, Any]) -> dict[str, Any]:
    hidden = {key: re.sub(r"(//[^:/@]*):[^@]*@", r"\1:***@", answer["postgres"][key]) for key in ("dsn", "psql")}
    return answer | {"postgres": answer["postgres"] | hidden}


@grouped
def sessions(*, at: Venue) -> None:
    """Every CompID the venue knows, connected or not, with its sequence numbers."""
    print_answer(at.json, at.ask("sessions")["sessions"], _print_sessions)


def _print_sessions(rows: list[dict[str, Any]]) -> None:
    columns = ("session", "firm", "connected from", "since (UTC)", "in", "out", "orders")
    cells = [
        (
            row["comp_id"],
            row["firm"],
            row["peer"] if row["connected"] else "-",
            utc(row["since_ns"])[:19],
            row["next_in"],
            row["next_out"],
            row["orders_open"],
        )
        for row in rows
    ]
    print_table(columns, cells, "no session was ever logged on", ("in", "out"))


@grouped
def book(
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL", help="The symbol.")],
    depth: Annotated[int, typer.Option(help="Levels a side.", min=1, max=1_000)] = 10,
    *,
    at: Venue,
) -> None:
    """Both sides of a symbol, best price first."""
    print_answer(at.json, at.ask("book", symbol=symbol, depth=depth), print_book)


def print_book(answer: Mapping[str, Any]) -> None:
    """Both sides of a book beside each other."""
    print_lines({answer["symbol"]: f"{answer['state']}, last {answer['last'] or '-'}"})
    if answer["indicative"]:
        price, quantity, imbalance = indicative_cells(answer["indicative"])
        print_lines({"indicative": f"{quantity} at {price}, imbalance {imbalance}"})
    bids, asks = answer["bids"], answer["asks"]
    rows = [
        (*_level(bids, at, ("orders", "quantity", "price")), *_level(asks, at, ("price", "quantity", "orders")))
        for at in range(max(len(bids), len(asks)))
    ]
    print_table(("orders", "quantity", "bid", "ask", "quantity", "orders"), rows, "the book is empty", ("bid", "ask"))


def _level(levels: list[dict[str, Any]], at: int, keys: tuple[str, ...]) -> list[object]:
    return [levels[at][key] if at < len(levels) else None for key in keys]


@grouped
def orders(
    session: Session = None,
    symbol: Symbol = None,
    every: Annotated[bool, typer.Option("--all", help="Also those of before, from the audit.")] = False,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=10_000)] = 100,
    *,
    of: Audit,
) -> None:
    """Open orders, oldest first; with --all those that were."""
    if every:
        rows = ask_audit(of, lambda asked: order_history.orders(asked, session, symbol, limit))
    else:
        rows = ask(of.venue, "orders", session=session, symbol=symbol, limit=limit)["orders"]

    def told(rows: list[dict[str, Any]]) -> None:
        print_orders(rows, "no orders" if every else "no open orders", "status" if every else "type")
        if len(rows) == limit:
            typer.echo(f"the {'latest' if every else 'first'} {limit}; --limit shows more")

    print_answer(of.json, rows, told)


def print_orders(rows: Sequence[Mapping[str, Any]], empty: str, state: str = "type") -> None:
    """Orders as a table."""
    columns = ("order", "session", "ClOrdID", "symbol", "side", state, "price", "filled", "leaves")
    keys = ("order_id", "session", "cl_ord_id", "symbol", "side", state, "price", "filled", "leaves")
    print_table(columns, [[row[key] for key in keys] for row in rows], empty)


@limits.command("show")
@grouped
def limits_show(*, at: Venue) -> None:
    """The limits in force, by firm and symbol."""
    print_answer(at.json, at.ask("limits")["limits"], _print_limits)


def _print_limits(rows: list[dict[str, Any]]) -> None:
    print_table(
        ("firm", "symbol", "limit", "value", "version"),
        [line for row in rows for line in _limit_lines(row)],
        "no limits",
        ("value", "version"),
    )


LIMITS = {
    "order_quantity": "quantity of an order",
    "order_notional": "notional of an order",
    "collar_percent": "price from reference, %",
    "position_quantity": "position, open orders counted",
    "gross_notional": "gross notional",
    "net_notional": "net notional",
    "move_percent": "breaker: move, %",
    "window_s": "breaker: window, s",
}


def _limit_lines(row: dict[str, Any]) -> list[tuple[object, ...]]:
    whose = (row["firm"] or "any", row["symbol"] or "all")
    return [(*whose, text, row[key], row["version"]) for key, text in LIMITS.items() if row[key] is not None]
