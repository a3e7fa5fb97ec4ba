"""Frames of the journal gathered as rows of the audit's tables, for one transaction."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

import cython

from engine.commands import CancelOrder, Command, DefineInstrument, EnterOrder, RegisterSession, ReplaceOrder
from engine.events import Event, OrderEvent, RequestRejected
from persistence.copying import Table, string, utf8
from persistence.frames import FRAME_HEAD, Frame
from persistence.kinds import COMMAND, EVENT, INBOUND, MESSAGE_HEAD, NUMBERS, OUTBOUND, RESENT, SESSION
from persistence.rows import (
    add_cancel_order,
    add_enter_order,
    add_message,
    add_order_event,
    add_pieces,
    add_replace_order,
    add_request_rejected,
    is_plain,
)
from persistence.unpacking import Reader, take_command, take_event

MESSAGE = {
    **dict.fromkeys(("record", "time_ns", "number", "position"), "i64"),
    **dict.fromkeys(("session", "length"), "i32"),
    **dict.fromkeys(("outbound", "resent"), "boolean"),
    "msg_type": "text",
}
CHANGE = {
    **dict.fromkeys(("record", "time_ns", "next_in", "next_out"), "i64"),
    "session": "i32",
    "change": "i16",
    "text": "text",
}
COMMANDS = {
    **dict.fromkeys(
        (
            *("number", "record", "time_ns", "written_ns", "quantity_lots", "price_ticks"),
            *("stop_ticks", "display_lots", "min_lots", "expire_ns", "order_id"),
        ),
        "i64",
    ),
    **dict.fromkeys(("session", "instrument"), "i32"),
    **dict.fromkeys(("kind", "defect", "exec_inst"), "i16"),
    **dict.fromkeys(("side", "ord_type", "time_in_force"), "char"),
    "poss_resend": "boolean",
    **dict.fromkeys(("cl_ord_id", "orig_cl_ord_id", "account", "symbol", "who", "why"), "text"),
    "detail": "jsonb",
}
EVENTS = {
    **dict.fromkeys(
        (
            *("sequence", "command", "time_ns", "order_id", "price_ticks", "quantity_lots", "cum_lots", "leaves_lots"),
            *("displayed_lots", "stop_ticks", "display_lots", "min_lots", "expire_ns"),
            *("notional", "last_lots", "last_ticks", "match", "risk_ticks", "released_lots", "released_ticks"),
            *("value", "limit"),
        ),
        "i64",
    ),
    **dict.fromkeys(("session", "firm", "instrument", "limits_version", "reports_total"), "i32"),
    **dict.fromkeys(("class", "reason"), "i16"),
    **dict.fromkeys(("kind", "status", "side", "ord_type", "time_in_force"), "char"),
    **dict.fromkeys(("aggressor", "last_report"), "boolean"),
    **dict.fromkeys(("cl_ord_id", "orig_cl_ord_id", "account", "symbol", "request_id"), "text"),
    "detail": "jsonb",
}
BLOCK = {
    **dict.fromkeys(("position", "record", "time_ns"), "i64"),
    "length": "i32",
    **dict.fromkeys(("before", "sha256"), "bytea"),
}
PIECE = {"position": "i64", "raw": "bytea"}
MSG_TYPE = b"\x0135="
MSG_TYPE_WITHIN = 40
SECRET = ("password_hash", "replaces")  # of ChangePassword: not for the eyes of those who may read the audit


@cython.final
@cython.cclass
class Batch:
    """The rows of some frames on end. `position`, `record`, `command`, `event` and `time_ns` are those of its end."""

    __slots__ = (
        "_reader",
        "blocks",
        "changes",
        "command",
        "commands",
        "event",
        "events",
        "instruments",
        "messages",
        "numbers",
        "pieces",
        "position",
        "record",
        "sessions",
        "time_ns",
    )

    def __init__(self, position: int, record: int, command: int, event: int) -> None:
        self.messages = Table("message", MESSAGE)
        self.commands = Table("command", COMMANDS)
        self.events = Table("event", EVENTS)
        self.changes = Table("session_change", CHANGE)
        self.blocks = Table("block", BLOCK)
        self.pieces = Table("piece", PIECE)
        self.restart(position, record, command, event)

    def restart(self, position: int, record: int, command: int, event: int) -> None:
        """Begin anew, in the memory that the rows so far took: fresh memory costs more than the rows."""
        self._reader = Reader(b"")
        self.position = position
        self.record = record
        self.command = command
        self.event = event
        self.time_ns = 0
        self.instruments: dict[int, tuple[object, ...]] = {}
        self.sessions: dict[int, tuple[object, ...]] = {}
        self.numbers: dict[int, tuple[int, int]] = {}
        for table in self._all():
            table.clear()

    def _all(self) -> tuple[Table, ...]:
        return self.messages, self.commands, self.events, self.changes, self.blocks, self.pieces

    @property
    def tables(self) -> list[Table]:
        """Those that have rows."""
        return [table for table in self._all() if table.rows]

    def seal(self, position: int, first: int, raw: bytes, before: bytes, sha256: bytes) -> None:
        """Take the rows of the block that these frames are, from `position` and record `first` on."""
        place: dict[str, object] = {"position": position, "record": first, "time_ns": self.time_ns}
        self.blocks.add({**place, "length": len(raw), "before": before, "sha256": sha256})
        add_pieces(self.pieces, position, raw)

    def add(self, frame: Frame) -> None:
        """Take the rows of the next frame."""
        self.begin(frame)
        while self.advance(frame.count):
            pass

    def begin(self, frame: Frame) -> None:
        """The next frame, whose rows `advance` takes."""
        self._reader = Reader(frame.body)
        self.position = frame.position
        self.record = frame.first - 1
        self.time_ns = frame.time_ns

    def advance(self, count: int) -> bool:
        """Take at most `count` records of the frame begun, at least one; whether there are more. Once there are none,
        `position` is the frame's end.

        Each value is taken by a statement of its own, for C has no order of arguments.
        """
        r = self._reader
        while r.at < r.size:
            if count == 0:
                return True
            count -= 1
            length = r.u32()
            kind = r.u8()
            code = r.u8()
            flags = r.u8()
            r.u8()
            end = r.at + length
            self.record += 1
            if kind == INBOUND or kind == OUTBOUND:
                self._message(r, self.record, kind == OUTBOUND, flags & RESENT != 0, length)
            elif kind == COMMAND:
                self.command = r.i64()
                self._command(code, take_command(r, code), self.record, self.time_ns)
            elif kind == EVENT:
                self._event(code, take_event(r, code))
            else:
                assert kind == SESSION, f"record of unknown kind {kind}"
                self._change(r, self.record, code)
            assert r.at == end, "record longer or shorter than its fields"
        self.position += FRAME_HEAD + r.size
        return False

    def _message(self, r: Reader, record: int, outbound: bool, resent: bool, length: int) -> None:
        session = r.u32()
        number = r.i64()
        time_ns = r.i64()
        size = length - MESSAGE_HEAD
        kind = msg_type(r.data, r.at, r.at + size)
        position = self.position + FRAME_HEAD + r.at
        r.at += size
        add_message(self.messages, record, time_ns, number, position, session, size, outbound, resent, kind)

    def _change(self, r: Reader, record: int, change: int) -> None:
        session = r.u32()
        next_in = r.i64()
        next_out = r.i64()
        time_ns = r.i64()
        words = r.blob()
        self.numbers[session] = (next_in, next_out)
        if change != NUMBERS:
            values = (record, time_ns, next_in, next_out, session, change, words or None)
            self.changes.add(dict(zip(CHANGE, values, strict=True)))

    def _command(self, code: int, command: Command, record: int, written_ns: int) -> None:
        if isinstance(command, EnterOrder):
            add_enter_order(self.commands, self.command, record, written_ns, command)
        elif isinstance(command, CancelOrder):
            add_cancel_order(self.commands, self.command, record, written_ns, command)
        elif isinstance(command, ReplaceOrder):
            add_replace_order(self.commands, self.command, record, written_ns, command)
        else:
            known: dict[str, object] = {"number": self.command, "kind": code}
            add_other(self.commands, command, known | {"record": record, "written_ns": written_ns})
            if isinstance(command, RegisterSession):
                names = (string(command.comp_id), command.firm, string(command.firm_name))
                self.sessions[command.number] = (command.number, *names)
            elif isinstance(command, DefineInstrument):
                self.instruments[command.number] = instrument_row(command)

    def _event(self, code: int, event: Event) -> None:
        if isinstance(event, OrderEvent):
            add_order_event(self.events, event)
        elif isinstance(event, RequestRejected):
            add_request_rejected(self.events, event)
        else:
            add_other(self.events, event, {"class": code})
        self.event = event.sequence


def msg_type(data: bytes, begin: int, end: int) -> bytes:
    """MsgType(35) of the message that stands there, empty if it has none near its beginning."""
    at = data.find(MSG_TYPE, begin, min(end, begin + MSG_TYPE_WITHIN)) + len(MSG_TYPE)
    if at < len(MSG_TYPE):
        return b""
    kind = data[at : max(at, data.find(b"\x01", at, end))]
    return kind if is_plain(kind) else utf8(kind)


def add_other(table: Table, value: Command | Event, known: dict[str, object]) -> None:
    """A row of a command or event that is a dataclass: what has no column of its own goes into `detail`."""
    row: dict[str, object] = {"session": 0, "instrument": 0, "defect": 0, "reason": 0, **known}
    detail: dict[str, object] = {}
    for name in [field.name for field in fields(value)]:  # type: ignore[arg-type]
        part = getattr(value, name)
        if name in table.columns and name not in known:
            row[name] = part
        elif name not in SECRET:
            detail[name] = string(part) if isinstance(part, bytes) else part
    if detail:
        row["detail"] = detail
    table.add(row)


def instrument_row(command: DefineInstrument) -> tuple[object, ...]:
    """A row of `instrument`."""
    tick = Decimal(command.tick_units).scaleb(-command.price_scale)
    lot = Decimal(command.lot_units).scaleb(-command.quantity_scale)
    return (command.number, string(command.symbol), tick, lot, command.tick_value, command.reference_ticks)
