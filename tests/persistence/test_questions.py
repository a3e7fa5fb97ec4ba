"""The answers to an auditor's questions about a morning whose every step is known."""

import asyncio
import hashlib
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from engine.codes import BUY, IOC, SELL
from engine.commands import CancelOrder, Command, EnterOrder, ReplaceOrder, SetLimits
from engine.exchange import Exchange
from persistence import audit, explaining, questions
from persistence.blocks import EPOCH, day_of, partition
from persistence.errors import DatabaseError
from persistence.retention import days, retire
from persistence.verification import verify
from tests.persistence.test_projection import ask, catch_up, rows, value
from tests.persistence.trading import DAY_NS, START_NS, Trader

SECOND = 1_000_000_000
STEPS: tuple[Command, ...] = (
    EnterOrder(1, b"A1", 1, BUY, 100, 10_000),
    EnterOrder(1, b"A2", 1, BUY, 50, 10_000),
    EnterOrder(2, b"B1", 1, BUY, 70, 10_000),  # 150 ahead of it
    EnterOrder(2, b"S1", 1, SELL, 30, 10_000),  # A1 trades
    CancelOrder(1, b"A3", b"A2", 1, BUY),
    EnterOrder(1, b"S2", 1, SELL, 40, 10_020),
    EnterOrder(2, b"I1", 1, BUY, 40, 10_010, time_in_force=IOC),  # the best offer is 100.20
    ReplaceOrder(1, b"A4", b"A1", 1, BUY, 100, 10_010),  # to a better price
    EnterOrder(2, b"S3", 1, SELL, 10, 10_010),  # short of B1's price
)


@pytest.fixture
def morning(dsn: str, tmp_path: Path) -> str:
    trader = Trader(tmp_path / "journal", 1)
    trader.play(*STEPS)
    trader.journal.close()
    catch_up(dsn, tmp_path / "journal")
    return dsn


def order(dsn: str, cl_ord_id: str) -> int:
    return ask(dsn, lambda c: questions.order_ids(c, cl_ord_id, None))[0]


def test_where_an_order_was_in_its_queue_at_a_time(morning: str) -> None:
    order_id = order(morning, "B1")
    for second, expected in (
        (2, []),
        (3, [("A1-A4", "100"), ("A2", "50"), ("B1", "70")]),
        (4, [("A1-A4", "70"), ("A2", "50"), ("B1", "70")]),
        (5, [("A1-A4", "70"), ("B1", "70")]),
        (9, [("B1", "70")]),
    ):
        queue = ask(morning, partial(questions.queue, order_id=order_id, time_ns=START_NS + second * SECOND))
        assert [(row["place"], row["shown"]) for row in queue] == [
            (place, shown) for place, (_, shown) in enumerate(expected, 1)
        ]


def test_why_an_order_did_not_trade(morning: str) -> None:
    """Two were ahead; one traded in part, one was canceled, and the first left for a better price."""
    order_id = order(morning, "B1")
    found = ask(morning, lambda c: explaining.why_order(c, order_id))
    (stay,) = found.stays
    assert (stay.ahead_orders, stay.ahead, stay.ahead_last, stay.ended_by) == (2, "150", "0", "still there")
    assert [(step["what"], step["quantity"], step["ahead"]) for step in stay.steps] == [
        ("trade", "30", "120"),
        ("canceled", "50", "70"),
        ("replaced", "70", "0"),
    ]
    assert [(row["place"], row["trades"], row["quantity"]) for row in stay.trades] == [
        ("at", 1, "30"),
        ("short of", 1, "10"),
    ]


def test_why_an_immediate_order_did_not_trade(morning: str) -> None:
    order_id = order(morning, "I1")
    found = ask(morning, lambda c: explaining.why_order(c, order_id))
    assert found.stays == []
    assert found.opposite == {"price": "100.20", "quantity": "40", "orders": 1, "own": "0"}
    assert found.events[-1]["reason"] == "unfilled"


def test_best_bid_and_offer_at_a_time(morning: str) -> None:
    def best(second: int) -> tuple[object, ...]:
        (row,) = ask(morning, lambda c: questions.best(c, START_NS + second * SECOND, "AAPL"))
        return tuple(row[name] for name in ("bid", "bid_quantity", "bid_orders", "ask", "ask_quantity"))

    assert best(0) == (None, None, None, None, None)
    assert best(4) == ("100.00", "190", 3, None, None)
    assert best(6) == ("100.00", "140", 2, "100.20", "40")
    assert best(8) == ("100.10", "70", 1, "100.20", "40")


def test_everything_that_happened_to_a_client_between_two_times(morning: str) -> None:
    told = ask(morning, lambda c: questions.client(c, "CLIENT1", START_NS + 4 * SECOND, START_NS + 8 * SECOND, 100))
    assert [(row["event"], row["cl_ord_id"]) for row in told] == [
        ("trade", "A1"),
        ("canceled", "A3"),
        ("new", "S2"),
        ("replaced", "A4"),
    ]
    first = ask(morning, lambda c: questions.client(c, "CLIENT1", 0, START_NS + 8 * SECOND, 3))
    assert [row["event"] for row in first] == ["connected", "logged on", "new"]


def test_a_days_summary_by_symbol_and_firm(morning: str) -> None:
    day = EPOCH + timedelta(days=day_of(START_NS))
    symbols, firms = ask(morning, lambda c: questions.summary(c, day))
    (apple,) = symbols
    assert (apple["entered"], apple["trades"], apple["volume"]) == ("7", 2, "40")
    assert (apple["opened"], apple["high"], apple["low"], apple["closed"]) == ("100.00", "100.10", "100.00", "100.10")
    assert [(row["firm"], row["bought"], row["sold"]) for row in firms] == [("FIRM1", "40", "0"), ("FIRM2", "0", "40")]


def test_order_records_have_what_rts_24_asks(morning: str) -> None:
    """Regulation (EU) 2017/580, Annex, Table 2."""
    columns = "event, remaining, displayed, liquidity, validity, phase, member, priority_ns, received_ns, sent_ns"
    found = rows(
        morning, f"select {columns} from order_records where order_id = $1 order by sequence", order(morning, "A1")
    )
    life = [tuple(str(part) for part in row[:7]) for row in found]
    assert life == [
        ("NEWO", "100", "100", "None", "day", "trading", "FIRM1"),
        ("PARF", "70", "70", "passive", "day", "trading", "FIRM1"),
        ("REME", "70", "70", "None", "day", "trading", "FIRM1"),
        ("PARF", "60", "60", "passive", "day", "trading", "FIRM1"),
    ]
    begun = START_NS + SECOND
    assert [row[7] for row in found] == [begun, begun, START_NS + 8 * SECOND, START_NS + 8 * SECOND]
    assert [(row[8], row[9]) for row in found][:2] == [(begun, begun), (START_NS + 4 * SECOND, START_NS + 4 * SECOND)]


def test_why_an_order_was_refused_names_rule_values_and_limit(dsn: str, tmp_path: Path) -> None:
    """RSK-11."""
    from risk.gate import RiskGate

    trader = Trader(tmp_path, 1)
    trader.exchange = Exchange(RiskGate())
    for command in trader.commands:
        trader.exchange.execute(command)
    trader.execute(SetLimits(3, 0, 1, 950, who=b"ann", why=b"new week", time_ns=START_NS))
    trader.execute(EnterOrder(1, b"BIG", 1, BUY, 1_000, 10_000, time_ns=START_NS))
    trader.journal.commit(START_NS)
    trader.journal.close()
    catch_up(dsn, tmp_path)
    assert order(dsn, "BIG") == 0, "what was refused has no OrderID"
    events = ask(dsn, lambda c: audit.order_by_cl_ord_id(c, "BIG"))
    found = ask(dsn, lambda c: explaining.why(c, events))
    (refusal,) = found.refusals
    assert (refusal.rule, refusal.text) == ("order_quantity_limit", "OrderQty(38) 1000 exceeds 950")
    assert (refusal.value, refusal.limit, refusal.version) == ("1000", "950", 3)
    assert refusal.limits is not None
    assert (refusal.limits["who"], refusal.limits["why"], refusal.limits["time_ns"]) == ("ann", "new week", START_NS)


def test_a_day_leaves_with_its_hash_and_the_chain_goes_on(dsn: str, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    trader = Trader(tmp_path / "journal", 1)  # with some seeds the first turn ends its day before it trades
    for _ in range(3):
        trader.turn()
        catch_up(dsn, tmp_path / "journal")
        trader.now_ns += DAY_NS

    async def run(number: int) -> tuple[Any, Any]:
        connection = await asyncpg.connect(dsn)
        try:
            known = await days(connection)
            return await retire(connection, known[number], tmp_path / "out"), await verify(connection)
        finally:
            await connection.close()

    with pytest.raises(DatabaseError, match="oldest"):
        asyncio.run(run(1))
    counted = value(dsn, "select count(*) from event where day = (select min(day) from event)")
    made, checked = asyncio.run(run(0))
    assert checked.faults == []
    assert checked.retired == 1
    by_table = {file.table: file for file in made}
    event = by_table["event"]
    assert event.rows == counted == parquet.read_table(event.file).num_rows
    assert hashlib.sha256(event.file.read_bytes()).digest() == event.sha256
    assert rows(dsn, "select sha256 from retired where name = 'event'") == [(event.sha256,)]
    messages = parquet.read_table(by_table["message"].file).to_pylist()
    sent = [
        [row["raw"] for row in messages if row["outbound"] and row["session"] == n] for n in range(len(trader.sent))
    ]
    assert any(sent)
    assert sent == [whole[: len(part)] for whole, part in zip(trader.sent, sent, strict=True)], "the bytes themselves"
    gone = partition("event", (event.day - EPOCH).days)
    assert value(dsn, "select to_regclass($1)", gone) is None
    trader.journal.close()
