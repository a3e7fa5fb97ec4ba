"""How orders of the naive exchange stand to one another: who meets whom, how much trades, which stops are elected."""

from engine import codes
from tests.model.naive_order import WAITING, NaiveOrder, own


def facing(opened: list[NaiveOrder], order: NaiveOrder) -> list[NaiveOrder]:
    """The resting orders it may trade with, best price first, then by time."""
    sign = 1 if order.side == codes.BUY else -1
    others = [o for o in opened if o.instrument == order.instrument and o.side != order.side and o.rests]
    good = [o for o in others if sign * o.price <= sign * order.worst]
    return sorted(good, key=lambda o: (sign * o.price, o.rank))


def can_trade(opened: list[NaiveOrder], order: NaiveOrder) -> int:
    """How many lots would trade at once, price by price first what is shown, then what is hidden behind it; of its
    own firm's orders the incoming one's mode decides.
    """
    left, lots = order.leaves, 0
    others = facing(opened, order)
    for price in dict.fromkeys(other.price for other in others):
        here = [other for other in others if other.price == price]
        behind = 0
        for other in here:
            if not order.stp or not own(other, order):
                took = min(left, other.shown)
                behind += other.leaves - other.shown
            elif order.stp == codes.STP_DECREMENT:
                left -= min(left, other.leaves)
                continue
            elif order.stp == codes.STP_CANCEL_OLDEST:
                continue
            else:
                return lots
            left, lots = left - took, lots + took
        took = min(left, behind)
        left, lots = left - took, lots + took
    return lots


def elected(opened: list[NaiveOrder], prices: list[int]) -> list[NaiveOrder]:
    """The stops that trades at these prices reach, in their order."""
    waiting = [o for o in opened if o.ord_type in WAITING]
    buys = [o for o in waiting if o.side == codes.BUY and any(price >= o.stop for price in prices)]
    sells = [o for o in waiting if o.side == codes.SELL and any(price <= o.stop for price in prices)]
    buys.sort(key=lambda o: (o.stop, o.rank))
    sells.sort(key=lambda o: (-o.stop, o.rank))
    chosen = []
    while buys or sells:
        older = min([queue[0] for queue in (buys, sells) if queue], key=lambda o: o.rank)
        chosen.append(older)
        (buys if older.side == codes.BUY else sells).remove(older)
    return chosen


def status_of(order: NaiveOrder) -> int:
    if order.leaves == 0:
        return codes.FILLED
    return codes.PARTIALLY_FILLED if order.cum else codes.NEW
