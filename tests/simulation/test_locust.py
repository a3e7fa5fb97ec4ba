"""The locust users against a real venue."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.gateway.venue_process import VenueProcess

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(find_spec("locust") is None, reason="the extra `load` is not installed")
def test_locust_users_trade_and_every_request_is_answered(venue: VenueProcess) -> None:
    """Market makers and takers; requests are told apart by MsgType."""
    options = ["--headless", "--users=4", "--spawn-rate=4", "--run-time=5s", "--json", "--only-summary"]
    command = [sys.executable, "-m", "locust", "-f", "loadtests/locustfile.py", f"--host=127.0.0.1:{venue.port}"]
    run = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    rows = {row["name"]: row for row in json.loads(run.stdout)}
    assert {"A Logon", "D NewOrderSingle", "F OrderCancelRequest", "G OrderCancelReplaceRequest"} == set(rows)
    assert all(row["num_requests"] > 0 and row["num_failures"] == 0 for row in rows.values()), rows
    assert venue.ask("status")["journal"]["commands"] >= sum(row["num_requests"] for row in rows.values()) - 4
