"""Trades of the naive exchange that are taken back or changed (ORD-09, QTY-05)."""

from typing import TYPE_CHECKING

from engine import codes, reasons
from engine.trade_commands import CorrectTrade
from tests.model.naive_book import status_of
from tests.model.naive_order import RESTING_TIF, NaiveOrder
from tests.model.naive_phases import MATCHING
from tests.model.naive_safeguards import is_blocked

if TYPE_CHECKING:
    from tests.model.naive_exchange import NaiveExchange

Standing = tuple[int, int, int, int]  # lots, price, ExecIDs that told buyer and seller so


def correct(model: "NaiveExchange", command: CorrectTrade) -> None:
    traded = command.traded_lots, command.traded_ticks, command.buy_exec_id, command.sell_exec_id
    stands = model.corrected.get(command.match, traded)
    lots, _, *exec_ids = stands
    buy = known(model, command.buyer, command.buy_order_id)
    sell = known(model, command.seller, command.sell_order_id)
    if buy is None or sell is None or cannot_be(model, command, stands, (buy, sell)):
        return
    reopened, told = [], []
    for order, exec_id in zip((buy, sell), exec_ids, strict=True):
        was_open = order.leaves > 0
        order.cum += command.lots - lots
        if order.status not in (codes.CANCELED, codes.EXPIRED):
            order.leaves += lots - command.lots
            order.shown = min(order.shown, order.leaves)
            order.status = status_of(order)
            if command.lots < lots:
                reopened.append((order, was_open))
            if command.lots < lots or not order.leaves:
                order.leave()
        kind, reason = codes.TRADE_CORRECT, reasons.TRADE_CORRECTED
        if command.lots == 0:
            kind, reason = codes.TRADE_CANCEL, reasons.TRADE_BUSTED
        model.say(kind, order, reason, (command.lots, command.ticks, 0), compared=(exec_id, command.match, 0))
        told.append(model.sequence + len(model.happened))
    model.corrected[command.match] = (command.lots, command.ticks, told[0], told[1])
    instrument, price, _, buyer, seller = model.trades[command.match - 1]
    model.trades[command.match - 1] = (instrument, price, command.lots, buyer, seller)
    for order, was_open in sorted(reopened, key=lambda found: found[0].number):
        bring_back(model, order, was_open)


def known(model: "NaiveExchange", session: int, number: int) -> NaiveOrder | None:
    """An order that a name of the session still stands for."""
    found = [order for (whose, _), order in model.names.items() if whose == session and order is not None]
    return next((order for order in found if order.number == number), None)


def cannot_be(
    model: "NaiveExchange", command: CorrectTrade, stands: Standing, orders: tuple[NaiveOrder, NaiveOrder]
) -> bool:
    lots, price, *_ = stands
    settled = command.match <= model.settled or lots == 0 or (command.lots, command.ticks) == (lots, price)
    return settled or any(o.cum < lots or command.lots - lots > o.quantity - o.cum for o in orders)


def bring_back(model: "NaiveExchange", order: NaiveOrder, was_open: bool) -> None:
    """What is open again stands last in its queue; where it may not stand, or would trade, it ends."""
    past = order.tif == codes.GTD and order.expires <= model.time_ns
    rests = was_open or (order.ord_type == codes.LIMIT and order.tif in RESTING_TIF and not past)
    matches = model.stages[order.instrument].phase in MATCHING
    others = [o for o in model.open(instrument=order.instrument) if o.rests and o.side != order.side]
    buys = order.side == codes.BUY
    crosses = any(order.price >= o.price if buys else order.price <= o.price for o in others)
    if not rests or is_blocked(model, order.session) or (matches and crosses):
        model.end(order, codes.CANCELED, reasons.TRADE_BUSTED)
    elif matches:
        model.rest(order)
    else:
        model.hold(order)
