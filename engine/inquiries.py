"""Answers to status requests: how orders stand, told without changing anything (IDN-06, IDN-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.checks import scope_defect
from engine.codes import DAY, MASS_SYMBOL, REJECTED, STATUS
from engine.commands import RequestMassStatus, RequestStatus
from engine.instrument import Instrument
from engine.order import Order, new_order
from engine.reasons import NO_REASON, UNKNOWN_ORDER, UNSUPPORTED_MASS_STATUS

if TYPE_CHECKING:
    from engine.exchange import Exchange


def answer_status(exchange: Exchange, command: RequestStatus) -> None:
    """One STATUS event: of the session's order, or of none with UNKNOWN_ORDER."""
    order = exchange.find(exchange.participant(command.session), command.cl_ord_id)
    reason = NO_REASON
    if order is None or not _is_meant(order, command):
        order = _no_order(exchange, command.session, command.cl_ord_id, command.symbol, command.side)
        reason = UNKNOWN_ORDER
    exchange.tape.order(order, STATUS, reason).request_id = command.request_id


def _is_meant(order: Order, command: RequestStatus) -> bool:
    return (
        command.order_id in (0, order.order_id)
        and command.instrument == order.instrument.number
        and command.side == order.side
    )


def answer_mass_status(exchange: Exchange, command: RequestMassStatus) -> None:
    """A STATUS event for each open order of the session in scope, or a single one of none."""
    known = exchange.book(command.instrument) is not None
    reason = command.defect or scope_defect(command.request_type, known, UNSUPPORTED_MASS_STATUS)
    instrument = command.instrument if command.request_type == MASS_SYMBOL else 0
    orders = [] if reason else exchange.open_orders(command.session, instrument, command.side)
    total = len(orders)
    if not orders:
        orders = [_no_order(exchange, command.session, b"", command.symbol, command.side)]
        reason = reason or UNKNOWN_ORDER
    for number, order in enumerate(orders, 1):
        event = exchange.tape.order(order, STATUS, reason)
        event.request_id = command.request_id
        event.reports_total = total
        event.last_report = number >= total


def _no_order(exchange: Exchange, session: int, cl_ord_id: bytes, symbol: bytes, side: int) -> Order:
    """What a report on an unknown order speaks of."""
    origin = exchange.participant(session).origin(Instrument(0, symbol), b"", b"")
    order = new_order(origin, cl_ord_id, side, 0, DAY, 0, 0, 0, None)
    order.status = REJECTED
    return order
