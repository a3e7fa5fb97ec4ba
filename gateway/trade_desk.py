"""Trades as operators bust and correct them: found in the journal, judged by the engine, told to both sides."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal

from engine.corrections import correction_fault
from engine.events import OrderEvent
from engine.instrument import Instrument
from engine.trade_commands import CorrectTrade
from fix.reports import decimal_text
from gateway.operations import Corrected
from gateway.problems import SettingsError
from gateway.venue import Venue
from persistence.trades import find_trade

Act = Callable[[list[CorrectTrade], list[Instrument]], Awaitable[object]]


class TradeDesk:
    """Corrects trades of a venue; `act` executes commands and returns when they are durable."""

    def __init__(self, venue: Venue, act: Act) -> None:
        self._venue = venue
        self._act = act

    async def bust(self, match: int, why: str, who: str) -> Corrected:
        """Take a trade back; SettingsError for what cannot be."""
        return await self._correct(match, None, None, False, why, who)

    async def correct(
        self, match: int, quantity: Decimal | None, price: Decimal | None, why: str, who: str
    ) -> Corrected:
        """Give a trade another quantity or price, None: what it has now."""
        return await self._correct(match, quantity, price, True, why, who)

    async def _correct(
        self, match: int, quantity: Decimal | None, price: Decimal | None, stands: bool, why: str, who: str
    ) -> Corrected:
        venue = self._venue
        journal = venue.journal
        found = await asyncio.to_thread(find_trade, journal.directory, match, journal.position)
        if found is None:
            raise SettingsError([f"trade {match} is not in the journal"])
        buy, sell = found
        instrument = venue.books()[buy.instrument - 1].instrument
        lots, ticks = venue.exchange.corrections.standing.get(match, (buy.last_lots, buy.last_ticks))[:2]
        if stands and quantity is not None:
            lots = _multiple("quantity", quantity, instrument.quantity_scale, instrument.lot_units)
        if stands and price is not None:
            ticks = _multiple("price", price, instrument.price_scale, instrument.tick_units)
        now = (lots, ticks) if stands else (0, 0)
        command = _command(buy, sell, now, who, why, venue.clock.now_ns())
        fault = correction_fault(venue.exchange, command)
        if fault:
            raise SettingsError([fault])
        await self._act([command], [instrument])
        return {
            "trade": match,
            "symbol": instrument.symbol.decode(),
            "buyer": venue.peers[buy.session - 1].comp_id.decode("latin-1"),
            "seller": venue.peers[sell.session - 1].comp_id.decode("latin-1"),
            "quantity": decimal_text(now[0] * instrument.lot_units, instrument.quantity_scale),
            "price": decimal_text(now[1] * instrument.tick_units, instrument.price_scale) if stands else None,
        }


def _command(buy: OrderEvent, sell: OrderEvent, now: tuple[int, int], who: str, why: str, now_ns: int) -> CorrectTrade:
    return CorrectTrade(
        buy.match,
        buy.instrument,
        *(buy.session, buy.cl_ord_id, buy.order_id, buy.sequence),
        *(sell.session, sell.cl_ord_id, sell.order_id, sell.sequence),
        *(buy.last_lots, buy.last_ticks, *now),
        who.encode(),
        why.encode(),
        now_ns,
    )


def _multiple(what: str, value: Decimal, scale: int, units: int) -> int:
    """A decimal in ticks or lots; SettingsError if it is none of the symbol's."""
    scaled = value.scaleb(scale)
    if scaled != int(scaled) or int(scaled) % units:
        raise SettingsError([f"{what}: {value} must be a multiple of {Decimal(units).scaleb(-scale)}"])
    return int(scaled) // units
