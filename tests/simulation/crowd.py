"""Several clients that trade with one another at random, all in one thread."""

from __future__ import annotations

import select
from decimal import Decimal
from random import Random
from typing import Self

from tests.gateway.venue_process import VenueProcess
from tests.simulation.blotter import Blotter
from tests.simulation.returning_client import ReturningClient, VenueLostError, now

REFERENCES = {"AAPL": Decimal("150.00"), "MSFT": Decimal("420.00")}
SPREAD_TICKS = 12
LOTS_MAX = 100
OUTSTANDING_MAX = 150
WAIT_S = 60.0
IOC, DAY, GTC = "3", "0", "1"


class Trader:
    """A client with a mind of its own, and its blotter."""

    def __init__(self, comp_id: str, random: Random) -> None:
        self.client = ReturningClient(comp_id)
        self.blotter = Blotter()
        self._random = random
        self._count = 0

    def act(self) -> None:
        """Ask for something: an order, a cancel or a replace."""
        orders = self.blotter.open_orders()
        kind = self._random.choices("DFG", (60, 25, 15))[0] if orders else "D"
        self._count += 1
        name = f"{self.client.comp_id}-{self._count}"
        self.blotter.pending[name] = kind
        fields: list[tuple[int, object]] = [(11, name)]
        if kind == "D":
            symbol, side = self._random.choice(list(REFERENCES)), self._random.choice("12")
        else:
            order = self._random.choice(orders)
            symbol, side = order.symbol, order.side
            fields.append((41, order.cl_ord_id))
        fields += [(54, side), (55, symbol), (60, now())]
        if kind != "F":
            price = REFERENCES[symbol] + Decimal(self._random.randint(-SPREAD_TICKS, SPREAD_TICKS)) / 100
            fields += [(38, self._random.randint(1, LOTS_MAX)), (40, 2), (44, price)]
            fields.append((59, self._random.choice((DAY, DAY, GTC, IOC)) if kind == "D" else DAY))
        self.client.send(kind, fields)

    def act_while_allowed(self) -> None:
        """Keep as many requests outstanding as are allowed."""
        while self.client.is_logged_on and len(self.blotter.pending) < OUTSTANDING_MAX:
            self.act()

    def ask_status(self) -> None:
        """OrderStatusRequest(H) for every order ever accepted."""
        for order in self.blotter.orders.values():
            self.client.send("H", [(11, order.cl_ord_id), (54, order.side), (55, order.symbol)])


class Crowd:
    """The traders of one venue; leaving `with` hangs up."""

    def __init__(self, venue: VenueProcess, random: Random, count: int) -> None:
        self.venue = venue
        self.traders = [Trader(f"TRADER{number}", Random(random.random())) for number in range(1, count + 1)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for trader in self.traders:
            trader.client.close()

    def connect(self) -> None:
        """Everybody logs on, with the numbers they had."""
        for trader in self.traders:
            trader.client.connect(self.venue.port)

    def trade(self, messages: int) -> None:
        """Trade until so many messages were heard, and ask for more."""
        heard = 0
        while heard < messages:
            self._act()
            heard += self._listen()
        self._act()

    def _act(self) -> None:
        for trader in self.traders:
            trader.act_while_allowed()
        for trader in self.traders:
            trader.client.flush()

    def settle(self) -> None:
        """Ask for nothing new and hear everything that is still to come."""
        while any(trader.blotter.pending or not trader.client.is_logged_on for trader in self.traders):
            self._listen()
        for trader in self.traders:
            trader.client.send("1", [(112, "SETTLED")])
        while not all("SETTLED" in trader.client.heartbeats for trader in self.traders):
            self._listen()
        for trader in self.traders:
            trader.client.heartbeats.clear()

    def miss_word(self) -> None:
        """Wait until the venue has said something to somebody, who hangs up without having heard it."""
        ready = select.select(self._connections(), [], [], WAIT_S)[0]
        assert ready, "silence"
        for trader in self.traders:
            if trader.client.fileno() in ready:
                trader.client.close()

    def speak_to_nobody(self) -> None:
        """Everybody asks for one thing more of a venue that hears no more."""
        self.venue.pause()
        for trader in self.traders:
            trader.act()
            trader.client.flush()

    def lose_venue(self) -> None:
        """Hear what the venue said before it went; everybody notices that it is gone."""
        left = [trader for trader in self.traders if trader.client.is_connected]
        while left:
            for trader in list(left):
                try:
                    self._hear(trader)
                except VenueLostError:
                    left.remove(trader)

    def recovered(self) -> int:
        """Messages that reached a client only because it asked again."""
        return sum(trader.client.recovered for trader in self.traders)

    def asked_for(self) -> int:
        """Requests that reached the venue only because it asked again."""
        return sum(trader.client.asked_for for trader in self.traders)

    def _listen(self) -> int:
        """Wait until somebody hears something; how many application messages came."""
        for trader in self.traders:
            trader.client.flush()
        ready = select.select(self._connections(), [], [], WAIT_S)[0]
        assert ready, f"silence; pending: {[trader.blotter.pending for trader in self.traders]}"
        return sum(self._hear(trader) for trader in self.traders if trader.client.fileno() in ready)

    def _connections(self) -> list[int]:
        return [trader.client.fileno() for trader in self.traders]

    def _hear(self, trader: Trader) -> int:
        heard = 0
        for message in trader.client.read():
            trader.blotter.hear(message)
            heard += 1
        return heard
