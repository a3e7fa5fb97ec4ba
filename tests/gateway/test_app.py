"""How often the venue looks at its clock."""

from engine.codes import NS_PER_MS
from engine.expiry import NEVER_NS
from gateway.app import TICK_S, TICK_S_MIN, tick_s


def test_without_a_delay_the_clock_is_looked_at_as_ever() -> None:
    assert tick_s(0, NEVER_NS) == tick_s(0, NS_PER_MS) == TICK_S


def test_what_is_pending_is_seen_before_it_is_due_and_then_when_it_is() -> None:
    """CXR-04"""
    assert tick_s(50, NEVER_NS) == 0.05
    assert tick_s(5_000, NEVER_NS) == TICK_S
    assert tick_s(50, 20 * NS_PER_MS) == 0.02
    assert tick_s(50, 0) == tick_s(50, -NS_PER_MS) == tick_s(1, NEVER_NS) == TICK_S_MIN
