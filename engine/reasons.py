"""Every reason for which the venue refuses a request or ends an order: one code for each, one FIX answer for each code
(VAL-03).
"""

from typing import Final, NamedTuple


class Refusal(NamedTuple):
    """What a reason answers in FIX.

    `ord_rej_reason` is OrdRejReason(103), or ExecRestatementReason(378) where an order ends unasked (0: it is left
    out); `cxl_rej_reason` is CxlRejReason(102); `text` is Text(58), stable for machines: `{value}` and `{limit}` in it
    are the two compared numbers in `unit` (lots, price, notional or count).
    """

    name: str
    ord_rej_reason: int
    cxl_rej_reason: int
    text: str
    unit: str = "count"


NO_REASON: Final = 0
UNKNOWN_SYMBOL: Final = 1
NOT_TRADING: Final = 2
UNSUPPORTED_ORD_TYPE: Final = 3
UNSUPPORTED_TIME_IN_FORCE: Final = 4
UNSUPPORTED_INSTRUCTION: Final = 5
PRICE_MISSING: Final = 6
PRICE_NOT_POSITIVE: Final = 7
PRICE_OFF_TICK: Final = 8
PRICE_TOO_LARGE: Final = 9
QUANTITY_MISSING: Final = 10
QUANTITY_NOT_POSITIVE: Final = 11
QUANTITY_OFF_LOT: Final = 12
QUANTITY_TOO_LARGE: Final = 13
NOTIONAL_TOO_LARGE: Final = 14
BAD_IDENTIFIER: Final = 15
DUPLICATE_CL_ORD_ID: Final = 16
UNKNOWN_ORDER: Final = 17
TOO_LATE: Final = 18
SIDE_CHANGED: Final = 19
SYMBOL_CHANGED: Final = 20
TYPE_CHANGED: Final = 21
ORDER_ID_MISMATCH: Final = 22
HALTED_REPLACE: Final = 23
STALE: Final = 24
PRICE_NOT_ALLOWED: Final = 25
UNSUPPORTED_MASS_CANCEL: Final = 26
UNSUPPORTED_MASS_STATUS: Final = 27
TOO_MANY_OPEN_ORDERS: Final = 28
BLOCKED: Final = 29
UNSUPPORTED_SIDE: Final = 30

ORDER_QUANTITY_LIMIT: Final = 40
ORDER_NOTIONAL_LIMIT: Final = 41
PRICE_ABOVE_COLLAR: Final = 42
PRICE_BELOW_COLLAR: Final = 43
POSITION_LIMIT: Final = 44
GROSS_NOTIONAL_LIMIT: Final = 45
NET_NOTIONAL_LIMIT: Final = 46

CANNOT_FILL: Final = 60
UNFILLED: Final = 61
SELF_TRADE: Final = 62
CANCELED_BY_OPERATOR: Final = 63
CANCELED_BY_MASS_REQUEST: Final = 64
DAY_ENDED: Final = 65
OPERATOR_HALT: Final = 66
BREAKER_HALT: Final = 67
CANCELED_ON_DISCONNECT: Final = 68
KILLED: Final = 69
CANCELED_ON_FAILURE: Final = 59

ALL_OR_NONE_REFUSED: Final = 70
POST_ONLY_NOT_ALLOWED: Final = 71
POST_ONLY_WOULD_TRADE: Final = 72
POST_ONLY_REPRICED: Final = 73
MIN_QUANTITY_OUT_OF_RANGE: Final = 74
MIN_QUANTITY_NOT_ALLOWED: Final = 75
BELOW_MIN_QUANTITY: Final = 76
MARKET_TO_LIMIT_PRICED: Final = 77
DISPLAY_OUT_OF_RANGE: Final = 78
DISPLAY_NOT_ALLOWED: Final = 79
TOO_MANY_PARTS: Final = 80
SELF_TRADE_DECREMENT: Final = 81
STOP_PRICE_MISSING: Final = 82
STOP_PRICE_NOT_ALLOWED: Final = 83
STOP_PRICE_OUT_OF_RANGE: Final = 84
STOP_ELECTED: Final = 85
STOP_CASCADE_HALT: Final = 86
EXPIRY_MISSING: Final = 87
EXPIRY_PAST: Final = 88
EXPIRY_NOT_ALLOWED: Final = 89
EXPIRY_REACHED: Final = 90

MARKET_CLOSED: Final = 100
CANCELS_ONLY: Final = 101
POST_ONLY_ONLY: Final = 102
NOT_IN_A_CALL: Final = 103
OPENING_IS_OVER: Final = 104
GOOD_TILL_ONLY: Final = 105
AUCTION_TERMS: Final = 106
AUCTION_TRADE: Final = 107
AUCTION_OVER: Final = 108
AUCTION_EXTENDED: Final = 109
CALL_ENDS: Final = 110
REOPENING: Final = 111
CALENDAR: Final = 112
OPERATOR_PHASE: Final = 113
NO_COUNTERPART: Final = 120
MARKET_NOT_IMMEDIATE: Final = 121
REPLACE_TO_DONE: Final = 122
REPLACE_WOULD_TRADE: Final = 123
STOP_PRICE_REACHED: Final = 124
MARKET_PRICED: Final = 125
GOOD_TILL_RENEWED: Final = 126
ORDER_MODIFIED: Final = 127
MIN_QUANTITY_REFUSED: Final = 128
REQUEST_PENDING: Final = 135

CANCELED_IN_HALT: Final = 139
TRADE_BUSTED: Final = 140
TRADE_CORRECTED: Final = 141
BAD_SELF_MATCH_ID: Final = 142

DISK_NEARLY_FULL: Final = 130
JOURNAL_NEARLY_FULL: Final = 131

REFUSALS: Final[dict[int, Refusal]] = {
    UNKNOWN_SYMBOL: Refusal("unknown_symbol", 1, 2, "Symbol(55) is not traded here"),
    NOT_TRADING: Refusal("not_trading", 2, 2, "trading in this symbol is halted"),
    UNSUPPORTED_ORD_TYPE: Refusal("unsupported_ord_type", 11, 2, "OrdType(40) is not supported"),
    UNSUPPORTED_TIME_IN_FORCE: Refusal("unsupported_time_in_force", 11, 2, "TimeInForce(59) is not supported"),
    UNSUPPORTED_INSTRUCTION: Refusal("unsupported_instruction", 11, 2, "ExecInst(18) is not supported"),
    PRICE_MISSING: Refusal("price_missing", 99, 2, "Price(44) is required for this OrdType(40)"),
    PRICE_NOT_POSITIVE: Refusal("price_not_positive", 99, 2, "Price(44) must be at least one tick"),
    PRICE_OFF_TICK: Refusal("price_off_tick", 99, 2, "Price(44) is not a multiple of the tick size"),
    PRICE_TOO_LARGE: Refusal("price_too_large", 99, 2, "Price(44) is out of range"),
    QUANTITY_MISSING: Refusal("quantity_missing", 13, 2, "OrderQty(38) is required"),
    QUANTITY_NOT_POSITIVE: Refusal("quantity_not_positive", 13, 2, "OrderQty(38) must be at least 1 lot"),
    QUANTITY_OFF_LOT: Refusal("quantity_off_lot", 13, 2, "OrderQty(38) is not a multiple of the lot size"),
    QUANTITY_TOO_LARGE: Refusal("quantity_too_large", 13, 2, "OrderQty(38) is out of range"),
    NOTIONAL_TOO_LARGE: Refusal("notional_too_large", 3, 2, "Price(44) x OrderQty(38) is out of range"),
    BAD_IDENTIFIER: Refusal("bad_identifier", 99, 99, "ClOrdID(11) must be 1 to 64 printable ASCII characters"),
    DUPLICATE_CL_ORD_ID: Refusal("duplicate_cl_ord_id", 6, 6, "ClOrdID(11) was used before on this trading day"),
    UNKNOWN_ORDER: Refusal("unknown_order", 5, 1, "no such order"),
    TOO_LATE: Refusal("too_late", 4, 0, "the order is not open any more"),
    SIDE_CHANGED: Refusal("side_changed", 99, 2, "Side(54) differs from the order's"),
    SYMBOL_CHANGED: Refusal("symbol_changed", 99, 2, "Symbol(55) differs from the order's"),
    TYPE_CHANGED: Refusal("type_changed", 99, 2, "OrdType(40) cannot be replaced"),
    ORDER_ID_MISMATCH: Refusal("order_id_mismatch", 5, 1, "OrderID(37) is not that of OrigClOrdID(41)"),
    HALTED_REPLACE: Refusal("halted_replace", 2, 2, "while trading is halted a replace may only reduce OrderQty(38)"),
    STALE: Refusal("stale", 8, 99, "TransactTime(60) is too old"),
    PRICE_NOT_ALLOWED: Refusal("price_not_allowed", 99, 2, "Price(44) is not allowed for this OrdType(40)"),
    UNSUPPORTED_MASS_CANCEL: Refusal("unsupported_mass_cancel", 99, 99, "MassCancelRequestType(530) must be 1 or 7"),
    UNSUPPORTED_MASS_STATUS: Refusal("unsupported_mass_status", 99, 99, "MassStatusReqType(585) must be 1 or 7"),
    TOO_MANY_OPEN_ORDERS: Refusal("too_many_open_orders", 3, 2, "open orders {value} would exceed {limit}"),
    UNSUPPORTED_SIDE: Refusal("unsupported_side", 11, 2, "Side(54) must be 1 or 2"),
    BLOCKED: Refusal("blocked", 0, 2, "order entry is blocked by the operator"),
    ORDER_QUANTITY_LIMIT: Refusal("order_quantity_limit", 3, 2, "OrderQty(38) {value} exceeds {limit}", "lots"),
    ORDER_NOTIONAL_LIMIT: Refusal("order_notional_limit", 3, 2, "order notional {value} exceeds {limit}", "notional"),
    PRICE_ABOVE_COLLAR: Refusal("price_above_collar", 99, 2, "Price(44) {value} is above the collar {limit}", "price"),
    PRICE_BELOW_COLLAR: Refusal("price_below_collar", 99, 2, "Price(44) {value} is below the collar {limit}", "price"),
    POSITION_LIMIT: Refusal("position_limit", 3, 2, "worst-case position {value} would exceed {limit}", "lots"),
    GROSS_NOTIONAL_LIMIT: Refusal(
        "gross_notional_limit", 3, 2, "gross notional {value} would exceed {limit}", "notional"
    ),
    NET_NOTIONAL_LIMIT: Refusal("net_notional_limit", 3, 2, "net notional {value} would exceed {limit}", "notional"),
    CANNOT_FILL: Refusal("cannot_fill", 0, 99, "FOK order cannot be filled completely"),
    UNFILLED: Refusal("unfilled", 0, 99, "unfilled remainder canceled"),
    SELF_TRADE: Refusal("self_trade", 99, 99, "SELF_TRADE"),
    CANCELED_BY_OPERATOR: Refusal("canceled_by_operator", 8, 99, "canceled by the operator"),
    CANCELED_BY_MASS_REQUEST: Refusal("canceled_by_mass_request", 99, 99, "canceled by OrderMassCancelRequest"),
    DAY_ENDED: Refusal("day_ended", 0, 99, "trading day ended"),
    OPERATOR_HALT: Refusal("operator_halt", 2, 2, "halted by the operator"),
    BREAKER_HALT: Refusal("breaker_halt", 2, 2, "circuit breaker: {value} against reference {limit}", "price"),
    CANCELED_ON_DISCONNECT: Refusal("canceled_on_disconnect", 99, 99, "canceled on disconnect"),
    CANCELED_ON_FAILURE: Refusal("canceled_on_failure", 7, 99, "ExecInst(18)=Q, and the venue was down"),
    KILLED: Refusal("killed", 8, 99, "canceled by the kill switch"),
    ALL_OR_NONE_REFUSED: Refusal("all_or_none_refused", 11, 2, "ExecInst(18)=G, all or none, is not supported"),
    POST_ONLY_NOT_ALLOWED: Refusal("post_only_not_allowed", 11, 2, "ExecInst(18)=6 needs a limit order that may rest"),
    POST_ONLY_WOULD_TRADE: Refusal("post_only_would_trade", 99, 2, "ExecInst(18)=6, and the order would trade at once"),
    POST_ONLY_REPRICED: Refusal("post_only_repriced", 3, 99, "ExecInst(18)=6, repriced so as not to trade at once"),
    MIN_QUANTITY_OUT_OF_RANGE: Refusal(
        "min_quantity_out_of_range", 13, 2, "MinQty(110) must be whole lots, at least 1 and at most OrderQty(38)"
    ),
    MIN_QUANTITY_NOT_ALLOWED: Refusal("min_quantity_not_allowed", 11, 2, "MinQty(110) needs TimeInForce(59)=3"),
    BELOW_MIN_QUANTITY: Refusal("below_min_quantity", 0, 99, "MinQty(110) cannot be filled"),
    MARKET_TO_LIMIT_PRICED: Refusal("market_to_limit_priced", 3, 99, "rests as a limit order at its last price"),
    DISPLAY_OUT_OF_RANGE: Refusal(
        "display_out_of_range", 13, 2, "MaxFloor(111) must be whole lots, at least 1 and at most OrderQty(38)"
    ),
    DISPLAY_NOT_ALLOWED: Refusal("display_not_allowed", 11, 2, "MaxFloor(111) needs a priced order that may rest"),
    TOO_MANY_PARTS: Refusal("too_many_parts", 13, 2, "OrderQty(38) is too many times MaxFloor(111)"),
    SELF_TRADE_DECREMENT: Refusal("self_trade_decrement", 5, 99, "SELF_TRADE, OrderQty(38) reduced"),
    STOP_PRICE_MISSING: Refusal("stop_price_missing", 99, 2, "StopPx(99) is required for this OrdType(40)"),
    STOP_PRICE_NOT_ALLOWED: Refusal("stop_price_not_allowed", 99, 2, "StopPx(99) is not allowed for this OrdType(40)"),
    STOP_PRICE_OUT_OF_RANGE: Refusal(
        "stop_price_out_of_range", 99, 2, "StopPx(99) must be a positive multiple of the tick size and in range"
    ),
    STOP_ELECTED: Refusal("stop_elected", 99, 99, "StopPx(99) was reached"),
    STOP_CASCADE_HALT: Refusal("stop_cascade_halt", 2, 2, "stop orders elected others {value} times in a row"),
    EXPIRY_MISSING: Refusal("expiry_missing", 99, 2, "TimeInForce(59)=6 requires ExpireDate(432) or ExpireTime(126)"),
    EXPIRY_PAST: Refusal("expiry_past", 99, 2, "ExpireDate(432) or ExpireTime(126) is past"),
    EXPIRY_NOT_ALLOWED: Refusal(
        "expiry_not_allowed", 99, 2, "ExpireDate(432) and ExpireTime(126) need TimeInForce(59)=6"
    ),
    DISK_NEARLY_FULL: Refusal("disk_nearly_full", 99, 2, "cancels only: the venue's disk is nearly full"),
    JOURNAL_NEARLY_FULL: Refusal("journal_nearly_full", 99, 2, "cancels only: the venue's journal is nearly full"),
    EXPIRY_REACHED: Refusal("expiry_reached", 0, 99, "ExpireDate(432) or ExpireTime(126) was reached"),
    MARKET_CLOSED: Refusal("market_closed", 2, 2, "the market is closed"),
    CANCELS_ONLY: Refusal("cancels_only", 2, 2, "orders may only be canceled now"),
    POST_ONLY_ONLY: Refusal("post_only_only", 2, 2, "only limit orders with ExecInst(18)=6 may enter now"),
    NOT_IN_A_CALL: Refusal("not_in_a_call", 11, 2, "TimeInForce(59) asks for a trade at once, which a call has not"),
    OPENING_IS_OVER: Refusal("opening_is_over", 4, 2, "TimeInForce(59)=2, and the opening auction is over"),
    GOOD_TILL_ONLY: Refusal("good_till_only", 2, 2, "only orders with TimeInForce(59) 1 or 6 may be canceled now"),
    AUCTION_TERMS: Refusal("auction_terms", 11, 2, "TimeInForce(59) 2 and 7 need OrdType(40) 1, 2 or K and no terms"),
    AUCTION_TRADE: Refusal("auction_trade", 0, 99, "traded in an auction"),
    AUCTION_OVER: Refusal("auction_over", 0, 99, "not filled in its auction"),
    AUCTION_EXTENDED: Refusal("auction_extended", 0, 99, "price {value} is too far from {limit}: extended", "price"),
    CALL_ENDS: Refusal("call_ends", 0, 99, "the call ends at a moment drawn by lot"),
    REOPENING: Refusal("reopening", 0, 99, "trading reopens with an auction"),
    CALENDAR: Refusal("calendar", 0, 99, "by the calendar"),
    OPERATOR_PHASE: Refusal("operator_phase", 0, 99, "by the operator"),
    NO_COUNTERPART: Refusal("no_counterpart", 0, 2, "a market order, and there is nobody to trade with"),
    MARKET_NOT_IMMEDIATE: Refusal("market_not_immediate", 11, 2, "OrdType(40)=1 needs TimeInForce(59) 3 or 4"),
    REPLACE_TO_DONE: Refusal("replace_to_done", 99, 2, "OrderQty(38) is not above what is filled"),
    REPLACE_WOULD_TRADE: Refusal("replace_would_trade", 99, 2, "the replaced order would trade at once"),
    STOP_PRICE_REACHED: Refusal("stop_price_reached", 99, 2, "StopPx(99) is reached already"),
    MARKET_PRICED: Refusal("market_priced", 3, 99, "rests as a limit order at its protection price"),
    GOOD_TILL_RENEWED: Refusal("good_till_renewed", 1, 99, "open for another trading day"),
    ORDER_MODIFIED: Refusal("order_modified", 99, 5, "OrigOrdModTime(586) is not when this version was accepted"),
    REQUEST_PENDING: Refusal("request_pending", 99, 3, "another cancel or replace of the order is pending"),
    CANCELED_IN_HALT: Refusal("canceled_in_halt", 6, 99, "ExecInst(18)=K, and trading is halted"),
    TRADE_BUSTED: Refusal("trade_busted", 8, 99, "trade busted by the venue"),
    TRADE_CORRECTED: Refusal("trade_corrected", 8, 99, "trade corrected by the venue"),
    BAD_SELF_MATCH_ID: Refusal(
        "bad_self_match_id", 99, 99, "SelfMatchPreventionID(7928) must be 1 to 64 printable ASCII characters"
    ),
    MIN_QUANTITY_REFUSED: Refusal("min_quantity_refused", 11, 2, "MinQty(110) is not supported"),
}
