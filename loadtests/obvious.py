"""The matcher everybody would write first: dataclasses for orders and reports, a SortedDict of deques a side."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from operator import neg

from sortedcontainers import SortedDict


@dataclass(eq=False)
class Order:
    """An order; `left` is what is open of it."""

    identity: int
    side: int
    price: int
    lots: int
    left: int


@dataclass(eq=False)
class Report:
    """An outcome, with what an ExecutionReport tells of it."""

    number: int
    kind: str
    order: int
    side: int
    price: int
    lots: int
    left: int
    last_price: int = 0
    last_lots: int = 0


class Obvious:
    """Price-time matching of limit orders; `reports` are the outcomes, for their reader to clear."""

    def __init__(self) -> None:
        self.sides: tuple[SortedDict[int, deque[Order]], ...] = (SortedDict(neg), SortedDict())
        self.orders: dict[int, Order] = {}
        self.reports: list[Report] = []
        self.trades = 0
        self.number = 0

    def new(self, identity: int, side: int, price: int, lots: int, ioc: int) -> None:
        """An order comes: first it is acknowledged, then it trades."""
        order = Order(identity, side, price, lots, lots)
        self._report("new", order)
        self._enter(order, ioc)

    def cancel(self, identity: int) -> None:
        """A cancel, or its refusal."""
        order = self._remove(identity)
        if order is None:
            self._refuse(identity)
        else:
            order.left = 0
            self._report("canceled", order)

    def modify(self, identity: int, price: int, lots: int) -> None:
        """Out, and in again at another price."""
        order = self._remove(identity)
        if order is None:
            self._refuse(identity)
        else:
            order.price, order.lots, order.left = price, lots, lots
            self._report("modified", order)
            self._enter(order, 0)

    def _enter(self, order: Order, ioc: int) -> None:
        opposite = self.sides[1 - order.side]
        while order.left > 0 and opposite:
            best, queue = opposite.peekitem(0)
            if best < order.price if order.side else best > order.price:
                break
            while order.left > 0 and queue:
                resting = queue[0]
                traded = min(order.left, resting.left)
                order.left -= traded
                resting.left -= traded
                self.trades += 1
                self._report("trade", order, best, traded)
                self._report("trade", resting, best, traded)
                if resting.left == 0:
                    queue.popleft()
                    del self.orders[resting.identity]
            if not queue:
                del opposite[best]
        if order.left > 0 and ioc:
            self._report("canceled", order)
        elif order.left > 0:
            side = self.sides[order.side]
            if order.price not in side:
                side[order.price] = deque()
            side[order.price].append(order)
            self.orders[order.identity] = order

    def _remove(self, identity: int) -> Order | None:
        order = self.orders.pop(identity, None)
        if order is not None:
            side = self.sides[order.side]
            side[order.price].remove(order)
            if not side[order.price]:
                del side[order.price]
        return order

    def _report(self, kind: str, order: Order, last_price: int = 0, last_lots: int = 0) -> None:
        self.number += 1
        number, left = self.number, order.left
        report = Report(number, kind, order.identity, order.side, order.price, order.lots, left, last_price, last_lots)
        self.reports.append(report)

    def _refuse(self, identity: int) -> None:
        self.number += 1
        self.reports.append(Report(self.number, "refused", identity, 0, 0, 0, 0))
