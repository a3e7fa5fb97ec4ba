"""Trading in an instrument stops and goes on (PHA-02, PHA-03, PHA-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.codes import HALTED, TRADING
from engine.commands import HaltInstrument, ResumeInstrument
from engine.reasons import NO_REASON
from engine.stops import change, elect

if TYPE_CHECKING:
    from engine.exchange import Exchange


def halt_instrument(exchange: Exchange, command: HaltInstrument) -> None:
    """Resting orders and unelected stops stay."""
    book = exchange.book(command.instrument)
    assert book is not None
    change(book, HALTED, command.reason, command.who, command.why, command.value, command.limit)


def resume_instrument(exchange: Exchange, command: ResumeInstrument) -> None:
    """Stops that a halt kept from being elected are elected now (STO-07)."""
    book = exchange.book(command.instrument)
    assert book is not None
    change(book, TRADING, NO_REASON, command.who, command.why)
    elect(book)
