"""The questions to the audit: an order's whole story, trades, sessions, messages, operators' actions."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest

from engine.codes import BUY, SELL
from engine.commands import CancelOrder, CancelOrders, EnterOrder, HaltInstrument, ReplaceOrder, ResumeInstrument
from engine.reasons import CANCELED_BY_OPERATOR, OPERATOR_HALT
from persistence import audit
from persistence.audit import Window
from persistence.errors import DatabaseError
from persistence.kinds import DISCONNECTED
from tests.persistence.test_projection import catch_up
from tests.persistence.trading import START_NS, Trader

T = TypeVar("T")
SECOND = 1_000_000_000


@pytest.fixture
def audited(dsn: str, tmp_path: Path) -> str:
    """A day on which a seller amends, is half filled and canceled by the operator; each step a second later."""
    trader = Trader(tmp_path, 1)
    steps = (
        EnterOrder(1, b"S1", 1, SELL, 300, 10_125, account=b"A1"),
        ReplaceOrder(1, b"S2", b"S1", 1, SELL, 200, 10_100),
        EnterOrder(2, b"B1", 1, BUY, 120, 10_150),
        CancelOrder(2, b"B2", b"NONE", 1, BUY),
        EnterOrder(2, b"B3", 0, BUY, 5, 100, symbol=b"WHAT"),
        EnterOrder(2, b"S1", 2, BUY, 7, 9_000),
        HaltInstrument(1, OPERATOR_HALT, b"ann", b"news"),
        CancelOrders(1, 1, CANCELED_BY_OPERATOR, b"ann", b"asked by phone"),
        ResumeInstrument(1, b"bob", b"over"),
    )
    for number, command in enumerate(steps, 1):
        trader.now_ns = time_ns = START_NS + number * SECOND
        fields = {name: getattr(command, name) for name in dir(command) if not name.startswith("_")}
        session = fields["session"] if number < 7 else 0
        if session:
            raw = b"8=FIX.4.4\x019=1\x0135=D\x0134=%d\x0155=AAPL\x0110=000\x01" % trader.next_in[session]
            trader.journal.inbound(session, trader.next_in[session], time_ns, raw)
            trader.next_in[session] += 1
        kind: Any = type(command)
        trader.execute(kind(**{**fields, "time_ns": time_ns}))
        trader.journal.commit(time_ns)
    trader.journal.session(1, DISCONNECTED, 3, 9, trader.now_ns, b"went away")
    trader.journal.commit(trader.now_ns)
    trader.journal.close()
    catch_up(dsn, tmp_path)
    return dsn


def ask(dsn: str, question: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    async def run() -> T:
        connection = await audit.connect(dsn)
        try:
            return await question(connection)
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.mark.parametrize("name", ["S1", "S2"])
def test_an_order_is_found_under_each_of_its_names_with_its_whole_story(audited: str, name: str) -> None:
    story = ask(audited, lambda c: audit.order_by_cl_ord_id(c, name, "CLIENT1"))
    told = [
        (row["event"], row["cl_ord_id"], row["quantity"], row["filled"], row["leaves"], row["status"]) for row in story
    ]
    assert told == [
        ("new", "S1", "300", "0", "300", "new"),
        ("replaced", "S2", "200", "0", "200", "new"),
        ("trade", "S2", "200", "120", "80", "partially filled"),
        ("canceled", "S2", "200", "120", "0", "canceled"),
    ]
    trade, end = story[2:]
    assert (trade["last_quantity"], trade["last_price"], trade["trade"], trade["symbol"]) == (
        "120",
        "101.00",
        1,
        "AAPL",
    )
    assert (end["reason"], end["caused_by"], end["who"], end["why"]) == (
        "canceled_by_operator",
        "cancel orders",
        "ann",
        "asked by phone",
    )
    order_id = trade["order_id"]
    assert order_id is not None
    assert ask(audited, lambda c: audit.order_by_id(c, order_id)) == story


def test_a_name_that_two_sessions_use_finds_both_orders(audited: str) -> None:
    both = ask(audited, lambda c: audit.order_by_cl_ord_id(c, "S1"))
    assert {row["session"] for row in both} == {"CLIENT1", "CLIENT2"}
    assert [row["sequence"] for row in both] == sorted(row["sequence"] for row in both)


def test_what_was_refused_is_found_by_its_name(audited: str) -> None:
    (cancel,) = ask(audited, lambda c: audit.order_by_cl_ord_id(c, "B2"))
    assert (cancel["event"], cancel["reason"], cancel["orig_cl_ord_id"]) == (
        "request rejected",
        "unknown_order",
        "NONE",
    )
    (entry,) = ask(audited, lambda c: audit.order_by_cl_ord_id(c, "B3"))
    assert (entry["event"], entry["reason"], entry["symbol"]) == ("rejected", "unknown_symbol", "WHAT")


def test_a_name_nobody_used_finds_nothing(audited: str) -> None:
    assert ask(audited, lambda c: audit.order_by_cl_ord_id(c, "NOBODY")) == []


def test_trades_show_both_sides(audited: str) -> None:
    (trade,) = ask(audited, lambda c: audit.trades(c, Window()))
    assert (trade["buyer"], trade["seller"], trade["aggressor"]) == ("CLIENT2", "CLIENT1", "buy")
    assert (trade["quantity"], trade["price"], trade["time_ns"]) == ("120", "101.00", START_NS + 3 * SECOND)


@pytest.mark.parametrize(
    ("window", "count"),
    [
        (Window(symbol="AAPL"), 1),
        (Window(symbol="MSFT"), 0),
        (Window(session="CLIENT1"), 1),
        (Window(session="CLIENT9"), 0),
        (Window(since_ns=START_NS + 3 * SECOND), 1),
        (Window(since_ns=START_NS + 3 * SECOND + 1), 0),
        (Window(until_ns=START_NS + 3 * SECOND), 0),
        (Window(until_ns=START_NS + 3 * SECOND + 1), 1),
    ],
)
def test_a_window_holds_its_beginning_and_not_its_end(audited: str, window: Window, count: int) -> None:
    assert len(ask(audited, lambda c: audit.trades(c, window))) == count


def test_sessions_stand_as_the_journal_left_them(audited: str) -> None:
    first, second = ask(audited, audit.sessions)
    assert first == {"session": "CLIENT1", "firm": "FIRM1", "next_in": 3, "next_out": 9}
    assert ask(audited, lambda c: audit.sessions(c, "CLIENT2")) == [second]
    changes = ask(audited, lambda c: audit.session_changes(c, Window(session="CLIENT1")))
    assert [(row["change"], row["text"]) for row in changes] == [
        ("connected", "127.0.0.1"),
        ("logged on", None),
        ("disconnected", "went away"),
    ]


def test_messages_come_raw_in_order_and_filtered(audited: str) -> None:
    everything = ask(audited, lambda c: audit.messages(c, Window()))
    assert [row["record"] for row in everything] == sorted(row["record"] for row in everything)
    entered = ask(audited, lambda c: audit.messages(c, Window(session="CLIENT1"), "in", "D"))
    assert [(row["msg_seq_num"], row["raw"][:9]) for row in entered] == [(1, b"8=FIX.4.4"), (2, b"8=FIX.4.4")]
    aapl = ask(audited, lambda c: audit.messages(c, Window(symbol="AAPL")))
    assert len(aapl) == 6
    assert ask(audited, lambda c: audit.messages(c, Window(symbol="AAP"))) == []
    assert ask(audited, lambda c: audit.messages(c, Window(), "out", "D")) == []


def test_of_too_many_rows_the_latest_are_shown(audited: str) -> None:
    everything = ask(audited, lambda c: audit.messages(c, Window()))
    assert ask(audited, lambda c: audit.messages(c, Window(rows_max=3))) == everything[-3:]


def test_actions_say_who_and_why(audited: str) -> None:
    """PHA-06."""
    done = ask(audited, lambda c: audit.actions(c, Window()))
    assert [(row["action"], row["symbol"], row["session"], row["reason"], row["who"], row["why"]) for row in done] == [
        ("halt instrument", "AAPL", None, "operator_halt", "ann", "news"),
        ("cancel orders", "AAPL", "CLIENT1", "canceled_by_operator", "ann", "asked by phone"),
        ("resume instrument", "AAPL", None, None, "bob", "over"),
    ]


def test_questions_change_nothing(audited: str) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        ask(audited, lambda c: c.execute("delete from event"))


def test_without_an_audit_the_fault_says_so(dsn: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="holds no audit yet"):
        ask(dsn, audit.sessions)
    with pytest.raises(DatabaseError, match="cannot reach the audit's PostgreSQL"):
        ask(f"postgresql://x@/x?host={tmp_path}", audit.sessions)


def test_names_of_commands_are_those_of_their_classes(dsn: str, tmp_path: Path) -> None:
    """The view's names and the journal's numbers do not drift apart."""
    from persistence.kinds import CANCEL_VERSION, COMMANDS, ENTER_IDENTIFIED, REPLACE_VERSION

    Trader(tmp_path, 1).journal.close()
    catch_up(dsn, tmp_path)
    for code, kind in COMMANDS.items():
        if code in (ENTER_IDENTIFIED, REPLACE_VERSION, CANCEL_VERSION):
            continue  # rows say 1, 2 and 3
        words = "".join(" " + letter.lower() if letter.isupper() else letter for letter in kind.__name__).strip()
        assert ask(dsn, lambda c, code=code: c.fetchval("select command_name($1::int2)", code)) == words  # type: ignore[misc]
