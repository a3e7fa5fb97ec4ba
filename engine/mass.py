"""Cancels of many orders at once: a session's own request, and the venue's (KIL-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.answers import cancel_answer
from engine.checks import scope_defect
from engine.codes import CANCEL, MASS_REJECTED, MASS_SYMBOL
from engine.commands import CancelOrders, MassCancel
from engine.events import MassCanceled
from engine.order import Order
from engine.reasons import CANCELED_BY_MASS_REQUEST, NO_REASON, UNSUPPORTED_MASS_CANCEL

if TYPE_CHECKING:
    from engine.exchange import Exchange


def mass_cancel(exchange: Exchange, command: MassCancel) -> None:
    """Cancel a session's open orders in scope; first the answer, then each order's end."""
    participant = exchange.participant(command.session)
    reason = exchange.claim(participant, command.cl_ord_id, participant.orders.expect(command.cl_ord_id), b"")
    if reason == NO_REASON:
        known = exchange.book(command.instrument) is not None
        reason = command.defect or scope_defect(command.request_type, known, UNSUPPORTED_MASS_CANCEL)
    instrument = command.instrument if command.request_type == MASS_SYMBOL else 0
    orders = [] if reason else exchange.open_orders(command.session, instrument, command.side)
    orders = [order for order in orders if cancel_answer(order) == NO_REASON]
    tape = exchange.tape
    tape.events.append(
        MassCanceled(
            *tape.stamp(),
            command.session,
            command.cl_ord_id,
            command.request_type,
            MASS_REJECTED if reason else command.request_type,
            reason,
            len(orders),
            command.instrument,
            command.symbol,
            command.side,
        )
    )
    cancel_all(exchange, orders, CANCELED_BY_MASS_REQUEST)


def cancel_orders(exchange: Exchange, command: CancelOrders) -> None:
    """Cancel what the venue wants canceled."""
    cancel_all(exchange, exchange.open_orders(command.session, command.instrument, 0), command.reason)


def cancel_all(exchange: Exchange, orders: list[Order], reason: int) -> None:
    """Cancel orders in the order given."""
    for order in orders:
        book = exchange.book(order.instrument.number)
        assert book is not None
        book.cancel(order, CANCEL, reason)
