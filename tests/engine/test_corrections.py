"""Trades busted and corrected: FIX's appendix D, J.1 (RULES.md sections 3 and 4)."""

import pytest

from engine.codes import BUY, GTC, IOC, MARKET_TO_LIMIT
from engine.commands import EndDay, HaltInstrument
from engine.corrections import CORRECTED_TRADES_MAX, correction_fault
from engine.events import OrderEvent
from engine.reasons import OPERATOR_HALT
from engine.safeguard_commands import BY_MARKET, Kill
from engine.trade_commands import CorrectTrade
from risk.gate import RiskGate
from tests.model.play import Play


class Court:
    """A play of which trades are known as the journal would know them."""

    def __init__(self, play: Play) -> None:
        self.play = play

    def correct(self, trade: tuple[OrderEvent, OrderEvent], lots: int, ticks: int) -> list[str]:
        """Make a trade of so much."""
        return self.play.run(self.command(trade, lots, ticks))

    def bust(self, trade: tuple[OrderEvent, OrderEvent]) -> list[str]:
        """Take a trade back."""
        return self.correct(trade, 0, 0)

    def command(self, trade: tuple[OrderEvent, OrderEvent], lots: int, ticks: int) -> CorrectTrade:
        buy, sell = trade if trade[0].side == BUY else trade[::-1]
        return CorrectTrade(
            buy.match,
            buy.instrument,
            buy.session,
            buy.cl_ord_id,
            buy.order_id,
            buy.sequence,
            sell.session,
            sell.cl_ord_id,
            sell.order_id,
            sell.sequence,
            buy.last_lots,
            buy.last_ticks,
            lots,
            ticks,
            b"op",
            b"why",
        )

    def fault(self, trade: tuple[OrderEvent, OrderEvent], lots: int = 0, ticks: int = 0) -> str:
        """Why a trade cannot be that; nothing happens then either."""
        command = self.command(trade, lots, ticks)
        fault = correction_fault(self.play.exchange, command)
        assert not fault or self.play.run(command) == []
        return fault

    def last(self) -> tuple[OrderEvent, OrderEvent]:
        """The trade of the command before."""
        taker, maker = [event for event in self.play.events if isinstance(event, OrderEvent) and event.match][-2:]
        return taker, maker


def trade(play: Play, lots: int, ticks: int = 100, buy: int = 0) -> tuple[OrderEvent, OrderEvent]:
    """Somebody sells so much at once to what rests; first, if asked for, `b` comes to buy."""
    if buy:
        play.buy("b", buy, ticks)
    play.sell(f"s{play.exchange.order_id}", lots, ticks, time_in_force=IOC)
    return Court(play).last()


def test_a_days_fills_are_busted_and_corrected_as_in_appendix_d() -> None:
    """QTY-05: the golden sequence of J.1.a; ExecRefID is always the report that told of it last."""
    play = Play()
    court = Court(play)
    first = trade(play, 1000, 100, buy=10_000)
    play.replace("c", "b", 10_000, 110)
    second = trade(play, 9000, 110)
    assert second[1].cum_lots == 10_000
    assert court.bust(first)[0] == "c busted 9000+1000 trade_busted"
    assert play.order("c").notional == 9000 * 110
    assert court.correct(second, 9000, 100)[0] == "c corrected 9000@100 9000+1000 trade_corrected"
    told = [(event.value, event.sequence) for event in play.events if isinstance(event, OrderEvent)]
    assert [before for before, _ in told] == [second[1].sequence, second[0].sequence]
    play.replace("d", "c", 10_000, 120)
    trade(play, 1000, 120)
    assert play.order("d").notional == 10_000 * 102
    assert court.correct(second, 9000, 120)[0] == "d corrected 9000@120 10000+0 trade_corrected"
    assert [event.value for event in play.events if isinstance(event, OrderEvent)] == [number for _, number in told]
    assert play.order("d").notional == 10_000 * 120


def test_more_for_a_trade_comes_from_what_is_open_and_keeps_the_place() -> None:
    """QTY-05: 10000 corrected to 10500 leaves 1500 of 2000; the other side must have so much more too."""
    play = Play()
    play.buy("x", 500, 101, session=3)
    play.buy("b", 12_000, 100)
    play.buy("behind", 5, 100, session=3)
    play.sell("s", 10_500, 100, time_in_force=IOC)
    deals = [event for event in play.events if isinstance(event, OrderEvent) and event.match]
    court = Court(play)
    assert court.fault((deals[2], deals[3]), 10_500, 100).endswith("order 4 has not so much more")
    court.bust((deals[0], deals[1]))
    assert court.correct((deals[2], deals[3]), 10_500, 100) == [
        "b corrected 10500@100 10500+1500 trade_corrected",
        "s corrected 10500@100 10500+0 canceled trade_corrected",
    ]
    book = play.exchange.books[1]
    assert book is not None
    assert [order.cl_ord_id for order in book.bids.orders()] == [b"x", b"b", b"behind"]
    assert play.depth() == ([(101, 500), (100, 1505)], [])


def test_less_for_a_trade_is_open_again_at_the_end_of_the_queue() -> None:
    """QTY-05, J.1.b: the other order would trade with it, and was canceled once and for all."""
    play = Play()
    play.buy("b", 10, 100)
    play.buy("behind", 5, 100, session=3)
    play.sell("s", 8, 100)
    traded = Court(play).last()
    assert Court(play).correct(traded, 5, 99) == [
        "b corrected 5@99 5+5 trade_corrected",
        "s corrected 5@99 5+3 trade_corrected",
        "s canceled 5+0 trade_busted",
    ]
    book = play.exchange.books[1]
    assert book is not None
    assert [order.cl_ord_id for order in book.bids.orders()] == [b"behind", b"b"]
    assert Court(play).correct(traded, 6, 99) == [
        "b corrected 6@99 6+4 trade_corrected",
        "s corrected 6@99 6+0 canceled trade_corrected",
    ]
    assert Court(play).correct(traded, 6, 98)[0] == "b corrected 6@98 6+4 trade_corrected"
    assert Court(play).fault(traded, 6, 98) == "trade 1 is that already"


def test_a_busted_fill_of_a_canceled_order_opens_nothing() -> None:
    """ORD-09, J.1.b."""
    play = Play()
    traded = trade(play, 4, buy=10)
    play.cancel("c", "b")
    assert Court(play).bust(traded)[0] == "b busted 0+0 canceled trade_busted"
    assert play.depth() == ([], [])
    assert Court(play).fault(traded) == "trade 1 is busted already"


def test_what_may_not_rest_is_canceled_when_its_fill_is_busted() -> None:
    """MAT-10: an immediate order does not come back, nor does one without a price or of a blocked firm."""
    play = Play()
    traded = trade(play, 4, buy=10)
    assert Court(play).bust(traded)[1:] == ["s1 busted 0+4 new trade_busted", "s1 canceled 0+0 trade_busted"]
    play.sell("o", 5, 120)
    play.buy("m", 5, None)
    assert Court(play).bust(Court(play).last())[2:] == ["m canceled 0+0 trade_busted"]
    play.buy("l", 5, 0, ord_type=MARKET_TO_LIMIT)
    play = Play()
    traded = trade(play, 10, buy=10)
    play.run(Kill(BY_MARKET, b"", b"op", b"why"))
    assert Court(play).bust(traded)[2:] == ["b canceled 0+0 trade_busted", "s1 canceled 0+0 trade_busted"]


def test_the_sides_of_a_busted_trade_do_not_trade_again() -> None:
    """MAT-03: the older one rests, the other is canceled; in a halt both stay, to meet in the auction after it."""
    for halted in (False, True):
        play = Play()
        play.buy("b", 10, 100)
        play.sell("s", 10, 100)
        traded = Court(play).last()
        if halted:
            play.run(HaltInstrument(1, OPERATOR_HALT, b"op", b"why"))
        after = Court(play).bust(traded)[2:]
        assert after == ([] if halted else ["s canceled 0+0 trade_busted"])
        assert play.depth() == ([(100, 10)], [(100, 10)] if halted else [])


def test_a_trade_stands_from_the_next_day_on() -> None:
    """ORD-09"""
    play = Play()
    play.buy("b", 10, 100, time_in_force=GTC)
    traded = trade(play, 4)
    play.run(EndDay(20260102, b"clock", b"close"))
    assert Court(play).fault(traded) == "trade 1 is of an earlier trading day and stands"


@pytest.mark.parametrize(("lots", "ticks"), [(4, 0), (4, 10**12 + 1), (4, 10**18)])
def test_a_correction_keeps_the_bounds_of_all_numbers(lots: int, ticks: int) -> None:
    """VAL-06"""
    play = Play()
    assert Court(play).fault(trade(play, 5, buy=10), lots, ticks) == "trade 1 cannot have that price and quantity"


def test_only_so_many_trades_of_a_day_are_corrected() -> None:
    play = Play()
    traded = trade(play, 4, buy=10)
    standing = play.exchange.corrections.standing
    standing |= dict.fromkeys(range(10, 10 + CORRECTED_TRADES_MAX), (0, 0, 1, 2))
    assert "which is all that may be" in Court(play).fault(traded)


def test_risk_follows_busts_and_corrections() -> None:
    """RSK-06: positions, what is open, and how many orders are."""
    gate = RiskGate()
    play = Play(gate)
    play.buy("b", 10, 100)
    play.sell("s", 10, 100)
    traded = Court(play).last()
    buyer, seller = gate.position(1, 1), gate.position(2, 1)
    quota = gate.quotas[1]
    assert quota is not None
    assert (buyer.lots, buyer.buy_lots, seller.lots, quota.open_orders) == (10, 0, -10, 0)
    Court(play).correct(traded, 7, 100)
    assert (buyer.lots, buyer.buy_lots, seller.lots, seller.sell_lots, quota.open_orders) == (7, 3, -7, 0, 1)
    Court(play).bust(traded)
    assert (buyer.lots, buyer.buy_lots, seller.lots, seller.sell_lots, quota.open_orders) == (0, 10, 0, 0, 1)
    firm = gate.firms[1]
    assert firm is not None
    assert (firm.gross_notional, firm.long_notional, firm.short_notional) == (1000, 1000, 0)
    play.cancel("c", "b")
    assert (firm.gross_notional, firm.long_notional, firm.short_notional, quota.open_orders) == (0, 0, 0, 0)
