"""A session as the exchange knows it: for whom it acts and which identifiers it has used."""

from __future__ import annotations

import cython

from engine.order import Order


@cython.final
@cython.cclass
class Participant:
    """One session as the exchange knows it; `orders` maps every ClOrdID it used today to its order, None if there is
    none (IDN-01).
    """

    __slots__ = ("comp_id", "firm", "number", "orders", "post_only_slides", "self_trade")

    def __init__(self, number: int, comp_id: bytes, firm: int, self_trade: int, post_only_slides: int = 0) -> None:
        self.number = number
        self.comp_id = comp_id
        self.firm = firm
        self.self_trade = self_trade
        self.post_only_slides = post_only_slides
        self.orders: dict[bytes, Order | None] = {}
