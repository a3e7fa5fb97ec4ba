"""How a client's orders stand, from its ExecutionReports alone, each of which must follow from those before."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.simulation.returning_client import Message

NEW, CANCELED, REPLACED, REJECTED, TRADE, STATUS = "0", "4", "5", "8", "F", "I"
ANSWERS = {"D": (NEW, REJECTED), "F": (CANCELED,), "G": (REPLACED,)}


@dataclass
class Order:
    """An order that was accepted, under its latest accepted ClOrdID(11)."""

    order_id: str
    cl_ord_id: str
    symbol: str
    side: str
    price: Decimal
    quantity: Decimal
    filled: Decimal = Decimal(0)
    leaves: Decimal = Decimal(0)
    status: str = NEW

    def standing(self) -> tuple[str, Decimal, Decimal, Decimal]:
        """OrdStatus(39), CumQty(14), LeavesQty(151), OrderQty(38)."""
        return self.status, self.filled, self.leaves, self.quantity


class Blotter:
    """One client's: `pending` requests by ClOrdID with their MsgType, `orders` by OrderID(37), the ExecIDs(17) seen.

    `statuses` are the answers to OrderStatusRequests by OrderID.
    """

    def __init__(self) -> None:
        self.pending: dict[str, str] = {}
        self.orders: dict[str, Order] = {}
        self.exec_ids: dict[int, str] = {}
        self.statuses: dict[str, tuple[str, Decimal, Decimal, Decimal]] = {}

    def open_orders(self) -> list[Order]:
        """Those that can still trade."""
        return [order for order in self.orders.values() if order.leaves]

    def hear(self, message: Message) -> None:
        """Take note of a message; AssertionError where it does not follow from what was heard before."""
        if message[35] == "9":
            assert self.pending.pop(message[11]) in ("F", "G"), message
            return
        assert message[35] == "8", message
        if message[150] == STATUS:
            self.statuses[message[37]] = reported(message)
            return
        exec_id = int(message[17])
        assert exec_id not in self.exec_ids, f"twice: {message}"
        self.exec_ids[exec_id] = message[150]
        self._settle(message)
        self._apply(message)

    def _settle(self, message: Message) -> None:
        """An answer answers one request; what nobody asked for names the order alone."""
        kind = message[150]
        if kind in (NEW, REJECTED) or message.get(41):
            asked = self.pending.pop(message[11], "")
            assert kind in ANSWERS.get(asked, ()), f"nobody asked for: {message}"

    def _apply(self, message: Message) -> None:
        kind = message[150]
        order_id = message[37]
        if kind == REJECTED:
            assert order_id == "NONE", message
            return
        if kind == NEW:
            assert order_id not in self.orders, f"twice: {message}"
            price, quantity = Decimal(message[44]), Decimal(message[38])
            self.orders[order_id] = Order(
                order_id, message[11], message[55], message[54], price, quantity, leaves=quantity
            )
        order = self.orders[order_id]
        if kind == TRADE:
            order.filled += Decimal(message[32])
            order.leaves = order.quantity - order.filled
        elif kind == REPLACED:
            order.cl_ord_id = message[11]
            order.price, order.quantity = Decimal(message[44]), Decimal(message[38])
            order.leaves = order.quantity - order.filled
        elif kind == CANCELED:
            order.leaves = Decimal(0)
        order.status = message[39]
        assert reported(message) == order.standing(), f"expected {order}: {message}"


def reported(message: Message) -> tuple[str, Decimal, Decimal, Decimal]:
    """OrdStatus(39), CumQty(14), LeavesQty(151), OrderQty(38) of a report."""
    return message[39], Decimal(message[14]), Decimal(message[151]), Decimal(message[38])
