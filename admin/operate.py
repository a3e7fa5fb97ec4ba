"""What an operator does to the running venue; each is a command that stands in the audit with who and why."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from admin.options import DATA_DIR, AsJson, DataDir, Session, Socket, Symbol, venue_at
from admin.tables import print_json, print_table, utc
from admin.venue_client import ask

OneSymbol = Annotated[str | None, typer.Argument(help="The symbol.", metavar="SYMBOL")]
All = Annotated[bool, typer.Option("--all", help="Every symbol.")]
AllOrders = Annotated[bool, typer.Option("--all", help="Every open order.")]
Scope = Annotated[str, typer.Argument(help="firm, user, session or market.", metavar="SCOPE")]
Whose = Annotated[str | None, typer.Argument(help="Its name; the market has none.", metavar="[NAME]")]
Reason = Annotated[str, typer.Option("--reason", help="Why; stands in the audit.")]
phase = typer.Typer(no_args_is_help=True, help="The phases of trading.")
Why = Annotated[str, typer.Option("--reason", help="Why; stands in the audit.")]


def halt(
    reason: Why,
    symbol: OneSymbol = None,
    every: All = False,
    data_dir: DataDir = DATA_DIR,
    socket: Socket = None,
    json: AsJson = False,
) -> None:
    """Stop trading in a symbol, or in all; resting orders stay and may be canceled."""
    done = ask(venue_at(data_dir, socket), "halt", symbol=symbol, all=every, reason=reason)
    _say(done, json, f"halted: {_names(done)}" if done["symbols"] else "nothing to do: halted before")


def resume(
    symbol: OneSymbol = None,
    every: All = False,
    reason: Why = "",
    data_dir: DataDir = DATA_DIR,
    socket: Socket = None,
    json: AsJson = False,
) -> None:
    """Let trading go on in a halted symbol, or in all, through a call of auctions.reopening_s."""
    venue = venue_at(data_dir, socket)
    done = ask(venue, "resume", symbol=symbol, all=every, reason=reason)
    _say(done, json, f"resumed: {_names(done)}" if done["symbols"] else "nothing to do: not halted")
    for row in ask(venue, "phases")["phases"] if not json else ():
        if row["symbol"] in done["symbols"] and row["until_ns"]:
            typer.echo(f"  {row['symbol']}: {row['phase']} until {utc(row['until_ns'])[:19]} UTC, then {row['next']}")


@phase.command("show")
def phase_show(data_dir: DataDir = DATA_DIR, socket: Socket = None, json: AsJson = False) -> None:
    """In which phase each symbol is, until when, and what a call would give if it ended now."""
    rows = ask(venue_at(data_dir, socket), "phases")["phases"]
    if json:
        print_json(rows)
        return
    cells = [
        (
            row["symbol"],
            row["phase"],
            utc(row["until_ns"])[:19] if row["until_ns"] else "-",
            row["next"] or "-",
            *indicative_cells(row["indicative"]),
        )
        for row in rows
    ]
    columns = ("symbol", "phase", "until (UTC)", "then", "indicative", "quantity", "imbalance")
    print_table(columns, cells, "no symbols", ("indicative", "quantity"))


def indicative_cells(row: dict[str, Any] | None) -> tuple[str, str, str]:
    """Price, quantity and imbalance of what a call would give now."""
    if row is None:
        return "-", "-", "-"
    side = row["imbalance_side"]
    return row["price"], row["quantity"], f"{side} {row['imbalance']}" if side else "none"


@phase.command("set")
def phase_set(
    name: Annotated[str, typer.Argument(help="closed, pre_open, opening_auction, trading ...", metavar="PHASE")],
    reason: Why,
    symbol: OneSymbol = None,
    every: All = False,
    length_s: Annotated[int, typer.Option(help="How long a call lasts; 0: until it is changed.", min=0)] = 0,
    data_dir: DataDir = DATA_DIR,
    socket: Socket = None,
    json: AsJson = False,
) -> None:
    """Put a symbol, or all, into a phase at once; leaving a call uncrosses the book."""
    venue = venue_at(data_dir, socket)
    done = ask(venue, "set_phase", symbol=symbol, all=every, phase=name, length_s=length_s, reason=reason)
    _say(done, json, f"{name}: {_names(done)}")


def cancel_all(
    session: Session = None,
    symbol: Symbol = None,
    every: AllOrders = False,
    reason: Why = "",
    data_dir: DataDir = DATA_DIR,
    socket: Socket = None,
    json: AsJson = False,
) -> None:
    """Cancel the open orders of a session, in a symbol, both, or all."""
    done = ask(venue_at(data_dir, socket), "cancel_orders", session=session, symbol=symbol, all=every, reason=reason)
    count = done["orders"]
    _say(
        done,
        json,
        f"canceled: {count} order{'' if count == 1 else 's'}" + (f" in {_names(done)}" if done["symbols"] else ""),
    )


def kill(
    scope: Scope,
    reason: Why,
    name: Whose = None,
    data_dir: DataDir = DATA_DIR,
    socket: Socket = None,
    json: AsJson = False,
) -> None:
    """Block new orders of a firm, user, session or the market, and cancel all its open orders; F is still accepted."""
    done = ask(venue_at(data_dir, socket), "kill", scope=scope, name=name, reason=reason)
    count = done["orders"]
    _say(done, json, f"blocked: {_whom(scope, name)}; canceled: {count} order{'' if count == 1 else 's'}")


def unkill(
    scope: Scope,
    name: Whose = None,
    reason: Reason = "",
    data_dir: DataDir = DATA_DIR,
    socket: Socket = None,
    json: AsJson = False,
) -> None:
    """Allow new orders again."""
    done = ask(venue_at(data_dir, socket), "unkill", scope=scope, name=name, reason=reason)
    _say(done, json, f"no longer blocked: {_whom(scope, name)}")


def _whom(scope: str, name: str | None) -> str:
    return "the market" if name is None else f"{scope} {name}"


def _say(done: dict[str, Any], json: bool, text: str) -> None:
    if json:
        print_json(done)
    else:
        typer.echo(text)


def _names(done: dict[str, Any]) -> str:
    return ", ".join(done["symbols"])
