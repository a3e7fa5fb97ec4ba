"""The breaker at the exchange: trades in, one halt out (RULES.md section 13)."""

from engine.commands import DefineInstrument
from engine.events import InstrumentChanged
from engine.reasons import BREAKER_HALT
from risk.breaker import SLOTS
from tests.model.play import Play
from tests.risk.venue import play


def trade(made: Play, ticks: int, time_ns: int) -> list[str]:
    """One lot trades; what happened besides."""
    made.time_ns = time_ns
    name = f"{time_ns}.{ticks}"
    made.sell(f"s{name}", 1, ticks)
    return made.buy(f"b{name}", 1, ticks)[3:]


def test_a_fast_move_halts_the_symbol_once() -> None:
    """CIR-03, CIR-07: as a command of its own, right after the one that traded."""
    made = play(move_bp=1_000, window_ns=SLOTS * 10**9)
    assert trade(made, 109, 1) == []
    assert trade(made, 110, 2) == ["S1 halted breaker_halt (110/100)"]
    assert made.exchange.follow_up() is None
    assert made.buy("x", 1, 100) == ["x rejected not_trading"]
    assert made.enter("y", "buy", 1, 100, 1, 2) == ["y entered 0+1 @100"]


def test_the_halt_says_who_and_why() -> None:
    """PHA-06"""
    made = play(move_bp=1_000, window_ns=SLOTS * 10**9)
    trade(made, 85, 7)
    halt = made.events[-1]
    assert isinstance(halt, InstrumentChanged)
    assert (halt.reason, halt.who, halt.why) == (BREAKER_HALT, b"breaker", b"moved 1000 bp or more")
    assert (halt.value, halt.limit, halt.time_ns, halt.command) == (85, 100, 7, made.checker.command)


def test_a_sweep_is_halted_after_it_with_the_first_price_too_far() -> None:
    """PHA-02: the command that trips the breaker completes."""
    made = play(move_bp=1_000, window_ns=SLOTS * 10**9)
    for ticks in (105, 112, 115):
        made.sell(f"s{ticks}", 1, ticks)
    lines = made.buy("b", 3, 120)
    assert lines[-2:] == ["s115 traded 1@115 1+0", "S1 halted breaker_halt (112/100)"]


def test_the_reference_rolls_with_the_trades() -> None:
    """CIR-03, CIR-04: the mean of the slots in the window before."""
    made = play(move_bp=1_000, window_ns=SLOTS * 10**9)
    assert [trade(made, 100 + step, step * 20 * 10**9) for step in range(30)] == [[]] * 30
    assert trade(made, 140, 600 * 10**9) == []
    assert trade(made, 141, 600 * 10**9) == ["S1 halted breaker_halt (141/128)"]


def test_after_a_resume_the_first_trade_is_the_reference() -> None:
    """CIR-03: it does not trip at once, and it is awake."""
    made = play(move_bp=1_000, window_ns=SLOTS * 10**9)
    trade(made, 120, 1)
    made.resume()
    assert trade(made, 150, 2) == []
    assert trade(made, 164, 3) == []
    assert trade(made, 165, 4) == ["S1 halted breaker_halt (165/150)"]


def test_a_new_reference_price_restarts_the_breaker() -> None:
    made = play(move_bp=1_000, window_ns=SLOTS * 10**9)
    trade(made, 100, 1)
    made.run(DefineInstrument(1, b"S1", 2, 1, 0, 1, 1, 200))
    assert trade(made, 190, 2 * 10**9) == []


def test_a_firms_row_does_not_change_the_breaker() -> None:
    made = play(firm=1, move_bp=100, window_ns=SLOTS * 10**9)
    assert trade(made, 150, 1) == []
