"""Busts and corrections in the journal and in PostgreSQL: trades are found, replays exact, books and sums right."""

from pathlib import Path
from random import Random

from engine.codes import BUY, SELL, TRADE_CANCEL, TRADE_CORRECT
from engine.events import OrderEvent
from engine.exchange import Exchange
from engine.trade_commands import CorrectTrade
from persistence import trades
from persistence.journal import Journal
from persistence.recovery import replay
from persistence.trades import find_trade
from tests.persistence.test_books import books, told
from tests.persistence.test_projection import catch_up, rows
from tests.persistence.trading import Trader, exchange

TURNS = 120


def corrected_day(directory: Path, seed: int) -> Trader:
    """A random day, in which trades are busted and corrected as if they had been looked up."""
    trader, random = Trader(directory, seed), Random(seed)
    for _ in range(TURNS):
        trader.turn()
        match = random.randrange(trader.exchange.tape.match + 1)
        found = find_trade(directory, match, trader.journal.position) if match else None
        assert (found is None) == (match == 0)
        if found is None:
            continue
        buy, sell = found
        lots = random.choice((0, buy.last_lots, random.randrange(1, buy.last_lots + 1)))
        trader.execute(command(buy, sell, lots, buy.last_ticks + random.randrange(3) if lots else 0, trader.now_ns))
        trader.journal.commit(trader.now_ns)
    return trader


def standing(exchange: Exchange) -> list[tuple[int, int, int, int]]:
    """The open orders in their order."""
    return [(o.order_id, o.leaves_lots, o.cum_lots, o.notional) for o in exchange.open_orders(0, 0, 0)]


def command(buy: OrderEvent, sell: OrderEvent, lots: int, ticks: int, now_ns: int) -> CorrectTrade:
    """A trade is to be so many lots at a price."""
    sides = [(side.session, side.cl_ord_id, side.order_id, side.sequence) for side in (buy, sell)]
    traded = buy.last_lots, buy.last_ticks
    return CorrectTrade(buy.match, buy.instrument, *sides[0], *sides[1], *traded, lots, ticks, b"op", b"why", now_ns)


def test_a_day_with_corrections_replays_to_the_same_state(tmp_path: Path, seed: int) -> None:
    """AUD-03: every event is compared."""
    trader = corrected_day(tmp_path, seed)
    told_of = [event for event in trader.events if isinstance(event, OrderEvent) and event.kind == TRADE_CANCEL]
    assert len(told_of) > 5
    trader.journal.close()
    again = exchange()
    journal = Journal(tmp_path, "os", 1 << 20)
    replay(journal, again)
    journal.close()
    assert again.corrections.standing == trader.exchange.corrections.standing
    assert standing(again) == standing(trader.exchange)


def test_the_audit_has_the_books_and_sums_of_a_day_with_corrections(dsn: str, tmp_path: Path, seed: int) -> None:
    """QTY-07, CXR-09: what was open again stands at the end of its queue; sums are of what trades are now."""
    trader = corrected_day(tmp_path, seed)
    trader.journal.close()
    catch_up(dsn, tmp_path)
    assert told(dsn, trader.exchange.tape.event) == books(trader)
    for instrument in (1, 2):
        lots = {side: trader.checker.traded_lots.get((instrument, side), 0) for side in (BUY, SELL)}
        assert lots[BUY] == lots[SELL]
        [[bought, sold, standing]] = rows(
            dsn,
            """select sum(bought_lots), sum(sold_lots), (select sum(standing_quantity) from trades t join instrument i
                using (symbol) where i.number = $1) from outcry_tally(0, 1000000000) where instrument = $1""",
            instrument,
        )
        assert (bought, sold, standing) == (lots[BUY], lots[SELL], lots[BUY])
    counted = rows(dsn, "select count(*), min(who), min(exec_ref_id) > 0 from corrections")
    kinds = [event.kind for event in trader.events if isinstance(event, OrderEvent)]
    assert counted == [(kinds.count(TRADE_CANCEL) + kinds.count(TRADE_CORRECT), "op", True)]
    unnamed = "select count(*) from order_records where event is null"
    assert rows(dsn, unnamed) == [(0,)], "every event has a name of RTS 24's"


def test_trades_are_found_by_halving_as_by_reading(tmp_path: Path, seed: int) -> None:
    """Whatever the journal's length: also where only a few frames are read in a row."""
    trader = Trader(tmp_path, seed)
    for _ in range(TURNS):
        trader.turn()
    end = trader.journal.position
    known = [event for event in trader.events if isinstance(event, OrderEvent) and event.match]
    before = trades.SCANNED_BYTES
    try:
        trades.SCANNED_BYTES = 1
        for event in known:
            found = find_trade(tmp_path, event.match, end)
            assert found is not None
            assert event.sequence in (found[0].sequence, found[1].sequence)
            assert (found[0].side, found[1].side) == (BUY, SELL)
        assert find_trade(tmp_path, known[-1].match + 1, end) is None
    finally:
        trades.SCANNED_BYTES = before
