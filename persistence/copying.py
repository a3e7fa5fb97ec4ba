"""Rows in PostgreSQL's binary COPY format, which the server stores without parsing.

A row is its number of fields in two bytes, then for each field its length (-1: null) in four bytes and its bytes, all
big-endian (PostgreSQL documentation, COPY, Binary Format).
"""

from __future__ import annotations

import json

import cython

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
FIELD_BYTES_MAX = 12  # of an integer with its length
CHARACTER_BYTES_MAX = 3  # of one byte of ours, in UTF-8
JSONB_VERSION = b"\x01"
WIDTHS = {"i64": 8, "i32": 4, "i16": 2, "boolean": 1, "char": 1}


@cython.final
@cython.cclass
class Table:
    """Rows for one table. `columns` maps names to types: i64, i32, i16, boolean, char, text, bytea or jsonb."""

    __slots__ = ("at", "columns", "count", "data", "name", "rows", "size")

    def __init__(self, name: str, columns: dict[str, str]) -> None:
        self.name = name
        self.columns = columns
        self.count = len(columns)
        self.data = bytearray(HEADER)
        self.size = self.at = len(HEADER)
        self.rows = 0

    def reserve(self, variable: int) -> None:
        """Make room for one more row whose strings have `variable` bytes."""
        needed = 2 + self.count * FIELD_BYTES_MAX + CHARACTER_BYTES_MAX * variable
        if needed > self.size - self.at:
            self.data.extend(bytes(max(self.size, needed)))
            self.size = len(self.data)
        self.rows += 1

    def add(self, values: dict[str, object]) -> None:
        """Add a row from values by column; those not given are null."""
        row = self.count.to_bytes(2, "big") + b"".join(
            field(values.get(name), self.columns[name]) for name in self.columns
        )
        self.reserve(len(row))
        self.data[self.at : self.at + len(row)] = row
        self.at += len(row)

    def clear(self) -> None:
        """No rows, but the memory that they took."""
        self.at = len(HEADER)
        self.rows = 0

    def whole(self) -> memoryview:
        """All that COPY wants; no row can be added while somebody holds it."""
        self.data[self.at : self.at + len(TRAILER)] = TRAILER
        self.size = len(self.data)
        return memoryview(self.data)[: self.at + len(TRAILER)]

    def finished(self) -> bytes:
        """The same as bytes."""
        return bytes(self.whole())


def field(value: object, kind: str) -> bytes:
    """A field with its length; no text and the character 0 are null."""
    match kind, value:
        case (_, None) | ("char", 0) | ("text", b""):
            return NULL
        case "text", bytes():
            content = utf8(value)
        case "bytea", bytes():
            content = value
        case "jsonb", dict():
            content = JSONB_VERSION + jsonb(value).encode()
        case _, int():
            content = value.to_bytes(WIDTHS[kind], "big", signed=value < 0)
        case _:
            raise AssertionError(f"{value!r} is no {kind}")
    return len(content).to_bytes(4, "big") + content


def jsonb(value: dict[str, object]) -> str:
    """A flat object as PostgreSQL would print it: shorter keys first, which lets persistence.verification compare."""
    in_order = dict(sorted(value.items(), key=lambda item: (len(item[0]), item[0])))
    return json.dumps(in_order, ensure_ascii=False)


def string(value: bytes) -> str:
    """Text as PostgreSQL takes it: every byte is one character, and zero, which it refuses, a sign for it."""
    return value.decode("latin-1").replace("\0", "\N{SYMBOL FOR NULL}")


def utf8(value: bytes) -> bytes:
    """The same as bytes."""
    return string(value).encode()
