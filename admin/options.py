"""The options that several commands of `outcry` share, and which venue they mean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.control_socket import control_path

DATA_DIR = Path("var")

DataDir = Annotated[
    Path, typer.Option("--data-dir", envvar="OUTCRY_DATA_DIR", help="The venue's data directory.", show_default="./var")
]
Socket = Annotated[
    Path | None, typer.Option("--socket", help="The venue's control socket, where it is not in the data directory.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Symbol = Annotated[str | None, typer.Option("--symbol", help="Only this symbol.")]
Session = Annotated[str | None, typer.Option("--session", help="Only the session of this CompID.")]
Dsn = Annotated[
    str | None,
    typer.Option("--dsn", envvar="OUTCRY_DSN", help="The audit's PostgreSQL; otherwise the running venue names it."),
]
From = Annotated[str | None, typer.Option("--from", help="Not before: 10m (ago), 14:30, 2026-11-22T14:30 (UTC).")]
To = Annotated[str | None, typer.Option("--to", help="Not after: likewise.")]


def venue_at(data_dir: Path, socket: Path | None) -> Path:
    """The control socket of the venue that is meant."""
    return socket or control_path(data_dir)
