"""Columns: values of any kind, those of one field of many objects together, in as few bytes as they need.

A column is the kind of each of its values and then the values of each kind; where all are the same, one stands for all.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from itertools import accumulate, chain, islice, pairwise
from typing import Any, Final

NONE, INT, BYTES, TEXT, TUPLE, REFERENCE = range(6)
TAGS: Final[dict[type, int]] = {type(None): NONE, bool: INT, int: INT, bytes: BYTES, str: TEXT, tuple: TUPLE}
SCALARS: Final = frozenset((type(None), bool, int, bytes, str))
COUNT: Final = struct.Struct("<Q")
INTS: Final = ((1, "b"), (2, "h"), (4, "i"), (8, "q"))


class ColumnWriter:
    """Collects the bytes of columns in `pieces`; an object is written as its class's number in `kinds` and its `place`
    (by id) among those of its class.
    """

    def __init__(self, kinds: Sequence[type], place: dict[int, int]) -> None:
        self.pieces: list[bytes] = []
        self._place = place
        self._kinds = {kind: number for number, kind in enumerate(kinds)}

    def count(self, value: int) -> None:
        """A number from 0 to 2**64 - 1."""
        self.pieces.append(COUNT.pack(value))

    def text(self, value: str) -> None:
        """A text after its length."""
        self.blob(value.encode())

    def blob(self, value: bytes) -> None:
        """Bytes after their length."""
        self.count(len(value))
        self.pieces.append(value)

    def ints(self, values: list[int]) -> None:
        """64-bit numbers in as few bytes each as all of them need; none where all are the same."""
        low, high = (min(values), max(values)) if values else (0, 0)
        if low == high:
            self.pieces.append(struct.pack("<Bq", 0, low))
            return
        size, code = next(
            (size, code) for size, code in INTS if -(1 << size * 8 - 1) <= low and high < 1 << size * 8 - 1
        )
        self.pieces.append(struct.pack("<B", size))
        self.pieces.append(array(code, values).tobytes())

    def column(self, values: list[Any]) -> None:
        """Values of any kind: the kind of each, then those of each kind."""
        tags = sorted({TAGS.get(kind, REFERENCE) for kind in set(map(type, values))})
        self.count(len(values))
        if len(tags) < 2:
            self.ints(tags)
            for tag in tags:
                self._put(tag, values)
            return
        self.ints([TAGS.get(type(value), REFERENCE) for value in values])
        for tag in tags:
            self._put(tag, [value for value in values if TAGS.get(type(value), REFERENCE) == tag])

    def _put(self, tag: int, values: list[Any]) -> None:
        if tag == INT:
            self.ints(values)
        elif tag in (BYTES, TEXT):
            values = values if tag == BYTES else [value.encode() for value in values]
            self.ints(list(map(len, values)))
            self.blob(b"".join(values))
        elif tag == TUPLE:
            self.ints(list(map(len, values)))
            self.column(list(chain.from_iterable(values)))
        elif tag == REFERENCE:
            kinds = self._kinds
            self.ints([kinds[type(value)] for value in values])
            place = self._place
            self.ints([place[id(value)] for value in values])


class ColumnReader:
    """Takes what a ColumnWriter put; `made` has the objects that references mean, by class."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self.made: list[list[Any]] = []

    def count(self) -> int:
        """A number from 0 to 2**64 - 1."""
        self._at += COUNT.size
        return int(COUNT.unpack_from(self._data, self._at - COUNT.size)[0])

    def text(self) -> str:
        """A text."""
        return self.blob().decode()

    def blob(self) -> bytes:
        """Bytes."""
        count = self.count()
        self._at += count
        return self._data[self._at - count : self._at]

    def ints(self, count: int) -> Sequence[int]:
        """So many numbers."""
        size = self._data[self._at]
        self._at += 1
        if size == 0:
            self._at += 8
            return [struct.unpack_from("<q", self._data, self._at - 8)[0]] * count
        values = array(dict(INTS)[size])
        self._at += size * count
        values.frombytes(self._data[self._at - size * count : self._at])
        return values

    def column(self) -> Sequence[Any]:
        """The values of a column."""
        count = self.count()
        if self._data[self._at] == 0:  # all of one kind
            tag = self.ints(1)[0]
            return self._take(tag, count) if count else []
        tags = self.ints(count)
        parts = {tag: iter(self._take(tag, tags.count(tag))) for tag in sorted(set(tags))}
        return [next(parts[tag]) for tag in tags]

    def _take(self, tag: int, count: int) -> Sequence[Any]:
        if tag == NONE:
            return [None] * count
        if tag == INT:
            return self.ints(count)
        if tag in (BYTES, TEXT):
            lengths = self.ints(count)
            whole = self.blob()
            values = [whole[begin:end] for begin, end in pairwise(chain((0,), accumulate(lengths)))]
            return values if tag == BYTES else [value.decode() for value in values]
        if tag == TUPLE:
            lengths = self.ints(count)
            parts = iter(self.column())
            return [tuple(islice(parts, length)) for length in lengths]
        kinds = self.ints(count)
        places = self.ints(count)
        if count and len(set(kinds)) == 1:
            return list(map(self.made[kinds[0]].__getitem__, places))
        return [self.made[kind][place] for kind, place in zip(kinds, places, strict=True)]
