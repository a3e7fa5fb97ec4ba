"""Requests for the status of trading and their answers: TradingSessionStatusRequest(g) and TradingSessionStatus(h),
SecurityStatusRequest(e) and SecurityStatus(f) (PHA-05, AUC-10, VAL-01).
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.auction import NO_TRADE, Indication
from engine.codes import (
    CALLS,
    CANCEL_ONLY,
    CLOSED,
    CLOSING_AUCTION,
    HALTED,
    OPENING_AUCTION,
    PHASE_NAMES,
    POST_ONLY_PHASE,
    PRE_OPEN,
    TRADING,
    VOLATILITY_AUCTION,
)
from engine.instrument import Instrument
from engine.reasons import BREAKER_HALT, OPERATOR_HALT, STOP_CASCADE_HALT
from fix.message import Message
from fix.writer import Writer

SESSION_ID = b"DAY"
"""TradingSessionID(336) of the venue's one trading session."""

# SubscriptionRequestType(263)
SNAPSHOT, SUBSCRIBE, UNSUBSCRIBE = ord("0"), ord("1"), ord("2")

# SecurityTradingStatus(326)
RESUMED = 3
NEW_PRICE_INDICATION = 15
UNKNOWN = 20
STATUSES = {
    TRADING: 17,
    HALTED: 2,
    CLOSED: 18,
    PRE_OPEN: 21,
    OPENING_AUCTION: 21,
    VOLATILITY_AUCTION: 5,
    CLOSING_AUCTION: 5,
    CANCEL_ONLY: 2,
    POST_ONLY_PHASE: 17,
}

# HaltReason(327) of engine.reasons
HALT_REASONS = {OPERATOR_HALT: ord("M"), BREAKER_HALT: ord("I"), STOP_CASCADE_HALT: ord("I")}

# TradSesStatus(340)
MARKET_HALTED, MARKET_OPEN, MARKET_CLOSED, MARKET_PRE_OPEN, MARKET_PRE_CLOSE, MARKET_REJECTED = 1, 2, 3, 4, 5, 6

# TradSesStatusRejReason(567)
UNKNOWN_SESSION, OTHER = 1, 99


@dataclass(frozen=True, slots=True)
class Request:
    """What a client wants to know: of one symbol (e), or of the trading session (g: `symbol` is its 336, which may be
    left out); `subscription` is SubscriptionRequestType(263).
    """

    msg_type: bytes
    request_id: bytes
    symbol: bytes
    subscription: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How trading in an instrument stands; `status` is SecurityTradingStatus(326), `halt_reason` HaltReason(327) or 0.

    In a call `indication` is what uncrossing now would give.
    """

    instrument: Instrument
    status: int
    halt_reason: int = 0
    indication: Indication = NO_TRADE


def read(message: Message) -> Request:
    """The request in an e or g that the dictionary has found good."""
    if message.msg_type == b"e":
        return Request(b"e", message.get(324) or b"", message.get(55) or b"", message.character(263))
    return Request(b"g", message.get(335) or b"", message.get(336) or b"", message.character(263))


def market_status(phases: list[int]) -> int:
    """TradSesStatus(340) of a venue whose instruments are in these phases: that of the one most open."""
    if phases and all(phase == HALTED for phase in phases):
        return MARKET_HALTED
    if any(phase in (TRADING, VOLATILITY_AUCTION, POST_ONLY_PHASE, CANCEL_ONLY) for phase in phases):
        return MARKET_OPEN
    if any(phase in (PRE_OPEN, OPENING_AUCTION) for phase in phases):
        return MARKET_PRE_OPEN
    return MARKET_PRE_CLOSE if CLOSING_AUCTION in phases else MARKET_CLOSED


def write_security_status(
    w: Writer, request_id: bytes, standing: Standing, unsolicited: bool, time_ns: int, last_ticks: int
) -> None:
    """SecurityStatus(f): in a call HighPx(332) and LowPx(333) are the indicative price, BuyVolume(330) and
    SellVolume(331) what is wanted and offered at it: the smaller trades, the difference is the imbalance.
    """
    instrument = standing.instrument
    indication = standing.indication
    w.reset()
    if last_ticks:
        w.decimal(b"31=", last_ticks * instrument.tick_units, instrument.price_scale)
    w.field(b"55=", instrument.symbol)
    w.field(b"58=", PHASE_NAMES[instrument.state].encode())
    w.timestamp(b"60=", time_ns)
    if request_id:
        w.field(b"324=", request_id)
    w.field(b"325=", b"Y" if unsolicited else b"N")
    w.integer(b"326=", standing.status)
    if standing.halt_reason:
        w.character(b"327=", standing.halt_reason)
    if instrument.state in CALLS and indication.lots:
        surplus_lots = indication.surplus_lots
        for tag, lots in ((b"330=", max(surplus_lots, 0)), (b"331=", max(-surplus_lots, 0))):
            w.decimal(tag, (indication.lots + lots) * instrument.lot_units, instrument.quantity_scale)
        for tag in (b"332=", b"333="):
            w.decimal(tag, indication.price_ticks * instrument.tick_units, instrument.price_scale)


def write_security_refusal(w: Writer, request: Request, text: bytes, time_ns: int) -> None:
    """SecurityStatus(f) with SecurityTradingStatus(326)=20: there is no answer to this SecurityStatusRequest(e)."""
    w.reset()
    w.field(b"55=", request.symbol or b"[N/A]")
    w.field(b"58=", text)
    w.timestamp(b"60=", time_ns)
    w.field(b"324=", request.request_id)
    w.field(b"325=", b"N")
    w.integer(b"326=", UNKNOWN)


def write_session_status(w: Writer, request_id: bytes, status: int, unsolicited: bool) -> None:
    """TradingSessionStatus(h)."""
    w.reset()
    w.field(b"325=", b"Y" if unsolicited else b"N")
    w.field(b"335=", request_id)
    w.field(b"336=", SESSION_ID)
    w.integer(b"340=", status)


def write_session_refusal(w: Writer, request: Request, reason: int, text: bytes) -> None:
    """TradingSessionStatus(h) with TradSesStatus(340)=6: there is no answer to this TradingSessionStatusRequest(g)."""
    w.reset()
    w.field(b"58=", text)
    w.field(b"325=", b"N")
    w.field(b"335=", request.request_id)
    w.field(b"336=", request.symbol or SESSION_ID)
    w.integer(b"340=", MARKET_REJECTED)
    w.integer(b"567=", reason)
