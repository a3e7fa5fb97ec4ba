"""How a venue that is asked to end takes leave of its clients (SES-28)."""

import os
import signal
from pathlib import Path

from tests.conformance.test_cases import Player
from tests.gateway.venue_process import NO_DATABASE, running, write_settings


def test_a_venue_that_is_asked_to_end_tells_its_clients_before(tmp_path: Path) -> None:
    """SES-28, SES-21: News(B), then Logout, whose answer it awaits."""
    settings = write_settings(tmp_path / "venue.toml", {"closing_notice_s": "1"})
    options = ("--config", str(settings), "--dsn", NO_DATABASE, "--ack", "memory")
    steps = [
        ("hear", "News 2", "148 33=1 58~The session ends in 1 s: the venue closes"),
        ("hear", "Logout 3", "58~the venue closes"),
        ("say", "Logout 2", ""),
        ("closed", "", ""),
    ]
    with running(tmp_path / "data", *options) as venue:
        player = Player(venue.port, 0)
        assert player.steps([("say", "Logon 1", "98=0 108=30"), ("hear", "Logon 1", "")]) == ""
        os.kill(venue.pid, signal.SIGTERM)
        assert player.play(steps) == ""
