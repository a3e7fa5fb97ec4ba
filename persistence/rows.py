"""Frames of the journal as rows of the audit's tables (persistence/schema)."""

from __future__ import annotations

import json
from dataclasses import fields
from decimal import Decimal

import cython

from engine.commands import CancelOrder, Command, DefineInstrument, EnterOrder, RegisterSession, ReplaceOrder
from engine.events import Event, OrderEvent
from persistence.frames import Frame
from persistence.kinds import (
    CANCEL_ORDER,
    COMMAND,
    ENTER_ORDER,
    EVENT,
    INBOUND,
    MESSAGE_HEAD,
    NUMBERS,
    ORDER_EVENT,
    OUTBOUND,
    REPLACE_ORDER,
    RESENT,
    SESSION,
)
from persistence.unpacking import Reader, take_command, take_event

MESSAGE_COLUMNS = ["record", "time_ns", "number", "session", "outbound", "resent", "msg_type", "raw"]
CHANGE_COLUMNS = ["record", "time_ns", "next_in", "next_out", "session", "change", "text"]
COMMAND_COLUMNS = [
    *("number", "time_ns", "quantity_lots", "price_ticks", "order_id", "session", "instrument", "kind", "defect"),
    *("side", "ord_type", "time_in_force", "cl_ord_id", "orig_cl_ord_id", "who", "why", "detail"),
]
EVENT_COLUMNS = [
    *("sequence", "command", "time_ns", "order_id", "price_ticks", "quantity_lots", "cum_lots", "leaves_lots"),
    *("notional", "last_lots", "last_ticks", "match", "risk_ticks", "released_lots", "released_ticks", "value"),
    *("limit", "session", "firm", "instrument", "limits_version", "reports_total", "class", "reason", "kind"),
    *("status", "side", "ord_type", "time_in_force", "aggressor", "last_report", "cl_ord_id", "orig_cl_ord_id"),
    *("account", "request_id", "detail"),
]
CHARS = [None] + [bytes([code]) for code in range(1, 256)]
MSG_TYPE = b"\x0135="


@cython.final
@cython.cclass
class Batch:
    """The rows of some frames on end. `position`, `record`, `command`, `event` and `time_ns` are those of its end."""

    __slots__ = (
        "changes",
        "command",
        "commands",
        "event",
        "events",
        "instruments",
        "messages",
        "numbers",
        "position",
        "record",
        "sessions",
        "time_ns",
    )

    def __init__(self, position: int, record: int, command: int, event: int) -> None:
        self.position = position
        self.record = record
        self.command = command
        self.event = event
        self.time_ns = 0
        self.messages: list[tuple[object, ...]] = []
        self.commands: list[tuple[object, ...]] = []
        self.events: list[tuple[object, ...]] = []
        self.changes: list[tuple[object, ...]] = []
        self.instruments: dict[int, tuple[object, ...]] = {}
        self.sessions: dict[int, tuple[object, ...]] = {}
        self.numbers: dict[int, tuple[int, int]] = {}

    def add(self, frame: Frame) -> None:
        """Take the rows of the next frame; each value by a statement of its own, for C has no order of arguments."""
        body = frame.body
        r = Reader(body)
        record = frame.first
        while r.at < r.size:
            length = r.u32()
            kind = r.u8()
            code = r.u8()
            flags = r.u8()
            r.u8()
            end = r.at + length
            if kind == INBOUND or kind == OUTBOUND:
                self._message(r, record, kind, flags, length)
            elif kind == COMMAND:
                self.command = r.i64()
                self._command(code, take_command(r, code))
            elif kind == EVENT:
                self._event(code, take_event(r, code))
            else:
                assert kind == SESSION, f"record of unknown kind {kind}"
                self._change(r, record, code)
            assert r.at == end, "record longer or shorter than its fields"
            record += 1
        self.position = frame.end
        self.record = record - 1
        self.time_ns = frame.time_ns

    def _message(self, r: Reader, record: int, kind: int, flags: int, length: int) -> None:
        session = r.u32()
        number = r.i64()
        time_ns = r.i64()
        raw = r.raw(length - MESSAGE_HEAD)
        outbound = kind == OUTBOUND
        self.messages.append((record, time_ns, number, session, outbound, flags & RESENT != 0, msg_type(raw), raw))

    def _change(self, r: Reader, record: int, change: int) -> None:
        session = r.u32()
        next_in = r.i64()
        next_out = r.i64()
        time_ns = r.i64()
        text = r.blob()
        self.numbers[session] = (next_in, next_out)
        if change != NUMBERS:
            self.changes.append((record, time_ns, next_in, next_out, session, change, string(text) or ""))

    def _command(self, code: int, command: Command) -> None:
        if isinstance(command, EnterOrder):
            self.commands.append(enter_order_row(self.command, command))
        elif isinstance(command, CancelOrder):
            self.commands.append(cancel_order_row(self.command, command))
        elif isinstance(command, ReplaceOrder):
            self.commands.append(replace_order_row(self.command, command))
        else:
            self.commands.append(other_row(command, COMMAND_COLUMNS, {"number": self.command, "kind": code}))
            if isinstance(command, RegisterSession):
                names = (string(command.comp_id), command.firm, string(command.firm_name))
                self.sessions[command.number] = (command.number, *names)
            elif isinstance(command, DefineInstrument):
                self.instruments[command.number] = instrument_row(command)

    def _event(self, code: int, event: Event) -> None:
        if isinstance(event, OrderEvent):
            self.events.append(order_event_row(event))
        else:
            self.events.append(other_row(event, EVENT_COLUMNS, {"class": code}))
        self.event = event.sequence


def string(value: bytes) -> str | None:
    """Text for PostgreSQL, None for none; every byte is one character (for zero, which it refuses, a sign)."""
    if not value:
        return None
    if value.isascii() and 0 not in value:
        return value.decode("ascii")
    return value.decode("latin-1").replace("\0", "\u2400")


def msg_type(raw: bytes) -> str:
    """MsgType(35) of a message, empty if it has none near its beginning."""
    start = raw.find(MSG_TYPE, 0, 40) + 4
    if start < 4:
        return ""
    end = raw.find(b"\x01", start)
    return string(raw[start : max(start, end)]) or ""


def enter_order_row(number: int, command: EnterOrder) -> tuple[object, ...]:
    """A row of `command`."""
    detail = None
    if command.account or command.exec_inst or command.poss_resend or command.instrument == 0:
        detail = json.dumps(
            {
                "account": string(command.account),
                "exec_inst": command.exec_inst,
                "poss_resend": bool(command.poss_resend),
                "symbol": string(command.symbol),
            }
        )
    return (
        number,
        command.time_ns,
        command.quantity_lots,
        command.price_ticks or None,
        None,
        command.session,
        command.instrument,
        ENTER_ORDER,
        command.defect,
        CHARS[command.side],
        CHARS[command.ord_type],
        CHARS[command.time_in_force],
        string(command.cl_ord_id),
        None,
        None,
        None,
        detail,
    )


def replace_order_row(number: int, command: ReplaceOrder) -> tuple[object, ...]:
    """A row of `command`."""
    return (
        number,
        command.time_ns,
        command.quantity_lots,
        command.price_ticks or None,
        command.order_id or None,
        command.session,
        command.instrument,
        REPLACE_ORDER,
        command.defect,
        CHARS[command.side],
        CHARS[command.ord_type],
        CHARS[command.time_in_force],
        string(command.cl_ord_id),
        string(command.orig_cl_ord_id),
        None,
        None,
        json.dumps({"exec_inst": command.exec_inst}) if command.exec_inst else None,
    )


def cancel_order_row(number: int, command: CancelOrder) -> tuple[object, ...]:
    """A row of `command`."""
    return (
        number,
        command.time_ns,
        None,
        None,
        command.order_id or None,
        command.session,
        command.instrument,
        CANCEL_ORDER,
        command.defect,
        CHARS[command.side],
        None,
        None,
        string(command.cl_ord_id),
        string(command.orig_cl_ord_id),
        None,
        None,
        None,
    )


def order_event_row(event: OrderEvent) -> tuple[object, ...]:
    """A row of `event`."""
    order_id = event.order_id
    traded = event.last_lots != 0
    return (
        event.sequence,
        event.command,
        event.time_ns,
        order_id or None,
        event.price_ticks or None,
        event.quantity_lots,
        event.cum_lots,
        event.leaves_lots,
        event.notional,
        event.last_lots if traded else None,
        event.last_ticks if traded else None,
        event.match or None,
        event.risk_ticks or None,
        event.released_lots or None,
        event.released_ticks or None,
        event.value or None,
        event.limit or None,
        event.session,
        event.firm,
        event.instrument,
        event.limits_version or None,
        event.reports_total or None,
        ORDER_EVENT,
        event.reason,
        CHARS[event.kind],
        CHARS[event.status],
        CHARS[event.side],
        CHARS[event.ord_type],
        CHARS[event.time_in_force],
        True if event.aggressor else None,
        True if event.last_report else None,
        string(event.cl_ord_id),
        string(event.orig_cl_ord_id),
        string(event.account),
        string(event.request_id),
        None,
    )


def other_row(value: object, columns: list[str], known: dict[str, object]) -> tuple[object, ...]:
    """A row of a command or event that is a dataclass: what has no column of its own goes into `detail`."""
    row: dict[str, object] = {"session": 0, "instrument": 0, "defect": 0, "reason": 0, **known}
    detail: dict[str, object] = {}
    for field in fields(value):  # type: ignore[arg-type]
        content = getattr(value, field.name)
        if isinstance(content, bytes):
            content = string(content)
        if field.name in ("side", "status"):
            content = CHARS[content]
        if field.name in columns and field.name not in known:
            row[field.name] = content
        else:
            detail[field.name] = content
    row["detail"] = json.dumps(detail) if detail else None
    return tuple(row.get(column) for column in columns)


def instrument_row(command: DefineInstrument) -> tuple[object, ...]:
    """A row of `instrument`."""
    tick = Decimal(command.tick_units).scaleb(-command.price_scale)
    lot = Decimal(command.lot_units).scaleb(-command.quantity_scale)
    return (command.number, string(command.symbol), tick, lot, command.tick_value, command.reference_ticks)
