"""When the venue becomes cancel-only for want of room, and when it no longer is."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.reasons import DISK_NEARLY_FULL, JOURNAL_NEARLY_FULL, NO_REASON
from gateway.disk_watch import Room, entry_reason, room
from tests.gateway.fix_client import FixClient
from tests.gateway.venue_process import NO_DATABASE, open_directory, running, write_settings
from tests.persistence.risky_trading import open_journal


@pytest.mark.parametrize(
    ("free_bytes", "size_bytes", "before", "expected"),
    [
        (1_000, 0, NO_REASON, NO_REASON),
        (999, 0, NO_REASON, DISK_NEARLY_FULL),
        (1_099, 0, DISK_NEARLY_FULL, DISK_NEARLY_FULL),
        (1_100, 0, DISK_NEARLY_FULL, NO_REASON),
        (5_000, 100, NO_REASON, NO_REASON),
        (5_000, 101, NO_REASON, JOURNAL_NEARLY_FULL),
        (5_000, 91, JOURNAL_NEARLY_FULL, JOURNAL_NEARLY_FULL),
        (5_000, 90, JOURNAL_NEARLY_FULL, NO_REASON),
    ],
)
def test_order_entry_closes_at_the_limit_and_opens_a_tenth_away(
    free_bytes: int, size_bytes: int, before: int, expected: int
) -> None:
    assert entry_reason(Room(size_bytes, free_bytes), 100, 1_000, before)[0] == expected


def test_the_room_is_that_of_the_journals_own_disk(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    list(journal.recorded())
    assert room(tmp_path).size_bytes == journal.size_bytes == 1 << 16
    assert room(tmp_path).free_bytes > 0
    journal.close()


def test_a_venue_without_room_refuses_orders_and_says_so() -> None:
    """AUD-07: a controlled state, over the wire and in the status."""
    with open_directory() as directory:
        settings = write_settings(directory / "venue.toml", {"free_bytes_min": str(1 << 62)})
        with running(directory / "var", "--config", str(settings), "--dsn", NO_DATABASE) as venue:
            assert venue.ask("status")["cancel_only"] == "cancels only: the venue's disk is nearly full"
            with FixClient(venue.port, "ALPHA1") as client:
                client.connect()
                client.log_on()
                client.enter("A", "buy", 10, "150.00")
                report = client.receive()
    assert (report[39], report[103]) == ("8", "99")
    assert report[58] == "cancels only: the venue's disk is nearly full"
