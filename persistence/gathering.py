"""What one transaction of the projection stores, gathered from the journal while the one before it is being stored."""

import asyncio
from dataclasses import dataclass

from persistence.batch import Batch
from persistence.blocks import chained, day_of
from persistence.frames import Frame, FrameReader
from persistence.segments import Stream

ROWS_MAX = 20_000  # in one transaction, but for a frame that has more
SLICE = 100  # records between two looks at the connection: some 0.2 ms


@dataclass(frozen=True, slots=True)
class Load:
    """The rows of frames on end from record `first` on, all of one `day` (since 1970, UTC); `chain` is the SHA-256 of
    their block, and `goes_on` says whether there was more where it comes from.
    """

    first: int
    day: int
    batch: Batch
    chain: bytes
    goes_on: bool

    @property
    def count(self) -> int:
        """Its records."""
        return self.batch.record - self.first + 1


class Gatherer:
    """Takes load after load from a journal that may still grow."""

    def __init__(self, stream: Stream, salt: bytes, batch: Batch, chain: bytes) -> None:
        """From the end of `batch`, whose block has the SHA-256 `chain`."""
        self._reader = FrameReader(stream, salt, batch.position, batch.record + 1)
        self._batch = batch
        self._chain = chain
        self._held: Frame | None = None  # the first that did not fit into the load before
        self.spare: Batch | None = None  # one that is stored, whose memory the next takes

    async def next(self) -> Load | None:
        """The next load, or None where no frame is that is whole (yet). Lets others run every SLICE records."""
        frame = self._held or self._reader.next()
        if frame is None:
            return None
        last = self._batch
        position, first, looked = last.position, last.record + 1, last.record
        batch = self._begun(last)
        day = day_of(frame.time_ns)
        pieces: list[bytes] = []
        while frame is not None and day_of(frame.time_ns) == day and batch.record - first < ROWS_MAX - 1:
            pieces += (frame.head, frame.body)
            batch.begin(frame)
            while batch.advance(SLICE):
                await asyncio.sleep(0)
            if batch.record - looked >= SLICE:
                looked = batch.record
                await asyncio.sleep(0)
            frame = self._reader.next()
        self._held = frame
        raw = b"".join(pieces)
        before, self._chain = self._chain, chained(self._chain, raw)
        batch.seal(position, first, raw, before, self._chain)
        self._batch = batch
        return Load(first, day, batch, self._chain, goes_on=frame is not None)

    def _begun(self, last: Batch) -> Batch:
        place = (last.position, last.record, last.command, last.event)
        batch, self.spare = self.spare, None
        if batch is None:
            return Batch(*place)
        batch.restart(*place)
        return batch

    def is_at_bytes(self) -> bool:
        """Whether something stands where the next frame would: one that is being written, torn, or damaged."""
        return self._held is None and self._reader.anything_here()
