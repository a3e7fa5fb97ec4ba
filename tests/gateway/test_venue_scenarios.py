"""The table of order states (tests/scenarios/appendix_d.md) over TCP, against the venue that all tests share."""

from __future__ import annotations

import itertools

import pytest

from tests.gateway.conftest import MakeClient
from tests.gateway.fix_client import Fields, FixClient
from tests.gateway.venue_process import VenueProcess
from tests.scenarios.table import Scenario, play, scenarios

PLAYED = [one for one in scenarios() if one.steps and not one.ends_a_day()]


class VenuePlayer:
    """A client, another whom it trades with, and the operator."""

    def __init__(self, venue: VenueProcess, client: FixClient, other: FixClient, symbol: str) -> None:
        self._venue, self._client, self._other, self._symbol = venue, client, other, symbol
        self._numbers = itertools.count(1)

    def send(self, messages: list[tuple[str, Fields]]) -> None:
        """All of them in one write, as the client's next messages."""
        data = [self._client.encode(msg_type, fields) for msg_type, fields in messages]
        if data:
            self._client.write(b"".join(data))

    def receive(self) -> Fields:
        """The next message to the client."""
        return self._client.receive()

    def counter(self, lots: str, rests: bool) -> None:
        """The other sells at 100.00, and hears that it does."""
        self._other.enter(str(next(self._numbers)), "sell", lots, "100.00", symbol=self._symbol, tag_59=3 - 3 * rests)
        self._other.reports_of(1 if rests else 2)

    def operate(self, what: str) -> None:
        """What the operator does; what waits for the clock comes by itself."""
        if what == "wait":
            return
        who = {"session": self._client.comp_id} if what == "cancel" else {}
        do = "cancel_orders" if what == "cancel" else what
        self._venue.ask(do, symbol=self._symbol, reason="test", **who)

    def correct(self, trade: str, lots: str, price: str) -> None:
        """What the operator does to a trade, which the other hears too: a bust also ends its order."""
        if lots:
            self._venue.ask("correct", trade=int(trade), quantity=lots, price=price, reason="test")
        else:
            self._venue.ask("bust", trade=int(trade), reason="test")
        self._other.reports_of(1 if lots else 2)


@pytest.mark.parametrize("scenario", PLAYED, ids=lambda one: one.number)
def test_the_venue_lives_by_the_table(venue: VenueProcess, client: MakeClient, symbol: str, scenario: Scenario) -> None:
    """ORD-01 to ORD-06, ORD-09 to ORD-12, QTY-01, QTY-02, QTY-04, QTY-06, IDN-02, IDN-03, IDN-05, IDN-06, CXR-01 to
    CXR-08, CXR-10, CXR-12, MAT-08, MAT-10, MAT-11
    """
    alice = client("SHRINKS") if scenario.number == "E.1.d" else client()
    play(scenario, VenuePlayer(venue, alice, client(), symbol), symbol)
