"""`outcry log`: a session's messages for people, as they stand in the journal."""

from __future__ import annotations

import sys
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from admin.options import DATA_DIR, DataDir, From, Socket, To, venue_at
from admin.tables import utc, visible
from admin.venue_client import ask
from gateway.problems import SettingsError

if TYPE_CHECKING:
    from admin.session_log import Entry
    from fix.dictionary import Dictionary

POLL_S = 0.2


def log(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="The client's CompID.")],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes; Ctrl-C ends.")] = False,
    names: Annotated[bool, typer.Option("--names", help="With the names of tags and values.")] = False,
    lines: Annotated[int | None, typer.Option("--lines", "-n", min=0, help="Only the last so many of before.")] = None,
    since: From = None,
    until: To = None,
    data_dir: DataDir = DATA_DIR,
    socket: Socket = None,
) -> None:
    """A session's messages, both ways and in order, with when it came and went; passwords are not in it."""
    from admin.messages import load_dictionary
    from admin.moments import moment_ns
    from admin.session_log import SessionLog
    from persistence.errors import JournalError

    now_ns = time.time_ns()
    begin_ns, end_ns = moment_ns("--from", since, now_ns), moment_ns("--to", until, now_ns)
    wanted = SessionLog(data_dir / "journal", session.encode())
    if wanted.begins_late:
        wanted.number = _number_at(venue_at(data_dir, socket), session)
    dictionary = load_dictionary()
    try:
        found = (entry for entry in wanted.read() if (begin_ns or 0) <= entry.time_ns < (end_ns or 1 << 63))
        for entry in found if lines is None else deque(found, lines):
            _print(dictionary, entry, names)
        if wanted.number == 0 and not follow:
            raise SettingsError([f"no session {session} has ever logged on"])
        while follow:
            sys.stdout.flush()
            time.sleep(POLL_S)
            for entry in wanted.read():
                _print(dictionary, entry, names)
    except JournalError as error:
        raise SettingsError([str(error)]) from None
    finally:
        wanted.close()


def _number_at(venue: Path, session: str) -> int:
    """What the running venue calls a session: where the journal's beginning was removed, it does not say so."""
    rows = ask(venue, "sessions")["sessions"]
    return next((int(row["number"]) for row in rows if row["comp_id"] == session), 0)


def _print(dictionary: Dictionary, entry: Entry, names: bool) -> None:
    from admin.messages import describe, message_name, without_secrets

    if not entry.raw:
        what = visible(entry.words)
    elif names:
        what = " | ".join([f"{message_name(dictionary, entry.raw)}:", *describe(dictionary, entry.raw)])
    else:
        what = without_secrets(dictionary, entry.raw)
    again = " (again)" if entry.resent else ""
    sys.stdout.write(f"{utc(entry.time_ns)} {entry.direction:<3} {what}{again}\n")
