"""The audit's answers on the screen, in sentences where a table would have to be interpreted."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from admin.audit_tables import order_line
from admin.tables import print_table, utc, visible

if TYPE_CHECKING:
    from persistence.questions import Refusal, Row, Stay, Why

STEPS_SHOWN = 8  # of what was ahead, first and last


def print_why(found: Why) -> None:
    """What the order was, then each refusal, then each stay in a queue, or what there was to trade with."""
    order_id = next((row["order_id"] for row in found.events if row["order_id"]), None)
    _say(f"order {order_id}" if order_id else "no order", order_line(found.events))
    for refusal in found.refusals:
        _print_refusal(refusal)
    for stay in found.stays:
        _print_stay(stay)
    last = found.events[-1]
    if found.opposite is not None:
        there = found.opposite
        _say("against it", f"best {there['price']}, {there['quantity']} of {there['orders']} orders, as it came")
    if last["reason"] and not found.refusals:
        by = f", by {last['who']}: {last['why']}" if last["who"] else ""
        _say("ended", f"{last['event']} at {utc(last['time_ns'])}: {last['reason'].replace('_', ' ')}{by}")
    _say("traded", f"{last['filled'] or 0} of {last['quantity'] or 0}")


def _print_refusal(refusal: Refusal) -> None:
    event = refusal.event
    _say("refused", f"{utc(event['time_ns'])} {refusal.rule}: {refusal.text}")
    if event["value"] or event["limit"]:
        _say("compared", f"{refusal.value} against {refusal.limit}")
    if refusal.limits is not None:
        limits = refusal.limits
        detail = json.loads(str(limits["detail"]))
        kept = ", ".join(f"{name} {value}" for name, value in detail.items() if value and name != "version")
        _say("limits", f"version {refusal.version}, set {utc(_ns(limits))} by {limits['who']}: {limits['why']}")
        _say("", kept)


def _print_stay(stay: Stay) -> None:
    _say("in the queue", f"at {stay.price} from {utc(stay.since_ns)} to {utc(stay.until_ns)}: {stay.ended_by}")
    _say("ahead", f"{stay.ahead} of {stay.ahead_orders} orders when it came, {stay.ahead_last} at the end")
    for trades in stay.trades:
        prices = str(trades["low"]) if trades["low"] == trades["high"] else f"{trades['low']} to {trades['high']}"
        _say(f"{trades['place']} it", f"{trades['quantity']} in {trades['trades']} trades at {prices}")
    steps = stay.steps
    if len(steps) > 2 * STEPS_SHOWN:
        _say("", f"{len(steps)} things happened to those ahead; the first and last {STEPS_SHOWN}:")
        steps = steps[:STEPS_SHOWN] + steps[-STEPS_SHOWN:]
    print_table(
        ("time (UTC)", "order", "session", "what", "quantity", "ahead"),
        [
            (utc(_ns(step)), step["order_id"], step["session"], step["what"], step["quantity"], step["ahead"])
            for step in steps
        ],
        "nothing happened to those ahead" if stay.ahead_orders else "nobody was ahead",
        ("ahead", "order"),
    )


def print_queue(rows: Sequence[Row]) -> None:
    """One line an order, itself last."""
    print_table(
        ("place", "order", "session", "shown", "open", "price", "there since (UTC)"),
        [
            (
                row["place"],
                row["order_id"],
                row["session"],
                row["shown"],
                row["open"],
                row["price"],
                utc(_ns(row, "since_ns")),
            )
            for row in rows
        ],
        "it was in no queue then",
        ("place", "order", "shown", "open"),
    )


def print_best(rows: Sequence[Row]) -> None:
    """One line a symbol."""
    keys = ("symbol", "bid", "bid_quantity", "bid_orders", "ask", "ask_quantity", "ask_orders")
    print_table(
        ("symbol", "bid", "quantity", "orders", "ask", "quantity", "orders"),
        [[row[key] for key in keys] for row in rows],
        "no such symbol",
        ("bid", "ask"),
    )


def print_client(rows: Sequence[Row]) -> None:
    """One line an event."""
    print_table(
        ("time (UTC)", "event", "order", "ClOrdID", "what"),
        [(utc(_ns(row)), row["event"], row.get("order_id"), row.get("cl_ord_id"), _what(row)) for row in rows],
        "nothing in this time",
        ("order",),
    )


def print_summary(day: str, symbols: Sequence[Row], firms: Sequence[Row]) -> None:
    """Two tables: symbols, and firms in them."""
    _say("day", day)
    _print_rows(symbols, ("symbol",), "entered refused canceled trades volume opened high low closed average")
    sys.stdout.write("\n")
    _print_rows(firms, ("symbol", "firm"), "entered refused canceled fills bought sold paid received")


def _print_rows(rows: Sequence[Row], names: tuple[str, ...], numbers: str) -> None:
    keys = (*names, *numbers.split())
    print_table(keys, [[row[key] for key in keys] for row in rows], "nothing happened", numbers.split())


def _what(row: Row) -> str:
    said = []
    if row.get("quantity"):
        price = f" at {row['price']}" if row["price"] else ""
        said.append(f"{row['side']} {row['quantity']} {row['symbol']}{price}")
    if row.get("trade"):
        said.append(f"{row['last_quantity']} traded at {row['last_price']}, {row['leaves']} left")
    said += [str(row[name]).replace("_", " ") for name in ("reason", "text") if row.get(name)]
    if row.get("who"):
        said.append(f"by {row['who']}: {row['why']}")
    return visible("; ".join(said))


def _ns(row: Row, name: str = "time_ns") -> int:
    value = row[name]
    assert isinstance(value, int)
    return value


def _say(head: str, text: str) -> None:
    sys.stdout.write(f"{head:13} {visible(text)}\n" if text else "")
