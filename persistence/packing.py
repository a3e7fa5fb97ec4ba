"""Commands, events and messages into the bytes of journal records.

The four busy classes are written field by field, into memory reserved for all of a record at once; the others, which
are dataclasses of int and bytes, by the order of their fields. The plain form asks Python for the bytes of a number,
the compiled one shifts, which C compilers turn into one store.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import cython

from engine.commands import CancelOrder, Command, EnterOrder, ReplaceOrder
from engine.events import Event, OrderEvent, RequestRejected, name_of
from engine.order import Terms
from persistence.kinds import (
    BLOB_BYTES_MAX,
    CANCEL_ORDER,
    CANCEL_VERSION,
    COMMAND,
    COMMANDS,
    ENTER_IDENTIFIED,
    ENTER_ORDER,
    EVENT,
    EVENTS,
    MESSAGE_HEAD,
    ORDER_EVENT,
    RECORD_BYTES_MAX,
    RECORD_HEAD,
    REPLACE_ORDER,
    REPLACE_VERSION,
    REQUEST_REJECTED,
    SESSION,
)

# Of each class that is written by the order of its fields: its code, and for each field whether it is bytes.
PLANS: dict[type, tuple[int, list[tuple[str, bool]]]] = {
    kind: (code, [(field.name, field.type == "bytes") for field in fields(kind)])
    for classes in (COMMANDS, EVENTS)
    for code, kind in classes.items()
    if is_dataclass(kind)
}


@cython.final
@cython.cclass
class Writer:
    """One growing buffer, `data`, of which `data[:at]` is written; `records` counts them."""

    __slots__ = ("at", "data", "records", "size")

    def __init__(self, size: int = 65_536) -> None:
        self.size = size
        self.data = bytearray(size)
        self.at = 0
        self.records = 0

    def reserve(self, count: int) -> None:
        """Make room for `count` more bytes."""
        if count > self.size - self.at:
            self.data.extend(bytes(max(self.size, count)))
            self.size = len(self.data)


def u8(data: bytearray, at: int, value: int) -> int:
    """Write 0 to 255; where the next value goes."""
    data[at] = value
    return at + 1


def u32(data: bytearray, at: int, value: int) -> int:
    """Write 0 to 2**32 - 1; where the next value goes."""
    if cython.compiled:
        data[at] = value & 255
        data[at + 1] = value >> 8 & 255
        data[at + 2] = value >> 16 & 255
        data[at + 3] = value >> 24 & 255
    else:
        data[at : at + 4] = value.to_bytes(4, "little")
    return at + 4


def i64(data: bytearray, at: int, value: int) -> int:
    """Write -2**63 to 2**63 - 1; where the next value goes."""
    if cython.compiled:
        data[at] = value & 255
        data[at + 1] = value >> 8 & 255
        data[at + 2] = value >> 16 & 255
        data[at + 3] = value >> 24 & 255
        data[at + 4] = value >> 32 & 255
        data[at + 5] = value >> 40 & 255
        data[at + 6] = value >> 48 & 255
        data[at + 7] = value >> 56 & 255
    else:
        data[at : at + 8] = value.to_bytes(8, "little", signed=True)
    return at + 8


def raw(data: bytearray, at: int, value: bytes) -> int:
    """Write bytes as they are; where the next value goes."""
    count = len(value)
    if cython.compiled:
        source = value
        for i in range(count):
            data[at + i] = source[i]
    else:
        data[at : at + count] = value
    return at + count


def blob(data: bytearray, at: int, value: bytes) -> int:
    """Write at most BLOB_BYTES_MAX bytes after their length; where the next value goes."""
    count = len(value)
    assert count <= BLOB_BYTES_MAX, "byte string too long for a record"
    at = u8(data, at, count & 255)
    at = u8(data, at, count >> 8)
    return raw(data, at, value)


def begin(w: Writer, kind: int, code: int, flags: int) -> int:
    """Begin a record; where it begins."""
    w.reserve(RECORD_HEAD)
    start = w.at
    data = w.data
    at = u32(data, start, 0)
    at = u8(data, at, kind)
    at = u8(data, at, code)
    at = u8(data, at, flags)
    w.at = u8(data, at, 0)
    return start


def finish(w: Writer, start: int) -> None:
    """End the record begun at `start`: its length is known now."""
    length = w.at - start - RECORD_HEAD
    assert length <= RECORD_BYTES_MAX, "record too long"
    u32(w.data, start, length)
    w.records += 1


def put_message(w: Writer, kind: int, flags: int, session: int, number: int, time_ns: int, message: bytes) -> int:
    """Append a raw message, INBOUND or OUTBOUND; where its record begins."""
    start = begin(w, kind, 0, flags)
    w.reserve(MESSAGE_HEAD + len(message))
    data = w.data
    at = u32(data, w.at, session)
    at = i64(data, at, number)
    at = i64(data, at, time_ns)
    w.at = raw(data, at, message)
    finish(w, start)
    return start


def put_session(w: Writer, change: int, session: int, next_in: int, next_out: int, time_ns: int, text: bytes) -> None:
    """Append what became of a session."""
    start = begin(w, SESSION, change, 0)
    w.reserve(30 + len(text))
    data = w.data
    at = u32(data, w.at, session)
    at = i64(data, at, next_in)
    at = i64(data, at, next_out)
    at = i64(data, at, time_ns)
    w.at = blob(data, at, text)
    finish(w, start)


def put_command(w: Writer, number: int, command: Command) -> None:
    """Append a command under the number by which the exchange executed it."""
    if isinstance(command, EnterOrder):
        start = begin_command(w, ENTER_IDENTIFIED if command.self_match else ENTER_ORDER, number)
        put_enter_order(w, command)
    elif isinstance(command, CancelOrder):
        start = begin_command(w, CANCEL_VERSION if command.orig_mod_ns else CANCEL_ORDER, number)
        put_cancel_order(w, command)
    elif isinstance(command, ReplaceOrder):
        start = begin_command(w, REPLACE_VERSION if command.orig_mod_ns else REPLACE_ORDER, number)
        put_replace_order(w, command)
    else:
        code, plan = PLANS[type(command)]
        start = begin_command(w, code, number)
        put_fields(w, command, plan)
    finish(w, start)


def begin_command(w: Writer, code: int, number: int) -> int:
    """Begin a command's record; where it begins."""
    start = begin(w, COMMAND, code, 0)
    w.reserve(8)
    w.at = i64(w.data, w.at, number)
    return start


def put_event(w: Writer, event: Event) -> None:
    """Append an event."""
    if isinstance(event, OrderEvent):
        start = begin(w, EVENT, ORDER_EVENT, 0)
        put_order_event(w, event)
    elif isinstance(event, RequestRejected):
        start = begin(w, EVENT, REQUEST_REJECTED, 0)
        put_request_rejected(w, event)
    else:
        code, plan = PLANS[type(event)]
        start = begin(w, EVENT, code, 0)
        put_fields(w, event, plan)
    finish(w, start)


def put_fields(w: Writer, value: object, plan: list[tuple[str, bool]]) -> None:
    """Append the fields of a dataclass in their order."""
    for name, is_bytes in plan:
        field = getattr(value, name)
        w.reserve(10 + (len(field) if is_bytes else 0))
        w.at = blob(w.data, w.at, field) if is_bytes else i64(w.data, w.at, field)


def put_terms(data: bytearray, at: int, terms: Terms | None) -> int:
    """Write whether there are terms, and those there are: at most 33 bytes; where the next value goes."""
    if terms is None:
        return u8(data, at, 0)
    at = u8(data, at, 1)
    at = i64(data, at, terms.stop_ticks)
    at = i64(data, at, terms.display_lots)
    at = i64(data, at, terms.min_lots)
    return i64(data, at, terms.expire_ns)


def put_enter_order(w: Writer, command: EnterOrder) -> None:
    """Append EnterOrder."""
    names = len(command.cl_ord_id) + len(command.account) + len(command.symbol) + len(command.self_match)
    w.reserve(79 + names)
    data = w.data
    at = w.at
    at = u32(data, at, command.session)
    at = u32(data, at, command.instrument)
    at = u8(data, at, command.side)
    at = u8(data, at, command.ord_type)
    at = u8(data, at, command.time_in_force)
    at = u8(data, at, command.exec_inst)
    at = u8(data, at, command.defect)
    at = u8(data, at, command.poss_resend)
    at = i64(data, at, command.quantity_lots)
    at = i64(data, at, command.price_ticks)
    at = i64(data, at, command.time_ns)
    at = blob(data, at, command.cl_ord_id)
    at = blob(data, at, command.account)
    at = blob(data, at, command.symbol)
    at = put_terms(data, at, command.terms)
    w.at = blob(data, at, command.self_match) if command.self_match else at


def put_replace_order(w: Writer, command: ReplaceOrder) -> None:
    """Append ReplaceOrder."""
    w.reserve(92 + len(command.cl_ord_id) + len(command.orig_cl_ord_id) + len(command.symbol))
    data = w.data
    at = w.at
    at = u32(data, at, command.session)
    at = u32(data, at, command.instrument)
    at = u8(data, at, command.side)
    at = u8(data, at, command.ord_type)
    at = u8(data, at, command.time_in_force)
    at = u8(data, at, command.exec_inst)
    at = u8(data, at, command.defect)
    at = i64(data, at, command.quantity_lots)
    at = i64(data, at, command.price_ticks)
    at = i64(data, at, command.order_id)
    at = i64(data, at, command.time_ns)
    at = blob(data, at, command.cl_ord_id)
    at = blob(data, at, command.orig_cl_ord_id)
    at = blob(data, at, command.symbol)
    at = put_terms(data, at, command.terms)
    w.at = i64(data, at, command.orig_mod_ns) if command.orig_mod_ns else at


def put_cancel_order(w: Writer, command: CancelOrder) -> None:
    """Append CancelOrder."""
    w.reserve(40 + len(command.cl_ord_id) + len(command.orig_cl_ord_id) + len(command.symbol))
    data = w.data
    at = w.at
    at = u32(data, at, command.session)
    at = u32(data, at, command.instrument)
    at = u8(data, at, command.side)
    at = u8(data, at, command.defect)
    at = i64(data, at, command.order_id)
    at = i64(data, at, command.time_ns)
    at = blob(data, at, command.cl_ord_id)
    at = blob(data, at, command.orig_cl_ord_id)
    at = blob(data, at, command.symbol)
    w.at = i64(data, at, command.orig_mod_ns) if command.orig_mod_ns else at


def put_order_event(w: Writer, event: OrderEvent) -> None:
    """Append OrderEvent."""
    cl_ord_id = name_of(event)
    names = len(cl_ord_id) + len(event.orig_cl_ord_id) + len(event.account) + len(event.request_id)
    w.reserve(216 + len(event.symbol) + names)
    data = w.data
    at = w.at
    at = i64(data, at, event.sequence)
    at = i64(data, at, event.command)
    at = i64(data, at, event.time_ns)
    at = u8(data, at, event.kind)
    at = u8(data, at, event.reason)
    at = u8(data, at, event.side)
    at = u8(data, at, event.ord_type)
    at = u8(data, at, event.time_in_force)
    at = u8(data, at, event.exec_inst)
    at = u8(data, at, event.status)
    at = u8(data, at, event.aggressor)
    at = u8(data, at, event.last_report)
    at = u32(data, at, event.session)
    at = u32(data, at, event.firm)
    at = u32(data, at, event.instrument)
    at = u32(data, at, event.limits_version)
    at = u32(data, at, event.reports_total)
    at = i64(data, at, event.order_id)
    at = i64(data, at, event.price_ticks)
    at = i64(data, at, event.quantity_lots)
    at = i64(data, at, event.cum_lots)
    at = i64(data, at, event.leaves_lots)
    at = i64(data, at, event.displayed_lots)
    at = i64(data, at, event.notional)
    at = i64(data, at, event.last_lots)
    at = i64(data, at, event.last_ticks)
    at = i64(data, at, event.match)
    at = i64(data, at, event.risk_ticks)
    at = i64(data, at, event.released_lots)
    at = i64(data, at, event.released_ticks)
    at = i64(data, at, event.value)
    at = i64(data, at, event.limit)
    at = blob(data, at, event.symbol)
    at = blob(data, at, cl_ord_id)
    at = blob(data, at, event.orig_cl_ord_id)
    at = blob(data, at, event.account)
    at = blob(data, at, event.request_id)
    w.at = put_terms(data, at, event.terms)


def put_request_rejected(w: Writer, event: RequestRejected) -> None:
    """Append RequestRejected."""
    w.reserve(102 + len(event.symbol) + len(event.cl_ord_id) + len(event.orig_cl_ord_id))
    data = w.data
    at = w.at
    at = i64(data, at, event.sequence)
    at = i64(data, at, event.command)
    at = i64(data, at, event.time_ns)
    at = i64(data, at, event.session)
    at = i64(data, at, event.response_to)
    at = i64(data, at, event.order_id)
    at = i64(data, at, event.status)
    at = i64(data, at, event.reason)
    at = i64(data, at, event.instrument)
    at = blob(data, at, event.symbol)
    at = blob(data, at, event.cl_ord_id)
    at = blob(data, at, event.orig_cl_ord_id)
    at = i64(data, at, event.value)
    at = i64(data, at, event.limit)
    w.at = i64(data, at, event.limits_version)
