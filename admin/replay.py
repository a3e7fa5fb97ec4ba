"""`outcry replay`: the exchange as it stood at any moment, from the journal; whether today's code agrees with it."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from admin.journal import directory_of
from admin.moments import moment_ns
from admin.options import Files, Session, Symbol, grouped
from admin.show import print_book, print_orders
from admin.tables import print_answer, print_json, print_lines, print_table, utc
from gateway.problems import SettingsError

if TYPE_CHECKING:
    from gateway.rebuilding import Rebuilt

What = Literal["status", "book", "orders", "positions"]


@grouped
def replay(
    what: Annotated[What, typer.Argument(help="What to look at.")] = "status",
    to: Annotated[str | None, typer.Option(help="Up to this command's number, or this time: 14:30, 10m (ago).")] = None,
    symbol: Symbol = None,
    session: Session = None,
    depth: Annotated[int, typer.Option(help="Levels a side.", min=1, max=1_000)] = 10,
    limit: Annotated[int, typer.Option(help="At most so many orders.", min=1, max=1_000_000)] = 100,
    compare: Annotated[bool, typer.Option("--compare", help="Replay all and compare; exit code 1: differs.")] = False,
    *,
    of: Files,
) -> None:
    """The exchange as it stood at a moment, rebuilt in memory from the journal; nothing is changed."""
    from persistence.errors import DeterminismError, JournalError, StateError

    directory = directory_of(of.data_dir)
    try:
        if compare:
            raise typer.Exit(_compare(directory, of.json))
        _show(_rebuilt(directory, to), what, symbol, session, depth, limit, of.json)
    except (JournalError, DeterminismError, StateError) as error:
        raise SettingsError([str(error)]) from None


def _rebuilt(directory: Path, to: str | None) -> Rebuilt:
    from gateway.rebuilding import rebuild

    if to is not None and to.isdigit():
        return rebuild(directory, command_max=int(to))
    return rebuild(directory, time_max_ns=moment_ns("--to", to, time.time_ns()))


def _show(
    rebuilt: Rebuilt, what: What, symbol: str | None, session: str | None, depth: int, limit: int, json: bool
) -> None:
    if what == "book":
        if symbol is None:
            raise SettingsError(["--symbol: which book?"])
        book = rebuilt.book(symbol, depth)
        print_answer(json, book, print_book)
    elif what == "orders":
        orders = rebuilt.orders(session, symbol, limit)
        print_answer(json, orders, lambda rows: print_orders(rows, "no open orders"))
    elif what == "positions":
        positions = rebuilt.positions()
        columns = ("firm", "symbol", "position", "open buys", "open sells")
        cells = [list(row.values()) for row in positions]
        print_json(positions) if json else print_table(columns, cells, "no positions", columns[2:])
    else:
        _status(rebuilt, json)


def _status(rebuilt: Rebuilt, json: bool) -> None:
    rows = rebuilt.instruments()
    if json:
        names = ("command", "event", "time_ns", "state_hash")
        print_json({name: getattr(rebuilt, name) for name in names} | {"instruments": rows})
        return
    print_lines(
        {
            "after": f"command {rebuilt.command}, event {rebuilt.event}, {utc(rebuilt.time_ns or None)}",
            "state": rebuilt.state_hash,
        }
    )
    columns = ("symbol", "state", "last", "bid", "quantity", "ask", "quantity", "orders")
    keys = ("symbol", "state", "last", "bid", "bid_quantity", "ask", "ask_quantity", "orders")
    cells = [[dict(row)[key] for key in keys] for row in rows]
    print_table(columns, cells, "no symbols", ("last", "bid", "ask"))


def _compare(directory: Path, json: bool) -> int:
    from gateway.rebuilding import compare

    found = compare(directory)
    if json:
        print_json(asdict(found))
    elif found.difference:
        sys.stdout.write(f"differs: {found.difference}\n")
    else:
        since = f" after command {found.begins_at}" if found.begins_at else ""
        told = f"{found.commands - found.begins_at} commands{since}, all {found.events} events as recorded"
        same = f"; the state of {len(found.snapshots)} snapshots found again" if found.snapshots else ""
        sys.stdout.write(f"the same: {told}{same}\nstate {found.state_hash}\n")
    return 1 if found.difference else 0
