"""The answer to a cancel or replace that is not obeyed (CXR-02)."""

from __future__ import annotations

from engine.codes import REJECTED
from engine.commands import CancelOrder, ReplaceOrder
from engine.events import RequestRejected, Tape
from engine.order import Order


def reject_request(
    tape: Tape,
    command: CancelOrder | ReplaceOrder,
    response_to: int,
    order: Order | None,
    reason: int,
    value: int = 0,
    limit: int = 0,
    limits_version: int = 0,
) -> None:
    """Add why a cancel or replace was refused; None is an order the session does not have."""
    tape.events.append(
        RequestRejected(
            *tape.stamp(),
            command.session,
            response_to,
            0 if order is None else order.order_id,
            REJECTED if order is None else order.status,
            reason,
            command.instrument,
            command.symbol,
            command.cl_ord_id,
            command.orig_cl_ord_id,
            value,
            limit,
            limits_version,
        )
    )
