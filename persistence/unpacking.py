"""Commands, events and messages out of the bytes of journal records: persistence.packing the other way."""

from __future__ import annotations

from typing import TypeVar

import cython

from engine.commands import CancelOrder, Command, EnterOrder, ReplaceOrder
from engine.events import Event, OrderEvent, RequestRejected, give_name
from engine.order import Terms
from persistence.kinds import (
    CANCEL_ORDER,
    CANCEL_VERSION,
    COMMANDS,
    ENTER_IDENTIFIED,
    ENTER_ORDER,
    EVENTS,
    ORDER_EVENT,
    REPLACE_ORDER,
    REPLACE_VERSION,
    REQUEST_REJECTED,
)
from persistence.packing import PLANS

T = TypeVar("T")


@cython.final
@cython.cclass
class Reader:
    """Takes values from `data`, from `at` on.

    Past the end integers read as 0 and byte strings as empty: whoever has read a record asserts `at <= size`.
    """

    __slots__ = ("at", "data", "size")

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.size = len(data)
        self.at = at

    def u8(self) -> int:
        """The next byte."""
        data = self.data
        at = self.at
        self.at = at + 1
        return data[at] if at < self.size else 0

    def u16(self) -> int:
        """The next two bytes, unsigned."""
        low = self.u8()
        high = self.u8()
        return low | high << 8

    def u32(self) -> int:
        """The next four bytes, unsigned."""
        low = self.u16()
        high = self.u16()
        return low | high << 16

    def i64(self) -> int:
        """The next eight bytes, signed."""
        data = self.data
        at = self.at
        self.at = at + 8
        if at + 8 > self.size:
            return 0
        if cython.compiled:
            value = data[at + 7]
            value = value << 8 | data[at + 6]
            value = value << 8 | data[at + 5]
            value = value << 8 | data[at + 4]
            value = value << 8 | data[at + 3]
            value = value << 8 | data[at + 2]
            value = value << 8 | data[at + 1]
            value = value << 8 | data[at]
        else:
            value = int.from_bytes(data[at : at + 8], "little", signed=True)
        return value

    def blob(self) -> bytes:
        """The next byte string with its length before it."""
        return self.raw(self.u16())

    def raw(self, count: int) -> bytes:
        """The next `count` bytes."""
        data = self.data
        at = self.at
        self.at = at + count
        if self.at > self.size:
            return b""
        return data[at : at + count]


def take_command(r: Reader, code: int) -> Command:
    """The command whose fields are next."""
    if code == ENTER_ORDER or code == ENTER_IDENTIFIED:
        entering = take_enter_order(r)
        entering.self_match = r.blob() if code == ENTER_IDENTIFIED else b""
        return entering
    if code == CANCEL_ORDER or code == CANCEL_VERSION:
        canceling = take_cancel_order(r)
        canceling.orig_mod_ns = r.i64() if code == CANCEL_VERSION else 0
        return canceling
    if code == REPLACE_ORDER or code == REPLACE_VERSION:
        replacing = take_replace_order(r)
        replacing.orig_mod_ns = r.i64() if code == REPLACE_VERSION else 0
        return replacing
    return take_fields(r, COMMANDS[code])


def take_event(r: Reader, code: int) -> Event:
    """The event whose fields are next."""
    if code == ORDER_EVENT:
        return take_order_event(r)
    if code == REQUEST_REJECTED:
        return take_request_rejected(r)
    return take_fields(r, EVENTS[code])


def take_fields(r: Reader, kind: type[T]) -> T:
    """The dataclass whose fields are next in their order."""
    return kind(*(r.blob() if is_bytes else r.i64() for _, is_bytes in PLANS[kind][1]))


def take_terms(r: Reader) -> Terms | None:
    """The next terms, None for none."""
    if r.u8() == 0:
        return None
    terms = Terms()
    terms.stop_ticks = r.i64()
    terms.display_lots = r.i64()
    terms.min_lots = r.i64()
    terms.expire_ns = r.i64()
    return terms


def take_enter_order(r: Reader) -> EnterOrder:
    """The next EnterOrder but its `self_match`."""
    command = EnterOrder.__new__(EnterOrder)
    command.session = r.u32()
    command.instrument = r.u32()
    command.side = r.u8()
    command.ord_type = r.u8()
    command.time_in_force = r.u8()
    command.exec_inst = r.u8()
    command.defect = r.u8()
    command.poss_resend = r.u8() != 0
    command.quantity_lots = r.i64()
    command.price_ticks = r.i64()
    command.time_ns = r.i64()
    command.cl_ord_id = r.blob()
    command.account = r.blob()
    command.symbol = r.blob()
    command.terms = take_terms(r)
    return command


def take_replace_order(r: Reader) -> ReplaceOrder:
    """The next ReplaceOrder but its `orig_mod_ns`."""
    command = ReplaceOrder.__new__(ReplaceOrder)
    command.session = r.u32()
    command.instrument = r.u32()
    command.side = r.u8()
    command.ord_type = r.u8()
    command.time_in_force = r.u8()
    command.exec_inst = r.u8()
    command.defect = r.u8()
    command.quantity_lots = r.i64()
    command.price_ticks = r.i64()
    command.order_id = r.i64()
    command.time_ns = r.i64()
    command.cl_ord_id = r.blob()
    command.orig_cl_ord_id = r.blob()
    command.symbol = r.blob()
    command.terms = take_terms(r)
    return command


def take_cancel_order(r: Reader) -> CancelOrder:
    """The next CancelOrder but its `orig_mod_ns`."""
    command = CancelOrder.__new__(CancelOrder)
    command.session = r.u32()
    command.instrument = r.u32()
    command.side = r.u8()
    command.defect = r.u8()
    command.order_id = r.i64()
    command.time_ns = r.i64()
    command.cl_ord_id = r.blob()
    command.orig_cl_ord_id = r.blob()
    command.symbol = r.blob()
    return command


def take_order_event(r: Reader) -> OrderEvent:
    """The next OrderEvent."""
    event = OrderEvent.__new__(OrderEvent)
    event.sequence = r.i64()
    event.command = r.i64()
    event.time_ns = r.i64()
    event.kind = r.u8()
    event.reason = r.u8()
    event.side = r.u8()
    event.ord_type = r.u8()
    event.time_in_force = r.u8()
    event.exec_inst = r.u8()
    event.status = r.u8()
    event.aggressor = r.u8() != 0
    event.last_report = r.u8() != 0
    event.session = r.u32()
    event.firm = r.u32()
    event.instrument = r.u32()
    event.limits_version = r.u32()
    event.reports_total = r.u32()
    event.order_id = r.i64()
    event.price_ticks = r.i64()
    event.quantity_lots = r.i64()
    event.cum_lots = r.i64()
    event.leaves_lots = r.i64()
    event.displayed_lots = r.i64()
    event.notional = r.i64()
    event.last_lots = r.i64()
    event.last_ticks = r.i64()
    event.match = r.i64()
    event.risk_ticks = r.i64()
    event.released_lots = r.i64()
    event.released_ticks = r.i64()
    event.value = r.i64()
    event.limit = r.i64()
    event.symbol = r.blob()
    give_name(event, r.blob())
    event.orig_cl_ord_id = r.blob()
    event.account = r.blob()
    event.request_id = r.blob()
    event.terms = take_terms(r)
    return event


def take_request_rejected(r: Reader) -> RequestRejected:
    """The next RequestRejected."""
    event = RequestRejected.__new__(RequestRejected)
    event.sequence = r.i64()
    event.command = r.i64()
    event.time_ns = r.i64()
    event.session = r.i64()
    event.response_to = r.i64()
    event.order_id = r.i64()
    event.status = r.i64()
    event.reason = r.i64()
    event.instrument = r.i64()
    event.symbol = r.blob()
    event.cl_ord_id = r.blob()
    event.orig_cl_ord_id = r.blob()
    event.value = r.i64()
    event.limit = r.i64()
    event.limits_version = r.i64()
    return event
