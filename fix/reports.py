"""Events become the application messages that clients read: ExecutionReport, OrderCancelReject, OrderMassCancelReport.

Fields stand in ascending tag order; every message is valid under the stock FIX 4.4 dictionary: the number that both
sides of a trade share travels as SecondaryExecID(527) (ORD-13).
"""

from __future__ import annotations

import cython

from engine.codes import (
    ALL_OR_NONE,
    CANCEL,
    CANCEL_ON_FAILURE,
    CANCEL_ON_HALT,
    POST_ONLY,
    REJECT,
    RESTATE,
    STATUS,
    STAY_IN_HALT,
    TRADE,
    TRADE_CANCEL,
    TRADE_CORRECT,
)
from engine.events import Event, MassCanceled, OrderEvent, RequestRejected, name_of
from engine.instrument import Instrument
from engine.order import Terms
from engine.reasons import GOOD_TILL_RENEWED, REFUSALS, STOP_ELECTED, UNKNOWN_SYMBOL, UNSUPPORTED_MASS_CANCEL
from fix.writer import Writer

AVERAGE_DECIMALS = 4
ADDED_LIQUIDITY = ord("1")
REMOVED_LIQUIDITY = ord("2")
NO_ORDER_ID = b"NONE"
NO_SYMBOL = b"[N/A]"
UNDISCLOSED = ord("7")
OTHER = 99
TRIGGERED = ord("L")
EXEC_INST_VALUES = {
    POST_ONLY: b"6",
    ALL_OR_NONE: b"G",
    STAY_IN_HALT: b"J",
    CANCEL_ON_HALT: b"K",
    CANCEL_ON_FAILURE: b"Q",
}
EXEC_INST_TEXTS = {
    bits: b" ".join(value for bit, value in EXEC_INST_VALUES.items() if bits & bit)
    for bits in range(1, 2 * max(EXEC_INST_VALUES))
}


def rounded_half_even(numerator: int, denominator: int) -> int:
    """numerator / denominator to the nearest integer, ties to the even one; both positive."""
    quotient, rest = divmod(numerator, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and quotient % 2 == 1):
        return quotient + 1
    return quotient


def decimal_text(units: int, scale: int) -> str:
    """units * 10**-scale with all its decimals."""
    digits = f"{abs(units):0{scale + 1}d}"
    sign = "-" if units < 0 else ""
    return f"{sign}{digits[: len(digits) - scale]}.{digits[len(digits) - scale :]}" if scale else f"{sign}{digits}"


@cython.final
@cython.cclass
class Reports:
    """Writes the body of an event's message; `instruments` are those of the exchange by number, `money_decimals` the
    money unit's. `is_copy` marks what is written as a drop copy. A stop's election is ExecType(150)=D, or if it
    `triggers` L (ORD-17).
    """

    __slots__ = ("instruments", "is_copy", "money_decimals", "triggers")

    def __init__(self, money_decimals: int, triggers: bool = False) -> None:
        self.instruments: list[Instrument] = [Instrument(0, b"")]
        self.money_decimals = money_decimals
        self.is_copy = False
        self.triggers = triggers

    def write(self, event: Event, writer: Writer) -> bytes:
        """The MsgType of the message `event` makes, its body in `writer`; empty if it makes none."""
        if isinstance(event, OrderEvent):
            self._execution_report(event, writer)
            return b"8"
        if isinstance(event, RequestRejected):
            self._cancel_reject(event, writer)
            return b"9"
        if isinstance(event, MassCanceled):
            self._mass_cancel_report(event, writer)
            return b"r"
        return b""

    def _execution_report(self, event: OrderEvent, w: Writer) -> None:
        """ExecutionReport(8), FIX 4.4 Vol. 4; ORD-01 to ORD-16, QTY-01 to QTY-04."""
        instrument = self.instruments[event.instrument]
        lot_units = instrument.lot_units
        quantity_scale = instrument.quantity_scale
        kind = event.kind
        w.reset()
        if event.account:
            w.field(b"1=", event.account)
        self._average(event, instrument, w)
        w.field(b"11=", name_of(event) or NO_ORDER_ID)
        w.decimal(b"14=", event.cum_lots * lot_units, quantity_scale)
        w.integer(b"17=", 0 if kind == STATUS else event.sequence)
        if event.exec_inst != 0 and event.exec_inst in EXEC_INST_TEXTS:
            w.field(b"18=", EXEC_INST_TEXTS[event.exec_inst])
        if kind == TRADE_CORRECT or kind == TRADE_CANCEL:
            w.integer(b"19=", event.value)
        if kind == TRADE or kind == TRADE_CORRECT:
            w.decimal(b"31=", event.last_ticks * instrument.tick_units, instrument.price_scale)
            w.decimal(b"32=", event.last_lots * lot_units, quantity_scale)
        if event.order_id:
            w.integer(b"37=", event.order_id)
        else:
            w.field(b"37=", NO_ORDER_ID)
        if event.quantity_lots:
            w.decimal(b"38=", event.quantity_lots * lot_units, quantity_scale)
        w.character(b"39=", event.status)
        if event.ord_type:
            w.character(b"40=", event.ord_type)
        if event.orig_cl_ord_id:
            w.field(b"41=", event.orig_cl_ord_id)
        if event.price_ticks:
            w.decimal(b"44=", event.price_ticks * instrument.tick_units, instrument.price_scale)
        self._execution_report_from_side(event, instrument, w)

    def _execution_report_from_side(self, event: OrderEvent, instrument: Instrument, w: Writer) -> None:
        """The fields from Side(54) on."""
        kind = event.kind
        w.character(b"54=", event.side or UNDISCLOSED)
        w.field(b"55=", event.symbol or NO_SYMBOL)
        if event.reason:
            w.field(b"58=", self.text(event.reason, event.value, event.limit, instrument))
        if event.ord_type:
            w.character(b"59=", event.time_in_force)
        w.timestamp(b"60=", event.time_ns)
        terms = event.terms
        if terms is not None and terms.stop_ticks > 0:
            w.decimal(b"99=", terms.stop_ticks * instrument.tick_units, instrument.price_scale)
        if event.reason and (kind == REJECT or kind == STATUS):
            w.integer(b"103=", REFUSALS[event.reason].ord_rej_reason)
        if terms is not None:
            self._terms(terms, instrument, w)
        if self.triggers and event.reason == STOP_ELECTED:
            kind = TRIGGERED
        w.character(b"150=", kind)
        w.decimal(b"151=", event.leaves_lots * instrument.lot_units, instrument.quantity_scale)
        if event.reason and (kind == CANCEL or kind == RESTATE):
            self._restatement(event, w)
        if kind == TRADE:
            w.integer(b"527=", event.match)
        elif kind == TRADE_CORRECT or kind == TRADE_CANCEL:
            w.integer(b"527=", event.limit)
        if kind == STATUS and event.request_id:
            self._request(event, w)
        if self.is_copy:
            w.field(b"797=", b"Y")
        if kind == TRADE and not event.reason:
            w.character(b"851=", REMOVED_LIQUIDITY if event.aggressor else ADDED_LIQUIDITY)
        if event.last_report or event.reports_total:
            w.integer(b"911=", event.reports_total)
            w.field(b"912=", b"Y" if event.last_report else b"N")

    def _terms(self, terms: Terms, instrument: Instrument, w: Writer) -> None:
        """MinQty(110), MaxFloor(111) and ExpireTime(126), as far as the order has them."""
        if terms.min_lots > 0:
            w.decimal(b"110=", terms.min_lots * instrument.lot_units, instrument.quantity_scale)
        if terms.display_lots > 0:
            w.decimal(b"111=", terms.display_lots * instrument.lot_units, instrument.quantity_scale)
        if terms.expire_ns > 0:
            w.timestamp(b"126=", terms.expire_ns)

    def _average(self, event: OrderEvent, instrument: Instrument, w: Writer) -> None:
        """AvgPx(6): exact where the price scale allows, else rounded once, half-even, four decimals finer (QTY-03)."""
        cum_lots = event.cum_lots
        if cum_lots == 0:
            w.integer(b"6=", 0)
        elif event.notional % cum_lots == 0:
            w.decimal(b"6=", event.notional // cum_lots * instrument.tick_units, instrument.price_scale)
        else:
            exact = int(event.notional) * int(instrument.tick_units) * 10**AVERAGE_DECIMALS
            w.decimal(b"6=", rounded_half_even(exact, int(cum_lots)), instrument.price_scale + AVERAGE_DECIMALS)

    def _restatement(self, event: OrderEvent, w: Writer) -> None:
        """ExecRestatementReason(378) of an order ended unasked (ORD-10); where risk refuses an elected stop, other."""
        code = OTHER if event.limit else REFUSALS[event.reason].ord_rej_reason
        if code:
            w.integer(b"378=", code)
        if event.reason == GOOD_TILL_RENEWED:
            instrument = self.instruments[event.instrument]
            w.decimal(b"424=", event.leaves_lots * instrument.lot_units, instrument.quantity_scale)
            w.integer(b"425=", 0)
            w.integer(b"426=", 0)

    def _request(self, event: OrderEvent, w: Writer) -> None:
        """Echo the status request: MassStatusReqID(584) or OrdStatusReqID(790) (IDN-06, IDN-07)."""
        mass = event.reports_total > 0 or event.last_report
        w.field(b"584=" if mass else b"790=", event.request_id)

    def _cancel_reject(self, event: RequestRejected, w: Writer) -> None:
        """OrderCancelReject(9): CXR-02, CXR-03, IDN-05."""
        instrument = self.instruments[event.instrument]
        w.reset()
        w.field(b"11=", event.cl_ord_id)
        w.field(b"37=", b"%d" % event.order_id if event.order_id else NO_ORDER_ID)
        w.character(b"39=", event.status)
        w.field(b"41=", event.orig_cl_ord_id)
        w.field(b"58=", self.text(event.reason, event.value, event.limit, instrument))
        w.timestamp(b"60=", event.time_ns)
        w.integer(b"102=", REFUSALS[event.reason].cxl_rej_reason)
        w.character(b"434=", event.response_to)

    def _mass_cancel_report(self, event: MassCanceled, w: Writer) -> None:
        """OrderMassCancelReport(r): KIL-02. OrderID(37) identifies the request: the event's number."""
        w.reset()
        w.field(b"11=", event.cl_ord_id)
        w.integer(b"37=", event.sequence)
        if event.side:
            w.character(b"54=", event.side)
        if event.symbol:
            w.field(b"55=", event.symbol)
        if event.reason:
            w.field(b"58=", self.text(event.reason, 0, 0, self.instruments[0]))
        w.timestamp(b"60=", event.time_ns)
        w.character(b"530=", event.request_type)
        w.character(b"531=", event.response)
        if event.reason:
            w.integer(b"532=", {UNSUPPORTED_MASS_CANCEL: 0, UNKNOWN_SYMBOL: 1}.get(event.reason, 99))
        else:
            w.integer(b"533=", event.total_affected)

    def text(self, reason: int, value: int, limit: int, instrument: Instrument) -> bytes:
        """Text(58) of a reason: the same words each time, the two compared numbers in the unit of the rule."""
        refusal = REFUSALS[reason]
        if "{" not in refusal.text:
            return refusal.text.encode()
        factor, scale = {
            "lots": (instrument.lot_units, instrument.quantity_scale),
            "price": (instrument.tick_units, instrument.price_scale),
            "notional": (1, self.money_decimals),
            "count": (1, 0),
        }[refusal.unit]
        numbers = {"value": decimal_text(value * factor, scale), "limit": decimal_text(limit * factor, scale)}
        return refusal.text.format(**numbers).encode()
