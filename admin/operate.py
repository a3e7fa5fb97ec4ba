"""What an operator does to the running venue; each is a command that stands in the audit with who and why."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from admin.options import Session, Symbol, Venue, grouped
from admin.tables import print_answer, print_table, utc

OneSymbol = Annotated[str | None, typer.Argument(help="The symbol.", metavar="SYMBOL")]
All = Annotated[bool, typer.Option("--all", help="Every symbol.")]
AllOrders = Annotated[bool, typer.Option("--all", help="Every open order.")]
Scope = Annotated[str, typer.Argument(help="firm, user, session or market.", metavar="SCOPE")]
Whose = Annotated[str | None, typer.Argument(help="Its name; the market has none.", metavar="[NAME]")]
phase = typer.Typer(no_args_is_help=True, help="The phases of trading.")
trade = typer.Typer(no_args_is_help=True, help="Trades that should not have been.")
Number = Annotated[int, typer.Argument(help="Its number, SecondaryExecID(527).", metavar="TRADE", min=1)]
Quantity = Annotated[str | None, typer.Option(help="What it shall have been.", metavar="QUANTITY")]
Price = Annotated[str | None, typer.Option(help="What it shall have been.", metavar="PRICE")]
Why = Annotated[str, typer.Option("--reason", help="Why; stands in the audit.")]


@grouped
def halt(reason: Why, symbol: OneSymbol = None, every: All = False, *, at: Venue) -> None:
    """Stop trading in a symbol, or in all; resting orders stay and may be canceled."""
    done = at.ask("halt", symbol=symbol, all=every, reason=reason)
    _say(at, done, f"halted: {_names(done)}" if done["symbols"] else "nothing to do: halted before")


@grouped
def resume(symbol: OneSymbol = None, every: All = False, reason: Why = "", *, at: Venue) -> None:
    """Let trading go on in a halted symbol, or in all, through a call of auctions.reopening_s."""
    done = at.ask("resume", symbol=symbol, all=every, reason=reason)
    _say(at, done, f"resumed: {_names(done)}" if done["symbols"] else "nothing to do: not halted")
    for row in at.ask("phases")["phases"] if not at.json else ():
        if row["symbol"] in done["symbols"] and row["until_ns"]:
            typer.echo(f"  {row['symbol']}: {row['phase']} until {utc(row['until_ns'])[:19]} UTC, then {row['next']}")


@phase.command("show")
@grouped
def phase_show(*, at: Venue) -> None:
    """In which phase each symbol is, until when, and what a call would give if it ended now."""
    print_answer(at.json, at.ask("phases")["phases"], _print_phases)


def _print_phases(rows: list[dict[str, Any]]) -> None:
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
@grouped
def phase_set(
    name: Annotated[str, typer.Argument(help="closed, pre_open, opening_auction, trading ...", metavar="PHASE")],
    reason: Why,
    symbol: OneSymbol = None,
    every: All = False,
    length_s: Annotated[int, typer.Option(help="How long a call lasts; 0: until it is changed.", min=0)] = 0,
    *,
    at: Venue,
) -> None:
    """Put a symbol, or all, into a phase at once; leaving a call uncrosses the book."""
    done = at.ask("set_phase", symbol=symbol, all=every, phase=name, length_s=length_s, reason=reason)
    _say(at, done, f"{name}: {_names(done)}")


@grouped
def cancel_all(
    session: Session = None, symbol: Symbol = None, every: AllOrders = False, reason: Why = "", *, at: Venue
) -> None:
    """Cancel the open orders of a session, in a symbol, both, or all."""
    done = at.ask("cancel_orders", session=session, symbol=symbol, all=every, reason=reason)
    _say(at, done, _canceled(done) + (f" in {_names(done)}" if done["symbols"] else ""))


@grouped
def kill(scope: Scope, reason: Why, name: Whose = None, *, at: Venue) -> None:
    """Block new orders of a firm, user, session or the market, and cancel all its open orders; F is still accepted."""
    done = at.ask("kill", scope=scope, name=name, reason=reason)
    _say(at, done, f"blocked: {_whom(scope, name)}; {_canceled(done)}")


@grouped
def unkill(scope: Scope, name: Whose = None, reason: Why = "", *, at: Venue) -> None:
    """Allow new orders again."""
    done = at.ask("unkill", scope=scope, name=name, reason=reason)
    _say(at, done, f"no longer blocked: {_whom(scope, name)}")


@trade.command("bust")
@grouped
def trade_bust(number: Number, reason: Why, *, at: Venue) -> None:
    """Take back a trade of this trading day: both sides are told, what was filled is open again or ends."""
    done = at.ask("bust", trade=number, reason=reason)
    _say(at, done, f"busted: trade {number} in {done['symbol']}, {done['buyer']} bought from {done['seller']}")


@trade.command("correct")
@grouped
def trade_correct(number: Number, reason: Why, quantity: Quantity = None, price: Price = None, *, at: Venue) -> None:
    """Give a trade of this trading day another quantity or price: both sides are told."""
    done = at.ask("correct", trade=number, reason=reason, quantity=quantity, price=price)
    _say(at, done, f"corrected: trade {number} in {done['symbol']} is {done['quantity']} at {done['price']}")


def _whom(scope: str, name: str | None) -> str:
    return "the market" if name is None else f"{scope} {name}"


def _canceled(done: dict[str, Any]) -> str:
    count = done["orders"]
    return f"canceled: {count} order{'' if count == 1 else 's'}"


def _say(at: Venue, done: dict[str, Any], text: str) -> None:
    print_answer(at.json, done, lambda _: typer.echo(text))


def _names(done: dict[str, Any]) -> str:
    return ", ".join(done["symbols"])
