"""specs/matching.md says what the code does: what self-trade prevention makes of the two orders, mode by mode."""

from pathlib import Path
from typing import get_args

import pytest

from gateway.fields import SelfTrade
from gateway.venue import SELF_TRADE_MODES
from tests.model.play import Play

SPEC = (Path(__file__).parents[2] / "specs" / "matching.md").read_text()


def modes() -> dict[str, tuple[str, str]]:
    """The table of self-trade prevention: what becomes of the resting and of the incoming order."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in SPEC.splitlines() if line[:1] == "|"]
    return {row[0]: (row[1], row[2]) for row in lines if row[0] in SELF_TRADE_MODES and len(row) == 3}


def test_every_mode_of_self_trade_prevention_is_in_the_table() -> None:
    """SFT-03"""
    assert set(modes()) == set(get_args(SelfTrade)) == set(SELF_TRADE_MODES)


@pytest.mark.parametrize("mode", SELF_TRADE_MODES)
def test_a_mode_does_what_the_table_says(mode: str) -> None:
    """SFT-03, QTY-06: an order of 5 meets its own firm's 3, and behind them another's 4."""
    play = Play(self_trade=SELF_TRADE_MODES[mode])
    play.sell("own", 3, 100, 1)
    play.sell("other", 4, 100)
    ends = {line.split()[0] for line in play.buy("x", 5, 100) if " canceled " in line}
    resting, incoming = modes()[mode]
    assert ("own" in ends) == resting.startswith(("is canceled", "loses"))
    assert ("x" in ends) == incoming.startswith("is canceled")
    if mode == "decrement":
        assert play.order("x").quantity_lots == 2
    if mode == "none":
        assert play.order("own").cum_lots == 3
