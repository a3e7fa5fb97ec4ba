"""The leanest matcher in plain Python: a dict of deques for each side, a tuple of what it needs for each outcome."""

from __future__ import annotations

from bisect import insort
from collections import deque


class Lean:
    """Price-time matching of limit orders; `reports` are the outcomes, for their reader to clear."""

    def __init__(self) -> None:
        self.queues: tuple[dict[int, deque[int]], dict[int, deque[int]]] = ({}, {})  # of sides, by price
        self.prices: tuple[list[int], list[int]] = ([], [])
        self.orders: dict[int, list[int]] = {}  # side, price, lots
        self.reports: list[tuple[object, ...]] = []
        self.trades = 0

    def new(self, identity: int, side: int, price: int, lots: int, ioc: int) -> None:
        """An order comes: first it is acknowledged, then it trades."""
        self.reports.append(("new", identity, side, price, lots))
        self.enter(identity, side, price, lots, ioc)

    def enter(self, identity: int, side: int, price: int, lots: int, ioc: int) -> None:
        """Trade what can trade, rest or cancel the rest."""
        prices, queues = self.prices[1 - side], self.queues[1 - side]
        while lots and prices:
            best = prices[-1] if side else prices[0]
            if best < price if side else best > price:
                break
            queue = queues[best]
            while lots and queue:
                maker = self.orders[queue[0]]
                traded = min(lots, maker[2])
                lots -= traded
                maker[2] -= traded
                self.trades += 1
                self.reports.append(("trade", identity, queue[0], best, traded))
                if not maker[2]:
                    del self.orders[queue.popleft()]
            if not queue:
                del queues[best]
                prices.remove(best)
        if lots and ioc:
            self.reports.append(("canceled", identity))
        elif lots:
            if price not in self.queues[side]:
                self.queues[side][price] = deque()
                insort(self.prices[side], price)
            self.queues[side][price].append(identity)
            self.orders[identity] = [side, price, lots]

    def remove(self, identity: int) -> list[int] | None:
        """Take an order out; None if it is not there."""
        order = self.orders.pop(identity, None)
        if order is not None:
            side, price, _ = order
            queue = self.queues[side][price]
            queue.remove(identity)
            if not queue:
                del self.queues[side][price]
                self.prices[side].remove(price)
        return order

    def cancel(self, identity: int) -> None:
        """A cancel, or its refusal."""
        self.reports.append(("refused" if self.remove(identity) is None else "canceled", identity))

    def modify(self, identity: int, price: int, lots: int) -> None:
        """Out, and in again at another price."""
        order = self.remove(identity)
        if order is None:
            self.reports.append(("refused", identity))
            return
        self.enter(identity, order[0], price, lots, 0)
        self.reports.append(("modified", identity, price, lots))
