"""Books from the audit: at any moment what the engine itself had, order by order, with and without checkpoints."""

from pathlib import Path
from random import Random

import pytest

from engine.book import Book
from engine.codes import BUY, SELL
from tests.persistence.test_projection import ask, catch_up, rows, value
from tests.persistence.trading import Trader

TURNS = 150
Queue = list[tuple[int, int, int]]  # OrderID, open and shown lots


def books(trader: Trader) -> dict[tuple[int, int], Queue]:
    """What rests by instrument and side, in the order in which it would trade."""
    found: dict[tuple[int, int], Queue] = {}
    for book in trader.exchange.books[1:]:
        assert isinstance(book, Book)
        for side, ladder in ((BUY, book.bids), (SELL, book.asks)):
            found[book.instrument.number, side] = [
                (order.order_id, order.leaves_lots, order.leaves_lots - (order.terms.hidden_lots if order.terms else 0))
                for order in ladder.orders()
            ]
    return found


def told(dsn: str, after: int) -> dict[tuple[int, int], Queue]:
    """The same from PostgreSQL."""
    found: dict[tuple[int, int], Queue] = {(number, side): [] for number in (1, 2) for side in (BUY, SELL)}
    sql = """select instrument, side, order_id, leaves_lots, displayed_lots from outcry_book_at($1)
        order by instrument, side, price_ticks * case when side = '1' then -1 else 1 end, since, part, priority"""
    for instrument, side, *order in rows(dsn, sql, after):
        assert isinstance(instrument, int)
        assert isinstance(side, bytes)
        found[instrument, side[0]].append(tuple(order))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("checkpoints", [False, True])
def test_the_book_at_a_moment_is_the_one_the_engine_had(dsn: str, tmp_path: Path, seed: int, checkpoints: bool) -> None:
    """AUD-06."""
    trader = Trader(tmp_path, seed, trades=200)
    moments: list[tuple[int, int, dict[tuple[int, int], Queue]]] = []
    for turn in range(TURNS):
        trader.turn(3)
        moments.append((trader.exchange.tape.event, trader.now_ns, books(trader)))
        if checkpoints and turn % 50 == 49:
            catch_up(dsn, tmp_path)
            ask(dsn, lambda connection: connection.execute("select outcry_checkpoint(10)"))
    catch_up(dsn, tmp_path)
    assert bool(value(dsn, "select count(*) from checkpoint")) == checkpoints  # none where little has happened since
    for after, time_ns, expected in Random(seed).sample(moments, 20) + moments[-1:]:
        assert told(dsn, after) == expected, f"after event {after}"
        at = value(dsn, "select outcry_event_at($1)", time_ns)
        assert isinstance(at, int)
        assert at >= after
    trader.journal.close()


def crowded(trader: Trader) -> list[list[int]]:
    """The OrderIDs of every level at which more than one order rests."""
    levels: dict[tuple[int, int, int], list[int]] = {}
    for book in trader.exchange.books[1:]:
        assert isinstance(book, Book)
        for order in book.bids.orders() + book.asks.orders():
            levels.setdefault((book.instrument.number, order.side, order.price_ticks), []).append(order.order_id)
    return [orders for orders in levels.values() if len(orders) > 1]


def test_a_queue_is_the_part_of_a_level_up_to_the_order(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = Trader(tmp_path, seed, trades=200)
    for _ in range(60):
        trader.turn()
    while not crowded(trader):
        trader.turn()
    catch_up(dsn, tmp_path)
    for orders in crowded(trader)[:8]:
        queue = "select order_id from outcry_queue($1, $2) order by place"
        assert [row[0] for row in rows(dsn, queue, orders[-2], trader.exchange.tape.event)] == orders[:-1]
    trader.journal.close()


def test_what_is_ahead_of_an_order_shrinks_as_its_queue_does(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = Trader(tmp_path, seed, trades=200)
    for _ in range(60):
        trader.turn()
    while not crowded(trader):
        trader.turn()
    order_id = crowded(trader)[0][-1]
    after = trader.exchange.tape.event
    for _ in range(30):
        trader.turn()
    catch_up(dsn, tmp_path)
    sql = "select sequence, ahead_lots from outcry_ahead($1, $2, $3) where kind is not null order by sequence"
    for sequence, ahead in rows(dsn, sql, order_id, after, trader.exchange.tape.event):
        queue = rows(
            dsn, "select displayed_lots, priority from outcry_queue($1, $2) order by place", order_id, sequence
        )
        if not queue or queue[-1][1] != value(dsn, "select outcry_priority($1, $2)", order_id, after):
            break  # it traded, ended or went to another place itself
        assert ahead == sum(int(str(row[0])) for row in queue[:-1])
    trader.journal.close()


def test_tallies_add_up_to_what_happened(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = Trader(tmp_path, seed, trades=200)
    for turn in range(60):
        trader.turn()
        if turn % 20 == 19:
            catch_up(dsn, tmp_path)
            ask(dsn, lambda connection: connection.execute("select outcry_checkpoint(10)"))
    trader.turn()
    catch_up(dsn, tmp_path)
    tallied = """select instrument, firm, sum(entered), sum(fills), sum(bought_lots), sum(sold_notional), min(low_ticks)
        from (select distinct day from event) d, outcry_day_tally(d.day) t group by 1, 2 order by 1, 2"""
    counted = """select e.instrument, coalesce(e.firm, s.firm, 0), count(*) filter (where kind = '0'),
        count(*) filter (where kind = 'F'), coalesce(sum(last_lots) filter (where side = '1' and kind = 'F'), 0),
        coalesce(sum(last_lots * last_ticks) filter (where side = '2' and kind = 'F'), 0), min(last_ticks)
        from event e left join session s on s.number = e.session where class in (1, 2) group by 1, 2 order by 1, 2"""
    assert rows(dsn, tallied) == rows(dsn, counted)
    trader.journal.close()


def test_trades_by_price_are_the_same_from_sums_and_from_events(dsn: str, tmp_path: Path, seed: int) -> None:
    trader = Trader(tmp_path, seed, trades=200)
    for turn in range(60):
        trader.turn()
        if turn % 10 == 9:
            catch_up(dsn, tmp_path)
            ask(dsn, lambda connection: connection.execute("select outcry_checkpoint(10)"))
    trader.turn()
    catch_up(dsn, tmp_path)
    assert value(dsn, "select count(*) > 0 from traded")
    counted = """select last_ticks, min(time_ns), count(*), sum(last_lots) from event
        where instrument = 1 and sequence > $1 and sequence <= $2 and kind = 'F' and side = '1' group by 1 order by 1"""
    summed = "select * from outcry_traded(1, $1, $2) order by 1"
    spans = "select coalesce(sum(lots), 0), coalesce(sum(trades), 0) from outcry_trade_spans(1, $1, $2, 10)"
    for _ in range(20):
        since, until = sorted(trader.random.randrange(trader.exchange.tape.event + 1) for _ in range(2))
        by_price = rows(dsn, counted, since, until)
        assert rows(dsn, summed, since, until) == by_price
        assert [tuple(row) for row in rows(dsn, spans, since + 1, until)] == [
            (sum(int(str(row[3])) for row in by_price), sum(int(str(row[2])) for row in by_price))
        ]
    trader.journal.close()
