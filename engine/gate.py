"""The one port of the core: what must be asked before an order may enter, and told of all that happens.

A base class and not a Protocol because the exchange asks it several times for every order: compiled, that is a call
through a table instead of a look-up by name.
"""

from __future__ import annotations

import cython

from engine.codes import BUY, LIMIT, PRICE_TICKS_MAX, STOP_LIMIT
from engine.commands import Command, DefineInstrument, RegisterSession, SetLimits
from engine.events import Event
from engine.order import Order


@cython.cclass
class Gate:
    """Pre-trade risk as the exchange sees it; deterministic, part of the replayed state.

    After a refusal `value`, `limit` and `limits_version` hold the compared numbers and the version of the limit
    (RSK-11). After a passed replace `worst_ticks` is the worst price of the new version.
    """

    __slots__ = ("limit", "limits_version", "value", "worst_ticks")

    def __init__(self) -> None:
        self.value = 0
        self.limit = 0
        self.limits_version = 0
        self.worst_ticks = 0

    def check(self, order: Order) -> int:
        """The reason (engine.reasons) to refuse an order not yet entered, or 0; sets `risk_ticks`, its worst price
        (RSK-01 to RSK-04).
        """
        raise NotImplementedError

    def check_replace(self, order: Order, quantity_lots: int, price_ticks: int, stop_ticks: int) -> int:
        """The same for an order's new total quantity and prices, its own reservation credited (RSK-05)."""
        raise NotImplementedError

    def check_elected(self, order: Order) -> int:
        """The same for a stop that is elected, now a market or limit order; sets `worst_ticks` (STO-08)."""
        raise NotImplementedError

    def observe(self, event: Event) -> None:
        """Take note of what happened."""
        raise NotImplementedError

    def configure(self, command: RegisterSession | DefineInstrument | SetLimits) -> None:
        """Take over a session, an instrument or limits."""
        raise NotImplementedError

    def follow_up(self) -> Command | None:
        """The command that what was observed calls for (a breaker's halt), once."""
        raise NotImplementedError


@cython.final
@cython.cclass
class OpenGate(Gate):
    """The gate that refuses nothing: for a book without risk."""

    __slots__ = ()

    def check(self, order: Order) -> int:
        """Never a reason; a market order may trade at any price."""
        if order.ord_type != LIMIT and order.ord_type != STOP_LIMIT:
            order.risk_ticks = PRICE_TICKS_MAX if order.side == BUY else 1
        return 0

    def check_replace(self, order: Order, quantity_lots: int, price_ticks: int, stop_ticks: int) -> int:
        """Never a reason."""
        self.worst_ticks = price_ticks
        if order.ord_type != LIMIT and order.ord_type != STOP_LIMIT:
            self.worst_ticks = order.risk_ticks
        return 0

    def check_elected(self, order: Order) -> int:
        """Never a reason."""
        self.worst_ticks = order.risk_ticks
        return 0

    def observe(self, event: Event) -> None:
        """Nothing to remember."""

    def configure(self, command: RegisterSession | DefineInstrument | SetLimits) -> None:
        """Nothing to set."""

    def follow_up(self) -> Command | None:
        """Nothing follows."""
        return None
