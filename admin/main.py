"""The `outcry` command: runs the venue, operates it, and asks its audit. Every fault is one line, and exit code 2."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from admin import operate, show
from admin.audit import audit
from admin.journal import journal
from admin.log import log
from admin.options import DATA_DIR, DataDir, Socket
from admin.replay import replay
from admin.secrets import password
from gateway.huge_pages import begin_with_huge_pages
from gateway.problems import SettingsError

TARGETS = ("TW44", "TW")
LENIENT_TARGETS = ("NO_CHECK_FIELDS_HAVE_VALUES",)
"""Who logs on in QuickFIX's acceptance scripts."""

app = typer.Typer(
    name="outcry",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Outcry: an exchange that speaks FIX 4.4.",
)


@app.command()
def run(
    config: Annotated[Path | None, typer.Option(help="Settings, instead of the packaged ones.", metavar="FILE")] = None,
    dsn: Annotated[
        str | None, typer.Option(envvar="OUTCRY_DSN", help="PostgreSQL, instead of the venue's own.", metavar="DSN")
    ] = None,
    fix_port: Annotated[int | None, typer.Option(help="Where FIX clients connect; 0: a free one.", metavar="N")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(envvar="OUTCRY_DATA_DIR", help="Where the venue keeps everything.", metavar="DIR")
    ] = None,
    ack: Annotated[
        str | None, typer.Option(help="When an order counts as accepted: fsync, os or memory.", metavar="POLICY")
    ] = None,
) -> None:
    """Start the venue; Ctrl-C or SIGTERM ends it. It exits with 1 if its journal could not be written."""
    from gateway.app import run as run_venue
    from gateway.settings import load

    code = run_venue(load(config, dsn=dsn, fix_port=fix_port, data_dir=data_dir, ack_policy=ack))
    raise typer.Exit(code)


@app.command()
def demo(data_dir: DataDir = DATA_DIR, socket: Socket = None) -> None:
    """Two clients trade on the running venue, and one order's audit is shown; ends by itself."""
    from admin.demo import demo as play

    play(data_dir, socket)


@app.command()
def echo(
    dictionary: Annotated[Path, typer.Option(help="FIX 4.4 in QuickFIX's XML format.", metavar="FILE")],
    fix_port: Annotated[int, typer.Option(help="Where FIX clients connect; 0: a free one.", metavar="N")] = 0,
    sender: Annotated[str, typer.Option(help="The acceptor's CompID.", metavar="COMPID")] = "ISLD",
    target: Annotated[list[str] | None, typer.Option(help="A client's CompID (TW44, TW).", metavar="COMPID")] = None,
    lenient_target: Annotated[
        list[str] | None,
        typer.Option(help="One that may leave fields empty (NO_CHECK_FIELDS_HAVE_VALUES).", metavar="COMPID"),
    ] = None,
) -> None:
    """Run the FIX session alone: an acceptor that sends orders back, for the acceptance scripts of FIX engines."""
    from gateway.echo import echo as run_echo

    run_echo(fix_port, dictionary, sender, target or TARGETS, lenient_target or LENIENT_TARGETS)


app.command()(show.status)
app.command()(show.sessions)
app.command()(show.book)
app.command()(show.orders)
app.command()(operate.halt)
app.command()(operate.resume)
app.command()(operate.cancel_all)
app.command()(operate.kill)
app.command()(operate.unkill)
app.command()(password)
app.command("log")(log)
app.add_typer(show.limits, name="limits")
app.add_typer(operate.phase, name="phase")
app.add_typer(operate.trade, name="trade")
app.add_typer(audit, name="audit")
app.add_typer(journal, name="journal")
app.command()(replay)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (the process's own by default); the exit code: 0, or 2 with one line a fault on stderr."""
    if arguments is None and sys.argv[1:2] == ["run"]:
        begin_with_huge_pages()
    try:
        code = app(arguments, prog_name="outcry", standalone_mode=False)
        sys.stdout.flush()
    except SettingsError as error:
        return _fail(error.problems)
    except typer.TyperException as error:
        text = error.format_message()
        return _fail([text] if text else [])  # none: the help was shown for want of a command
    except typer.Abort:
        return 130
    except BrokenPipeError:  # whoever read our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def _fail(problems: Sequence[str]) -> int:
    for problem in problems:
        sys.stderr.write(f"outcry: {problem}\n")
    return 2
