"""The audit's rows on the screen."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from admin.messages import describe, fields, load_dictionary, message_name, without_secrets
from admin.tables import console, print_lines, print_table, utc, visible
from engine.reasons import REFUSALS

if TYPE_CHECKING:
    from fix.dictionary import Dictionary
    from persistence.audit import ActionRow, MessageRow, OrderEventRow, SessionChangeRow, SessionRow, TradeRow

UNITS = {"price": " ticks", "lots": " lots", "notional": " money units", "count": ""}
INDENT, GAP = "  ", "  "
DATE_CHARS = len("2026-11-22")


def print_orders(rows: Sequence[OrderEventRow]) -> None:
    """Each order's life under a line that says what it is; requests that met no order come last."""
    by_order: dict[int, list[OrderEventRow]] = {}
    for row in rows:
        by_order.setdefault(row["order_id"] or 0, []).append(row)
    for at, order_id in enumerate(sorted(by_order, key=lambda number: (number == 0, number))):
        events = by_order[order_id]
        sys.stdout.write("\n" if at else "")
        print_lines({f"order {order_id}" if order_id else "no order": order_line(events)})
        header, times = _clock(events)
        print_table(
            (header, "event", "price", "quantity", "filled", "leaves", "what"),
            [
                (moment, row["event"], row["price"], row["quantity"], row["filled"], row["leaves"], _what(row))
                for moment, row in zip(times, events, strict=True)
            ],
            "",
        )


def order_line(events: Sequence[OrderEventRow]) -> str:
    """Whose order it is, what it is, and how it stands."""
    last = last_state(events)
    known = [last["session"], last["cl_ord_id"], last["side"], last["symbol"], last["type"], last["time_in_force"]]
    return visible(f"{' '.join(str(part) for part in known if part)}: {last['status'] or 'refused'}")


def last_state(events: Sequence[OrderEventRow]) -> OrderEventRow:
    """The last thing that happened to an order itself, or to the request where it met none."""
    return next((row for row in reversed(events) if row["event"] != "request rejected"), events[-1])


def _what(row: OrderEventRow) -> str:
    """What the columns do not say: the fill, the new ClOrdID, the reason with what was compared, who and why."""
    parts = []
    if row["last_quantity"] and row["last_price"]:
        parts.append(f"{row['last_quantity']} at {row['last_price']}, trade {row['trade']}")
    if row["orig_cl_ord_id"]:
        parts.append(f"{row['cl_ord_id']} for {row['orig_cl_ord_id']}")
    if row["reason"]:
        parts.append(_words(row["reason"]) + _compared(row))
    if row["who"]:
        parts.append(f"by {row['who']}" + (f": {row['why']}" if row["why"] else ""))
    return "; ".join(parts)


def _words(name: str | None) -> str:
    """A reason's name as words, which a narrow column can break."""
    return (name or "").replace("_", " ")


def _compared(row: OrderEventRow) -> str:
    """What a refusal compared, in the units of the core (RSK-11)."""
    if not row["value"] and not row["limit"]:
        return ""
    unit = next((UNITS[refusal.unit] for refusal in REFUSALS.values() if refusal.name == row["reason"]), "")
    return f": {row['value']} against {row['limit']}{unit}"


def print_trades(rows: Sequence[TradeRow]) -> None:
    """One line a trade."""
    header, times = _clock(rows)
    print_table(
        (header, "trade", "symbol", "quantity", "price", "buyer", "seller", "aggressor"),
        [
            (
                moment,
                row["trade"],
                row["symbol"],
                row["quantity"],
                row["price"],
                f"{row['buyer']} {row['buy_order']}",
                f"{row['seller']} {row['sell_order']}",
                row["aggressor"],
            )
            for moment, row in zip(times, rows, strict=True)
        ],
        "no trades",
    )


def print_session(known: SessionRow, changes: Sequence[SessionChangeRow]) -> None:
    """The session as it stands, and what became of it."""
    numbers = f"next in {known['next_in']}, next out {known['next_out']}"
    print_lines({known["session"]: f"firm {known['firm']}, {numbers}"})
    header, times = _clock(changes)
    print_table(
        (header, "change", "in", "out", "what"),
        [
            (moment, row["change"], row["next_in"], row["next_out"], row["text"])
            for moment, row in zip(times, changes, strict=True)
        ],
        "nothing in this time",
        ("in", "out"),
    )


def print_actions(rows: Sequence[ActionRow]) -> None:
    """One line an action."""
    header, times = _clock(rows)
    print_table(
        (header, "action", "symbol", "session", "who", "why", "reason"),
        [
            (
                moment,
                row["action"],
                row["symbol"],
                row["session"] or row["target"],
                row["who"],
                row["why"],
                _words(row["reason"]),
            )
            for moment, row in zip(times, rows, strict=True)
        ],
        "no actions",
    )


def print_messages(rows: Sequence[MessageRow]) -> None:
    """A line about each message, then its fields."""
    from rich.text import Text

    dictionary, screen = load_dictionary(), console()
    for row in rows:
        way = "from" if row["direction"] == "in" else "to"
        peer = visible(row["session"] or "an unknown peer") + (" again" if row["resent"] else "")
        name = message_name(dictionary, row["raw"])
        head = f"{utc(row['time_ns'])} {way} {peer}: {name} {row['msg_seq_num']}"
        screen.print(Text(head, style="bold"), soft_wrap=True)
        for line in _flow(describe(dictionary, row["raw"]), screen.width - len(INDENT)):
            sys.stdout.write(f"{INDENT}{line}\n")
    if not rows:
        sys.stdout.write("no messages\n")


def message_json(rows: Sequence[MessageRow]) -> list[dict[str, Any]]:
    """The rows with their fields named, and the message readable instead of raw."""
    dictionary = load_dictionary()
    return [
        {
            **row,
            "name": message_name(dictionary, row["raw"]),
            "raw": without_secrets(dictionary, row["raw"]),
            "fields": [_field(dictionary, tag, value) for tag, value in fields(dictionary, row["raw"])],
        }
        for row in rows
    ]


def _field(dictionary: Dictionary, tag: int, value: bytes) -> dict[str, Any]:
    text = visible(value.decode(errors="backslashreplace"))
    return {"tag": tag, "name": dictionary.tag_name(tag), "value": text, "meaning": dictionary.value_name(tag, value)}


def _flow(texts: Sequence[str], columns: int) -> Iterator[str]:
    """The texts side by side, none broken, in lines of at most `columns` where a text is not longer itself."""
    line = ""
    for text in texts:
        if line and len(line) + len(GAP) + len(text) > columns:
            yield line
            line = text
        else:
            line = line + GAP + text if line else text
    yield line


def _clock(rows: Sequence[Mapping[str, Any]]) -> tuple[str, list[str]]:
    """A heading and the rows' times under it; a day they share stands in the heading alone."""
    times = [utc(row["time_ns"]) for row in rows]
    days = {moment[:DATE_CHARS] for moment in times}
    if len(days) == 1:
        return f"{days.pop()} UTC", [moment[DATE_CHARS + 1 :] for moment in times]
    return "time (UTC)", times
