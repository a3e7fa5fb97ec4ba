"""Where the audit is: a DSN that was given, or the one the running venue names, once it holds all that has happened."""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from admin.options import Audit
from admin.venue_client import ask
from gateway.problems import SettingsError

if TYPE_CHECKING:
    import asyncpg

CATCH_UP_S_MAX = 5.0
POLL_S = 0.02
HINT = "name its PostgreSQL with --dsn"

Answer = TypeVar("Answer")


def ask_audit(audit: Audit, question: Callable[[asyncpg.Connection], Awaitable[Answer]]) -> Answer:
    """The audit's answer; SettingsError where no venue names an audit, or it cannot be reached or read."""
    import asyncio

    import asyncpg

    from persistence.audit import connect
    from persistence.errors import DatabaseError

    where = dsn_of(audit)

    async def answer() -> Answer:
        connection = await connect(where)
        try:
            return await question(connection)
        finally:
            await connection.close()

    try:
        return asyncio.run(answer())
    except DatabaseError as error:
        raise SettingsError([_line(error)]) from None
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise SettingsError([f"the audit's PostgreSQL: {_line(error)}"]) from None


def dsn_of(audit: Audit) -> str:
    """The DSN of the audit that is meant; SettingsError where no venue names one."""
    return audit.dsn or _named_by(audit)


def _named_by(audit: Audit) -> str:
    """The running venue's DSN, when its audit has caught up with what had happened when we asked, or after a while."""
    try:
        status = ask(audit.venue, "status")
    except SettingsError as error:
        raise SettingsError([f"{problem}; or {HINT}" for problem in error.problems]) from None
    if status["ack_policy"] == "memory":
        raise SettingsError(["this venue keeps no audit: its ack policy is memory"])
    happened = status["journal"]["commands"]
    deadline = time.monotonic() + CATCH_UP_S_MAX
    while (behind := happened - status["postgres"]["commands"]) > 0 and time.monotonic() < deadline:
        time.sleep(POLL_S)
        status = ask(audit.venue, "status")
    if behind > 0:
        sys.stderr.write(f"outcry: the audit is {behind} commands behind the venue\n")
    return str(status["postgres"]["dsn"])


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
