"""What is wrong with a request before risk is asked: checks of form, phase and identity, each with its one reason."""

from __future__ import annotations

from engine.answers import entry_answer, replace_answer
from engine.codes import (
    ALL_OR_NONE,
    AT_THE_CLOSE,
    AT_THE_OPENING,
    BUY,
    CANCEL_ON_FAILURE,
    CANCEL_ON_HALT,
    DAY,
    FOK,
    GTC,
    GTD,
    ICEBERG_PARTS_MAX,
    IOC,
    LIMIT,
    MARKET,
    MARKET_TO_LIMIT,
    MASS_ALL,
    MASS_SYMBOL,
    NOTIONAL_MAX,
    NS_PER_MS,
    POST_ONLY,
    PRICE_TICKS_MAX,
    QUANTITY_LOTS_MAX,
    SELL,
    STAY_IN_HALT,
    STOP,
    STOP_LIMIT,
    TRADING,
)
from engine.commands import EnterOrder, ReplaceOrder
from engine.instrument import Instrument
from engine.order import Order, Terms, limit_ticks
from engine.reasons import (
    ALL_OR_NONE_REFUSED,
    AUCTION_TERMS,
    DISPLAY_NOT_ALLOWED,
    DISPLAY_OUT_OF_RANGE,
    EXPIRY_MISSING,
    EXPIRY_NOT_ALLOWED,
    EXPIRY_PAST,
    MIN_QUANTITY_NOT_ALLOWED,
    MIN_QUANTITY_OUT_OF_RANGE,
    NO_REASON,
    NOTIONAL_TOO_LARGE,
    ORDER_ID_MISMATCH,
    ORDER_MODIFIED,
    POST_ONLY_NOT_ALLOWED,
    PRICE_NOT_POSITIVE,
    PRICE_TOO_LARGE,
    QUANTITY_NOT_POSITIVE,
    QUANTITY_TOO_LARGE,
    SIDE_CHANGED,
    STOP_PRICE_MISSING,
    STOP_PRICE_NOT_ALLOWED,
    STOP_PRICE_OUT_OF_RANGE,
    SYMBOL_CHANGED,
    TOO_LATE,
    TOO_MANY_PARTS,
    TYPE_CHANGED,
    UNKNOWN_ORDER,
    UNKNOWN_SYMBOL,
    UNSUPPORTED_INSTRUCTION,
    UNSUPPORTED_ORD_TYPE,
    UNSUPPORTED_SIDE,
    UNSUPPORTED_TIME_IN_FORCE,
)

QUANTITY_LOTS_ALWAYS = NOTIONAL_MAX // PRICE_TICKS_MAX
"""What may be ordered at any price, which spares most orders a division."""


def entry_defect(command: EnterOrder, instrument: Instrument) -> int:
    """Why an order may not be considered at all, in the published order (RSK-01): instrument, phase, form."""
    if instrument.number == 0:
        return UNKNOWN_SYMBOL
    if instrument.state != TRADING or is_bound(command.time_in_force):
        reason = entry_answer(instrument, command)
        if reason != NO_REASON:
            return reason
    if instrument.entry_reason != NO_REASON:
        return instrument.entry_reason
    if command.defect != NO_REASON:
        return command.defect
    if not ord_type_known(command.ord_type):
        return UNSUPPORTED_ORD_TYPE
    if command.side != BUY and command.side != SELL:
        return UNSUPPORTED_SIDE
    if not time_in_force_known(command.time_in_force):
        return UNSUPPORTED_TIME_IN_FORCE
    if command.exec_inst > POST_ONLY and instruction_defect(command.exec_inst) != NO_REASON:
        return instruction_defect(command.exec_inst)
    reason = bounds_defect(command.ord_type, command.quantity_lots, command.price_ticks)
    is_plain = command.terms is None and command.exec_inst == 0 and is_timed_plainly(command.time_in_force)
    if reason == NO_REASON and not (is_plain and command.ord_type <= LIMIT):
        reason = terms_defect(
            command.ord_type,
            command.time_in_force,
            command.exec_inst,
            command.quantity_lots,
            command.terms,
            command.time_ns,
        )
    return reason


def ord_type_known(ord_type: int) -> bool:
    """Whether the venue has this OrdType(40)."""
    return MARKET <= ord_type <= STOP_LIMIT or ord_type == MARKET_TO_LIMIT


def time_in_force_known(time_in_force: int) -> bool:
    """Whether the venue has this TimeInForce(59)."""
    return DAY <= time_in_force <= FOK or time_in_force == GTD or time_in_force == AT_THE_CLOSE


def is_bound(time_in_force: int) -> bool:
    """Whether an order is for one auction only (MAT-14)."""
    return time_in_force == AT_THE_OPENING or time_in_force == AT_THE_CLOSE


def is_timed_plainly(time_in_force: int) -> bool:
    """Whether a TimeInForce(59) asks nothing of the rest of the order."""
    return time_in_force <= FOK and time_in_force != AT_THE_OPENING


def may_rest(time_in_force: int) -> bool:
    """Whether what does not trade at once may stay (MAT-09, MAT-12)."""
    return time_in_force <= GTC or time_in_force == GTD


def instruction_defect(exec_inst: int) -> int:
    """Why the venue does not have these ExecInst(18): staying in a halt and being canceled by it exclude each other."""
    if exec_inst > POST_ONLY + ALL_OR_NONE + CANCEL_ON_HALT + STAY_IN_HALT + CANCEL_ON_FAILURE:
        return UNSUPPORTED_INSTRUCTION
    if exec_inst & ALL_OR_NONE:
        return ALL_OR_NONE_REFUSED
    contradicts = exec_inst & CANCEL_ON_HALT and exec_inst & STAY_IN_HALT
    return UNSUPPORTED_INSTRUCTION if contradicts else NO_REASON


def bounds_defect(ord_type: int, quantity_lots: int, price_ticks: int) -> int:
    """Why quantity or price is out of range; keeps every product inside 64 bits (VAL-06)."""
    if quantity_lots <= 0:
        return QUANTITY_NOT_POSITIVE
    if quantity_lots > QUANTITY_LOTS_MAX:
        return QUANTITY_TOO_LARGE
    if ord_type == LIMIT or ord_type == STOP_LIMIT:
        if price_ticks <= 0:
            return PRICE_NOT_POSITIVE
        if price_ticks > PRICE_TICKS_MAX:
            return PRICE_TOO_LARGE
        if quantity_lots > QUANTITY_LOTS_ALWAYS and quantity_lots > NOTIONAL_MAX // price_ticks:
            return NOTIONAL_TOO_LARGE
    return NO_REASON


def terms_defect(
    ord_type: int, time_in_force: int, exec_inst: int, quantity_lots: int, terms: Terms | None, time_ns: int
) -> int:
    """Why an order may not have the terms it asks for (VAL-02): post-only, stop, display, minimum, expiry."""
    if exec_inst & POST_ONLY and (ord_type != LIMIT or not may_rest(time_in_force)):
        return POST_ONLY_NOT_ALLOWED
    if is_bound(time_in_force) and (terms is not None or ord_type == STOP or ord_type == STOP_LIMIT):
        return AUCTION_TERMS
    if terms is None:
        if ord_type == STOP or ord_type == STOP_LIMIT:
            return STOP_PRICE_MISSING
        return EXPIRY_MISSING if time_in_force == GTD else NO_REASON
    if ord_type == STOP or ord_type == STOP_LIMIT:
        if terms.stop_ticks == 0:
            return STOP_PRICE_MISSING
        if terms.stop_ticks < 0 or terms.stop_ticks > PRICE_TICKS_MAX:
            return STOP_PRICE_OUT_OF_RANGE
        if quantity_lots > NOTIONAL_MAX // terms.stop_ticks:
            return NOTIONAL_TOO_LARGE
    elif terms.stop_ticks != 0:
        return STOP_PRICE_NOT_ALLOWED
    if terms.display_lots != 0:
        if terms.display_lots < 0 or terms.display_lots > quantity_lots:
            return DISPLAY_OUT_OF_RANGE
        if (ord_type != LIMIT and ord_type != STOP_LIMIT) or not may_rest(time_in_force):
            return DISPLAY_NOT_ALLOWED
        if (quantity_lots - 1) // terms.display_lots >= ICEBERG_PARTS_MAX:
            return TOO_MANY_PARTS
    if terms.min_lots != 0:
        if terms.min_lots < 0 or terms.min_lots > quantity_lots:
            return MIN_QUANTITY_OUT_OF_RANGE
        if time_in_force != IOC:
            return MIN_QUANTITY_NOT_ALLOWED
    if time_in_force != GTD:
        return NO_REASON if terms.expire_ns == 0 else EXPIRY_NOT_ALLOWED
    if terms.expire_ns == 0:
        return EXPIRY_MISSING
    return EXPIRY_PAST if terms.expire_ns <= time_ns else NO_REASON


def replace_defect(command: ReplaceOrder, order: Order) -> int:
    """Why an open order cannot take this new version (CXR-08, CXR-10)."""
    if order.instrument.entry_reason != NO_REASON:
        return order.instrument.entry_reason
    if command.defect != NO_REASON:
        return command.defect
    if command.ord_type != order.ord_type:
        return TYPE_CHANGED
    if not time_in_force_known(command.time_in_force) or command.time_in_force == FOK:
        return UNSUPPORTED_TIME_IN_FORCE
    if command.time_in_force != order.time_in_force and (
        is_bound(command.time_in_force) or is_bound(order.time_in_force)
    ):
        return UNSUPPORTED_TIME_IN_FORCE
    if command.exec_inst > POST_ONLY and instruction_defect(command.exec_inst) != NO_REASON:
        return instruction_defect(command.exec_inst)
    reason = bounds_defect(command.ord_type, command.quantity_lots, command.price_ticks)
    if reason == NO_REASON:
        reason = terms_defect(
            command.ord_type,
            command.time_in_force,
            command.exec_inst,
            command.quantity_lots,
            command.terms,
            command.time_ns,
        )
    if reason != NO_REASON:
        return reason
    if order.origin.instrument.state != TRADING:
        return replace_answer(order, keeps_priority(command, order), command.time_in_force)
    return NO_REASON


def keeps_priority(command: ReplaceOrder, order: Order) -> bool:
    """Prices and display unchanged and quantity not raised keeps the place in the queue; all else loses it (CXR-09)."""
    return (
        command.price_ticks == limit_ticks(order)
        and command.quantity_lots <= order.quantity_lots
        and command.time_in_force != IOC
        and same_place(command.terms, order)
    )


def same_place(terms: Terms | None, order: Order) -> bool:
    """Whether an order with these terms instead of its own would stand where it stands (ICE-08)."""
    old = order.terms
    if terms is None or old is None:
        return (terms is None or terms.display_lots == 0) and (old is None or old.display_lots == 0)
    if order.ord_type != LIMIT and terms.stop_ticks != old.stop_ticks:
        return False
    return terms.display_lots == old.display_lots


def request_defect(order: Order | None, order_id: int, instrument: int, side: int) -> int:
    """Why an order cannot be canceled or replaced by this request (CXR-02, CXR-08, IDN-05)."""
    if order is None:
        return UNKNOWN_ORDER
    if order.leaves_lots == 0:
        return TOO_LATE
    return identity_defect(order, order_id, instrument, side)


def identity_defect(order: Order, order_id: int, instrument: int, side: int) -> int:
    """What a request says otherwise of its order than it is (CXR-08)."""
    if order_id != 0 and order_id != order.order_id:
        return ORDER_ID_MISMATCH
    if instrument != order.origin.instrument.number:
        return SYMBOL_CHANGED
    if side != order.side:
        return SIDE_CHANGED
    return NO_REASON


def version_defect(order: Order, orig_mod_ns: int, time_ns: int) -> int:
    """Whether a request of `time_ns` is about another version than the one there is (CXR-13).

    An order keeps 24 bits of when its version was accepted, in the milliseconds that TransactTime(60) tells: two times
    that are whole multiples of 4 h 39 min 37.216 s apart look alike.
    """
    time_ms = orig_mod_ns // NS_PER_MS
    is_version = (time_ms >> 16 & 255) == order.version_high and (time_ms & 65_535) == order.version_low
    return NO_REASON if is_version and orig_mod_ns <= time_ns else ORDER_MODIFIED


def scope_defect(request_type: int, known: bool, unsupported: int) -> int:
    """Why the scope of a mass request is none; `known` says whether its symbol is traded here."""
    if request_type == MASS_SYMBOL:
        return NO_REASON if known else UNKNOWN_SYMBOL
    return NO_REASON if request_type == MASS_ALL else unsupported
