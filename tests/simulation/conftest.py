"""A whole venue for simulations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.gateway.venue_process import VenueProcess, open_directory, running, write_settings


@pytest.fixture
def venue() -> Iterator[VenueProcess]:
    """A venue with PostgreSQL, whose trading day does not end during the test."""
    ends_at = (datetime.now(UTC) + timedelta(hours=12)).strftime("%H:%M:%S")
    with open_directory() as directory:
        settings = write_settings(directory / "venue.toml", {"day_ends_at": ends_at})
        with running(directory / "var", "--config", str(settings)) as process:
            yield process
