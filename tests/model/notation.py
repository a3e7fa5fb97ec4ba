"""Events as short lines, for tests that say what must come out.

`a entered 0+10 @100`: what happened to which ClOrdID, CumQty + LeavesQty, Price. `b traded 4@100 4+6`: LastQty @ LastPx
first. `b<a replaced 4+6 @101 partially_filled`: OrigClOrdID after the <, and the OrdStatus where the word before does
not say it. `c rejected order_quantity_limit (11>10 v3)`: the reason, and what a check compared under which version.
"""

from engine.codes import (
    CANCELED,
    DONE_FOR_DAY,
    ENTERED,
    EXPIRED,
    FILLED,
    NEW,
    PARTIALLY_FILLED,
    PENDING_CANCEL,
    PENDING_REPLACE,
    PHASE_NAMES,
    REJECT,
    REJECTED,
    REPLACE,
    RESTATE,
    STATUS,
    TO_CANCEL,
    TRADE,
    TRADE_CANCEL,
    TRADE_CORRECT,
    TRADING,
)
from engine.events import AuctionEnded, DayEnded, Event, InstrumentChanged, MassCanceled, OrderEvent, RequestRejected
from engine.reasons import REFUSALS

VERBS = {
    ENTERED: "entered",
    DONE_FOR_DAY: "done_for_day",
    CANCELED: "canceled",
    REPLACE: "replaced",
    RESTATE: "restated",
    REJECT: "rejected",
    EXPIRED: "expired",
    TRADE: "traded",
    TRADE_CORRECT: "corrected",
    TRADE_CANCEL: "busted",
    PENDING_CANCEL: "to_cancel",
    PENDING_REPLACE: "to_replace",
    STATUS: "is",
}
STATUSES = {
    NEW: "new",
    PARTIALLY_FILLED: "partially_filled",
    FILLED: "filled",
    DONE_FOR_DAY: "done_for_day",
    CANCELED: "canceled",
    REJECTED: "rejected",
    EXPIRED: "expired",
    PENDING_CANCEL: "pending_cancel",
    PENDING_REPLACE: "pending_replace",
}
ENDS = ("done_for_day", "canceled", "rejected", "expired")
IMPLIED = {word: word for word in ENDS} | {"entered": "new", "replaced": "new"}
PRICED = ("entered", "replaced", "restated", "is")


def show(event: Event) -> str:
    """One event as one line."""
    match event:
        case OrderEvent():
            return _order(event)
        case RequestRejected():
            return _refusal(event)
        case MassCanceled():
            return f"{event.cl_ord_id.decode()} mass_canceled {event.total_affected}" + _reason(event.reason)
        case InstrumentChanged():
            state = "resumed" if event.state == TRADING else PHASE_NAMES[event.state]
            compared = f" ({event.value}/{event.limit})" if event.limit else ""
            until = f" until {event.until_ns}" if event.until_ns else ""
            return f"{event.symbol.decode()} {state}" + _reason(event.reason) + compared + until
        case AuctionEnded():
            gave = f"{event.quantity_lots}@{event.price_ticks} surplus {event.surplus_lots}"
            words = gave if event.price_ticks else "nothing"
            return f"{event.symbol.decode()} {PHASE_NAMES[event.phase]} gave {words}"
        case DayEnded():
            return f"day {event.day} ended {event.orders_expired}"


def _order(event: OrderEvent) -> str:
    verb = VERBS[event.kind]
    words = [_name(event.cl_ord_id, event.orig_cl_ord_id), verb]
    if event.kind in (TRADE, TRADE_CORRECT):
        words.append(f"{event.last_lots}@{event.last_ticks}")
    if event.status != REJECTED:
        words.append(f"{event.cum_lots}+{event.leaves_lots}")
        if verb in PRICED:
            words.append(f"@{event.price_ticks}")
    implied = IMPLIED.get(verb, "partially_filled" if event.leaves_lots else "filled")
    if verb == "is" or STATUSES[event.status] != implied:
        words.append(STATUSES[event.status])
    told = " ".join(words) + _reason(event.reason)
    if event.kind in (TRADE_CORRECT, TRADE_CANCEL):
        return told
    return told + _compared(event.value, event.limit, event.limits_version)


def _refusal(event: RequestRejected) -> str:
    request = "cancel" if event.response_to == TO_CANCEL else "replace"
    line = f"{_name(event.cl_ord_id, event.orig_cl_ord_id)} {request}_rejected {STATUSES[event.status]}"
    return line + _reason(event.reason) + _compared(event.value, event.limit, event.limits_version)


def _name(cl_ord_id: bytes, orig_cl_ord_id: bytes) -> str:
    return f"{cl_ord_id.decode()}<{orig_cl_ord_id.decode()}" if orig_cl_ord_id else cl_ord_id.decode()


def _reason(reason: int) -> str:
    return f" {REFUSALS[reason].name}" if reason else ""


def _compared(value: int, limit: int, version: int) -> str:
    return f" ({value}>{limit} v{version})" if value or limit else ""
