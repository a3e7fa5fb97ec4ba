"""The auction's price: exchanges' own examples, brute force over all prices, and where the ladders differ."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.auction import ASX, EURONEXT, MARKET_PRICE, NASDAQ, NO_TRADE, T7, TIEBREAKS, XETRA, Interest, discover
from tests.model.naive_auction import auction_price, meet_at

VECTORS = Path(__file__).parents[2] / ".." / "shared" / "data" / "auctions" / "auction_vectors.json"
LADDER_OF = {"xetra": XETRA, "asx": ASX, "hkex": EURONEXT, "nse": EURONEXT, "max-volume": EURONEXT}


def vectors() -> list[Any]:
    return list(json.loads(VECTORS.read_text())) if VECTORS.exists() else []


def interests(rows: list[list[Any]], tick: float) -> list[Interest]:
    return [(MARKET_PRICE if price == "MARKET" else round(price / tick), lots) for price, lots in rows]


@pytest.mark.skipif(not VECTORS.exists(), reason="the exchanges' examples are not here")
@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["id"])
def test_exchanges_examples_come_out(vector: dict[str, Any]) -> None:
    """AUC-01 to AUC-05"""
    tick = vector.get("tick", 0.05 if vector["rule"] == "hkex" else 1)
    bids, asks = interests(vector["bids"], tick), interests(vector["asks"], tick)
    reference = vector["reference_price"]
    found = discover(
        bids, asks, TIEBREAKS[LADDER_OF[vector["rule"]]], 0 if reference is None else round(reference / tick)
    )
    expected = vector["expected_price"]
    assert found.price_ticks == (0 if expected is None else round(expected / tick))
    assert found.lots == vector["expected_volume"]


def random_side(random: Random, orders: int) -> list[Interest]:
    prices = [MARKET_PRICE, *range(1, 13)]
    return [(random.choice(prices), random.randint(1, 5)) for _ in range(random.randint(0, orders))]


@pytest.mark.parametrize("ladder", TIEBREAKS, ids=["xetra", "t7", "euronext", "nasdaq", "asx"])
def test_no_price_does_better(seed: int, ladder: int) -> None:
    """AUC-13: over all prices of random books of at most 12 orders."""
    random = Random(seed)
    for _ in range(2_000):
        bids, asks = random_side(random, 6), random_side(random, 6)
        reference = random.randint(0, 14)
        found = discover(bids, asks, TIEBREAKS[ladder], reference)
        assert found == auction_price(bids, asks, ladder, reference)
        limits = [limit for limit, _ in bids + asks if limit]
        if limits:
            prices = range(min(limits), max(limits) + 1)
            assert found.lots == max(meet_at(price, bids, asks)[0] for price in prices)


NO_SURPLUS = [(202, 300), (201, 200)], [(198, 200), (199, 300)]
BOTH_SIDES = [(MARKET_PRICE, 100), (199, 100)], [(MARKET_PRICE, 100), (202, 100)]
TURNING = [(MARKET_PRICE, 100), (200, 100)], [(MARKET_PRICE, 100), (201, 100)]
TURNING_LATE = (
    [(MARKET_PRICE, 7), (103, 7), (102, 1), (99, 14), (95, 1)],
    [(MARKET_PRICE, 6), (96, 1), (101, 7), (103, 1), (104, 2)],
)
"""14 lots at 101 and 102, where a buyer goes without, and at 103, where a seller does."""
LEFT_AT_MARKET = [(MARKET_PRICE, 9)], [(199, 5), (202, 0)]
BUY_PRESSURE = [(202, 400), (201, 200)], [(199, 300), (198, 200)]


@pytest.mark.parametrize(
    ("book", "reference", "ladder", "price"),
    [
        (NO_SURPLUS, 200, XETRA, 201),
        (NO_SURPLUS, 200, T7, 200),
        (NO_SURPLUS, 200, EURONEXT, 201),
        (NO_SURPLUS, 200, NASDAQ, 200),
        (NO_SURPLUS, 190, NASDAQ, 199),
        (NO_SURPLUS, 210, T7, 201),
        (BOTH_SIDES, 200, XETRA, 199),
        (BOTH_SIDES, 200, T7, 200),
        (BOTH_SIDES, 201, EURONEXT, 202),
        (TURNING_LATE, 100, XETRA, 102),
        (TURNING_LATE, 100, T7, 102),
        (TURNING_LATE, 110, XETRA, 103),
        (TURNING_LATE, 100, EURONEXT, 101),
        (TURNING_LATE, 0, XETRA, 103),
        (BUY_PRESSURE, 199, XETRA, 201),
        (BUY_PRESSURE, 199, T7, 201),
        (BUY_PRESSURE, 199, EURONEXT, 199),
        (BUY_PRESSURE, 200, NASDAQ, 201),
        (BUY_PRESSURE, 203, NASDAQ, 201),
        (LEFT_AT_MARKET, 201, NASDAQ, 201),
        (TURNING, 195, NASDAQ, 200),
        (TURNING, 195, ASX, 200),
        (BUY_PRESSURE, 199, ASX, 201),
    ],
)
def test_the_ladders_differ_where_venues_do(
    book: tuple[list[Interest], list[Interest]], reference: int, ladder: int, price: int
) -> None:
    """AUC-03, AUC-04"""
    assert discover(*book, TIEBREAKS[ladder], reference).price_ticks == price


def test_without_a_reference_market_orders_alone_do_not_trade() -> None:
    """AUC-05"""
    assert discover([(MARKET_PRICE, 5)], [(MARKET_PRICE, 5)], TIEBREAKS[XETRA], 0) == NO_TRADE
    assert discover([(MARKET_PRICE, 5)], [], TIEBREAKS[XETRA], 100) == NO_TRADE
