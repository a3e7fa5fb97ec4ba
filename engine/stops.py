"""Stop orders of one instrument that wait for their price, and their election after a command's own trades (STO-01 to
STO-07).

They are in no queue and no market data. Those elected together run one at a time: buys from the lowest stop price up,
sells from the highest down, at one price by age, and of the next buy and the next sell the older. What they trade may
elect others, in the next round; after election_rounds_max rounds trading is interrupted and the rest stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sortedcontainers import SortedList

from engine.call import begin, change
from engine.codes import BUY, CANCEL, HALTED, LIMIT, MARKET, STOP, TRADE, VOLATILITY_AUCTION
from engine.events import OrderEvent
from engine.order import Order
from engine.reasons import NO_REASON, STOP_CASCADE_HALT, STOP_ELECTED

if TYPE_CHECKING:
    from engine.book import Book
    from engine.exchange import Exchange

Entry = tuple[int, int, Order]  # stop price (of sells negative), age, order


class StopBook:
    """Unelected stops by price and age; a sell's price counts negative, so the next to be elected is always first."""

    def __init__(self) -> None:
        self._buys: Any = SortedList()
        self._sells: Any = SortedList()
        self._entries: dict[int, Entry] = {}
        self._age = 0

    def append(self, order: Order) -> None:
        """Let an order wait for its price, younger than all others."""
        assert order.terms is not None
        self._age += 1
        ticks = order.terms.stop_ticks if order.side == BUY else -order.terms.stop_ticks
        entry = ticks, self._age, order
        self._entries[order.order_id] = entry
        self._side(order).add(entry)

    def remove(self, order: Order) -> None:
        """Forget an order."""
        self._side(order).remove(self._entries.pop(order.order_id))

    def orders(self) -> list[Order]:
        """All of them: buys, then sells, each the next to be elected first."""
        return [entry[2] for side in (self._buys, self._sells) for entry in side]

    def reached(self, low_ticks: int, high_ticks: int, by_age: int = 0) -> list[Order]:
        """Those elected by trades between two prices, in their order, or simply by age (STO-01, STO-04)."""
        buys = list(self._buys.irange(maximum=(high_ticks + 1,), inclusive=(True, False)))
        sells = list(self._sells.irange(maximum=(1 - low_ticks,), inclusive=(True, False)))
        if by_age:
            return [entry[2] for entry in sorted(buys + sells, key=lambda entry: entry[1])]
        found = []
        while buys or sells:
            from_buys = buys and (not sells or buys[0][1] < sells[0][1])
            found.append((buys if from_buys else sells).pop(0)[2])
        return found

    def _side(self, order: Order) -> Any:
        return self._buys if order.side == BUY else self._sells


def elect(exchange: Exchange, book: Book) -> None:
    """Elect what the running command's trades, or the last price before it, call for, until nothing more is."""
    events = book.tape.events
    seen = book.tape.observed  # what was carried out before this command is not its own
    rounds = 0
    while book.last_ticks:
        prices = [
            event.last_ticks
            for event in events[seen:]
            if isinstance(event, OrderEvent) and event.kind == TRADE and event.instrument == book.instrument.number
        ]
        prices.append(book.last_ticks)
        seen = len(events)
        reached = book.stops.reached(min(prices), max(prices), book.choices.stops_by_age)
        if not reached:
            return
        if rounds >= book.choices.election_rounds_max:
            _interrupt(book, rounds)
            return
        rounds += 1
        for order in reached:
            book.remove(order)
            order.ord_type = MARKET if order.ord_type == STOP else LIMIT
            if book.choices.elected_checked:
                _enter_checked(exchange, book, order)
            else:
                book.tape.restated(order, STOP_ELECTED, 0, order.risk_ticks)
                book.enter(order)


def _enter_checked(exchange: Exchange, book: Book, order: Order) -> None:
    """Enter an elected order if risk, which looks at it again, lets it; else cancel it (STO-08)."""
    exchange.observe()
    gate = exchange.gate
    reason = gate.check_elected(order)
    released_ticks = order.risk_ticks
    if reason == NO_REASON:
        order.risk_ticks = gate.worst_ticks
    book.tape.restated(order, STOP_ELECTED, 0, released_ticks)
    if reason == NO_REASON:
        book.enter(order)
        return
    event = book.tape.ended(order, CANCEL, reason)
    event.value = gate.value
    event.limit = gate.limit
    event.limits_version = gate.limits_version


def _interrupt(book: Book, rounds: int) -> None:
    """Stop a cascade: a call, if it has a length, else a halt (STO-07)."""
    call = book.call
    state = HALTED
    until_ns = 0
    if call.rules.volatility_ns:
        state = VOLATILITY_AUCTION
        until_ns = book.tape.time_ns + call.rules.volatility_ns + call.dice.draw(call.rules.random_end_ns)
        begin(book, max(order.order_id for order in book.orders()))
    rounds_max = book.choices.election_rounds_max
    change(book, state, STOP_CASCADE_HALT, b"venue", b"stop cascade", rounds, rounds_max, until_ns)
