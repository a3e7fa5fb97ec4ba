"""The table of order states is whole, and the pure core lives by it (FIX 4.4, the appendix on order state changes)."""

import pytest

from tests.scenarios.core import SYMBOL, CorePlayer
from tests.scenarios.table import Scenario, play, scenarios

ALL = scenarios()
COUNTS = {
    "A.1": "ab", "B.1": "abcdef", "C.1": "abc", "C.2": "a", "C.3": "abc", "D.1": "abc", "D.2": "abcd", "E.1": "abcd",
    "F.1": "abc", "G.1": "abc", "H.1": "abcd", "I.1": "ab", "J.1": "ab", "K.1": "ab", "L.1": "ab",
}  # fmt: skip


def test_every_scenario_of_the_appendix_is_in_the_table() -> None:
    assert [one.number for one in ALL] == [f"{part}.{letter}" for part, letters in COUNTS.items() for letter in letters]


def test_a_scenario_is_played_or_says_why_it_cannot_be_here() -> None:
    """ORD-06 to ORD-08: those that need a pending state are among the latter."""
    for one in ALL:
        assert bool(one.steps) != one.text.startswith("Not here: "), one.number


@pytest.mark.parametrize("scenario", [one for one in ALL if one.steps], ids=lambda one: one.number)
def test_the_core_lives_by_the_table(scenario: Scenario) -> None:
    """ORD-01 to ORD-06, ORD-09 to ORD-12, QTY-01, QTY-02, QTY-04, QTY-06, IDN-02, IDN-03, IDN-05, IDN-06, CXR-01 to
    CXR-08, CXR-10, CXR-12, MAT-08, MAT-10, MAT-11, MAT-13
    """
    play(scenario, CorePlayer(decrements=scenario.number == "E.1.d"), SYMBOL)
