"""What happened, from the audit in PostgreSQL: one order's life, trades, sessions, messages, operators' actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import typer

from admin import audit_keeping, audit_questions
from admin.audit_source import ask_audit
from admin.options import Audit, Session, Span, Symbol, grouped
from admin.tables import print_answer, utc
from gateway.problems import SettingsError

audit = typer.Typer(no_args_is_help=True, help="What happened, from the audit trail.")
for command in ("why", "queue", "best", "client", "summary", "picture"):
    audit.command()(getattr(audit_questions, command))
for command in ("verify", "retire", "restore_journal"):
    audit.command()(getattr(audit_keeping, command))

Limit = Annotated[int, typer.Option("--limit", help="The latest so many.", min=1, max=1_000_000)]
OrderId = Annotated[int | None, typer.Argument(metavar="ID", help="OrderID(37).", min=1)]
ClOrdId = Annotated[str | None, typer.Option("--cl-ord-id", help="ClOrdID(11), also one it was replaced from.")]
CompId = Annotated[str, typer.Argument(metavar="COMPID", help="The client's CompID.")]
Direction = Annotated[Literal["in", "out"] | None, typer.Option("--direction", help="in: from clients; out: to them.")]
MsgType = Annotated[str | None, typer.Option("--type", help="Only this MsgType(35), e.g. D or 8.")]


@audit.command()
@grouped
def order(order_id: OrderId = None, cl_ord_id: ClOrdId = None, session: Session = None, *, of: Audit) -> None:
    """Everything that happened to an order, by OrderID or by ClOrdID."""
    print_order(order_id, cl_ord_id, session, of)


def print_order(order_id: int | None, cl_ord_id: str | None, session: str | None, of: Audit) -> None:
    """The same, for commands that end with an order's story."""
    from admin.audit_tables import print_orders
    from persistence.audit import order_by_cl_ord_id, order_by_id

    if (order_id is None) is (cl_ord_id is None):
        raise SettingsError(["give an ID or --cl-ord-id, one of them"])
    if cl_ord_id is not None:
        rows = ask_audit(of, lambda asked: order_by_cl_ord_id(asked, cl_ord_id, session))
    else:
        rows = ask_audit(of, lambda asked: order_by_id(asked, order_id or 0))
    if not rows:
        name = f"order {order_id}" if cl_ord_id is None else f"ClOrdID {cl_ord_id}"
        raise SettingsError([f"{name} is not in the audit"])
    print_answer(of.json, rows, print_orders, _dated)


@audit.command()
@grouped
def trades(symbol: Symbol = None, session: Session = None, limit: Limit = 100, *, span: Span, of: Audit) -> None:
    """Trades with both their sides."""
    from admin.audit_tables import print_trades
    from persistence.audit import Window
    from persistence.audit import trades as ask_trades

    window = Window(*span.within(), symbol, session, limit)
    print_answer(of.json, ask_audit(of, lambda asked: ask_trades(asked, window)), print_trades, _dated)


@audit.command()
@grouped
def session(comp_id: CompId, limit: Limit = 100, *, span: Span, of: Audit) -> None:
    """When a client connected, logged on and parted, and its sequence numbers."""
    from admin.audit_tables import print_session
    from persistence.audit import Window, session_changes, sessions

    window = Window(*span.within(), None, comp_id, limit)
    known, changes = ask_audit(of, lambda asked: _both(sessions(asked, comp_id), session_changes(asked, window)))
    if not known:
        raise SettingsError([f"session {comp_id} is not in the audit"])
    told = {**known[0], "changes": _dated(changes)}
    print_answer(of.json, told, lambda _: print_session(known[0], changes))


@audit.command()
@grouped
def messages(
    session: Session = None,
    symbol: Symbol = None,
    direction: Direction = None,
    msg_type: MsgType = None,
    limit: Limit = 20,
    *,
    span: Span,
    of: Audit,
) -> None:
    """FIX messages both ways, with the names of tags and values."""
    from admin.audit_tables import message_json, print_messages
    from persistence.audit import Window
    from persistence.audit import messages as ask_messages

    window = Window(*span.within(), symbol, session, limit)
    rows = ask_audit(of, lambda asked: ask_messages(asked, window, direction, msg_type))
    print_answer(of.json, rows, print_messages, lambda found: _dated(message_json(found)))


@audit.command()
@grouped
def actions(symbol: Symbol = None, session: Session = None, limit: Limit = 100, *, span: Span, of: Audit) -> None:
    """What operators, the calendar and the circuit breaker did: who and why."""
    from admin.audit_tables import print_actions
    from persistence.audit import Window
    from persistence.audit import actions as ask_actions

    window = Window(*span.within(), symbol, session, limit)
    print_answer(of.json, ask_audit(of, lambda asked: ask_actions(asked, window)), print_actions, _dated)


async def _both(first: Any, second: Any) -> tuple[Any, Any]:
    return await first, await second


def _dated(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"time": utc(row["time_ns"]).replace(" ", "T") + "Z", **row} for row in rows]
