"""A real venue that has traded: what happened there is known, and `outcry` can be asked about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.gateway.fix_client import FixClient
from tests.gateway.venue_process import VenueProcess, open_directory, running


@dataclass(frozen=True)
class Day:
    """A venue and what happened there: the OrderIDs by ClOrdID."""

    venue: VenueProcess
    orders: dict[str, str]


@contextmanager
def trading_day() -> Iterator[Day]:
    """Alice rests and replaces an order, Bob trades with it, is refused, and loses an order to the operator."""
    with open_directory() as path, running(path / "var") as venue:
        alice, bob = FixClient(venue.port, "ALICE"), FixClient(venue.port, "BOB")
        try:
            alice.log_on()
            bob.log_on({553: "bob", 554: "hush"})
            orders = {}
            alice.enter("A1", "buy", 100, "150.00")
            orders["A1"] = alice.receive("8")[37]
            bob.enter("B1", "sell", 40, "149.50")
            orders["B1"] = bob.reports_of(2)[0][37]
            alice.receive("8")
            alice.replace("A2", "A1", "buy", 90, "149.90")
            alice.receive("8")
            bob.enter("B2", "sell", 10, "300.00")
            bob.receive("8")
            bob.cancel("B3", "NEVER", "sell", 10)
            bob.receive("9")
            bob.enter("B4", "sell", 7, "151.00", symbol="TSLA", tag_58="a\tb")
            bob.receive("8")
            bob.enter("B5", "sell", 7, "260.00", symbol="TSLA")
            orders["B5"] = bob.receive("8")[37]
            venue.ask("halt", symbol="TSLA", reason="drill")
            venue.ask("cancel_orders", session="BOB", reason="asked by phone")
            bob.receive("8")
            alice.log_out()
            venue.wait_until(lambda: caught_up(venue), "the audit catches up")
            yield Day(venue, orders)
        finally:
            alice.hang_up()
            bob.hang_up()


def caught_up(venue: VenueProcess) -> bool:
    """Whether PostgreSQL holds all that has happened."""
    status = venue.ask("status")
    return bool(status["postgres"]["commands"] == status["journal"]["commands"])
