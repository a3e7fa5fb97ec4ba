"""The answers to requests that are not obeyed: a name used before, a post-only order that would trade (CXR-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.codes import AT_THE_CLOSE, LIMIT, POST_ONLY, POST_ONLY_PHASE, REJECT, STATUS, TRADING
from engine.commands import ReplaceOrder
from engine.events import Tape
from engine.instrument import Instrument
from engine.order import Order, filled_lots
from engine.participant import Participant
from engine.reasons import NO_REASON

if TYPE_CHECKING:
    from engine.exchange import Exchange


def answer_duplicate(
    tape: Tape, participant: Participant, order: Order, original: Order | None, reason: int, poss_resend: bool
) -> None:
    """A ClOrdID used before: never a second order; the answer shows how the first one stands, or why there is none
    (IDN-02, IDN-03).
    """
    if original is None:
        if poss_resend and order.cl_ord_id in participant.refusals:
            tape.rejected(order, *participant.refusals[order.cl_ord_id])
        else:
            tape.rejected(order, reason)
        return
    event = tape.order(original, STATUS, NO_REASON) if poss_resend else tape.order(original, REJECT, reason)
    event.cl_ord_id = order.cl_ord_id


def is_matching(instrument: Instrument) -> bool:
    """Whether an order that enters now trades at once."""
    return instrument.state == TRADING or instrument.state == POST_ONLY_PHASE


def is_refused_as_taker(exchange: Exchange, order: Order, command: ReplaceOrder) -> bool:
    """Whether the new version of an order that may not take would trade and may not be repriced (PST-01, CXR-11); tried
    on and taken off again. Stops and what waits for the close do not trade yet, only a post-only order is repriced.
    """
    book = exchange.book(order.origin.instrument.number)
    assert book is not None
    if not is_matching(order.origin.instrument) or order.ord_type != LIMIT or order.time_in_force == AT_THE_CLOSE:
        return False
    kept = (order.risk_ticks, order.quantity_lots, order.leaves_lots)
    order.risk_ticks = command.price_ticks
    order.quantity_lots = command.quantity_lots
    order.leaves_lots = command.quantity_lots - filled_lots(order)
    refused = book.would_trade(order)
    if refused and command.exec_inst & POST_ONLY and exchange.participant(order.origin.session).post_only_slides:
        refused = book.slide_ticks(order) == 0
    order.risk_ticks, order.quantity_lots, order.leaves_lots = kept
    return refused
