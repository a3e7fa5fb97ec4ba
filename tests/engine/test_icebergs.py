"""Orders that show a part of themselves (RULES.md section 9)."""

import json
from typing import Any

import pytest

from engine.codes import BUY, FOK, IOC, MARKET, STP_CANCEL_NEWEST, STP_CANCEL_OLDEST
from tests.engine.oracle import shared
from tests.model.play import Play


def made(lines: list[str]) -> list[str]:
    """The resting sides of the trades among these lines."""
    return [line for line in lines if " traded " in line][1::2]


def test_the_book_shows_one_part_and_reports_tell_of_all() -> None:
    """ICE-06"""
    play = Play()
    assert play.buy("i", 20, 100, display_lots=6) == ["i entered 0+20 @100"]
    assert play.order_events()[0].displayed_lots == 6
    assert play.depth() == ([(100, 6)], [])


def test_an_exhausted_part_is_followed_by_the_next_at_the_end_of_the_queue() -> None:
    """ICE-03"""
    play = Play()
    play.buy("i", 20, 100, display_lots=6)
    play.buy("p", 5, 100, 3)
    assert made(play.sell("x", 6, 100)) == ["i traded 6@100 6+14"]
    assert play.order_events()[2].displayed_lots == 6
    assert made(play.sell("y", 7, 100)) == ["p traded 5@100 5+0", "i traded 2@100 8+12"]
    assert play.depth() == ([(100, 4)], []), "a part keeps its place and is not topped up"


def test_what_is_hidden_trades_after_all_that_is_shown_and_before_the_next_price() -> None:
    """ICE-02, ICE-04: and all of an iceberg's parts are one trade."""
    play = Play()
    play.buy("i", 20, 100, display_lots=6)
    play.buy("p", 5, 100, 3)
    play.buy("q", 5, 99, 3)
    assert made(play.sell("x", 27, 99)) == ["i traded 20@100 20+0", "p traded 5@100 5+0", "q traded 2@99 2+3"]


def test_the_last_part_is_what_is_left() -> None:
    """ICE-03"""
    play = Play()
    play.buy("i", 8, 100, display_lots=6)
    play.sell("x", 6, 100)
    assert play.depth() == ([(100, 2)], [])
    assert made(play.sell("y", 2, 100)) == ["i traded 2@100 8+0"]
    assert play.depth() == ([], [])


def test_an_incoming_iceberg_trades_in_full_and_then_shows_a_part() -> None:
    """ICE-05: the book is complete when the command is."""
    play = Play()
    play.sell("s", 7, 100)
    play.buy("i", 20, 100, display_lots=6)
    assert play.depth() == ([(100, 6)], [])
    assert play.order("i").leaves_lots == 13


def test_fill_or_kill_counts_what_is_hidden() -> None:
    """MAT-11"""
    play = Play()
    play.buy("i", 20, 100, display_lots=6)
    assert made(play.sell("x", 20, 100, time_in_force=FOK)) == ["i traded 20@100 20+0"]


def test_fill_or_kill_does_not_count_what_is_hidden_behind_an_own_order() -> None:
    """MAT-11, SFT-06, ICE-02: the own order is met before it."""
    play = Play()
    play.sell("i", 20, 100, 3, display_lots=6)
    play.sell("own", 1, 100, 1)
    assert play.buy("x", 7, 100, time_in_force=FOK)[1:] == ["x canceled 0+0 cannot_fill"]
    assert made(play.buy("y", 6, 100, time_in_force=FOK)) == ["i traded 6@100 6+14"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"display_lots": 21}, "display_out_of_range"),
        ({"display_lots": -1}, "display_out_of_range"),
        ({"display_lots": 5, "time_in_force": IOC}, "display_not_allowed"),
        ({"display_lots": 5, "time_in_force": FOK}, "display_not_allowed"),
        ({"display_lots": 5, "ord_type": MARKET}, "display_not_allowed"),
    ],
)
def test_a_display_must_be_part_of_an_order_that_may_rest(more: dict[str, int], reason: str) -> None:
    """ICE-01"""
    assert Play().buy("i", 20, 100, **more) == [f"i rejected {reason}"]


def test_an_iceberg_has_at_most_a_hundred_parts() -> None:
    """ICE-01"""
    assert Play().buy("i", 501, 100, display_lots=5) == ["i rejected too_many_parts"]
    assert Play().buy("i", 500, 100, display_lots=5) == ["i entered 0+500 @100"]


def replaced(lots: int, ticks: int, display_lots: int) -> tuple[list[str], list[tuple[int, int]]]:
    """Who trades first, and what the book showed, after an iceberg of 20 showing 6 with one behind it was replaced."""
    play = Play()
    play.buy("i", 20, 100, display_lots=6)
    play.buy("p", 5, 100, 3)
    more: Any = {"display_lots": display_lots} if display_lots else {}
    play.replace("j", "i", lots, ticks, **more)
    depth = play.depth()[0]
    return [line.split()[0] for line in made(play.sell("x", 1, 99))], depth


def test_a_smaller_iceberg_keeps_its_place_and_gives_up_hidden_quantity_first() -> None:
    """CXR-09, ICE-08"""
    assert replaced(12, 100, 6) == (["j"], [(100, 11)])
    assert replaced(6, 100, 6) == (["j"], [(100, 11)])


def test_another_display_loses_the_place() -> None:
    """CXR-09, ICE-08: so does showing all."""
    assert replaced(20, 100, 7) == (["p"], [(100, 12)])
    assert replaced(20, 100, 0) == (["p"], [(100, 25)])


def test_canceling_the_oldest_takes_a_whole_iceberg() -> None:
    """SFT-07"""
    play = Play(self_trade=STP_CANCEL_OLDEST)
    play.sell("i", 20, 100, 1, display_lots=6)
    play.sell("s", 3, 100)
    lines = play.buy("x", 3, 100)
    assert lines[1:] == ["i canceled 0+0 self_trade", "x traded 3@100 3+0", "s traded 3@100 3+0"]


def test_icebergs_and_own_orders_are_met_in_the_order_of_the_queue() -> None:
    """SFT-04: the fill of the shown part stands, what is hidden is out of reach."""
    play = Play(self_trade=STP_CANCEL_NEWEST)
    play.sell("i", 20, 100, 3, display_lots=6)
    play.sell("own", 1, 100, 1)
    lines = play.buy("x", 9, 100)
    assert lines[1:] == ["x traded 6@100 6+3", "i traded 6@100 6+14", "x canceled 6+0 self_trade"]


def test_a_status_tells_of_all_that_is_open() -> None:
    """ICE-06, IDN-06"""
    play = Play()
    play.buy("i", 20, 100, display_lots=6)
    assert play.status("i", side=BUY) == ["i is 0+20 @100 new"]


class Vectors:
    """Plays the exchange's own example: each step's trades, what is left and what the book shows."""

    def __init__(self) -> None:
        self.play = Play()
        self.names: dict[str, str] = {}

    def step(self, number: int, step: dict[str, Any]) -> None:
        side, kind, ticks, lots, *peak = step["in"]
        name = f"o{number}"
        if kind.startswith("iceberg"):
            self.names[kind.split()[1]] = name
        terms = {"display_lots": peak[1]} if peak else {}
        enter = self.play.buy if side == "B" else self.play.sell
        lines = enter(name, lots, ticks, 1 if side == "B" else 2, **terms)
        names = {order: letter for letter, order in self.names.items()}
        if "trades" in step:
            assert self.trades(lines, names) == [
                (price, lots, *[letter for letter in who if letter in self.names])
                for price, lots, *who in step["trades"]
            ]
        for letter, order in self.names.items():
            if f"{letter}_remaining" in step:
                assert self.play.order(order).leaves_lots == step[f"{letter}_remaining"]
        if "book_buy" in step:
            rows = [tuple(row) for row in step["book_buy"]]  # the best ones
            assert self.shown(names)[: len(rows)] == rows

    def trades(self, lines: list[str], names: dict[str, str]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        for line in made(lines):
            name, _, deal, _ = line.split()
            lots, ticks = deal.split("@")
            found.append((int(ticks), int(lots), *([names[name]] if len(self.names) > 1 and name in names else [])))
        return found

    def shown(self, names: dict[str, str]) -> list[tuple[Any, ...]]:
        """Every resting buy, by what it shows."""
        book = self.play.exchange.books[1]
        assert book is not None
        rows: list[tuple[Any, ...]] = []
        for order in book.bids.orders():
            hidden = 0 if order.terms is None else order.terms.hidden_lots
            letter = names.get(order.cl_ord_id.decode())
            rows.append((order.price_ticks, order.leaves_lots - hidden, *([letter] if letter else [])))
        return rows


def test_the_london_stock_exchanges_example_comes_out_as_it_is_printed() -> None:
    """ICE-02 to ICE-06, by the exchange's own table."""
    steps = json.loads(shared("data/icebergs/iceberg_vectors.json").read_text())["steps"]
    vectors = Vectors()
    for number, step in enumerate(steps):
        vectors.step(number, step)
