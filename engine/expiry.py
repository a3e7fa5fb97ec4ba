"""When orders end by the clock: GTD orders at their instant, Day orders with the trading day (MAT-12, MAT-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sortedcontainers import SortedList

from engine.codes import DONE, EXPIRE, GTC, GTD
from engine.commands import EndDay, ExpireOrders
from engine.events import DayEnded
from engine.names import Names
from engine.order import Order
from engine.reasons import DAY_ENDED, EXPIRY_REACHED, GOOD_TILL_RENEWED

if TYPE_CHECKING:
    from engine.exchange import Exchange

NEVER_NS = 1 << 62


class Expiries:
    """GTD orders by their instant; those that ended otherwise stay until then or until the day ends, whichever is
    first.
    """

    def __init__(self) -> None:
        self._entries: Any = SortedList()

    def add(self, order: Order) -> None:
        """Remember an order with an expiry, under its present one."""
        assert order.terms is not None
        entry = order.terms.expire_ns, order.order_id, order
        if entry not in self._entries:
            self._entries.add(entry)

    def next_ns(self) -> int:
        """The first instant at which something may expire."""
        return int(self._entries[0][0]) if self._entries else NEVER_NS

    def due(self, time_ns: int) -> list[Order]:
        """Open orders whose instant has come, the earliest first; they are forgotten."""
        found = []
        while self._entries and self._entries[0][0] <= time_ns:
            entry = self._entries.pop(0)
            if _holds(entry):
                found.append(entry[2])
        return found

    def forget_ended(self) -> None:
        """Drop what can no longer expire."""
        self._entries = SortedList(entry for entry in self._entries if _holds(entry))


def _holds(entry: tuple[int, int, Order]) -> bool:
    """Whether an order is open and this is still its instant."""
    order = entry[2]
    return order.leaves_lots > 0 and order.terms is not None and order.terms.expire_ns == entry[0]


def expire_due(exchange: Exchange) -> None:
    """End the GTD orders whose instant has come by the running command's time, before it does anything, so that risk
    knows of it too.
    """
    for order in exchange.expiries.due(exchange.tape.time_ns):
        book = exchange.book(order.instrument.number)
        assert book is not None
        book.cancel(order, EXPIRE, EXPIRY_REACHED)
    exchange.observe()


def expire_orders(_exchange: Exchange, _command: ExpireOrders) -> None:
    """Nothing more: what was due has expired before the command, as before any."""


def end_day(exchange: Exchange, command: EndDay) -> None:
    """End Day orders, free the ClOrdIDs of all that is over, tell anew of what goes on."""
    expiring = [order for order in exchange.open_orders(0, 0, 0) if order.time_in_force not in (GTC, GTD)]
    kind = DONE if exchange.choices.days_done else EXPIRE
    for order in expiring:
        book = exchange.book(order.instrument.number)
        assert book is not None
        book.cancel(order, kind, DAY_ENDED)
    for participant in exchange.participants[1:]:
        assert participant is not None
        names, participant.orders = participant.orders, Names()
        for order in names.all():
            if order.leaves_lots > 0:
                participant.orders.put(order.cl_ord_id, order)
        participant.refusals.clear()
    exchange.corrections.begin_day(exchange.tape.match)
    exchange.expiries.forget_ended()
    for book in exchange.books[1:]:
        assert book is not None
        book.call.forget_ended()
    tape = exchange.tape
    tape.events.append(DayEnded(*tape.stamp(), command.day, len(expiring)))
    if not exchange.choices.nights_silent:
        for order in exchange.open_orders(0, 0, 0):
            tape.restated(order, GOOD_TILL_RENEWED, 0, order.risk_ticks)
