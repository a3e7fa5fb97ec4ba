"""The projection's own batches, stored as PostgreSQL stores a transaction: all of it and its place, or nothing."""

from __future__ import annotations

from pathlib import Path
from random import Random

from persistence.batch import Batch
from persistence.copying import HEADER, TRAILER
from persistence.frames import FrameReader
from persistence.segments import Stream, identity

PLACE = ("position", "record", "command", "event")


class SimulatedProjection:
    """`rows` is what was copied into each table, `place` how far that is: (position, record, command, event)."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self.rows: dict[str, bytearray] = {}
        self.place = (0, 0, 0, 0)

    def step(self, random: Random, frames_max: int) -> None:
        """A connection's life: some transactions, the last of which may be lost after all was copied."""
        stream = Stream(self._journal)
        reader = FrameReader(stream, identity(self._journal), self.place[0], self.place[1] + 1)
        batch = Batch(*self.place)
        for count, frame in enumerate(reader, 1):
            batch.add(frame)
            if random.random() < 0.3:
                self._commit(batch)
                batch = Batch(*self.place)
            if count == frames_max:
                break
        if random.random() < 0.5:
            self._commit(batch)
        stream.close()

    def catch_up(self) -> None:
        """All that is there, in one transaction."""
        stream = Stream(self._journal)
        batch = Batch(*self.place)
        for frame in FrameReader(stream, identity(self._journal), self.place[0], self.place[1] + 1):
            batch.add(frame)
        self._commit(batch)
        stream.close()

    def _commit(self, batch: Batch) -> None:
        for table in batch.tables:
            self.rows.setdefault(table.name, bytearray()).extend(table.finished()[len(HEADER) : -len(TRAILER)])
        self.place = (batch.position, batch.record, batch.command, batch.event)
