"""What is pending in the journal, in snapshots and in PostgreSQL."""

from pathlib import Path
from random import Random

from engine.choices import SetOrderChoices
from engine.codes import BUY, SELL
from engine.commands import CancelOrder, EndDay, EnterOrder, ExpireOrders, ReplaceOrder
from engine.exchange import Exchange
from persistence.journal import Journal
from persistence.recovery import replay
from persistence.state import capture, restore, state_hash
from risk.gate import RiskGate
from tests.model.flow import Flow, opening
from tests.persistence.test_books import books, told
from tests.persistence.test_projection import catch_up, rows
from tests.persistence.trading import Trader, exchange

TURNS = 120


def slow_day(directory: Path, seed: int) -> Trader:
    """A random day at a venue where requests are pending for some turns; it ends while one is."""
    trader = Trader(directory, seed)
    trader.execute(SetOrderChoices(pending_ms=4, time_ns=trader.now_ns))
    for _ in range(TURNS):
        trader.turn()
    while not trader.exchange.pending.queue:  # a name drawn from those of a long day is hardly ever an open order's
        trader.turn()
        for order in trader.exchange.open_orders(0, 0, 0)[:1]:
            name, number = b"L%d" % trader.names, order.instrument.number
            trader.execute(CancelOrder(order.session, name, order.cl_ord_id, number, order.side, time_ns=trader.now_ns))
    trader.journal.commit(trader.now_ns)
    return trader


def test_a_day_with_pending_requests_replays_to_the_same_state(tmp_path: Path, seed: int) -> None:
    """AUD-03, CXR-04: those that are pending at its end too."""
    trader = slow_day(tmp_path, seed)
    trader.journal.close()
    again = exchange()
    journal = Journal(tmp_path, "os", 1 << 20)
    replay(journal, again)
    journal.close()
    assert len(again.pending.queue) == len(trader.exchange.pending.queue) > 0
    for one in (again, trader.exchange):
        one.execute(ExpireOrders(b"clock", b"tick", trader.now_ns + 5_000_000))
    assert [event.sequence for event in again.tape.events] == [event.sequence for event in trader.exchange.tape.events]
    assert (again.pending.names, again.pending.cancels, again.pending.replaces) == ({}, {}, {})


def test_what_is_pending_is_in_a_snapshot(seed: int) -> None:
    """AUD-03, CXR-04: an exchange restored goes on as the one that was captured."""
    random = Random(seed)
    flow, one, other = Flow(random), Exchange(RiskGate()), Exchange(RiskGate())
    flow.phases.choices = False
    for command in [*opening(), SetOrderChoices(pending_ms=3)]:
        one.execute(command)
    while len(one.pending.queue) < 3:
        flow.see(one.execute(flow.next()))
        one.follow_up()
    restore(capture((one, one.gate)), (other, other.gate))
    assert len(other.pending.queue) == len(one.pending.queue)
    for _ in range(200):
        command = flow.next()
        for venue in (one, other):
            flow.see(venue.execute(command))
            venue.follow_up()
        assert state_hash((one, one.gate)) == state_hash((other, other.gate))


def test_the_audit_has_the_books_of_a_day_with_pending_requests(dsn: str, tmp_path: Path, seed: int) -> None:
    """CXR-09: what is pending moves no order in its queue."""
    trader = slow_day(tmp_path, seed)
    trader.journal.close()
    catch_up(dsn, tmp_path)
    assert told(dsn, trader.exchange.tape.event) == books(trader)


def test_the_audit_names_what_is_pending_and_how_the_order_stands(dsn: str, tmp_path: Path) -> None:
    """ORD-07, ORD-08, CXR-02: also after a request was refused, of which no event of the order's own tells."""
    trader = Trader(tmp_path, 1)
    trader.execute(SetOrderChoices(pending_ms=1_500, time_ns=trader.now_ns))
    trader.play(
        EnterOrder(1, b"x", 1, BUY, 10, 10_000),
        CancelOrder(1, b"y", b"x", 1, BUY),
        EnterOrder(2, b"s", 1, SELL, 10, 10_000),
        EnterOrder(1, b"a", 1, BUY, 10, 9_999),
        ReplaceOrder(1, b"b", b"a", 1, BUY, 20, 9_998),
    )
    trader.journal.close()
    catch_up(dsn, tmp_path)
    assert [tuple(row) for row in rows(dsn, "select cl_ord_id, event, status from order_events order by sequence")] == [
        ("x", "new", "new"),
        ("y", "pending cancel", "pending cancel"),
        ("s", "new", "new"),
        ("s", "trade", "filled"),
        ("x", "trade", "pending cancel"),
        ("y", "request rejected", "filled"),
        ("a", "new", "new"),
        ("b", "pending replace", "pending replace"),
    ]
    stand = rows(dsn, "select cl_ord_id, status, leaves::int from orders order by order_id")
    assert [tuple(row) for row in stand] == [("x", "filled", 0), ("s", "filled", 0), ("a", "pending replace", 10)]
    assert rows(dsn, "select from order_records where event is null") == []
    assert [row[0] for row in rows(dsn, "select distinct session from orders order by 1")] == ["CLIENT1", "CLIENT2"]


def test_a_day_that_ends_leaves_nothing_pending(tmp_path: Path, seed: int) -> None:
    """MAT-13"""
    trader = slow_day(tmp_path, seed)
    assert trader.exchange.pending.queue
    trader.execute(EndDay(20260102, b"calendar", b"close", trader.now_ns))
    assert not trader.exchange.pending.queue
    trader.journal.close()
