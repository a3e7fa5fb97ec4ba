"""Auctions once more, written to be obviously right: a price is found by trying every one, and trades part by part."""

from typing import TYPE_CHECKING

from engine import codes, reasons
from engine.auction import ASX, EURONEXT, NASDAQ, T7, XETRA
from tests.model.naive_book import status_of
from tests.model.naive_order import AUCTION_TIF, NaiveOrder

if TYPE_CHECKING:
    from tests.model.naive_exchange import NaiveExchange

Side = list[tuple[int, int]]  # limit (0: none), lots
CALLS = (codes.PRE_OPEN, codes.OPENING_AUCTION, codes.VOLATILITY_AUCTION, codes.CLOSING_AUCTION)


def meet_at(price: int, bids: Side, asks: Side) -> tuple[int, int]:
    """The lots that trade at a price, and the surplus, positive of buyers."""
    wanted = sum(lots for limit, lots in bids if limit == 0 or limit >= price)
    offered = sum(lots for limit, lots in asks if limit == 0 or limit <= price)
    return min(wanted, offered), wanted - offered


def auction_price(bids: Side, asks: Side, ladder: int, reference: int) -> tuple[int, int, int]:
    """Price, lots and surplus by the table of specs/matching.md; all 0 without a trade (AUC-01 to AUC-05)."""
    limits = sorted({limit for limit, _ in bids + asks if limit})
    prices = limits
    if ladder in (NASDAQ, ASX) and limits:
        ends = [*limits, reference or limits[0]]
        prices = list(range(min(ends), max(ends) + 1))
    if not limits:
        prices = [reference] if reference else []
    found = {price: meet_at(price, bids, asks) for price in prices}
    most = max((lots for lots, _ in found.values()), default=0)
    if most == 0:
        return 0, 0, 0
    least = min(abs(surplus) for lots, surplus in found.values() if lots == most)
    tied = [price for price in prices if found[price][0] == most and abs(found[price][1]) == least]
    if ladder == NASDAQ:
        tied = [price for price in tied if is_named(price, found[price][1], bids, asks)] or tied
    price = tiebreak(tied, {price: found[price][1] for price in tied}, ladder, reference)
    return price, *meet_at(price, bids, asks)


def is_named(price: int, surplus: int, bids: Side, asks: Side) -> bool:
    """Whether somebody of the side that would go without at a price has it as a limit."""
    losers = bids if surplus > 0 else asks if surplus < 0 else []
    return any(limit == price for limit, _ in losers)


def tiebreak(tied: list[int], surplus: dict[int, int], ladder: int, reference: int) -> int:
    """One of the prices that volume and surplus leave (AUC-03, AUC-04)."""
    if ladder in (XETRA, T7, ASX) and all(surplus[price] > 0 for price in tied):
        return max(tied)
    if ladder in (XETRA, T7, ASX) and all(surplus[price] < 0 for price in tied):
        return min(tied)
    buyers = [price for price in tied if surplus[price] > 0]
    sellers = [price for price in tied if surplus[price] < 0]
    if ladder in (XETRA, T7, ASX) and buyers and sellers:
        tied = [max(buyers), min(sellers)]
    low, high = min(tied), max(tied)
    if reference == 0:
        return high
    if ladder in (XETRA, EURONEXT, NASDAQ):
        return min(reversed(tied), key=lambda price: abs(price - reference))
    return low if reference < low else high if reference > high else reference


# -- the auction of one instrument


def here(model: "NaiveExchange", instrument: int, side: int) -> list[NaiveOrder]:
    """Who takes part, in the order of priority: market orders, then by price and time."""
    orders = [o for o in model.open(instrument=instrument, side=side) if o.gathers or o.rests]
    return sorted(orders, key=lambda o: (not o.gathers, -o.price if side == codes.BUY else o.price, o.rank))


def indicated(model: "NaiveExchange", instrument: int) -> tuple[int, int, int]:
    """What uncrossing now gives."""
    bids, asks = (
        [(0 if o.gathers else o.price, o.leaves) for o in here(model, instrument, side)]
        for side in (codes.BUY, codes.SELL)
    )
    stage = model.stages[instrument]
    reference = model.last(instrument) or model.listed[instrument].reference_ticks
    if model.rules.tiebreak == NASDAQ:
        reference = stage.midpoint or reference
    return auction_price(bids, asks, model.rules.tiebreak, reference)


def uncross(model: "NaiveExchange", instrument: int) -> None:
    phase = model.stages[instrument].phase
    price, lots, surplus = indicated(model, instrument)
    if lots or phase in CALLS:
        model.happened.append(("auction", instrument, phase, price, lots, surplus))
    if lots:
        model.gate.auction(instrument, price)
        buyers = shares(model, instrument, codes.BUY, lots)
        sellers = shares(model, instrument, codes.SELL, lots)
        while buyers:
            (buy, wanted), (sell, offered) = buyers[0], sellers[0]
            traded = min(wanted, offered)
            trade(model, (buy, wanted > traded), (sell, offered > traded), traded, price)
            buyers = [(buy, wanted - traded)] * (wanted > traded) + buyers[1:]
            sellers = [(sell, offered - traded)] * (offered > traded) + sellers[1:]
    settle(model, instrument, price)
    end_bound(model, instrument, phase)


def shares(model: "NaiveExchange", instrument: int, side: int, lots: int) -> list[tuple[NaiveOrder, int]]:
    """Who trades how much, in the order in which each came first: an iceberg's next part stands at the end."""
    taken: dict[int, tuple[NaiveOrder, int]] = {}
    while lots:
        left = {o.number: o.leaves - taken.get(o.number, (o, 0))[1] for o in here(model, instrument, side)}
        order = next(o for o in here(model, instrument, side) if left[o.number])
        part = min(left[order.number] if order.gathers else order.shown, lots)
        lots -= part
        taken[order.number] = (order, taken.get(order.number, (order, 0))[1] + part)
        if order.rests:
            model.show_less(order, part, order.leaves - taken[order.number][1])
    return list(taken.values())


Trader = tuple[NaiveOrder, bool]  # and whether it trades on with another


def trade(model: "NaiveExchange", buy: Trader, sell: Trader, lots: int, price: int) -> None:
    model.trades.append((buy[0].instrument, price, lots, buy[0].firm, sell[0].firm))
    model.prices.append(price)
    for order, trades_on in (buy, sell):
        assert not order.price or (order.price >= price if order.side == codes.BUY else order.price <= price)
        order.cum += lots
        order.leaves -= lots
        order.status = status_of(order)
        last = (lots, price, len(model.trades))
        model.say(codes.TRADE, order, reasons.AUCTION_TRADE, last, trades_on=trades_on)


def settle(model: "NaiveExchange", instrument: int, price: int) -> None:
    """What is left of market orders (AUC-07)."""
    left = [o for o in model.open(instrument=instrument) if o.gathers]
    for order in left:
        stays = order.ord_type == codes.MARKET_TO_LIMIT or model.rules.leftover_rests
        if stays and order.tif not in AUCTION_TIF and price:
            order.ord_type, order.gathers = codes.LIMIT, False
            model.reprice(order, price, reasons.MARKET_TO_LIMIT_PRICED)
            model.rest(order)
        else:
            model.end(order, codes.CANCELED, reasons.UNFILLED)


def end_bound(model: "NaiveExchange", instrument: int, phase: int) -> None:
    """Orders for this auction end with it (MAT-14); by number."""
    over = AUCTION_TIF if phase == codes.CLOSING_AUCTION else (codes.AT_THE_OPENING,)
    for order in sorted(model.open(instrument=instrument), key=lambda o: o.number):
        if order.tif in over:
            model.end(order, codes.CANCELED, reasons.AUCTION_OVER)
