"""The options that several commands of `outcry` share, by themselves and in groups, and which venue they mean."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from admin.moments import moment_ns
from admin.venue_client import ask
from gateway.control_socket import control_path
from gateway.problems import SettingsError

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


@dataclass(frozen=True, slots=True)
class Venue:
    """Options: which running venue is asked, and how its answer is printed."""

    data_dir: DataDir = DATA_DIR
    socket: Socket = None
    json: AsJson = False

    def ask(self, do: str, **arguments: object) -> dict[str, Any]:
        """The venue's answer (admin.venue_client)."""
        return ask(venue_at(self.data_dir, self.socket), do, **arguments)


@dataclass(frozen=True, slots=True)
class Audit:
    """Options: which audit is asked, and whether its answer is to be JSON."""

    dsn: Dsn = None
    data_dir: DataDir = DATA_DIR
    socket: Socket = None
    json: AsJson = False

    @property
    def venue(self) -> Path:
        """The control socket of the venue whose audit it is."""
        return venue_at(self.data_dir, self.socket)


@dataclass(frozen=True, slots=True)
class Files:
    """Options: which data directory is read, and how what is there is printed."""

    data_dir: DataDir = DATA_DIR
    json: AsJson = False


@dataclass(frozen=True, slots=True)
class Span:
    """Options: between which times."""

    since: From = None
    until: To = None

    def within(self) -> tuple[int | None, int | None]:
        """Both in ns UTC, None for no bound; SettingsError if a text is no time, or one is later than the other."""
        now_ns = time.time_ns()
        since_ns, until_ns = moment_ns("--from", self.since, now_ns), moment_ns("--to", self.until, now_ns)
        if since_ns is not None and until_ns is not None and since_ns > until_ns:
            raise SettingsError(["--from is later than --to"])
        return since_ns, until_ns


GROUPS = (Venue, Audit, Files, Span)


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """The command as Typer is to see it: each parameter that is one of the groups above is that group's options."""
    own = inspect.signature(command, eval_str=True).parameters.values()
    groups: dict[str, type] = {of.name: of.annotation for of in own if of.annotation in GROUPS}

    @wraps(command)
    def run(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{option: given.pop(option) for option in inspect.signature(group).parameters})
        command(**given)

    options: list[inspect.Parameter] = []
    for parameter in own:
        group = groups.get(parameter.name)
        options += inspect.signature(group, eval_str=True).parameters.values() if group else (parameter,)
    named = [option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in options]
    run.__signature__ = inspect.Signature(named)  # type: ignore[attr-defined]
    run.__annotations__ = {}
    return run


def venue_at(data_dir: Path, socket: Path | None) -> Path:
    """The control socket of the venue that is meant."""
    return socket or control_path(data_dir)
