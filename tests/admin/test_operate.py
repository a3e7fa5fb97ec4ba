"""What an operator does to the running venue (admin.operate)."""

from __future__ import annotations

import json
import os
import pwd

import pytest

from tests.admin.conftest import Outcry
from tests.gateway.toy_venue import ToyVenue

ME = pwd.getpwuid(os.getuid()).pw_name


def test_halt_and_resume_act_under_the_operators_name_and_reason(outcry: Outcry, venue: ToyVenue) -> None:
    """PHA-06."""
    assert outcry("halt", "AAPL", "--reason", "fat finger").out == "halted: AAPL\n"
    assert outcry("halt", "--all", "--reason", "drill").out == "halted: TSLA\n"
    assert outcry("halt", "--all", "--reason", "drill").out == "nothing to do: halted before\n"
    assert outcry("resume", "AAPL").out == "resumed: AAPL\n"
    assert outcry("resume", "AAPL", "--reason", "again").out == "nothing to do: not halted\n"
    assert venue.log[0] == ("halt", "AAPL", "fat finger", ME)
    assert venue.log[-1] == ("resume", "AAPL", "again", ME)


def test_cancel_all_says_how_many_orders_it_ended(outcry: Outcry, venue: ToyVenue) -> None:
    assert outcry("cancel-all", "--session", "ALPHA1").out == "canceled: 1 order in AAPL\n"
    assert outcry("cancel-all", "--session", "BETA1", "--symbol", "TSLA").out == "canceled: 1 order in TSLA\n"
    assert outcry("cancel-all", "--all", "--reason", "end").out == "canceled: 1 order in AAPL\n"
    assert outcry("cancel-all", "--all").out == "canceled: 0 orders\n"


def test_a_trade_is_busted_or_corrected_by_its_number(outcry: Outcry, venue: ToyVenue) -> None:
    """ORD-09"""
    assert outcry("trade", "bust", "7", "--reason", "fat finger").out == (
        "busted: trade 7 in AAPL, ALPHA1 bought from BETA1\n"
    )
    said = outcry("trade", "correct", "7", "--price", "1.05", "--reason", "typed wrong")
    assert said.out == "corrected: trade 7 in AAPL is 5 at 1.05\n"
    assert venue.log == [("bust", "7 0 None", "fat finger", ME), ("correct", "7 None 1.05", "typed wrong", ME)]


def test_an_action_answers_in_json_too(outcry: Outcry, venue: ToyVenue) -> None:
    assert json.loads(outcry("halt", "--all", "--reason", "x", "--json").out) == {
        "command": 1,
        "symbols": ["AAPL", "TSLA"],
        "orders": 0,
    }


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (["halt", "AAPL"], "Missing option '--reason'."),
        (["halt", "AAPL", "--reason", ""], "reason: is required"),
        (["halt", "AAPL", "--reason", "two\nlines"], "reason: must be at most 200 printable ASCII characters"),
        (["halt", "--reason", "x"], "give a symbol or all, one of them"),
        (["halt", "AAPL", "--all", "--reason", "x"], "give a symbol or all, one of them"),
        (["resume", "XYZ"], "XYZ is not traded here"),
        (["trade", "bust", "7"], "Missing option '--reason'."),
        (["trade", "bust", "8", "--reason", "x"], "trade 8 is not in the journal"),
        (["trade", "correct", "7", "--reason", "x"], "give a quantity, a price or both"),
        (["trade", "correct", "7", "--price", "-1", "--reason", "x"], "price:"),
        (["cancel-all"], "give a session, a symbol or both, or all"),
        (["cancel-all", "--all", "--symbol", "AAPL"], "give a session, a symbol or both, or all"),
    ],
)
def test_an_action_that_cannot_be_is_one_line_and_nothing_happens(
    outcry: Outcry, venue: ToyVenue, command: list[str], error: str
) -> None:
    said = outcry(*command)
    assert (said.code, said.out) == (2, "")
    assert error in said.err
    assert said.err.count("\n") == 1
    assert venue.log == []
