"""Finds a trade in the journal by its number: the engine keeps none, and who corrects one can wait for the disk."""

from __future__ import annotations

from pathlib import Path

from engine.codes import BUY
from engine.events import OrderEvent
from persistence.frames import Frame, FrameReader
from persistence.inspection import identity_of, raw_records
from persistence.kinds import EVENT, ORDER_EVENT
from persistence.segments import Stream
from persistence.unpacking import take_event

SCANNED_BYTES = 4 << 20  # so little is read from its beginning rather than halved


def find_trade(directory: Path, match: int, end: int) -> tuple[OrderEvent, OrderEvent] | None:
    """Both sides of a trade, the buyer's first, from a journal that is written up to `end`; None if it is not there.

    Trades are numbered in the order of the journal, so halving finds the place.
    """
    stream = Stream(directory)
    try:
        reader = FrameReader(stream, identity_of(directory))
        low, high = stream.begin, end
        while high - low > SCANNED_BYTES:
            middle = (low + high) // 2
            first = _first_trade(reader, middle, high)
            if first == 0 or first > match:
                high = middle
            else:
                low = middle
        return _scan(reader, low, end, match)
    finally:
        stream.close()


def _first_trade(reader: FrameReader, begin: int, end: int) -> int:
    """The number of the first trade in the frames that begin in a part of the journal, 0 if there is none."""
    if reader.seek(begin):
        while reader.position < end and (frame := reader.next()) is not None:
            for event in _trades(frame):
                return event.match
    return 0


def _scan(reader: FrameReader, begin: int, end: int, match: int) -> tuple[OrderEvent, OrderEvent] | None:
    if reader.seek(begin):
        while reader.position < end and (frame := reader.next()) is not None:
            found = [event for event in _trades(frame) if event.match >= match]
            if found:
                sides = sorted((event for event in found if event.match == match), key=lambda event: event.side != BUY)
                return (sides[0], sides[1]) if len(sides) == 2 else None
    return None


def _trades(frame: Frame) -> list[OrderEvent]:
    events = [
        take_event(r, code) for _, kind, code, _, r, _ in raw_records(frame) if (kind, code) == (EVENT, ORDER_EVENT)
    ]
    return [event for event in events if isinstance(event, OrderEvent) and event.match]
