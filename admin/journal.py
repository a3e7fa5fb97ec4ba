"""`outcry journal`: what a journal holds and whether it is whole, read from its files; the venue may run or not."""

from __future__ import annotations

import json as json_module
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from admin.options import DATA_DIR, DataDir, Files, grouped
from admin.tables import cell, print_answer, print_lines, print_table, size, utc
from gateway.problems import SettingsError

if TYPE_CHECKING:
    from persistence.inspection import Record, Survey

journal = typer.Typer(no_args_is_help=True, help="The journal's files: what is in them, and whether they are whole.")

KINDS = ("in", "out", "command", "event", "session")
Kind = Annotated[list[str] | None, typer.Option("--kind", help=f"Only these, of {', '.join(KINDS)}; may be repeated.")]
First = Annotated[int, typer.Option("--from", help="From this record on.", min=1)]
Last = Annotated[int | None, typer.Option("--to", help="Up to this record.", min=1)]


def directory_of(data_dir: Path) -> Path:
    """The journal of a data directory; SettingsError if there is none."""
    directory = data_dir / "journal"
    if not (directory / "identity").exists():
        raise SettingsError([f"{directory} holds no journal; --data-dir says where the venue keeps everything"])
    return directory


def _survey(data_dir: Path) -> Survey:
    from persistence.errors import JournalError
    from persistence.inspection import survey

    try:
        return survey(directory_of(data_dir))
    except JournalError as error:
        raise SettingsError([str(error)]) from None


@journal.command()
@grouped
def info(*, of: Files) -> None:
    """Segments, snapshots, ranges and sizes."""
    print_answer(of.json, _survey(of.data_dir), _print_info, asdict)


def _print_info(found: Survey) -> None:
    print_lines(
        {
            "journal": f"{found.directory}, {found.journal}",
            "records": f"{found.first_record} to {found.last_record} in {found.frames} frames",
            "commands": f"{found.first_command} to {found.last_command}",
            "events": f"{found.first_event} to {found.last_event}",
            "written": f"{utc(found.first_ns or None)} to {utc(found.last_ns or None)}",
            "size": f"{size(found.end - found.begin)} used of {size(sum(one.size for one in found.segments))}",
            "end": f"position {found.end}" + (f", then {found.torn_bytes} torn bytes" if found.torn_bytes else ""),
            "whole": found.damage or "yes",
        }
    )
    rows = [(one.path.name, one.start, one.end, size(one.size)) for one in found.segments]
    print_table(("segment", "from", "to", "size"), rows, "no segments", ("from", "to", "size"))
    taken = [(one.position, one.command, utc(one.time_ns)[:19], size(one.size_bytes)) for one in found.snapshots]
    numbers = ("at", "command", "size")
    print_table(("at", "command", "time (UTC)", "size"), taken, "no snapshots", numbers)


@journal.command()
@grouped
def verify(*, of: Files) -> None:
    """Check every frame's checksum and all numbers; exit code 0: whole, 1: damaged, with the first bad place."""
    found = _survey(of.data_dir)
    print_answer(of.json, found, _print_verdict, asdict)
    raise typer.Exit(1 if found.damage else 0)


def _print_verdict(found: Survey) -> None:
    if found.damage:
        sys.stdout.write(f"damaged: {found.damage}\n")
    else:
        torn = f"; {found.torn_bytes} bytes after it are a torn end or being written" if found.torn_bytes else ""
        told = f"{found.frames} frames, records {found.first_record} to {found.last_record}"
        sys.stdout.write(f"whole: {told}, up to position {found.end}{torn}\n")


@journal.command()
@grouped
def dump(first: First = 1, last: Last = None, kind: Kind = None, *, of: Files) -> None:
    """Every record as a line: number, time, kind, and its fields that are not 0; --json: a JSON object a line."""
    for record in _records(of.data_dir, first, last, kind):
        if of.json:
            line = json_module.dumps(asdict(record))
        else:
            fields = " ".join(f"{name}={cell(value)}" for name, value in record.fields.items())
            line = f"{record.number} {utc(record.time_ns)} {record.kind} {record.name} {fields}".replace("  ", " ")
        sys.stdout.write(line + "\n")


@journal.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to write: .jsonl, .csv, or .parquet (pyarrow).")],
    first: First = 1,
    last: Last = None,
    kind: Kind = None,
    data_dir: DataDir = DATA_DIR,
) -> None:
    """Records as one table in a file, events unless --kind says otherwise."""
    from persistence.errors import ExportError
    from persistence.exporting import export as write

    kinds = kind or ["event"]
    try:
        count = write(_records(data_dir, first, last, kinds), kinds, file)
    except (ExportError, OSError) as error:
        raise SettingsError([str(error)]) from None
    sys.stdout.write(f"{count} records in {file}\n")


def _records(data_dir: Path, first: int, last: int | None, kinds: list[str] | None) -> Iterator[Record]:
    from persistence.errors import JournalError
    from persistence.inspection import frames, records

    unknown = [kind for kind in kinds or [] if kind not in KINDS]
    if unknown:
        raise SettingsError([f"--kind {unknown[0]}: must be one of {', '.join(KINDS)}"])
    try:
        for frame in frames(directory_of(data_dir)):
            if last is not None and frame.first > last:
                return
            if frame.first + frame.count <= first:
                continue
            for record in records(frame):
                if first <= record.number <= (last or record.number) and (not kinds or record.kind in kinds):
                    yield record
    except JournalError as error:
        raise SettingsError([str(error)]) from None
