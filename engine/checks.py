"""What is wrong with a request before risk is asked: checks of form, phase and identity, each with its one reason."""

from __future__ import annotations

from engine.codes import (
    BUY,
    DAY,
    FOK,
    GTC,
    IOC,
    LIMIT,
    MARKET,
    MASS_ALL,
    MASS_SYMBOL,
    NOTIONAL_MAX,
    PRICE_TICKS_MAX,
    QUANTITY_LOTS_MAX,
    SELL,
    TRADING,
)
from engine.commands import EnterOrder, ReplaceOrder
from engine.instrument import Instrument
from engine.order import Order
from engine.reasons import (
    HALTED_REPLACE,
    NO_REASON,
    NOT_TRADING,
    NOTIONAL_TOO_LARGE,
    ORDER_ID_MISMATCH,
    PRICE_NOT_POSITIVE,
    PRICE_TOO_LARGE,
    QUANTITY_NOT_POSITIVE,
    QUANTITY_TOO_LARGE,
    SIDE_CHANGED,
    SYMBOL_CHANGED,
    TOO_LATE,
    TYPE_CHANGED,
    UNKNOWN_ORDER,
    UNKNOWN_SYMBOL,
    UNSUPPORTED_INSTRUCTION,
    UNSUPPORTED_ORD_TYPE,
    UNSUPPORTED_SIDE,
    UNSUPPORTED_TIME_IN_FORCE,
)


def entry_defect(command: EnterOrder, instrument: Instrument) -> int:
    """Why an order may not be considered at all, in the published order (RSK-01): instrument, phase, form."""
    if instrument.number == 0:
        return UNKNOWN_SYMBOL
    if instrument.state != TRADING:
        return NOT_TRADING
    if command.defect != NO_REASON:
        return command.defect
    if command.ord_type != LIMIT and command.ord_type != MARKET:
        return UNSUPPORTED_ORD_TYPE
    if command.side != BUY and command.side != SELL:
        return UNSUPPORTED_SIDE
    if not time_in_force_known(command.time_in_force):
        return UNSUPPORTED_TIME_IN_FORCE
    if command.exec_inst != 0:
        return UNSUPPORTED_INSTRUCTION
    return bounds_defect(command.ord_type, command.quantity_lots, command.price_ticks)


def time_in_force_known(time_in_force: int) -> bool:
    """Whether the venue has this TimeInForce(59)."""
    return time_in_force == DAY or time_in_force == GTC or time_in_force == IOC or time_in_force == FOK


def bounds_defect(ord_type: int, quantity_lots: int, price_ticks: int) -> int:
    """Why quantity or price is out of range; keeps every product inside 64 bits (VAL-06)."""
    if quantity_lots <= 0:
        return QUANTITY_NOT_POSITIVE
    if quantity_lots > QUANTITY_LOTS_MAX:
        return QUANTITY_TOO_LARGE
    if ord_type == LIMIT:
        if price_ticks <= 0:
            return PRICE_NOT_POSITIVE
        if price_ticks > PRICE_TICKS_MAX:
            return PRICE_TOO_LARGE
        if quantity_lots > NOTIONAL_MAX // price_ticks:
            return NOTIONAL_TOO_LARGE
    return NO_REASON


def replace_defect(command: ReplaceOrder, order: Order) -> int:
    """Why an open order cannot take this new version (CXR-08, CXR-10)."""
    if command.defect != NO_REASON:
        return command.defect
    if command.ord_type != order.ord_type:
        return TYPE_CHANGED
    if not time_in_force_known(command.time_in_force) or command.time_in_force == FOK:
        return UNSUPPORTED_TIME_IN_FORCE
    if command.exec_inst != 0:
        return UNSUPPORTED_INSTRUCTION
    reason = bounds_defect(command.ord_type, command.quantity_lots, command.price_ticks)
    if reason != NO_REASON:
        return reason
    if order.instrument.state != TRADING and not keeps_priority(command, order):
        return HALTED_REPLACE
    return NO_REASON


def keeps_priority(command: ReplaceOrder, order: Order) -> bool:
    """Price unchanged and quantity not raised keeps the place in the queue; all else loses it (CXR-09)."""
    return (
        command.price_ticks == order.price_ticks
        and command.quantity_lots <= order.quantity_lots
        and command.time_in_force != IOC
    )


def request_defect(order: Order | None, order_id: int, instrument: int, side: int) -> int:
    """Why an order cannot be canceled or replaced by this request (CXR-02, CXR-08, IDN-05)."""
    if order is None:
        return UNKNOWN_ORDER
    if order.leaves_lots == 0:
        return TOO_LATE
    if order_id != 0 and order_id != order.order_id:
        return ORDER_ID_MISMATCH
    if instrument != order.instrument.number:
        return SYMBOL_CHANGED
    if side != order.side:
        return SIDE_CHANGED
    return NO_REASON


def scope_defect(request_type: int, known: bool, unsupported: int) -> int:
    """Why the scope of a mass request is none; `known` says whether its symbol is traded here."""
    if request_type == MASS_SYMBOL:
        return NO_REASON if known else UNKNOWN_SYMBOL
    return NO_REASON if request_type == MASS_ALL else unsupported
