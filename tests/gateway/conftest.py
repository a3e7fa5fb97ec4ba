"""The loops in which the control port is tried, and one real venue for all tests that need no venue of their own."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
import uvloop

from tests.gateway.control_port import Run
from tests.gateway.fix_client import FixClient
from tests.gateway.reports import Reports
from tests.gateway.venue_process import VenueProcess, open_directory, running, write_settings

CLIENT_NUMBERS = itertools.count(1)
SYMBOL_NUMBERS = itertools.count(1)
SYMBOLS = 200
MORE = "".join(
    f'\n[[instruments]]\nsymbol = "S{number}"\nreference_price = "100.00"\n' for number in range(1, SYMBOLS + 1)
)
FIRMS = """
[[risk.overrides]]
firm = "GROSS"
gross_notional_max = 10_000
[[risk.overrides]]
firm = "NET"
net_notional_max = 10_000
[[risk.overrides]]
firm = "SMALL"
position_quantity_max = 100
[[fix.sessions]]
comp_id = "FEW"
open_orders_max = 2
[[fix.sessions]]
comp_id = "SECRET"
username = "user"
password = "$argon2id$v=19$m=8,t=1,p=1$dQiebnwlYAc+dnvB1hTOPg$jGuEe7t0wpkVNbUox2M3aeYHNncAkrBYHZWBNPFfwF0"
[[fix.sessions]]
comp_id = "DESK1"
firm = "DESK"
[[fix.sessions]]
comp_id = "DESK2"
firm = "DESK"
[[fix.sessions]]
comp_id = "DESK3"
firm = "DESK"
self_match_id = "BOOKA"
[[fix.sessions]]
comp_id = "SHRINKS"
self_trade_prevention = "decrement"
[[fix.sessions]]
comp_id = "SLIDES"
post_only_slides = true
[[fix.sessions]]
comp_id = "PROMPT"
order_age_max_s = 60
[[fix.sessions]]
comp_id = "CALM"
messages_per_s = 1
messages_at_once = 2
"""

MakeClient = Callable[..., FixClient]


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs a coroutine in the loop the venue uses, and in the standard library's."""
    factory = uvloop.new_event_loop if request.param == "uvloop" else asyncio.new_event_loop

    def run_in_loop(body: Coroutine[Any, Any, None]) -> None:
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(body)

    return run_in_loop


@pytest.fixture(scope="session")
def venue() -> Iterator[VenueProcess]:
    """A venue as everybody gets it, PostgreSQL included, with more symbols and with some listed clients."""
    with open_directory() as path:
        config = write_settings(path / "venue.toml", {}, MORE + FIRMS)
        with running(path / "var", "--config", str(config)) as process:
            yield process


@pytest.fixture(scope="session")
def reports() -> Reports:
    """What all clients of the venue have been told."""
    return Reports()


@pytest.fixture
def symbol() -> str:
    """A symbol that no other test trades; its reference price is 100.00."""
    number = next(SYMBOL_NUMBERS)
    assert number <= SYMBOLS, "list more symbols"
    return f"S{number}"


@pytest.fixture
def stranger(venue: VenueProcess, reports: Reports) -> Iterator[MakeClient]:
    """Makes a client with a CompID of its own, or with a given one; it is not connected."""
    clients = []

    def make(comp_id: str = "") -> FixClient:
        clients.append(FixClient(venue.port, comp_id or f"CLIENT{next(CLIENT_NUMBERS)}", reports))
        return clients[-1]

    yield make
    for made in clients:
        made.hang_up()


@pytest.fixture
def client(stranger: MakeClient) -> MakeClient:
    """Makes a client that is logged on; one with a given CompID begins its numbers anew."""

    def make(comp_id: str = "") -> FixClient:
        made = stranger(comp_id)
        made.log_on(reset=bool(comp_id))
        return made

    return make
