"""A journal's records as a table in a file: JSON lines, CSV, or Parquet where pyarrow is installed."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from persistence.errors import ExportError
from persistence.inspection import TERMS, Record
from persistence.kinds import COMMANDS, EVENTS

BATCH_ROWS: Final = 10_000
HEAD: Final = ("record", "written_ns", "record_kind", "name")  # an order event has a kind of its own
TEXTS: Final = frozenset(("record_kind", "name", "raw", "text"))


def columns(kinds: Iterable[str]) -> list[str]:
    """The columns of a table of records of these kinds, always in the same order."""
    found = dict.fromkeys(HEAD)
    if "in" in kinds or "out" in kinds:
        found |= dict.fromkeys(("session", "sequence", "time_ns", "raw"))
    if "session" in kinds:
        found |= dict.fromkeys(("session", "next_in", "next_out", "time_ns", "text"))
    for kind, classes in (("command", COMMANDS), ("event", EVENTS)):
        if kind in kinds:
            found |= dict.fromkeys(["number"] if kind == "command" else [])
            names = (name for one in classes.values() for name in one.__slots__)
            found |= dict.fromkeys(name for name in names if name != "terms")
            found |= dict.fromkeys(TERMS)
    return list(found)


def export(rows: Iterable[Record], kinds: Iterable[str], path: Path) -> int:
    """Write records as a table whose form the path's suffix says; how many. ExportError if that cannot be."""
    writers: dict[str, Callable[[Iterator[dict[str, Any]], list[str], Path], int]] = {
        ".jsonl": _json_lines,
        ".csv": _csv,
        ".parquet": _parquet,
    }
    writer = writers.get(path.suffix)
    if writer is None:
        raise ExportError(f"{path}: the suffix must be one of {', '.join(writers)}")
    if path.exists():
        raise ExportError(f"{path} exists")
    return writer(map(_row, rows), columns(kinds), path)


def _row(record: Record) -> dict[str, Any]:
    head = (record.number, record.time_ns, record.kind, record.name)
    return dict(zip(HEAD, head, strict=True)) | record.fields


def _json_lines(rows: Iterator[dict[str, Any]], _names: list[str], path: Path) -> int:
    count = 0
    with path.open("w") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")
            count += 1
    return count


def _csv(rows: Iterator[dict[str, Any]], names: list[str], path: Path) -> int:
    count = 0
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _parquet(rows: Iterator[dict[str, Any]], names: list[str], path: Path) -> int:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ExportError("Parquet needs pyarrow, which is not installed; write .jsonl or .csv") from None
    texts = {name for kind in (*COMMANDS.values(), *EVENTS.values()) for name in _texts(kind)} | TEXTS
    schema = pyarrow.schema([(name, pyarrow.string() if name in texts else pyarrow.int64()) for name in names])
    count = 0
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(rows, BATCH_ROWS)):
            writer.write_table(pyarrow.Table.from_pylist(batch, schema))
            count += len(batch)
    return count


def _texts(kind: Any) -> Iterator[str]:
    """The fields of a class that are bytes: those of busy classes by their names."""
    known = ("account", "cl_ord_id", "orig_cl_ord_id", "symbol", "request_id", "self_match")
    hints = getattr(kind, "__annotations__", {})
    return (name for name in kind.__slots__ if hints.get(name) == "bytes" or name in known)
