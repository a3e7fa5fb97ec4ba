"""Matching engines alone, in this process, on one deterministic flow: ours with and without risk, and peers if there.

The flow is 55 % limit orders around a wandering price, a third of which trade, and 45 % cancels of orders that rest.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

from engine.codes import BUY, SELL
from engine.commands import CancelOrder, Command, DefineInstrument, EnterOrder, RegisterSession, SetLimits
from engine.events import OrderEvent
from engine.exchange import Exchange
from engine.gate import Gate, OpenGate
from risk.gate import RiskGate

REFERENCE_TICKS = 15_000
DEPTH = 2_000
LOTS_MAX = 100
HOUR_NS = 3_600_000_000_000


class Step(NamedTuple):
    """One message: an order, or with `lots` 0 the cancel of order `which` (orders count from 0)."""

    which: int
    is_buy: bool
    ticks: int
    lots: int


class Result(NamedTuple):
    """What an engine did: how fast, and how many lots traded (None: it does not say), on which all must agree."""

    messages_per_s: float
    traded_lots: int | None


def opening() -> list[Command]:
    """An instrument, two sessions of two firms, and limits of the size of the packaged ones."""
    return [
        DefineInstrument(1, b"AAPL", 2, 1, 0, 1, 100, REFERENCE_TICKS),
        RegisterSession(1, b"BUYER", 1, b"BUYER"),
        RegisterSession(2, b"SELLER", 2, b"SELLER"),
        SetLimits(1, 0, 1, 10**6, 10**12, 1_500, 10**9, 0, 0, 1_000, HOUR_NS),
        SetLimits(1, 0, 0, gross_notional=10**16, net_notional=10**16),
    ]


def command(step: Step, number: int) -> Command:
    """The step as ours; buyers are session 1, sellers session 2."""
    side = BUY if step.is_buy else SELL
    session = 1 if step.is_buy else 2
    name = b"%d" % step.which
    if step.lots:
        return EnterOrder(session, name, 1, side, step.lots, step.ticks)
    return CancelOrder(session, b"C%d" % number, name, 1, side)


def make_flow(count: int, seed: int = 1) -> list[Step]:
    """`count` steps; cancels hit orders that rest, which an exchange of ours tells."""
    draw = random.Random(seed)
    exchange = Exchange(OpenGate())
    for first in opening():
        exchange.execute(first)
    steps: list[Step] = []
    resting: list[int] = []
    entered: list[Step] = []
    middle = REFERENCE_TICKS
    while len(steps) < count:
        if len(resting) > DEPTH or (resting and draw.random() < 0.45):
            at = draw.randrange(len(resting))
            resting[at], resting[-1] = resting[-1], resting[at]
            old = entered[resting.pop()]
            step = Step(old.which, old.is_buy, old.ticks, 0)
            events = exchange.execute(command(step, len(steps)))
            if not isinstance(events[0], OrderEvent):
                continue  # it had traded
        else:
            middle += draw.choice((-1, 0, 1))
            is_buy = draw.random() < 0.5
            away = draw.randint(-4, 20)
            step = Step(len(entered), is_buy, middle - away if is_buy else middle + away, draw.randint(1, LOTS_MAX))
            last = exchange.execute(command(step, len(steps)))
            entered.append(step)
            if all(isinstance(event, OrderEvent) and event.leaves_lots for event in last[-1:]):
                resting.append(step.which)
        steps.append(step)
    return steps


def timed(run: Callable[[], None], count: int) -> float:
    """Messages per second of one run, the garbage of before collected."""
    gc.collect()
    begun = time.perf_counter()
    run()
    return count / (time.perf_counter() - begun)


def play(gate: Gate, steps: list[Step]) -> Result:
    """Ours: commands in, lists of events out, which nobody keeps."""
    exchange = Exchange(gate)
    for first in opening():
        exchange.execute(first)
    commands = [command(step, number) for number, step in enumerate(steps)]

    def run() -> None:
        for one in commands:
            exchange.execute(one)

    speed = timed(run, len(steps))
    return Result(speed, sum(order.cum_lots for order in exchange.participant(1).orders.all()))


def play_liquibook(steps: list[Step]) -> Result:
    """PyPI's liquibook: a SWIG wrapper of the C++ engine of that name. Nobody listens to its callbacks."""
    liquibook = import_module("liquibook")
    book = liquibook.DepthOrderBook()
    orders = []

    def run() -> None:
        for step in steps:
            if step.lots:
                order = liquibook.SimpleOrder(step.is_buy, step.ticks, step.lots)
                orders.append(order)
                book.add(order)
            else:
                book.cancel(orders[step.which])

    return Result(timed(run, len(steps)), None)


def play_litebook(steps: list[Step]) -> Result:
    """PyPI's litebook: a wrapper of an engine in Rust."""
    litebook = import_module("litebook")
    book = litebook.OrderBook(tick_size=1.0)
    numbers = []
    fills = []

    def run() -> None:
        for step in steps:
            if step.lots:
                side = litebook.OrderType.Buy if step.is_buy else litebook.OrderType.Sell
                order = book.create_order(side, float(step.ticks), float(step.lots))
                numbers.append(order.id)
                fills.append(book.add(order))
            else:
                book.cancel(numbers[step.which])

    speed = timed(run, len(steps))
    return Result(speed, round(sum(fill.quantity for several in fills for fill in several)))


PEERS = {"liquibook": play_liquibook, "litebook": play_litebook}


def compare(count: int, rounds: int) -> dict[str, Result]:
    """The best of some rounds of every engine that is there; AssertionError if they do not trade the same."""
    steps = make_flow(count)
    results = {
        "engine, open gate": _best(lambda: play(OpenGate(), steps), rounds),
        "engine, risk gate": _best(lambda: play(RiskGate(), steps), rounds),
    }
    for name, peer in PEERS.items():
        if find_spec(name) is not None:
            results[name] = _best(partial(peer, steps), rounds)
    told = {result.traded_lots for result in results.values()} - {None}
    assert len(told) == 1, results
    return results


def _best(player: Callable[[], Result], rounds: int) -> Result:
    return max((player() for _ in range(rounds)), key=lambda result: result.messages_per_s)
