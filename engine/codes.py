"""FIX 4.4's own characters as integers (Vol. 6, code sets of the named tags): the core's enumerations."""

from typing import Final

# Side(54)
BUY: Final = ord("1")
SELL: Final = ord("2")

# OrdType(40)
MARKET: Final = ord("1")
LIMIT: Final = ord("2")
STOP: Final = ord("3")
STOP_LIMIT: Final = ord("4")
MARKET_TO_LIMIT: Final = ord("K")

# TimeInForce(59)
DAY: Final = ord("0")
GTC: Final = ord("1")
AT_THE_OPENING: Final = ord("2")
IOC: Final = ord("3")
FOK: Final = ord("4")
GTD: Final = ord("6")
AT_THE_CLOSE: Final = ord("7")

# OrdStatus(39)
NEW: Final = ord("0")
PARTIALLY_FILLED: Final = ord("1")
FILLED: Final = ord("2")
DONE_FOR_DAY: Final = ord("3")
CANCELED: Final = ord("4")
PENDING_CANCEL: Final = ord("6")
REJECTED: Final = ord("8")
EXPIRED: Final = ord("C")
PENDING_REPLACE: Final = ord("E")
OPEN_STATUS_NAMES: Final = {
    NEW: "new",
    PARTIALLY_FILLED: "partially filled",
    PENDING_CANCEL: "pending cancel",
    PENDING_REPLACE: "pending replace",
}

# ExecType(150): why an OrderEvent was made; PENDING_CANCEL and PENDING_REPLACE too
ENTERED: Final = ord("0")
DONE: Final = ord("3")
CANCEL: Final = ord("4")
REPLACE: Final = ord("5")
REJECT: Final = ord("8")
EXPIRE: Final = ord("C")
RESTATE: Final = ord("D")
TRADE: Final = ord("F")
TRADE_CORRECT: Final = ord("G")
TRADE_CANCEL: Final = ord("H")
STATUS: Final = ord("I")

# CxlRejResponseTo(434)
TO_CANCEL: Final = ord("1")
TO_REPLACE: Final = ord("2")

# MassCancelRequestType(530) and MassCancelResponse(531)
MASS_REJECTED: Final = ord("0")
MASS_SYMBOL: Final = ord("1")
MASS_ALL: Final = ord("7")

# ExecInst(18) as bits of one integer
POST_ONLY: Final = 1
ALL_OR_NONE: Final = 2
CANCEL_ON_HALT: Final = 4
STAY_IN_HALT: Final = 8
CANCEL_ON_FAILURE: Final = 16

# Phase of an instrument
TRADING: Final = 0
HALTED: Final = 1
CLOSED: Final = 2
PRE_OPEN: Final = 3
OPENING_AUCTION: Final = 4
VOLATILITY_AUCTION: Final = 5
CLOSING_AUCTION: Final = 6
CANCEL_ONLY: Final = 7
POST_ONLY_PHASE: Final = 8
CALLS: Final = (PRE_OPEN, OPENING_AUCTION, VOLATILITY_AUCTION, CLOSING_AUCTION)
PHASE_NAMES: Final = {
    TRADING: "trading",
    HALTED: "halted",
    CLOSED: "closed",
    PRE_OPEN: "pre_open",
    OPENING_AUCTION: "opening_auction",
    VOLATILITY_AUCTION: "volatility_auction",
    CLOSING_AUCTION: "closing_auction",
    CANCEL_ONLY: "cancel_only",
    POST_ONLY_PHASE: "post_only",
}

# Self-trade prevention: the incoming order's mode (SFT-02, SFT-03)
STP_NONE: Final = 0
STP_CANCEL_NEWEST: Final = 1
STP_CANCEL_OLDEST: Final = 2
STP_CANCEL_BOTH: Final = 3
STP_DECREMENT: Final = 4

# Bounds that keep every product and sum of the core inside 64 bits (VAL-06)
PRICE_TICKS_MAX: Final = 10**12
QUANTITY_LOTS_MAX: Final = 10**15
NOTIONAL_MAX: Final = 10**18

# How often an iceberg may show a new part (ICE-01), and how often elected stops may elect others in a row (STO-07)
ICEBERG_PARTS_MAX: Final = 100
ELECTION_ROUNDS_MAX: Final = 16

# TransactTime(60) is told in milliseconds (CXR-13)
NS_PER_MS: Final = 1_000_000
