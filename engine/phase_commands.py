"""Commands about phases and auctions, from operators, the calendar and the clock; part of engine.commands.Command."""

from __future__ import annotations

from dataclasses import dataclass

from engine.answers import DEFAULT_TABLE
from engine.auction import XETRA


@dataclass(frozen=True, slots=True)
class SetTradingRules:
    """Put the rules of phases and auctions into force for all instruments; a length of 0 is none.

    `tiebreak` is of engine.auction, `answers` engine.answers' table. With `leftover_rests` 1 a market order that an
    auction left over becomes a limit order at its price, with 0 it is canceled (AUC-07); with `amend_resets` 1 an order
    carried over into a call loses its place by any replace (AUC-12). A price further than `static_bp` from the
    instrument's reference or `dynamic_bp` from the last price extends the call (AUC-08), every call ends at random
    within `random_end_ns` (AUC-09). After a halt there is a call of `reopening_ns`, after a stop cascade one of
    `volatility_ns` instead of a halt (STO-07); the breaker's halt ends after `pause_ns` (CIR-03).
    """

    tiebreak: int = XETRA
    answers: bytes = DEFAULT_TABLE
    leftover_rests: int = 0
    amend_resets: int = 1
    static_bp: int = 0
    dynamic_bp: int = 0
    extension_ns: int = 0
    extensions_max: int = 0
    random_end_ns: int = 0
    reopening_ns: int = 0
    volatility_ns: int = 0
    pause_ns: int = 0
    seed: int = 1
    who: bytes = b""
    why: bytes = b""
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class SetPhase:
    """Put an instrument into a phase: by the calendar (`scheduled_ns` is when it said so) or an operator (0), who acts
    at once; a call that an operator begins lasts `length_ns`, 0: until it is changed.
    """

    instrument: int
    phase: int
    who: bytes
    why: bytes
    length_ns: int = 0
    scheduled_ns: int = 0
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class AdvancePhase:
    """Let an instrument's call, or the pause after its breaker tripped, end if its time is over."""

    instrument: int
    who: bytes
    why: bytes
    time_ns: int = 0
