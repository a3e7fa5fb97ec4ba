"""Requests of the naive exchange about many orders, or that change none."""

from typing import TYPE_CHECKING

from engine import codes, commands, reasons
from tests.model.naive_form import scope
from tests.model.naive_order import NaiveOrder
from tests.model.naive_phases import no_cancel

if TYPE_CHECKING:
    from tests.model.naive_exchange import NaiveExchange


def mass_cancel(model: "NaiveExchange", command: commands.MassCancel) -> None:
    instrument, reason = scope(command, reasons.UNSUPPORTED_MASS_CANCEL)
    if model.is_used(command.session, command.cl_ord_id):
        reason = reasons.DUPLICATE_CL_ORD_ID
    else:
        model.names[command.session, command.cl_ord_id] = None
    orders = [] if reason else model.open(command.session, instrument, command.side)
    orders = [order for order in orders if not no_cancel(model, order)]
    response = codes.MASS_REJECTED if reason else command.request_type
    model.happened.append(("mass canceled", command.cl_ord_id, response, reason, len(orders)))
    for order in orders:
        model.end(order, codes.CANCELED, reasons.CANCELED_BY_MASS_REQUEST)


def cancel_orders(model: "NaiveExchange", command: commands.CancelOrders) -> None:
    for order in model.open(command.session, command.instrument):
        model.end(order, codes.CANCELED, command.reason)


def status(model: "NaiveExchange", command: commands.RequestStatus) -> None:
    order = model.find(command.session, command.cl_ord_id)
    if order is not None and (order.instrument, order.side) == (command.instrument, command.side):
        model.say(codes.STATUS, order)
    else:
        unknown(model, command.session, command.cl_ord_id, command.side, reasons.UNKNOWN_ORDER)


def mass_status(model: "NaiveExchange", command: commands.RequestMassStatus) -> None:
    instrument, reason = scope(command, reasons.UNSUPPORTED_MASS_STATUS)
    orders = [] if reason else model.open(command.session, instrument, command.side)
    for order in orders:
        model.say(codes.STATUS, order)
    if not orders:
        unknown(model, command.session, b"", command.side, reason or reasons.UNKNOWN_ORDER)


def unknown(model: "NaiveExchange", session: int, name: bytes, side: int, reason: int) -> None:
    nothing = NaiveOrder(session, 0, 0, name, side, 0, codes.DAY, 0, 0, 0, status=codes.REJECTED)
    model.say(codes.STATUS, nothing, reason)
