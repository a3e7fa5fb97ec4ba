"""What may be done while trading is halted (RULES.md section 11)."""

import pytest

from engine.codes import ALL_OR_NONE, CANCEL_ON_HALT, GTC, HALTED, IOC, POST_ONLY, STAY_IN_HALT, STOP, TRADING
from engine.events import InstrumentChanged
from engine.reasons import OPERATOR_HALT
from tests.model.play import Play


def halted() -> Play:
    """Two bids rest, and trading is halted."""
    play = Play()
    play.buy("a", 5, 99)
    play.buy("b", 5, 99, 3)
    assert play.halt() == ["S1 halted operator_halt"]
    return play


@pytest.mark.parametrize("ticks", [99, None])
def test_no_order_enters(ticks: int | None) -> None:
    """PHA-01, PHA-02: refused from the halt's own number on."""
    assert halted().sell("s", 5, ticks) == ["s rejected not_trading"]


def test_resting_orders_stay() -> None:
    """PHA-03"""
    assert halted().depth() == ([(99, 10)], [])


def test_orders_that_ask_for_it_are_canceled_by_a_halt() -> None:
    """PHA-03: ExecInst K, also of stops and of what stands aside; J is what all orders do, and not to be had with K."""
    play = Play()
    play.buy("a", 5, 99, exec_inst=CANCEL_ON_HALT)
    play.buy("b", 5, 98, exec_inst=CANCEL_ON_HALT | POST_ONLY)
    play.buy("c", 5, 97, exec_inst=STAY_IN_HALT)
    play.buy("d", 5, None, ord_type=STOP, exec_inst=CANCEL_ON_HALT, stop_ticks=120)
    both = play.buy("e", 5, 97, exec_inst=STAY_IN_HALT | CANCEL_ON_HALT)
    assert both == ["e rejected unsupported_instruction"]
    assert play.buy("f", 5, 97, exec_inst=ALL_OR_NONE | CANCEL_ON_HALT) == ["f rejected all_or_none_refused"]
    assert play.halt() == [
        "S1 halted operator_halt",
        "a canceled 0+0 canceled_in_halt",
        "b canceled 0+0 canceled_in_halt",
        "d canceled 0+0 canceled_in_halt",
    ]
    assert play.depth() == ([(97, 5)], [])


def test_an_order_canceled_by_a_halt_trades_and_is_replaced_as_any() -> None:
    """PHA-03, PST-01, CXR-08: K alone is not post-only, and a replace has to say it again."""
    play = Play()
    play.sell("s", 2, 100)
    assert play.buy("a", 5, 100, exec_inst=CANCEL_ON_HALT)[-1] == "s traded 2@100 2+0"
    play.sell("t", 1, 101)
    assert play.replace("b", "a", 5, 101, exec_inst=CANCEL_ON_HALT)[-1] == "t traded 1@101 1+0"
    play.replace("c", "b", 4, 101)
    assert play.halt() == ["S1 halted operator_halt"]


def test_orders_may_be_canceled() -> None:
    """CIR-06: a halt never takes away the right to cancel, one or all."""
    play = halted()
    assert play.cancel("c", "a") == ["c<a canceled 0+0"]
    assert play.mass_cancel("m", 3) == ["m mass_canceled 1", "b canceled 0+0 canceled_by_mass_request"]


def test_a_replace_may_only_reduce() -> None:
    """PHA-01"""
    play = halted()
    assert play.replace("r1", "a", 4, 99) == ["r1<a replaced 0+4 @99"]
    assert play.replace("r2", "r1", 5, 99) == ["r2<r1 replace_rejected new halted_replace"]
    assert play.replace("r3", "r1", 4, 98) == ["r3<r1 replace_rejected new halted_replace"]
    assert play.replace("r4", "r1", 4, 99, time_in_force=IOC) == ["r4<r1 replace_rejected new halted_replace"]
    assert play.replace("r5", "r1", 4, 99, time_in_force=GTC) == ["r5<r1 replaced 0+4 @99"]


def test_a_replace_to_what_is_done_ends_the_order_also_in_a_halt() -> None:
    """CXR-06, PHA-01: it reduces."""
    play = Play()
    play.buy("a", 5, 99)
    play.sell("s", 2, 99)
    play.halt()
    assert play.replace("b", "a", 1, 99) == ["b<a replaced 2+0 @99 filled"]
    assert play.depth() == ([], [])


def test_a_halt_is_of_one_symbol() -> None:
    """PHA-06"""
    assert halted().enter("x", "buy", 5, 99, 1, 2) == ["x entered 0+5 @99"]


def test_a_change_of_phase_is_an_event_that_says_who_and_why() -> None:
    """PHA-05, PHA-06: what is told to anybody, and kept, is made of it."""
    play = Play()
    play.halt()
    (halt,) = play.events
    assert isinstance(halt, InstrumentChanged)
    assert (halt.state, halt.reason, halt.who, halt.why) == (HALTED, OPERATOR_HALT, b"op", b"why")
    play.resume()
    (resumed,) = play.events
    assert isinstance(resumed, InstrumentChanged)
    assert (resumed.state, resumed.who) == (TRADING, b"op")


def test_after_a_resume_the_queue_is_as_it_was() -> None:
    """PHA-03, MAT-01"""
    play = halted()
    assert play.resume() == ["S1 resumed"]
    assert play.sell("s", 6, 99)[2::2] == ["a traded 5@99 5+0", "b traded 1@99 1+4"]


def test_status_is_answered_in_a_halt() -> None:
    """PHA-01"""
    assert halted().status("a") == ["a is 0+5 @99 new"]
