"""What the naive exchange finds wrong in the form of a request, rule by rule."""

from typing import Any

from engine import codes, commands, reasons
from tests.model.naive_order import (
    AUCTION_TIF,
    KNOWN_TIF,
    KNOWN_TYPES,
    NO_TERMS,
    PRICED,
    RESTING_TIF,
    WAITING,
    NaiveOrder,
)


def wrong_form(command: commands.EnterOrder) -> int:
    if command.defect:
        return int(command.defect)
    if command.ord_type not in KNOWN_TYPES:
        return reasons.UNSUPPORTED_ORD_TYPE
    if command.side not in (codes.BUY, codes.SELL):
        return reasons.UNSUPPORTED_SIDE
    if command.time_in_force not in KNOWN_TIF:
        return reasons.UNSUPPORTED_TIME_IN_FORCE
    return wrong_instruction(command)


def wrong_instruction(command: commands.EnterOrder | commands.ReplaceOrder) -> int:
    instructions = command.exec_inst & ~codes.CANCEL_ON_FAILURE
    if instructions in (codes.ALL_OR_NONE, codes.ALL_OR_NONE | codes.POST_ONLY):
        return reasons.ALL_OR_NONE_REFUSED
    if instructions not in (0, codes.POST_ONLY):
        return reasons.UNSUPPORTED_INSTRUCTION
    reason = out_of_bounds(command.ord_type, command.quantity_lots, command.price_ticks)
    return reason or wrong_terms(command)


def wrong_terms(command: commands.EnterOrder | commands.ReplaceOrder) -> int:
    stop, display, minimum, expires = NO_TERMS if command.terms is None else command.terms.values()
    rests = command.time_in_force in RESTING_TIF
    if command.exec_inst & codes.POST_ONLY and not (command.ord_type == codes.LIMIT and rests):
        return reasons.POST_ONLY_NOT_ALLOWED
    if command.time_in_force in AUCTION_TIF and (command.terms is not None or command.ord_type in WAITING):
        return reasons.AUCTION_TERMS
    if command.ord_type in WAITING and stop == 0:
        return reasons.STOP_PRICE_MISSING
    if command.ord_type in WAITING and not 0 < stop <= codes.PRICE_TICKS_MAX:
        return reasons.STOP_PRICE_OUT_OF_RANGE
    if command.ord_type in WAITING and stop * command.quantity_lots > codes.NOTIONAL_MAX:
        return reasons.NOTIONAL_TOO_LARGE
    if command.ord_type not in WAITING and stop:
        return reasons.STOP_PRICE_NOT_ALLOWED
    if display and not 0 < display <= command.quantity_lots:
        return reasons.DISPLAY_OUT_OF_RANGE
    if display and not (command.ord_type in PRICED and rests):
        return reasons.DISPLAY_NOT_ALLOWED
    if display and command.quantity_lots > codes.ICEBERG_PARTS_MAX * display:
        return reasons.TOO_MANY_PARTS
    if minimum and not 0 < minimum <= command.quantity_lots:
        return reasons.MIN_QUANTITY_OUT_OF_RANGE
    if minimum and command.time_in_force != codes.IOC:
        return reasons.MIN_QUANTITY_NOT_ALLOWED
    if command.time_in_force != codes.GTD:
        return reasons.EXPIRY_NOT_ALLOWED if expires else 0
    if not expires:
        return reasons.EXPIRY_MISSING
    return reasons.EXPIRY_PAST if expires <= command.time_ns else 0


def out_of_bounds(ord_type: int, quantity: int, price: int) -> int:
    if quantity <= 0:
        return reasons.QUANTITY_NOT_POSITIVE
    if quantity > codes.QUANTITY_LOTS_MAX:
        return reasons.QUANTITY_TOO_LARGE
    if ord_type in PRICED and price <= 0:
        return reasons.PRICE_NOT_POSITIVE
    if ord_type in PRICED and price > codes.PRICE_TICKS_MAX:
        return reasons.PRICE_TOO_LARGE
    return reasons.NOTIONAL_TOO_LARGE if ord_type in PRICED and quantity * price > codes.NOTIONAL_MAX else 0


def wrong_replace(command: commands.ReplaceOrder, order: NaiveOrder) -> int:
    if command.defect:
        return int(command.defect)
    if command.ord_type != order.ord_type:
        return reasons.TYPE_CHANGED
    if command.time_in_force not in KNOWN_TIF or command.time_in_force == codes.FOK:
        return reasons.UNSUPPORTED_TIME_IN_FORCE
    if command.time_in_force != order.tif and (command.time_in_force in AUCTION_TIF or order.tif in AUCTION_TIF):
        return reasons.UNSUPPORTED_TIME_IN_FORCE
    return wrong_instruction(command)


def scope(command: Any, unsupported: int) -> tuple[int, int]:
    """The instrument a mass request is about (0: all), and what is wrong with it."""
    if command.request_type == codes.MASS_ALL:
        return 0, command.defect
    if command.request_type != codes.MASS_SYMBOL:
        return 0, command.defect or unsupported
    return command.instrument, command.defect or (0 if command.instrument else reasons.UNKNOWN_SYMBOL)
