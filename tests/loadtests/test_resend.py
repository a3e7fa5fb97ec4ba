"""A few thousand messages asked for again over sockets; `make resend` asks for half a million."""

from __future__ import annotations

from pathlib import Path

from loadtests.resend import play
from tests.gateway.venue_process import NO_DATABASE, running

MESSAGES = 7_000
GROWN_KB_MAX = 8_192


def test_all_that_was_said_comes_again_in_order_and_as_it_was(tmp_path: Path) -> None:
    """SES-10, SES-11, SES-26: gap fills stand for session messages only, and what is asked meanwhile waits its turn."""
    with running(tmp_path / "var", "--dsn", NO_DATABASE, "--ack", "os") as venue:
        figures = play(venue.port, venue.pid, MESSAGES)
    assert figures.again >= MESSAGES
    assert figures.filled > 1
    assert figures.grown_kb < GROWN_KB_MAX
