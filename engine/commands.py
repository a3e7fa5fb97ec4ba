"""Everything that can change the exchange, as imperatives: from clients, operators, the calendar and the circuit
breaker.

A command names sessions, firms and instruments by the small integers that RegisterSession and DefineInstrument gave
them, so a recorded sequence of commands depends on nothing but itself. `session` 0 is the venue. The exchange numbers
commands as it executes them; `time_ns` is UTC, given by the shell.

What a translator found wrong in a request travels in it as `defect` (see engine.reasons): the exchange refuses it in
the published order of checks (RSK-01), so a refusal is an event like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

import cython

from engine.choices import SetOrderChoices
from engine.entry import RestrictEntry
from engine.order import Terms
from engine.phase_commands import AdvancePhase, SetPhase, SetTradingRules
from engine.safeguard_commands import Safeguard
from engine.trade_commands import CorrectTrade


@cython.final
@cython.no_gc
@cython.freelist(256)
@cython.cclass
class EnterOrder:
    """NewOrderSingle(D). `instrument` 0 is an unknown symbol; `price_ticks` 0 is no price; of a type without a limit it
    does not count. `self_match` is SelfMatchPreventionID(7928), empty without (SFT-01).
    """

    __slots__ = (
        "account",
        "cl_ord_id",
        "defect",
        "exec_inst",
        "instrument",
        "ord_type",
        "poss_resend",
        "price_ticks",
        "quantity_lots",
        "self_match",
        "session",
        "side",
        "symbol",
        "terms",
        "time_in_force",
        "time_ns",
    )

    def __init__(
        self,
        session: int,
        cl_ord_id: bytes,
        instrument: int,
        side: int,
        quantity_lots: int,
        price_ticks: int = 0,
        ord_type: int = 50,
        time_in_force: int = 48,
        exec_inst: int = 0,
        account: bytes = b"",
        symbol: bytes = b"",
        poss_resend: bool = False,
        defect: int = 0,
        time_ns: int = 0,
        terms: Terms | None = None,
        self_match: bytes = b"",
    ) -> None:
        self.session = session
        self.terms = terms
        self.self_match = self_match
        self.cl_ord_id = cl_ord_id
        self.instrument = instrument
        self.side = side
        self.quantity_lots = quantity_lots
        self.price_ticks = price_ticks
        self.ord_type = ord_type
        self.time_in_force = time_in_force
        self.exec_inst = exec_inst
        self.account = account
        self.symbol = symbol
        self.poss_resend = poss_resend
        self.defect = defect
        self.time_ns = time_ns


@cython.final
@cython.no_gc
@cython.freelist(64)
@cython.cclass
class ReplaceOrder:
    """OrderCancelReplaceRequest(G). `quantity_lots` is the new total OrderQty (CXR-12); `order_id` 0 is not given.
    `orig_mod_ns` is OrigOrdModTime(586), when the order's version is said to have been accepted, 0 without (CXR-13).
    """

    __slots__ = (
        "cl_ord_id",
        "defect",
        "exec_inst",
        "instrument",
        "ord_type",
        "order_id",
        "orig_cl_ord_id",
        "orig_mod_ns",
        "price_ticks",
        "quantity_lots",
        "session",
        "side",
        "symbol",
        "terms",
        "time_in_force",
        "time_ns",
    )

    def __init__(
        self,
        session: int,
        cl_ord_id: bytes,
        orig_cl_ord_id: bytes,
        instrument: int,
        side: int,
        quantity_lots: int,
        price_ticks: int = 0,
        ord_type: int = 50,
        time_in_force: int = 48,
        exec_inst: int = 0,
        order_id: int = 0,
        symbol: bytes = b"",
        defect: int = 0,
        time_ns: int = 0,
        terms: Terms | None = None,
        orig_mod_ns: int = 0,
    ) -> None:
        self.session = session
        self.terms = terms
        self.cl_ord_id = cl_ord_id
        self.orig_cl_ord_id = orig_cl_ord_id
        self.instrument = instrument
        self.side = side
        self.quantity_lots = quantity_lots
        self.price_ticks = price_ticks
        self.ord_type = ord_type
        self.time_in_force = time_in_force
        self.exec_inst = exec_inst
        self.order_id = order_id
        self.symbol = symbol
        self.defect = defect
        self.time_ns = time_ns
        self.orig_mod_ns = orig_mod_ns


@cython.final
@cython.freelist(256)
@cython.cclass
class CancelOrder:
    """OrderCancelRequest(F): all that is open of one order (CXR-01); `orig_mod_ns` as of ReplaceOrder."""

    __slots__ = (
        "cl_ord_id",
        "defect",
        "instrument",
        "order_id",
        "orig_cl_ord_id",
        "orig_mod_ns",
        "session",
        "side",
        "symbol",
        "time_ns",
    )

    def __init__(
        self,
        session: int,
        cl_ord_id: bytes,
        orig_cl_ord_id: bytes,
        instrument: int,
        side: int,
        order_id: int = 0,
        symbol: bytes = b"",
        defect: int = 0,
        time_ns: int = 0,
        orig_mod_ns: int = 0,
    ) -> None:
        self.session = session
        self.cl_ord_id = cl_ord_id
        self.orig_cl_ord_id = orig_cl_ord_id
        self.instrument = instrument
        self.side = side
        self.order_id = order_id
        self.symbol = symbol
        self.defect = defect
        self.time_ns = time_ns
        self.orig_mod_ns = orig_mod_ns


@dataclass(frozen=True, slots=True)
class MassCancel:
    """OrderMassCancelRequest(q): a session's open orders, of one symbol (530=1) or all (530=7); `side` 0 is both
    (KIL-02).
    """

    session: int
    cl_ord_id: bytes
    request_type: int
    instrument: int = 0
    symbol: bytes = b""
    side: int = 0
    defect: int = 0
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class RequestStatus:
    """OrderStatusRequest(H): how one order stands (IDN-06). `request_id` is OrdStatusReqID(790), echoed."""

    session: int
    cl_ord_id: bytes
    instrument: int
    side: int
    order_id: int = 0
    request_id: bytes = b""
    symbol: bytes = b""
    defect: int = 0
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class RequestMassStatus:
    """OrderMassStatusRequest(AF): how a session's open orders stand, of one symbol (585=1) or all (585=7) (IDN-07)."""

    session: int
    request_id: bytes
    request_type: int
    instrument: int = 0
    symbol: bytes = b""
    side: int = 0
    defect: int = 0
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class RegisterSession:
    """Make a CompID known under `number`, acting for firm `firm`; `self_trade` is its orders' mode (SFT-02).

    A post-only order of its that would trade is refused, or repriced if `post_only_slides` is 1 (PST-01). `user` is its
    Username(553), empty if it has none.
    """

    number: int
    comp_id: bytes
    firm: int
    firm_name: bytes
    self_trade: int = 1
    post_only_slides: int = 0
    open_orders_max: int = 0
    user: bytes = b""
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class DefineInstrument:
    """List an instrument (units as in engine.instrument), or change what may change of it: its reference price."""

    number: int
    symbol: bytes
    price_scale: int
    tick_units: int
    quantity_scale: int
    lot_units: int
    tick_value: int
    reference_ticks: int
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class SetLimits:
    """Put limits into force for a firm (0: every firm without its own) and an instrument (0: all without their own).

    Quantities are lots, notionals the venue's money units; `collar_bp` and `move_bp` are hundredths of a percent. 0 is
    not set here. Gross and net notional are across instruments (instrument 0), the breaker is the venue's (firm 0).
    """

    version: int
    firm: int
    instrument: int
    order_quantity_lots: int = 0
    order_notional: int = 0
    collar_bp: int = 0
    position_lots: int = 0
    gross_notional: int = 0
    net_notional: int = 0
    move_bp: int = 0
    window_ns: int = 0
    who: bytes = b""
    why: bytes = b""
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class HaltInstrument:
    """Stop trading in an instrument; resting orders stay and may be canceled (PHA-02, PHA-03, CIR-06)."""

    instrument: int
    reason: int
    who: bytes
    why: bytes
    value: int = 0
    limit: int = 0
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class ResumeInstrument:
    """Let trading in a halted instrument go on, through an auction (PHA-04)."""

    instrument: int
    who: bytes
    why: bytes
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class CancelOrders:
    """The venue cancels open orders: of a session (0: any), an instrument (0: any)."""

    session: int
    instrument: int
    reason: int
    who: bytes
    why: bytes
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class EndDay:
    """End the trading day `day` (YYYYMMDD): Day orders expire, dead ClOrdIDs are free again (MAT-13, IDN-01)."""

    day: int
    who: bytes
    why: bytes
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class ExpireOrders:
    """Let time pass: GTD orders whose time has come expire, as they would before any other command (MAT-12)."""

    who: bytes
    why: bytes
    time_ns: int = 0


Command = (
    EnterOrder
    | ReplaceOrder
    | CancelOrder
    | MassCancel
    | RequestStatus
    | RequestMassStatus
    | RegisterSession
    | DefineInstrument
    | SetLimits
    | HaltInstrument
    | ResumeInstrument
    | CancelOrders
    | EndDay
    | ExpireOrders
    | SetTradingRules
    | SetPhase
    | RestrictEntry
    | AdvancePhase
    | Safeguard
    | SetOrderChoices
    | CorrectTrade
)
