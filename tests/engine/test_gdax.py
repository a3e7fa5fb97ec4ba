"""MAT-01: a real exchange's own matches (Coinbase BTC-USD, 2018-07-13) come out of its book and order flow."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from typing import Any

from engine.book import Book
from engine.codes import BUY, DAY, IOC, LIMIT, MARKET, SELL, TRADE
from engine.commands import CancelOrder, EnterOrder
from engine.events import OrderEvent
from tests.engine.oracle import one_book_exchange, shared
from tests.model.watched import WatchedExchange

SIDES = {"buy": BUY, "sell": SELL}


def cents(price: str) -> int:
    return int(Decimal(price) * 100)


def satoshi(size: str) -> int:
    return int(Decimal(size) * 10**8)


def book_of(exchange: WatchedExchange) -> Book:
    book = exchange.books[1]
    assert book is not None
    return book


def affordable(book: Book, funds: str) -> int:
    """What a market buy that names money instead of a size can take, in satoshi."""
    money, lots = int(Decimal(funds) * 10**10), 0
    for price, quantity, _ in book.asks.depth(100):
        taken = min(quantity, money // price)
        lots += taken
        money -= taken * price
    return lots


def never_rested(messages: list[dict[str, Any]]) -> set[str]:
    """Limit orders canceled on arrival without a match: immediate-or-cancel or post-only, so they must not rest or
    trade.
    """
    opened = {m["order_id"] for m in messages if m["type"] == "open"}
    traded = {m[key] for m in messages if m["type"] == "match" for key in ("taker_order_id", "maker_order_id")}
    canceled = {m["order_id"] for m in messages if m["type"] == "done" and m["reason"] == "canceled"}
    received = {m["order_id"] for m in messages if m["type"] == "received"}
    return (received & canceled) - opened - traded


def test_every_recorded_match_is_predicted() -> None:
    book = json.loads(gzip.decompress(shared("data/gdax_l3/beginning_level_3.json.gz").read_bytes()))
    messages = json.loads(gzip.decompress(shared("data/gdax_l3/dev_messages_first6000.json.gz").read_bytes()))
    exchange = one_book_exchange()
    sides: dict[str, int] = {}
    names: dict[int, str] = {}
    predicted = []

    def enter(name: str, side: int, lots: int, price: str | None) -> None:
        sides[name] = side
        order = EnterOrder(1, name.encode(), 1, side, lots, cents(price or "0"))
        order.ord_type, order.time_in_force = (MARKET, IOC) if price is None else (LIMIT, DAY)
        events = exchange.execute(order)
        for event in events:
            assert isinstance(event, OrderEvent)
            names.setdefault(event.order_id, event.cl_ord_id.decode())
            if event.kind == TRADE and not event.aggressor:
                predicted.append((names[event.order_id], name, event.last_ticks, event.last_lots))

    for side, key in ((BUY, "bids"), (SELL, "asks")):
        for price, size, name in book[key]:
            enter(name, side, satoshi(size), price)
    assert not predicted, "the recorded book is not crossed"
    gone = never_rested(messages)
    for m in messages:
        name = m.get("order_id", "")
        if m["type"] == "received" and name not in gone:
            lots = satoshi(m["size"]) if "size" in m else affordable(book_of(exchange), m["funds"])
            enter(name, SIDES[m["side"]], lots, m.get("price"))
        elif m["type"] == "open" and name not in sides:
            enter(name, SIDES[m["side"]], satoshi(m["remaining_size"]), m["price"])
        elif m["type"] == "done" and m["reason"] == "canceled" and name in sides:
            exchange.execute(CancelOrder(1, b"x" + name.encode(), name.encode(), 1, sides[name]))
    recorded = [
        (m["maker_order_id"], m["taker_order_id"], cents(m["price"]), satoshi(m["size"]))
        for m in messages
        if m["type"] == "match"
    ]
    assert len(recorded) == 70
    assert predicted == recorded
