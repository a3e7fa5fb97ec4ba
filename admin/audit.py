"""What happened, from the audit in PostgreSQL: one order's life, trades, sessions, messages, operators' actions."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from admin import audit_keeping, audit_questions
from admin.audit_source import ask_audit
from admin.moments import moment_ns
from admin.options import DATA_DIR, AsJson, DataDir, Dsn, From, Session, Socket, Symbol, To, venue_at
from admin.tables import print_json, utc
from gateway.problems import SettingsError

if TYPE_CHECKING:
    from persistence.audit import Window

audit = typer.Typer(no_args_is_help=True, help="What happened, from the audit trail.")
for command in ("why", "queue", "best", "client", "summary", "picture"):
    audit.command()(getattr(audit_questions, command))
audit.command()(audit_keeping.verify)
audit.command()(audit_keeping.retire)
audit.command()(audit_keeping.restore_journal)

Limit = Annotated[int, typer.Option("--limit", help="The latest so many.", min=1, max=1_000_000)]
OrderId = Annotated[int | None, typer.Argument(metavar="ID", help="OrderID(37).", min=1)]
ClOrdId = Annotated[str | None, typer.Option("--cl-ord-id", help="ClOrdID(11), also one it was replaced from.")]
CompId = Annotated[str, typer.Argument(metavar="COMPID", help="The client's CompID.")]
Direction = Annotated[Literal["in", "out"] | None, typer.Option("--direction", help="in: from clients; out: to them.")]
MsgType = Annotated[str | None, typer.Option("--type", help="Only this MsgType(35), e.g. D or 8.")]


@audit.command()
def order(
    order_id: OrderId = None,
    cl_ord_id: ClOrdId = None,
    session: Session = None,
    dsn: Dsn = None,
    data_dir: DataDir = DATA_DIR,
    socket: Socket = None,
    json: AsJson = False,
) -> None:
    """Everything that happened to an order, by OrderID or by ClOrdID."""
    from admin.audit_tables import print_orders
    from persistence.audit import order_by_cl_ord_id, order_by_id

    if (order_id is None) is (cl_ord_id is None):
        raise SettingsError(["give an ID or --cl-ord-id, one of them"])
    venue = venue_at(data_dir, socket)
    if cl_ord_id is not None:
        rows = ask_audit(dsn, venue, lambda asked: order_by_cl_ord_id(asked, cl_ord_id, session))
    else:
        rows = ask_audit(dsn, venue, lambda asked: order_by_id(asked, order_id or 0))
    if not rows:
        name = f"order {order_id}" if cl_ord_id is None else f"ClOrdID {cl_ord_id}"
        raise SettingsError([f"{name} is not in the audit"])
    if json:
        print_json(_dated(rows))
    else:
        print_orders(rows)


@audit.command()
def trades(
    symbol: Symbol = None,
    session: Session = None,
    since: From = None,
    until: To = None,
    limit: Limit = 100,
    dsn: Dsn = None,
    data_dir: DataDir = DATA_DIR,
    socket: Socket = None,
    json: AsJson = False,
) -> None:
    """Trades with both their sides."""
    from admin.audit_tables import print_trades
    from persistence.audit import trades as ask_trades

    window = _window(since, until, symbol, session, limit)
    rows = ask_audit(dsn, venue_at(data_dir, socket), lambda asked: ask_trades(asked, window))
    if json:
        print_json(_dated(rows))
    else:
        print_trades(rows)


@audit.command()
def session(
    comp_id: CompId,
    since: From = None,
    until: To = None,
    limit: Limit = 100,
    dsn: Dsn = None,
    data_dir: DataDir = DATA_DIR,
    socket: Socket = None,
    json: AsJson = False,
) -> None:
    """When a client connected, logged on and parted, and its sequence numbers."""
    from admin.audit_tables import print_session
    from persistence.audit import session_changes, sessions

    window = _window(since, until, None, comp_id, limit)
    venue = venue_at(data_dir, socket)
    known, changes = ask_audit(
        dsn, venue, lambda asked: _both(sessions(asked, comp_id), session_changes(asked, window))
    )
    if not known:
        raise SettingsError([f"session {comp_id} is not in the audit"])
    if json:
        print_json({**known[0], "changes": _dated(changes)})
    else:
        print_session(known[0], changes)


@audit.command()
def messages(
    session: Session = None,
    symbol: Symbol = None,
    direction: Direction = None,
    msg_type: MsgType = None,
    since: From = None,
    until: To = None,
    limit: Limit = 20,
    dsn: Dsn = None,
    data_dir: DataDir = DATA_DIR,
    socket: Socket = None,
    json: AsJson = False,
) -> None:
    """FIX messages both ways, with the names of tags and values."""
    from admin.audit_tables import message_json, print_messages
    from persistence.audit import messages as ask_messages

    window = _window(since, until, symbol, session, limit)
    rows = ask_audit(dsn, venue_at(data_dir, socket), lambda asked: ask_messages(asked, window, direction, msg_type))
    if json:
        print_json(_dated(message_json(rows)))
    else:
        print_messages(rows)


@audit.command()
def actions(
    symbol: Symbol = None,
    session: Session = None,
    since: From = None,
    until: To = None,
    limit: Limit = 100,
    dsn: Dsn = None,
    data_dir: DataDir = DATA_DIR,
    socket: Socket = None,
    json: AsJson = False,
) -> None:
    """What operators, the calendar and the circuit breaker did: who and why."""
    from admin.audit_tables import print_actions
    from persistence.audit import actions as ask_actions

    window = _window(since, until, symbol, session, limit)
    rows = ask_audit(dsn, venue_at(data_dir, socket), lambda asked: ask_actions(asked, window))
    if json:
        print_json(_dated(rows))
    else:
        print_actions(rows)


def _window(since: str | None, until: str | None, symbol: str | None, session: str | None, limit: int) -> Window:
    from persistence.audit import Window

    now_ns = time.time_ns()
    since_ns, until_ns = moment_ns("--from", since, now_ns), moment_ns("--to", until, now_ns)
    if since_ns is not None and until_ns is not None and since_ns > until_ns:
        raise SettingsError(["--from is later than --to"])
    return Window(since_ns, until_ns, symbol, session, limit)


async def _both(first: Any, second: Any) -> tuple[Any, Any]:
    return await first, await second


def _dated(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"time": utc(row["time_ns"]).replace(" ", "T") + "Z", **row} for row in rows]
