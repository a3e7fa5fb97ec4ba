"""What each phase answers to each kind of request: the table of PHA-01, as data.

A cell is a reason to refuse, or NO_REASON: accepted. GOOD_TILL_ONLY refuses cancels of all but GTC and GTD orders. What
is accepted in a phase without matching rests until trading begins with an uncrossing. In the post-only phase a replace
is accepted as long as it would not trade.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.codes import (
    AT_THE_CLOSE,
    AT_THE_OPENING,
    CANCEL_ONLY,
    CLOSED,
    CLOSING_AUCTION,
    FOK,
    GTC,
    GTD,
    HALTED,
    IOC,
    LIMIT,
    OPENING_AUCTION,
    POST_ONLY,
    POST_ONLY_PHASE,
    PRE_OPEN,
    STOP,
    STOP_LIMIT,
    TRADING,
    VOLATILITY_AUCTION,
)
from engine.reasons import (
    CANCELS_ONLY,
    GOOD_TILL_ONLY,
    HALTED_REPLACE,
    MARKET_CLOSED,
    NO_REASON,
    NOT_IN_A_CALL,
    NOT_TRADING,
    OPENING_IS_OVER,
    POST_ONLY_ONLY,
)

if TYPE_CHECKING:
    from engine.commands import EnterOrder
    from engine.instrument import Instrument
    from engine.order import Order

REQUESTS: Final = (
    "limit",
    "post_only",
    "market",
    "stop",
    "immediate",
    "at_the_opening",
    "at_the_close",
    "replace",
    "reduce",
    "cancel",
)
"""The columns: new orders by the first of these that fits, read from `immediate` on, then to its left."""
LIMITS, POST_ONLYS, MARKETS, STOPS, IMMEDIATES, OPENINGS, CLOSINGS, REPLACES, REDUCES, CANCELS = range(len(REQUESTS))

_ALL_NEW: Final = 7
_AMENDS: Final = (NO_REASON, NO_REASON, NO_REASON)
_BEFORE_OPENING: Final = (*[NO_REASON] * 4, NOT_IN_A_CALL, NO_REASON, NO_REASON, *_AMENDS)
_AFTER_OPENING: Final = (*[NO_REASON] * 4, NOT_IN_A_CALL, OPENING_IS_OVER, NO_REASON, *_AMENDS)

ANSWERS: Final[dict[int, tuple[int, ...]]] = {
    TRADING: (*[NO_REASON] * 5, OPENING_IS_OVER, NO_REASON, *_AMENDS),
    HALTED: (*[NOT_TRADING] * _ALL_NEW, HALTED_REPLACE, NO_REASON, NO_REASON),
    CLOSED: (*[MARKET_CLOSED] * _ALL_NEW, MARKET_CLOSED, MARKET_CLOSED, GOOD_TILL_ONLY),
    PRE_OPEN: _BEFORE_OPENING,
    OPENING_AUCTION: _BEFORE_OPENING,
    VOLATILITY_AUCTION: _AFTER_OPENING,
    CLOSING_AUCTION: _AFTER_OPENING,
    CANCEL_ONLY: (*[CANCELS_ONLY] * _ALL_NEW, CANCELS_ONLY, CANCELS_ONLY, NO_REASON),
    POST_ONLY_PHASE: (POST_ONLY_ONLY, NO_REASON, *[POST_ONLY_ONLY] * 3, OPENING_IS_OVER, POST_ONLY_ONLY, *_AMENDS),
}


def packed(answers: dict[int, tuple[int, ...]]) -> bytes:
    """The table as the text a command carries: row by row, two hexadecimal digits for each cell."""
    return b"".join(bytes(answers[phase]) for phase in range(len(answers))).hex().encode()


def row(table: bytes, phase: int) -> bytes:
    """One phase's cells."""
    return bytes.fromhex(table.decode())[phase * len(REQUESTS) : (phase + 1) * len(REQUESTS)]


DEFAULT_TABLE: Final = packed(ANSWERS)


def entry_answer(instrument: Instrument, command: EnterOrder) -> int:
    """Why the phase refuses a new order, or NO_REASON."""
    return instrument.answers[_column(command)]


def _column(command: EnterOrder) -> int:
    if command.time_in_force == AT_THE_OPENING:
        return OPENINGS
    if command.time_in_force == AT_THE_CLOSE:
        return CLOSINGS
    if command.time_in_force in (IOC, FOK):
        return IMMEDIATES
    if command.ord_type in (STOP, STOP_LIMIT):
        return STOPS
    if command.ord_type != LIMIT:
        return MARKETS
    return POST_ONLYS if command.exec_inst & POST_ONLY else LIMITS


def replace_answer(order: Order, reduces: bool, time_in_force: int) -> int:
    """Why the phase refuses a replace that only reduces, or any other; one to IOC is refused as a new order is."""
    answers = order.instrument.answers
    answer = answers[REDUCES if reduces else REPLACES]
    return answers[IMMEDIATES] if answer == NO_REASON and time_in_force == IOC else answer


def cancel_answer(order: Order) -> int:
    """Why the phase refuses to let an order be canceled by its owner."""
    answer = order.instrument.answers[CANCELS]
    if answer == GOOD_TILL_ONLY and order.time_in_force in (GTC, GTD):
        return NO_REASON
    return answer
