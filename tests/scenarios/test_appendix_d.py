"""The table of order states is whole, and the pure core lives by it (FIX 4.4, the appendix on order state changes)."""

import pytest

from engine.choices import SetOrderChoices
from tests.scenarios.core import SYMBOL, CorePlayer
from tests.scenarios.table import PENDING, REFUSES_SECOND, Scenario, play, scenarios

ALL = scenarios()
ALL_PENDING = scenarios(PENDING)
COUNTS = {
    "A.1": "ab", "B.1": "abcdef", "C.1": "abc", "C.2": "a", "C.3": "abc", "D.1": "abc", "D.2": "abcd", "E.1": "abcd",
    "F.1": "abc", "G.1": "abc", "H.1": "abcd", "I.1": "ab", "J.1": "ab", "K.1": "ab", "L.1": "ab",
}  # fmt: skip


def test_every_scenario_of_the_appendix_is_in_the_table() -> None:
    assert [one.number for one in ALL] == [f"{part}.{letter}" for part, letters in COUNTS.items() for letter in letters]


def test_a_scenario_is_played_or_says_why_it_cannot_be_here() -> None:
    """ORD-06 to ORD-08: those that need a pending state are among the latter, and played where it is chosen."""
    for one in ALL:
        assert bool(one.steps) != one.text.startswith("Not here: "), one.number
    pending = [one.number for one in ALL_PENDING if one.steps]
    assert [one.number for one in ALL if "pending_ms" in one.text and one.number not in pending] == []


@pytest.mark.parametrize("scenario", [one for one in ALL if one.steps], ids=lambda one: one.number)
def test_the_core_lives_by_the_table(scenario: Scenario) -> None:
    """ORD-01 to ORD-06, ORD-09 to ORD-12, QTY-01, QTY-02, QTY-04, QTY-06, IDN-02, IDN-03, IDN-05, IDN-06, CXR-01 to
    CXR-08, CXR-10, CXR-12, MAT-08, MAT-10, MAT-11, MAT-13
    """
    play(scenario, CorePlayer(decrements=scenario.number == "E.1.d"), SYMBOL)


@pytest.mark.parametrize("scenario", ALL_PENDING, ids=lambda one: one.number)
def test_the_core_lives_by_the_table_of_what_is_pending(scenario: Scenario) -> None:
    """ORD-01 to ORD-05, ORD-07 to ORD-10, QTY-01, QTY-02, IDN-02, IDN-06, CXR-01 to CXR-07, CXR-12, MAT-13"""
    choices = SetOrderChoices(pending_ms=500, pending_second_refused=int(scenario.number == REFUSES_SECOND))
    play(scenario, CorePlayer(False, choices), SYMBOL)
