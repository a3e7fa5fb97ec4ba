"""The audit's answers on the screen, in sentences where a table would have to be interpreted."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from admin.audit_tables import last_state, order_line
from admin.tables import duration, print_table, utc, visible

if TYPE_CHECKING:
    from persistence.audit import OrderEventRow, Row
    from persistence.explaining import Refusal, Stay, Why

STEPS_SHOWN = 8  # of what was ahead, first and last
ENDED = ("canceled", "done for day", "expired")
ENDS = {
    "D": "elected",
    "3": "done for the day",
    "4": "canceled",
    "C": "expired",
    "5": "replaced",
    "8": "refused when elected",
}
PLACES = {"at": "at its price", "through": "through it", "short of": "short of it"}


def print_why(found: Why) -> None:
    """What the order was, each refusal, its wait for a stop price and each stay in a queue, or what it met at once."""
    order_id = next((row["order_id"] for row in found.events if row["order_id"]), None)
    _say(f"order {order_id}" if order_id else "no order", order_line(found.events))
    for refusal in found.refusals:
        _print_refusal(refusal)
    last = last_state(found.events)
    if found.stop is not None:
        _print_wait(found.stop, last)
    for stay in found.stays:
        _print_stay(stay, stay is found.stays[-1] and last["status"] != "filled")
    if order_id and not found.stays and found.events[0]["event"] == "new" and (not found.stop or _is_elected(found)):
        _say("against it", _opposite(found.opposite, "when it was elected" if found.stop else "as it came", last))
    if last["status"] in ENDED and not found.refusals:
        by = f", by {last['who']}: {last['why']}" if last["who"] else ""
        reason = f": {last['reason'].replace('_', ' ')}" if last["reason"] else ""
        _say("ended", f"{last['event']} at {utc(last['time_ns'])}{reason}{by}")
    if last["quantity"]:
        _say("traded", f"{last['filled'] or 0} of {last['quantity']}")


def _print_refusal(refusal: Refusal) -> None:
    event = refusal.event
    _say("refused", f"{utc(event['time_ns'])} {refusal.rule}: {refusal.text}")
    if event["value"] or event["limit"]:
        _say("compared", f"{refusal.value} against {refusal.limit}")
    if refusal.limits is not None:
        limits = refusal.limits
        whose = (f" for {limits['firm']}" if limits["firm"] else "") + (
            f" in {limits['symbol']}" if limits["symbol"] else ""
        )
        _say("limits", f"version {refusal.version}{whose}, set {utc(_ns(limits))} by {limits['who']}: {limits['why']}")
        _say("", ", ".join(_limit_words(json.loads(str(limits["detail"])))))
    if refusal.phase is not None:
        _say("phase", _phase(refusal.phase))


def _limit_words(detail: Mapping[str, object]) -> Iterator[str]:
    """Limits as people write them: 15 % instead of collar_bp 1500."""
    for name, value in detail.items():
        if name in ("version", "firm") or not isinstance(value, int) or not value:
            continue
        words, _, unit = name.rpartition("_")
        if unit == "bp":
            yield f"{words.replace('_', ' ')} {value / 100:g} %"
        elif unit == "ns":
            yield f"{words.replace('_', ' ')} {duration(value)}"
        else:
            yield f"{(words if unit == 'lots' else name).replace('_', ' ')} {value:,}"


def _print_wait(stop: Row, last: OrderEventRow) -> None:
    """How long a stop waited, and how far the trades came meanwhile."""
    ended = ENDS[str(stop["ended_by"])] if stop["ended_by"] else "still waiting"
    _say("its stop", f"{stop['price']} from {utc(_ns(stop, 'since_ns'))} to {utc(_ns(stop, 'until_ns'))}: {ended}")
    buys = last["side"] == "buy"
    nearest = stop["high"] if buys else stop["low"]
    if ended == ENDS["D"]:
        _say("elected", f"by a trade at {nearest}")
    elif not stop["trades"]:
        _say("trades", "none in the symbol meanwhile")
    else:
        wanted = f"one at {stop['price']} or {'higher' if buys else 'lower'}"
        _say("trades", f"{stop['trades']} in the symbol meanwhile, the nearest at {nearest}; it waits for {wanted}")


def _print_stay(stay: Stay, is_unfilled: bool) -> None:
    _say("in the queue", f"at {stay.price} from {utc(stay.since_ns)} to {utc(stay.until_ns)}: {stay.ended_by}")
    for phase in stay.phases:
        _say("phase", _phase(phase))
    for auction in stay.auctions:
        told = f"{auction['quantity']} traded at {auction['price']}" if auction["price"] else "nothing traded"
        surplus = str(auction["surplus"])
        left = f", {surplus.removeprefix('-')} more to {'sell' if surplus.startswith('-') else 'buy'} at it"
        _say("auction", f"{utc(_ns(auction))} {told}{left if surplus != '0' else ''}")
    orders = _count(stay.ahead_orders, "order")
    _say(
        "ahead",
        f"{stay.ahead} in {orders} when it came, {stay.ahead_last} at the end" if stay.ahead_orders else "nobody",
    )
    for trades in stay.trades:
        prices = str(trades["low"]) if trades["low"] == trades["high"] else f"{trades['low']} to {trades['high']}"
        _say(PLACES[str(trades["place"])], f"{trades['quantity']} in {_count(trades['trades'], 'trade')} at {prices}")
    if not stay.trades:
        _say("trades", "none in the symbol meanwhile")
    if is_unfilled:
        _say("against it", _opposite(stay.opposite, "at the end"))
    steps = stay.steps
    if len(steps) > 2 * STEPS_SHOWN:
        _say("", f"{len(steps)} things happened to those ahead; the first and last {STEPS_SHOWN}:")
        steps = steps[:STEPS_SHOWN] + steps[-STEPS_SHOWN:]
    if stay.ahead_orders:
        print_table(
            ("time (UTC)", "order", "session", "what", "quantity", "ahead"),
            [
                (utc(_ns(step)), step["order_id"], step["session"], step["what"], step["quantity"], step["ahead"])
                for step in steps
            ],
            "              nothing happened to those ahead",
            ("ahead", "order"),
        )


def _is_elected(found: Why) -> bool:
    return found.stop is not None and found.stop["ended_by"] == "D"


def _opposite(there: Row | None, when: str, last: OrderEventRow | None = None) -> str:
    """The best price against an order, and what hinders the two from trading where that can be seen."""
    if there is None:
        return f"nobody {when}"
    own = f"; {there['own']} of it its own firm's" if there["own"] != "0" else ""
    far = ""
    if last is not None and last["price"] and last["type"] == "limit":
        price, limit = Decimal(str(there["price"])), Decimal(last["price"])
        far = "; its limit does not reach that" if (price > limit) is (last["side"] == "buy") and price != limit else ""
    return f"best {there['price']}, {there['quantity']} in {_count(there['orders'], 'order')}, {when}{own}{far}"


def _count(number: object, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _phase(row: Row) -> str:
    by = f" by {row['who']}" if row["who"] else ""
    reason = str(row["reason"] or "").replace("_", " ")
    why = "; ".join(part for part in (reason, str(row["why"] or "")) if part)
    return f"{str(row['phase']).replace('_', ' ')} since {utc(_ns(row))}{by}{f': {why}' if why else ''}"


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
