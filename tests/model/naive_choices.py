"""What the naive exchange does otherwise where the venue has chosen otherwise (engine.choices)."""

from typing import TYPE_CHECKING

from engine import codes, commands, reasons
from tests.model.naive_book import elected, facing
from tests.model.naive_order import RESTING_TIF, WAITING, NaiveOrder
from tests.model.naive_safeguards import is_blocked

if TYPE_CHECKING:
    from tests.model.naive_exchange import NaiveExchange


def unwanted_order(model: "NaiveExchange", order: NaiveOrder) -> int:
    choices = model.choices
    if order.ord_type == codes.MARKET and choices.market_resting_refused and order.tif in RESTING_TIF:
        return reasons.MARKET_NOT_IMMEDIATE
    unpriced = order.ord_type in (codes.MARKET, codes.MARKET_TO_LIMIT)
    if unpriced and choices.market_unmet_refused and is_trading(model, order) and not facing(model.open(), order):
        return reasons.NO_COUNTERPART
    return unwanted_terms(model, order, (order.stop, order.display, order.minimum), order.quantity)


def unwanted_replace(model: "NaiveExchange", order: NaiveOrder, command: commands.ReplaceOrder) -> int:
    choices = model.choices
    if command.quantity_lots <= order.cum:
        return reasons.REPLACE_TO_DONE if choices.replace_to_done_refused else 0
    if choices.replace_crossing_refused and order.ord_type == codes.LIMIT and is_trading(model, order):
        others = [o.price for o in model.open(instrument=order.instrument) if o.rests and o.side != order.side]
        buys = order.side == codes.BUY
        if any(command.price_ticks >= price if buys else command.price_ticks <= price for price in others):
            return reasons.REPLACE_WOULD_TRADE
    terms = (0, 0, 0) if command.terms is None else command.terms.values()[:3]
    return unwanted_terms(model, order, terms, command.quantity_lots)


def reopens(model: "NaiveExchange", order: NaiveOrder, command: commands.CancelOrder | commands.ReplaceOrder) -> bool:
    """Whether a request raises a filled order at its price, and may."""
    raises = isinstance(command, commands.ReplaceOrder) and command.quantity_lots > order.cum
    may = model.choices.filled_reopened and not is_blocked(model, order.session)
    return bool(may and raises and order.status == codes.FILLED and command.price_ticks == order.price)  # type: ignore[union-attr]


def unwanted_terms(model: "NaiveExchange", order: NaiveOrder, terms: tuple[int, ...], quantity: int) -> int:
    stop, display, minimum = terms
    if minimum and model.choices.minimum_refused:
        return reasons.MIN_QUANTITY_REFUSED
    if display and quantity > display * model.choices.parts_max:
        return reasons.TOO_MANY_PARTS
    last = model.last(order.instrument)
    reached = last >= stop if order.side == codes.BUY else last <= stop
    refuses = order.ord_type in WAITING and model.choices.stop_reached_refused and last
    return reasons.STOP_PRICE_REACHED if refuses and reached else 0


def is_trading(model: "NaiveExchange", order: NaiveOrder) -> bool:
    return model.stages[order.instrument].phase == codes.TRADING


def next_elected(model: "NaiveExchange", instrument: int, prices: list[int]) -> list[NaiveOrder]:
    found = elected(model.open(instrument=instrument), prices)
    return sorted(found, key=lambda o: o.rank) if model.choices.stops_by_age else found


def part_of(model: "NaiveExchange", order: NaiveOrder, left: int) -> int:
    """What an order that has `left` open shows when it comes to stand at the end of its queue."""
    if not order.display:
        return left
    less = order.display * model.choices.parts_smaller_percent // 100
    return min(max(order.display - model.lots[order.instrument].draw(less), 1), left)


def end_unfilled(model: "NaiveExchange", order: NaiveOrder, reason: int) -> None:
    """An order that may not rest has something left."""
    bounded = 1 < order.worst < codes.PRICE_TICKS_MAX
    stays = order.ord_type == codes.MARKET and order.tif in RESTING_TIF and bounded
    if model.choices.market_rest_priced and stays:
        order.ord_type = codes.LIMIT
        model.reprice(order, order.worst, reasons.MARKET_PRICED)
        model.rest(order)
    else:
        model.end(order, codes.EXPIRED if model.choices.unfilled_expires else codes.CANCELED, reason)
