"""Small versions of the crowds and of the nasty clients, so that what measures them works and what must hold holds."""

from __future__ import annotations

from pathlib import Path

from loadtests import crowd, inside
from loadtests.server import Venue


def test_a_crowd_logs_on_at_once_keeps_its_heartbeats_and_trades_evenly(tmp_path: Path) -> None:
    """SES-18: nobody is asked whether he is there, nobody is cut off; everybody gets the same share of the venue."""
    with Venue(tmp_path / "var", "os") as venue:
        with crowd.Crowd(venue.port, 100, 30) as members:
            members.idle(0.1)
        with crowd.Crowd(venue.port, 20, 30) as members:
            members.trade(0.2)
            shares = [len(member.ns) for member in members.members]
    assert min(shares) > 0
    assert max(shares) <= 2 * min(shares) + 10


def test_every_kind_of_nasty_client_can_be_put_beside_a_healthy_one(tmp_path: Path) -> None:
    for number, kind in enumerate(inside.KINDS):
        assert inside.measure(tmp_path / str(number), kind, 200).count == 180
