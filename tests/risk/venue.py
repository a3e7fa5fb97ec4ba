"""A venue with the risk gate, and what the tests ask of it."""

from typing import Any

from engine.commands import SetLimits
from engine.gate import Gate
from risk.gate import RiskGate
from tests.model.play import Play


def play(tick_value: int = 1, firm: int = 0, instrument: int = 0, **limits: Any) -> Play:
    """A venue at reference 100 with these limits in version 1."""
    gate: Gate = RiskGate()
    made = Play(gate, tick_value=tick_value)
    set_limits(made, 1, firm, instrument, **limits)
    return made


def set_limits(made: Play, version: int, firm: int = 0, instrument: int = 0, **limits: Any) -> None:
    assert made.run(SetLimits(version, firm, instrument, **limits)) == []


def position(made: Play, firm: int = 1, instrument: int = 1) -> tuple[int, int, int]:
    gate = made.exchange.gate
    assert isinstance(gate, RiskGate)
    found = gate.position(firm, instrument)
    return found.lots, found.buy_lots, found.sell_lots
