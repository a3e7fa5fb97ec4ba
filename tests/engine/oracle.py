"""Where the outside oracles stand, and the smallest exchange that plays them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.commands import DefineInstrument, RegisterSession
from engine.gate import OpenGate
from tests.model.watched import WatchedExchange

SHARED = Path(__file__).parents[3] / "shared"


def shared(path: str) -> Path:
    """A file of the oracles' folder beside the checkout; the test skips where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"the oracle {path} is not here")
    return found


def one_book_exchange(sessions: int = 1, self_trade: int = 0) -> WatchedExchange:
    """An exchange without risk limits, one instrument (number 1) and sessions 1, 2, … each its own firm."""
    exchange = WatchedExchange(OpenGate())
    exchange.execute(DefineInstrument(1, b"TEST", 2, 1, 0, 1, 1, 0))
    for number in range(1, sessions + 1):
        exchange.execute(RegisterSession(number, b"C%d" % number, number, b"F%d" % number, self_trade))
    return exchange
