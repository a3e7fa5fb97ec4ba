"""Answers on the screen: tables that are whole at 80 columns, JSON, times in UTC; colour only on a terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from rich.console import Console

NS_PER_S = 1_000_000_000
PIPED_COLUMNS = 1_000
FOLDING = frozenset(
    {"ClOrdID", "session", "firm", "buyer", "seller", "connected from", "what", "why", "reason", "action", "type"}
)
RIGHT = frozenset({"price", "quantity", "filled", "leaves", "orders"})
Answer = TypeVar("Answer")
STYLES = {"halted": "bold red", "buy": "green", "sell": "red", "no": "dim", "rejected": "red"}


def console() -> Console:
    """Standard output; what is no terminal gets no colour, and lines as long as they are unless COLUMNS is set."""
    from rich.console import Console

    piped = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    return Console(highlight=False, width=PIPED_COLUMNS if piped else None)


def print_json(answer: object) -> None:
    """The answer as one JSON document."""
    sys.stdout.write(json.dumps(answer, indent=2, default=_plain) + "\n")


def print_answer(
    json: bool, answer: Answer, printed: Callable[[Answer], object], plain: Callable[[Answer], object] | None = None
) -> None:
    """The answer as JSON, by way of `plain` if that is given, or else printed."""
    if json:
        print_json(plain(answer) if plain else answer)
    else:
        printed(answer)


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str, numbers: Iterable[str] = ()
) -> None:
    """Rows under columns, or the line `empty`; columns in `numbers` stand right. Where it is narrow, text folds."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    right = RIGHT | set(numbers)
    for column in columns:
        justify: Literal["left", "right"] = "right" if column in right else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=column not in FOLDING)
    for row in rows:
        table.add_row(*(Text(cell(value), style=STYLES.get(cell(value), "")) for value in row))
    if not table.row_count:
        sys.stdout.write(empty + "\n")
        return
    screen = console()
    with screen.capture() as captured:
        screen.print(table)
    sys.stdout.write("".join(line.rstrip() + "\n" for line in captured.get().splitlines()))


def print_lines(pairs: Mapping[str, str]) -> None:
    """Names and values, a line each; long values run on."""
    width = max(map(len, pairs)) + 2
    for name, value in pairs.items():
        sys.stdout.write(f"{name:<{width}}{value}\n")


def cell(value: object) -> str:
    """A value as a person reads it: nothing for None, yes and no for booleans."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return visible(str(value))


def visible(text: str) -> str:
    """The text with what a terminal would obey instead of show written out: clients choose some of what we print."""
    return text if text.isprintable() else "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def utc(time_ns: int | None) -> str:
    """2026-11-22 14:30:05.123456, or nothing."""
    if time_ns is None:
        return ""
    seconds, ns = divmod(time_ns, NS_PER_S)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}.{ns // 1000:06d}"


def duration(ns: int) -> str:
    """The two largest units of a time: 1d 4h, 3m 20s, 7s."""
    seconds = ns // NS_PER_S
    parts = [(seconds // 86_400, "d"), (seconds // 3_600 % 24, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s")]
    first = next((at for at, (count, _) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(f"{count}{unit}" for count, unit in parts[first : first + 2])


def size(count: int) -> str:
    """Bytes in the unit that fits: 64.0 MiB."""
    value, units = float(count), ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024 and len(units) > 1:
        value /= 1024
        units.pop(0)
    return f"{value:.1f} {units[0]}" if units[0] != "B" else f"{count} B"


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("ascii", "backslashreplace")
    return str(value)
