"""Why orders did not trade for other reasons than their queue: stops, halts, auctions, their own firm, nobody there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.codes import BUY, IOC, OPENING_AUCTION, SELL, STOP, TRADING
from engine.commands import CancelOrder, Command, EnterOrder, HaltInstrument, ReplaceOrder
from engine.order import Terms
from engine.phase_commands import SetPhase
from engine.reasons import OPERATOR_HALT
from persistence import explaining, questions
from tests.persistence.test_projection import ask, catch_up
from tests.persistence.trading import Trader

Explain = Callable[[str], explaining.Why]


def explainer(dsn: str, directory: Path, *steps: Command) -> Explain:
    """An audit of these steps, a second apart, of which orders can be asked by ClOrdID."""
    trader = Trader(directory, 1)
    trader.play(*steps)
    trader.journal.close()
    catch_up(dsn, directory)

    async def answer(connection: Any, name: str) -> explaining.Why:
        ids = await questions.order_ids(connection, name, None)
        return await explaining.why_order(connection, ids[0])

    return lambda name: ask(dsn, lambda connection: answer(connection, name))


def stop(session: int, name: bytes, side: int, lots: int, ticks: int) -> EnterOrder:
    return EnterOrder(session, name, 1, side, lots, 0, STOP, terms=Terms(stop_ticks=ticks))


def test_a_stop_says_how_far_trades_came_and_what_elected_it(dsn: str, tmp_path: Path) -> None:
    """STO-01."""
    why = explainer(
        dsn,
        tmp_path,
        stop(1, b"NEAR", BUY, 10, 10_020),
        stop(1, b"FAR", BUY, 10, 10_050),
        EnterOrder(2, b"S1", 1, SELL, 5, 10_010),
        EnterOrder(1, b"B1", 1, BUY, 5, 10_010),
        EnterOrder(2, b"S2", 1, SELL, 5, 10_020),
        EnterOrder(1, b"B2", 1, BUY, 5, 10_020),
    )
    far = why("FAR").stop
    assert far is not None
    assert (far["price"], far["ended_by"], far["trades"], far["high"]) == ("100.50", None, 2, "100.20")
    near = why("NEAR")
    assert near.stop is not None
    assert (near.stop["ended_by"], near.stop["high"]) == ("D", "100.20")
    assert near.opposite is None, "nobody was left to trade with"


def test_an_order_in_an_auction_and_a_halt_says_so(dsn: str, tmp_path: Path) -> None:
    """PHA-06, AUC-01: the trades of the auction count among those about the order."""
    why = explainer(
        dsn,
        tmp_path,
        SetPhase(1, OPENING_AUCTION, who=b"ann", why=b"drill"),
        EnterOrder(1, b"B1", 1, BUY, 10, 10_020),
        EnterOrder(1, b"B2", 1, BUY, 10, 10_000),
        EnterOrder(2, b"S1", 1, SELL, 4, 9_990),
        SetPhase(1, TRADING, who=b"ann", why=b"over"),
        HaltInstrument(1, OPERATOR_HALT, b"bob", b"news"),
    )
    (stay,) = why("B2").stays
    assert [(row["phase"], row["who"], row["why"]) for row in stay.phases] == [
        ("opening_auction", "ann", "drill"),
        ("trading", "ann", "over"),
        ("halted", "bob", "news"),
    ]
    assert [(row["quantity"], row["surplus"]) for row in stay.auctions] == [("4", "6")]
    assert [(row["place"], row["quantity"]) for row in stay.trades] == [("short of", "4")]
    assert stay.opposite is None


def test_an_order_in_trading_all_the_time_has_no_phases_to_tell(dsn: str, tmp_path: Path) -> None:
    why = explainer(dsn, tmp_path, EnterOrder(1, b"B1", 1, BUY, 10, 10_020), EnterOrder(2, b"S1", 1, SELL, 4, 10_030))
    (stay,) = why("B1").stays
    assert (stay.phases, stay.auctions, stay.trades) == ([], [], [])
    assert stay.opposite == {"price": "100.30", "quantity": "4", "orders": 1, "own": "0"}


def test_what_an_order_met_says_how_much_of_it_was_its_own_firms(dsn: str, tmp_path: Path) -> None:
    """STP-01."""
    why = explainer(
        dsn,
        tmp_path,
        EnterOrder(1, b"S1", 1, SELL, 4, 10_000),
        EnterOrder(2, b"S2", 1, SELL, 6, 10_000),
        EnterOrder(1, b"B1", 1, BUY, 3, 9_990, time_in_force=IOC),
    )
    assert why("B1").opposite == {"price": "100.00", "quantity": "10", "orders": 2, "own": "4"}


def test_a_refused_replace_leaves_the_order_as_it_was_and_says_the_phase(dsn: str, tmp_path: Path) -> None:
    """PHA-01."""
    why = explainer(
        dsn,
        tmp_path,
        EnterOrder(1, b"B1", 1, BUY, 10, 10_000),
        HaltInstrument(1, OPERATOR_HALT, b"bob", b"news"),
        ReplaceOrder(1, b"B2", b"B1", 1, BUY, 20, 10_000),
    )
    found = why("B1")
    (refusal,) = found.refusals
    assert refusal.rule == "halted_replace"
    assert refusal.phase is not None
    assert (refusal.phase["phase"], refusal.phase["who"], refusal.phase["why"]) == ("halted", "bob", "news")


@pytest.mark.parametrize("lots", [30, 100])
def test_an_icebergs_parts_are_stays_of_their_own(dsn: str, tmp_path: Path, lots: int) -> None:
    """ICE-03."""
    why = explainer(
        dsn,
        tmp_path,
        EnterOrder(1, b"ICE", 1, BUY, lots, 10_000, terms=Terms(display_lots=20)),
        EnterOrder(2, b"S1", 1, SELL, 20, 10_000),
        CancelOrder(1, b"C1", b"ICE", 1, BUY),
    )
    first, second = why("ICE").stays
    assert (first.ended_by, second.ended_by) == ("its part traded", "canceled")
    assert [(row["place"], row["quantity"]) for row in first.trades] == [("at", "20")]
