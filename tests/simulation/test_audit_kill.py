"""kill -9 of the projector and of PostgreSQL while clients trade: the venue trades on, the audit becomes complete."""

from __future__ import annotations

import os
import signal
import subprocess
from random import Random

from tests.gateway.venue_process import VenueProcess
from tests.simulation.crowd import Crowd
from tests.simulation.reckoning import reckon, wait_for_audit

TRADERS = 3
KILLS = 4
MESSAGES_MAX = 3_000


def descendants(pid: int) -> dict[int, str]:
    """The processes that a process has started, and those have: their commands by pid."""
    told = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], check=True, capture_output=True, text=True)
    rows = [
        (int(pid), int(parent), args)
        for pid, parent, args in (line.split(None, 2) for line in told.stdout.splitlines())
    ]
    found = {pid: ""}
    for _ in range(4):  # generations
        found |= {child: args for child, parent, args in rows if parent in found}
    return found


def kill_one(venue: VenueProcess, command: str) -> None:
    """kill -9 of the process under the venue whose command line has this."""
    victims = [pid for pid, args in descendants(venue.pid).items() if command in args]
    assert len(victims) == 1, victims
    os.kill(victims[0], signal.SIGKILL)


def trade_without(venue: VenueProcess, victim: str, seed: int) -> None:
    """Kill the victim in the midst of trading, trade on, and reckon once the audit is complete."""
    random = Random(seed)
    with Crowd(venue, random, TRADERS) as crowd:
        wait_for_audit(venue)
        crowd.connect()
        for _ in range(KILLS):
            crowd.trade(random.randrange(1, MESSAGES_MAX))
            kill_one(venue, victim)
            crowd.trade(random.randrange(1, MESSAGES_MAX))
            wait_for_audit(venue)
        crowd.settle()
        reckon(crowd)


def test_a_projector_killed_under_load_is_replaced_and_repeats_and_skips_nothing(
    venue: VenueProcess, seed: int
) -> None:
    """AUD-01, AUD-07: rows and the place they reach are one transaction."""
    trade_without(venue, "persistence.projector", seed)


def test_postgres_killed_under_load_comes_back_and_the_audit_lacks_nothing(venue: VenueProcess, seed: int) -> None:
    """AUD-07: the journal is the queue while PostgreSQL is away."""
    trade_without(venue, "postgres -D", seed)
