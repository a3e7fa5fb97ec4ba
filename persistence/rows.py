"""Rows of the audit's tables (persistence/schema), written field by field in the order of the columns.

Each is written into memory reserved for all of it; the columns stand in persistence.batch.
"""

from __future__ import annotations

import cython

from engine.commands import CancelOrder, EnterOrder, ReplaceOrder
from engine.events import OrderEvent, RequestRejected, name_of
from engine.order import Terms
from persistence.blocks import PIECE_BYTES
from persistence.copying import JSONB_VERSION, Table, jsonb, string, utf8
from persistence.kinds import CANCEL_ORDER, ENTER_ORDER, ORDER_EVENT, REPLACE_ORDER, REQUEST_REJECTED


def start(data: bytearray, at: int, count: int) -> int:
    """Begin a row of `count` fields; where the first goes."""
    data[at] = 0
    data[at + 1] = count
    return at + 2


def null(data: bytearray, at: int) -> int:
    """A field without a value; where the next goes, as with all that follow."""
    data[at] = data[at + 1] = data[at + 2] = data[at + 3] = 255
    return at + 4


def nulls(data: bytearray, at: int, count: int) -> int:
    """So many fields without a value."""
    for _ in range(count):
        at = null(data, at)
    return at


def u32(data: bytearray, at: int, value: int) -> int:
    """Four bytes, of a length or a field."""
    if cython.compiled:
        data[at] = value >> 24 & 255
        data[at + 1] = value >> 16 & 255
        data[at + 2] = value >> 8 & 255
        data[at + 3] = value & 255
    else:
        data[at : at + 4] = value.to_bytes(4, "big")
    return at + 4


def i64(data: bytearray, at: int, value: int) -> int:
    """A bigint."""
    at = u32(data, at, 8)
    if cython.compiled:
        u32(data, at, value >> 32)
        u32(data, at + 4, value)
    else:
        data[at : at + 8] = value.to_bytes(8, "big", signed=True)
    return at + 8


def i64_or_null(data: bytearray, at: int, value: int) -> int:
    """A bigint, null for 0."""
    return i64(data, at, value) if value else null(data, at)


def i32(data: bytearray, at: int, value: int) -> int:
    """An integer that is not negative."""
    return u32(data, u32(data, at, 4), value)


def i32_or_null(data: bytearray, at: int, value: int) -> int:
    """An integer that is not negative, null for 0."""
    return i32(data, at, value) if value else null(data, at)


def i16(data: bytearray, at: int, value: int) -> int:
    """A smallint from 0 to 255."""
    at = u32(data, at, 2)
    data[at] = 0
    data[at + 1] = value
    return at + 2


def flag(data: bytearray, at: int, value: bool) -> int:
    """A boolean."""
    at = u32(data, at, 1)
    data[at] = 1 if value else 0
    return at + 1


def char(data: bytearray, at: int, value: int) -> int:
    """A "char", null for 0."""
    if value == 0:
        return null(data, at)
    at = u32(data, at, 1)
    data[at] = value
    return at + 1


def content(data: bytearray, at: int, value: bytes) -> int:
    """Bytes as they are."""
    return part(data, at, value, 0, len(value))


def part(data: bytearray, at: int, value: bytes, begin: int, end: int) -> int:
    """Some of the bytes as they are."""
    count = end - begin
    at = u32(data, at, count)
    if cython.compiled:
        source = value
        for i in range(count):
            data[at + i] = source[begin + i]
    else:
        data[at : at + count] = value[begin:end]
    return at + count


def text(data: bytearray, at: int, value: bytes) -> int:
    """A text, null for none."""
    if not value:
        return null(data, at)
    return content(data, at, value if is_plain(value) else utf8(value))


def is_plain(value: bytes) -> bool:
    """Whether the bytes are their own UTF-8 and hold no zero."""
    if cython.compiled:
        source = value
        for i in range(len(value)):
            if source[i] == 0 or source[i] > 127:
                break
        else:
            return True
        return False
    return value.isascii() and 0 not in value


def terms_or_nulls(data: bytearray, at: int, terms: Terms | None) -> int:
    """Four bigints, each null for 0."""
    if terms is None:
        return nulls(data, at, 4)
    at = i64_or_null(data, at, terms.stop_ticks)
    at = i64_or_null(data, at, terms.display_lots)
    at = i64_or_null(data, at, terms.min_lots)
    return i64_or_null(data, at, terms.expire_ns)


def add_message(
    table: Table,
    record: int,
    time_ns: int,
    number: int,
    position: int,
    session: int,
    length: int,
    outbound: bool,
    resent: bool,
    msg_type: bytes,
) -> None:
    """A row of `message`, whose `length` bytes stand in the journal from `position` on."""
    table.reserve(len(msg_type))
    data = table.data
    at = i64(data, start(data, table.at, table.count), record)
    at = i64(data, at, time_ns)
    at = i64(data, at, number)
    at = i64(data, at, position)
    at = i32(data, at, session)
    at = i32(data, at, length)
    at = flag(data, at, outbound)
    at = flag(data, at, resent)
    table.at = content(data, at, msg_type)


def add_pieces(table: Table, position: int, raw: bytes) -> None:
    """Rows of `piece` for bytes that stand in the journal from `position` on."""
    size = len(raw)
    begin = 0
    while begin < size:
        end = min(begin + PIECE_BYTES, size)
        table.reserve(end - begin)
        data = table.data
        at = i64(data, start(data, table.at, table.count), position + begin)
        table.at = part(data, at, raw, begin, end)
        begin = end


def identified(self_match: bytes) -> bytes:
    """The `detail` of an order with a SelfMatchPreventionID(7928), empty without."""
    return JSONB_VERSION + jsonb({"self_match": string(self_match)}).encode() if self_match else b""


def add_enter_order(table: Table, number: int, record: int, written_ns: int, command: EnterOrder) -> None:
    """A row of `command`."""
    symbol = command.symbol if command.instrument == 0 else b""
    detail = identified(command.self_match)
    table.reserve(len(command.cl_ord_id) + len(command.account) + len(symbol) + len(detail))
    data = table.data
    at = i64(data, start(data, table.at, table.count), number)
    at = i64(data, at, record)
    at = i64(data, at, command.time_ns)
    at = i64(data, at, written_ns)
    at = i64(data, at, command.quantity_lots)
    at = i64_or_null(data, at, command.price_ticks)
    at = terms_or_nulls(data, at, command.terms)
    at = null(data, at)
    at = i32(data, at, command.session)
    at = i32(data, at, command.instrument)
    at = i16(data, at, ENTER_ORDER)
    at = i16(data, at, command.defect)
    at = i16(data, at, command.exec_inst)
    at = char(data, at, command.side)
    at = char(data, at, command.ord_type)
    at = char(data, at, command.time_in_force)
    at = flag(data, at, command.poss_resend)
    at = text(data, at, command.cl_ord_id)
    at = null(data, at)
    at = text(data, at, command.account)
    at = text(data, at, symbol)
    at = nulls(data, at, 2)
    table.at = content(data, at, detail) if detail else null(data, at)


def add_replace_order(table: Table, number: int, record: int, written_ns: int, command: ReplaceOrder) -> None:
    """A row of `command`."""
    symbol = command.symbol if command.instrument == 0 else b""
    table.reserve(len(command.cl_ord_id) + len(command.orig_cl_ord_id) + len(symbol))
    data = table.data
    at = i64(data, start(data, table.at, table.count), number)
    at = i64(data, at, record)
    at = i64(data, at, command.time_ns)
    at = i64(data, at, written_ns)
    at = i64(data, at, command.quantity_lots)
    at = i64_or_null(data, at, command.price_ticks)
    at = terms_or_nulls(data, at, command.terms)
    at = i64_or_null(data, at, command.order_id)
    at = i32(data, at, command.session)
    at = i32(data, at, command.instrument)
    at = i16(data, at, REPLACE_ORDER)
    at = i16(data, at, command.defect)
    at = i16(data, at, command.exec_inst)
    at = char(data, at, command.side)
    at = char(data, at, command.ord_type)
    at = char(data, at, command.time_in_force)
    at = null(data, at)
    at = text(data, at, command.cl_ord_id)
    at = text(data, at, command.orig_cl_ord_id)
    at = null(data, at)
    at = text(data, at, symbol)
    table.at = nulls(data, at, 3)


def add_cancel_order(table: Table, number: int, record: int, written_ns: int, command: CancelOrder) -> None:
    """A row of `command`."""
    symbol = command.symbol if command.instrument == 0 else b""
    table.reserve(len(command.cl_ord_id) + len(command.orig_cl_ord_id) + len(symbol))
    data = table.data
    at = i64(data, start(data, table.at, table.count), number)
    at = i64(data, at, record)
    at = i64(data, at, command.time_ns)
    at = i64(data, at, written_ns)
    at = nulls(data, at, 6)
    at = i64_or_null(data, at, command.order_id)
    at = i32(data, at, command.session)
    at = i32(data, at, command.instrument)
    at = i16(data, at, CANCEL_ORDER)
    at = i16(data, at, command.defect)
    at = null(data, at)
    at = char(data, at, command.side)
    at = null(data, at)
    at = null(data, at)
    at = null(data, at)
    at = text(data, at, command.cl_ord_id)
    at = text(data, at, command.orig_cl_ord_id)
    at = null(data, at)
    at = text(data, at, symbol)
    table.at = nulls(data, at, 3)


def add_order_event(table: Table, event: OrderEvent) -> None:
    """A row of `event`."""
    symbol = event.symbol if event.instrument == 0 else b""
    cl_ord_id = name_of(event)
    names = len(cl_ord_id) + len(event.orig_cl_ord_id) + len(event.account) + len(event.request_id)
    table.reserve(names + len(symbol))
    data = table.data
    at = i64(data, start(data, table.at, table.count), event.sequence)
    at = i64(data, at, event.command)
    at = i64(data, at, event.time_ns)
    at = i64_or_null(data, at, event.order_id)
    at = i64_or_null(data, at, event.price_ticks)
    at = i64(data, at, event.quantity_lots)
    at = i64(data, at, event.cum_lots)
    at = i64(data, at, event.leaves_lots)
    at = i64(data, at, event.displayed_lots)
    at = terms_or_nulls(data, at, event.terms)
    at = i64(data, at, event.notional)
    at = i64_or_null(data, at, event.last_lots)
    at = i64_or_null(data, at, event.last_ticks)
    at = i64_or_null(data, at, event.match)
    at = i64_or_null(data, at, event.risk_ticks)
    at = i64_or_null(data, at, event.released_lots)
    at = i64_or_null(data, at, event.released_ticks)
    at = i64_or_null(data, at, event.value)
    at = i64_or_null(data, at, event.limit)
    at = i32(data, at, event.session)
    at = i32(data, at, event.firm)
    at = i32(data, at, event.instrument)
    at = i32_or_null(data, at, event.limits_version)
    at = i32_or_null(data, at, event.reports_total)
    at = i16(data, at, ORDER_EVENT)
    at = i16(data, at, event.reason)
    at = char(data, at, event.kind)
    at = char(data, at, event.status)
    at = char(data, at, event.side)
    at = char(data, at, event.ord_type)
    at = char(data, at, event.time_in_force)
    at = flag(data, at, event.aggressor)
    at = flag(data, at, event.last_report)
    at = text(data, at, cl_ord_id)
    at = text(data, at, event.orig_cl_ord_id)
    at = text(data, at, event.account)
    at = text(data, at, symbol)
    at = text(data, at, event.request_id)
    table.at = null(data, at)


def add_request_rejected(table: Table, event: RequestRejected) -> None:
    """A row of `event`; what was refused, a cancel or a replace, is in its command."""
    cl_ord_id = event.cl_ord_id
    orig_cl_ord_id = event.orig_cl_ord_id
    symbol = event.symbol if event.instrument == 0 else b""
    table.reserve(len(cl_ord_id) + len(orig_cl_ord_id) + len(symbol))
    data = table.data
    at = i64(data, start(data, table.at, table.count), event.sequence)
    at = i64(data, at, event.command)
    at = i64(data, at, event.time_ns)
    at = i64_or_null(data, at, event.order_id)
    at = nulls(data, at, 16)
    at = i64_or_null(data, at, event.value)
    at = i64_or_null(data, at, event.limit)
    at = i32(data, at, event.session)
    at = null(data, at)
    at = i32(data, at, event.instrument)
    at = i32_or_null(data, at, event.limits_version)
    at = null(data, at)
    at = i16(data, at, REQUEST_REJECTED)
    at = i16(data, at, event.reason)
    at = null(data, at)
    at = char(data, at, event.status)
    at = nulls(data, at, 5)
    at = text(data, at, cl_ord_id)
    at = text(data, at, orig_cl_ord_id)
    at = null(data, at)
    at = text(data, at, symbol)
    table.at = nulls(data, at, 2)
