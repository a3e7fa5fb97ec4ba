"""A journal as people read it, without writing to it: what is there, whether it is whole, and each record in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.commands import Command
from engine.events import Event
from engine.order import Terms
from persistence.errors import JournalError
from persistence.frames import FRAME_HEAD, Frame, FrameReader, frame_at
from persistence.kinds import COMMAND, EVENT, INBOUND, MESSAGE_HEAD, OUTBOUND, RESENT, SESSION
from persistence.segments import Segment, Stream, identity, segments
from persistence.snapshots import Snapshot, good
from persistence.unpacking import Reader, take_command, take_event

KINDS: Final = {INBOUND: "in", OUTBOUND: "out", COMMAND: "command", EVENT: "event", SESSION: "session"}
CHANGES: Final = ("numbers", "connected", "logged on", "logged out", "disconnected", "reset")
TERMS: Final = ("stop_ticks", "display_lots", "min_lots", "expire_ns")

Value = int | str


@dataclass(frozen=True, slots=True)
class Record:
    """Record `number`, written at `time_ns`: its `kind` (of KINDS), `name` (class, or what became of a session) and
    fields; of those, 0 and nothing are left out.
    """

    number: int
    time_ns: int
    kind: str
    name: str
    fields: dict[str, Value]


@dataclass(slots=True)
class Survey:
    """What a journal holds: numbers of its first and last record, command and event (0: none), and where it ends.

    `torn_bytes` stand after the end and are no frame; `damage` says where it is damaged, if it is.
    """

    directory: Path
    journal: str
    segments: list[Segment]
    snapshots: list[Snapshot]
    begin: int = 0
    end: int = 0
    frames: int = 0
    first_record: int = 0
    last_record: int = 0
    first_command: int = 0
    last_command: int = 0
    first_event: int = 0
    last_event: int = 0
    first_ns: int = 0
    last_ns: int = 0
    torn_bytes: int = 0
    damage: str = ""


def first_frame(stream: Stream, salt: bytes) -> Frame | None:
    """The first whole frame in a journal's files, the beginning of which may have been removed."""
    begin = stream.begin
    if begin == 0:
        return frame_at(stream, salt, 0)
    position = FrameReader(stream, salt, begin - 1).later_frame()
    return None if position is None else frame_at(stream, salt, position)


def frames(directory: Path) -> Iterator[Frame]:
    """All whole frames that follow one another. JournalError if the files are not those of a journal."""
    stream = Stream(directory)
    try:
        first = first_frame(stream, identity_of(directory))
        if first is not None:
            yield from FrameReader(stream, identity_of(directory), first.position, first.first)
    finally:
        stream.close()


def identity_of(directory: Path) -> bytes:
    """A journal's identity; JournalError where there is none, which is not made."""
    if not (directory / "identity").exists():
        raise JournalError(f"{directory} holds no journal")
    return identity(directory)


def survey(directory: Path) -> Survey:
    """Read every frame and check it: magic, checksum, position, and that records, commands and events are numbered
    without a gap.
    """
    salt = identity_of(directory)
    found = Survey(directory, salt.hex(), segments(directory), list(good(directory, salt)))
    stream = Stream(directory)
    try:
        first = first_frame(stream, salt)
        found.begin = found.end = stream.begin if first is None else first.position
        if first is None and any(stream.read(found.begin, FRAME_HEAD)):
            found.damage = f"{stream.describe(found.begin)}: what is there is no frame"
        reader = FrameReader(stream, salt, found.begin, 1 if first is None else first.first)
        for frame in reader:
            found.damage = found.damage or _count(found, frame, stream)
            if found.damage:
                return found
        reader.refuse_damage()
        found.torn_bytes = _stands_after(stream, found.end)
    except JournalError as error:
        found.damage = str(error)
    finally:
        stream.close()
    return found


def _count(found: Survey, frame: Frame, stream: Stream) -> str:
    """Take a frame into account; what is wrong with its numbers, if anything."""
    found.frames += 1
    found.first_record = found.first_record or frame.first
    found.last_record = frame.first + frame.count - 1
    found.first_ns = found.first_ns or frame.time_ns
    found.last_ns = frame.time_ns
    count = 0
    for _, kind, code, _, reader, _ in raw_records(frame):
        count += 1
        if kind not in (COMMAND, EVENT):
            continue
        number = reader.i64() if kind == COMMAND else take_event(reader, code).sequence
        what = "command" if kind == COMMAND else "event"
        last = getattr(found, f"last_{what}")
        if last and number != last + 1:
            return f"{stream.describe(frame.position)}: {what} {number} follows {what} {last}"
        setattr(found, f"last_{what}", number)
        if not last:
            setattr(found, f"first_{what}", number)
    if count != frame.count:
        return f"{stream.describe(frame.position)}: {count} records in a frame of {frame.count}"
    found.end = frame.end
    return ""


def _stands_after(stream: Stream, position: int) -> int:
    """How many bytes up to the last that is not 0 stand after the end."""
    counted = at = 0
    while chunk := stream.read(position + at, 1 << 20):
        used = len(chunk.rstrip(b"\0"))
        counted = at + used if used else counted
        at += len(chunk)
    return counted


def raw_records(frame: Frame) -> Iterator[tuple[int, int, int, int, Reader, int]]:
    """(number, kind, code, flags, a reader at its fields, their length) of each record of a frame."""
    r = Reader(frame.body)
    number = frame.first
    while r.at < r.size:
        length = r.u32()
        kind, code, flags = r.u8(), r.u8(), r.u8()
        r.u8()
        end = r.at + length
        yield number, kind, code, flags, r, length
        r.at = end
        number += 1


def records(frame: Frame) -> Iterator[Record]:
    """Each record of a frame in words."""
    for number, kind, code, flags, r, length in raw_records(frame):
        name, fields = "", dict[str, Value]()
        if kind in (INBOUND, OUTBOUND):
            session, sequence, time_ns = r.u32(), r.i64(), r.i64()
            raw = text(r.raw(length - MESSAGE_HEAD))
            name = "again" if flags & RESENT else ""
            fields = {"session": session, "sequence": sequence, "time_ns": time_ns, "raw": raw}
        elif kind == COMMAND:
            command_number = r.i64()
            command = take_command(r, code)
            name, fields = type(command).__name__, {"number": command_number, **fields_of(command)}
        elif kind == EVENT:
            event = take_event(r, code)
            name, fields = type(event).__name__, fields_of(event)
        elif kind == SESSION:
            fields = {"session": r.u32(), "next_in": r.i64(), "next_out": r.i64(), "time_ns": r.i64()}
            name = CHANGES[code] if code < len(CHANGES) else str(code)
            words = text(r.blob())
            fields |= {"text": words} if words else {}
        yield Record(number, frame.time_ns, KINDS.get(kind, str(kind)), name, fields)


def fields_of(value: Command | Event) -> dict[str, Value]:
    """Its fields that are not 0 or empty; bytes as text, terms among the others."""
    found: dict[str, Value] = {}
    for name in value.__slots__:
        part = getattr(value, name)
        if isinstance(part, Terms):
            found |= {term: number for term, number in zip(TERMS, part.values(), strict=True) if number}
        elif isinstance(part, bytes) and part:
            found[name] = text(part)
        elif part:
            found[name] = int(part)
    return found


def text(value: bytes) -> str:
    """Bytes for people: SOH as |, what is not ASCII written out."""
    return value.replace(b"\x01", b"|").decode("ascii", "backslashreplace")
