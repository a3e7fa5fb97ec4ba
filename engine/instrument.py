"""What is traded: a symbol, its units, and the phase of trading in it."""

from __future__ import annotations

import cython

from engine.answers import DEFAULT_TABLE, row
from engine.codes import TRADING


@cython.final
@cython.cclass
class Instrument:
    """One tradable symbol.

    A price is `price_ticks * tick_units / 10**price_scale`, a quantity `quantity_lots * lot_units /
    10**quantity_scale`; one tick on one lot is worth `tick_value` of the venue's money units. `number` counts from 1; 0
    is a symbol not traded here. `state` is its phase, `answers` that phase's row of engine.answers; `entry_reason` is
    why the venue lets no new orders in, 0 if it does.
    """

    __slots__ = (
        "answers",
        "entry_reason",
        "lot_units",
        "number",
        "price_scale",
        "quantity_scale",
        "reference_ticks",
        "state",
        "symbol",
        "tick_units",
        "tick_value",
    )

    number: int
    symbol: bytes
    price_scale: int
    tick_units: int
    quantity_scale: int
    lot_units: int
    tick_value: int
    reference_ticks: int
    state: int
    answers: bytes
    entry_reason: int

    def __init__(
        self,
        number: int,
        symbol: bytes,
        price_scale: int = 2,
        tick_units: int = 1,
        quantity_scale: int = 0,
        lot_units: int = 1,
        tick_value: int = 1,
        reference_ticks: int = 0,
    ) -> None:
        self.number = number
        self.symbol = symbol
        self.price_scale = price_scale
        self.tick_units = tick_units
        self.quantity_scale = quantity_scale
        self.lot_units = lot_units
        self.tick_value = tick_value
        self.reference_ticks = reference_ticks
        self.state = TRADING
        self.entry_reason = 0
        self.answers = row(DEFAULT_TABLE, TRADING)
