"""The venue lets no new orders in while its disk is nearly full, and cancels work (RestrictEntry)."""

from __future__ import annotations

from engine.codes import BUY, CANCEL, ENTERED, REJECT, SELL
from engine.commands import CancelOrder, Command, DefineInstrument, EnterOrder, RegisterSession, ReplaceOrder
from engine.entry import RestrictEntry
from engine.events import Event, OrderEvent, RequestRejected
from engine.exchange import Exchange
from engine.gate import OpenGate
from engine.reasons import DISK_NEARLY_FULL, NO_REASON, REFUSALS
from tests.model.checker import Checker


class Watched:
    """An exchange whose events the checker sees (tests.model.checker)."""

    def __init__(self) -> None:
        self._exchange = Exchange(OpenGate())
        self._checker = Checker()
        self.open_orders = self._exchange.open_orders

    def execute(self, command: Command) -> list[Event]:
        events = self._exchange.execute(command)
        self._checker.see(events)
        return events


def restricted() -> Watched:
    """An exchange with one resting order, cancel-only."""
    exchange = Watched()
    exchange.execute(RegisterSession(1, b"C", 1, b"F"))
    exchange.execute(DefineInstrument(1, b"AAPL", 2, 1, 0, 1, 1, 100))
    exchange.execute(EnterOrder(1, b"A", 1, BUY, 10, 100))
    assert exchange.execute(RestrictEntry(DISK_NEARLY_FULL, b"venue", b"disk", 5, 10)) == []
    return exchange


def test_a_new_order_is_refused_with_the_reason() -> None:
    """AUD-07: OrdRejReason(103)=99 and a text."""
    (event,) = restricted().execute(EnterOrder(1, b"B", 1, SELL, 10, 100))
    assert isinstance(event, OrderEvent)
    assert (event.kind, event.reason) == (REJECT, DISK_NEARLY_FULL)
    assert REFUSALS[DISK_NEARLY_FULL].text == "cancels only: the venue's disk is nearly full"


def test_a_replace_is_refused_and_the_order_stays() -> None:
    exchange = restricted()
    (event,) = exchange.execute(ReplaceOrder(1, b"B", b"A", 1, BUY, 5, 100))
    assert isinstance(event, RequestRejected)
    assert event.reason == DISK_NEARLY_FULL
    assert [order.cl_ord_id for order in exchange.open_orders(0, 0, 0)] == [b"A"]


def test_a_cancel_works() -> None:
    (event,) = restricted().execute(CancelOrder(1, b"B", b"A", 1, BUY))
    assert isinstance(event, OrderEvent)
    assert event.kind == CANCEL


def test_once_there_is_room_orders_are_let_in_again() -> None:
    exchange = restricted()
    exchange.execute(RestrictEntry(NO_REASON, b"venue", b"disk"))
    (event,) = exchange.execute(EnterOrder(1, b"B", 1, BUY, 10, 100))
    assert isinstance(event, OrderEvent)
    assert event.kind == ENTERED
