"""What the audit says of phases and auctions: the views `phases`, `auctions`, `trades`, `actions`, `order_records`."""

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from engine.choices import SetOrderChoices
from engine.codes import (
    AT_THE_CLOSE,
    BUY,
    CALLS,
    CLOSED,
    CLOSING_AUCTION,
    HALTED,
    MARKET,
    OPENING_AUCTION,
    PHASE_NAMES,
    PRE_OPEN,
    SELL,
    STOP,
    TRADING,
)
from engine.commands import Command, EnterOrder, HaltInstrument, ResumeInstrument
from engine.events import AuctionEnded, InstrumentChanged, OrderEvent
from engine.order import Terms
from engine.phase_commands import AdvancePhase, SetPhase, SetTradingRules
from engine.reasons import BREAKER_HALT, OPERATOR_HALT, REFUSALS
from tests.model.flow import Flow
from tests.persistence.test_projection import catch_up, rows, value
from tests.persistence.trading import START_NS, Trader

SECOND = 1_000_000_000


def calendar(phase: int, at_s: int) -> SetPhase:
    return SetPhase(1, phase, b"calendar", b"exchange_day", scheduled_ns=START_NS + at_s * SECOND)


def order(session: int, name: bytes, side: int, lots: int, ticks: int = 0, **more: int) -> EnterOrder:
    command = EnterOrder(session, name, 1, side, lots, ticks)
    if not ticks:
        command.ord_type = MARKET
    for field, given in more.items():
        setattr(command, field, given)
    return command


DAY: tuple[Command, ...] = (
    SetTradingRules(static_bp=100, extension_ns=60 * SECOND, extensions_max=1, reopening_ns=30 * SECOND),
    calendar(PRE_OPEN, 2),
    order(1, b"B1", BUY, 300, 10_200),
    order(1, b"B2", BUY, 100),
    order(2, b"S1", SELL, 250, 10_200),
    calendar(OPENING_AUCTION, 6),
    calendar(TRADING, 7),
    AdvancePhase(1, b"clock", b"its time is over"),
    HaltInstrument(1, OPERATOR_HALT, b"ann", b"news"),
    ResumeInstrument(1, b"bob", b"read"),
    SetPhase(1, TRADING, b"bob", b"at once"),
    order(2, b"S2", SELL, 50, 10_200),
    HaltInstrument(1, BREAKER_HALT, b"breaker", b"moved", 10_400, 10_200),
    SetPhase(1, TRADING, b"bob", b"a mistake"),
    order(2, b"S3", SELL, 10, 10_300, time_in_force=AT_THE_CLOSE),
    calendar(CLOSING_AUCTION, 16),
    calendar(CLOSED, 17),
)
"""A day of an instrument, each command a second after the one before."""


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("day")
    trader = Trader(directory, 1)
    play(trader, DAY)
    trader.journal.close()
    return directory


def play(trader: Trader, commands: tuple[Command, ...]) -> None:
    """Each command is a frame of its own, and a second later than the one before."""
    for number, command in enumerate(commands, 1):
        trader.now_ns = START_NS + number * SECOND
        kind = type(command)
        fields = {name: getattr(command, name) for name in dir(command) if not name.startswith("_")}
        given = {name: found for name, found in fields.items() if not callable(found)}
        trader.execute(kind(**given | {"time_ns": trader.now_ns}))
        trader.journal.commit(trader.now_ns)


def test_every_phase_says_why_by_whom_and_until_when(dsn: str, journal: Path) -> None:
    """PHA-06, AUC-08: and an extension with the two prices that were compared, in money."""
    catch_up(dsn, journal)
    since = "round(extract(epoch from {} - outcry_time($1)))::int"
    sql = f"""select {since.format("time")}, symbol, phase, reason, who, why, {since.format("until")}, price, against
        from phases order by sequence"""
    by_calendar = ("calendar", "exchange_day")
    extended = (Decimal("102.00"), Decimal("100.00"))
    assert rows(dsn, sql, START_NS) == [
        (2, "AAPL", "pre_open", "calendar", *by_calendar, None, None, None),
        (6, "AAPL", "opening_auction", "calendar", *by_calendar, None, None, None),
        (7, "AAPL", "opening_auction", "auction_extended", *by_calendar, 67, *extended),
        (9, "AAPL", "halted", "operator_halt", "ann", "news", None, None, None),
        (10, "AAPL", "volatility_auction", "reopening", "bob", "read", 40, None, None),
        (11, "AAPL", "trading", "operator_phase", "bob", "at once", None, None, None),
        (13, "AAPL", "halted", "breaker_halt", "breaker", "moved", None, Decimal("104.00"), extended[0]),
        (14, "AAPL", "trading", "operator_phase", "bob", "a mistake", None, None, None),
        (16, "AAPL", "closing_auction", "calendar", *by_calendar, None, None, None),
        (17, "AAPL", "closed", "calendar", *by_calendar, None, None, None),
    ]
    assert value(dsn, "select bool_and(day = outcry_day(time_ns)) from phases")


def test_every_call_says_what_it_gave(dsn: str, journal: Path) -> None:
    """AUC-10: price, quantity and surplus, that of sellers below zero; null is no trade."""
    catch_up(dsn, journal)
    assert rows(dsn, "select symbol, phase, price, quantity, surplus from auctions order by sequence") == [
        ("AAPL", "volatility_auction", Decimal("102.00"), 250, 150),
        ("AAPL", "closing_auction", None, 0, 0),
    ]
    assert value(dsn, "select bool_and(day = outcry_day(time_ns)) from auctions")


def test_a_trade_of_an_auction_has_no_aggressor(dsn: str, journal: Path) -> None:
    """ORD-13, AUC-06: market orders before limits; one of continuous trading has one."""
    catch_up(dsn, journal)
    assert rows(dsn, "select quantity, price, aggressor, buyer, seller from trades order by trade") == [
        (100, Decimal("102.00"), None, "CLIENT1", "CLIENT2"),
        (150, Decimal("102.00"), None, "CLIENT1", "CLIENT2"),
        (50, Decimal("102.00"), "sell", "CLIENT1", "CLIENT2"),
    ]
    assert rows(dsn, "select distinct reason from order_events where event = 'trade' order by 1") == [
        ("auction_trade",),
        (None,),
    ]


def test_an_order_record_has_the_phase_it_happened_in(dsn: str, journal: Path) -> None:
    """An auction's trades happen before the phase that follows it."""
    catch_up(dsn, journal)
    sql = "select event, phase, validity from order_records where cl_ord_id = $1 order by sequence"
    assert rows(dsn, sql, "B1") == [
        ("NEWO", "pre_open", "day"),
        ("PARF", "volatility_auction", "day"),
        ("PARF", "trading", "day"),
    ]
    assert rows(dsn, sql, "S3") == [("NEWO", "trading", "at the close"), ("CAMO", "closing_auction", "at the close")]


def test_what_operators_and_the_calendar_did_has_names(dsn: str, journal: Path) -> None:
    """PHA-06"""
    catch_up(dsn, journal)
    found = rows(dsn, "select action, who, why from actions where symbol = 'AAPL' and who = 'bob' order by command")
    assert found == [
        ("resume instrument", "bob", "read"),
        ("set phase", "bob", "at once"),
        ("set phase", "bob", "a mistake"),
    ]
    assert value(dsn, "select count(*) from actions where action = 'set phase' and who = 'calendar'") == 5
    assert value(dsn, "select count(*) from actions where action = 'advance phase'") == 1


def test_a_cascade_of_stops_is_no_pair_of_prices(dsn: str, tmp_path: Path) -> None:
    """STO-07: what was compared were rounds."""
    trader = Trader(tmp_path, 1)
    stop = {"ord_type": STOP, "terms": Terms(stop_ticks=10_000)}
    commands = (
        SetOrderChoices(election_rounds_max=0),
        order(1, b"B", BUY, 1, 10_000),
        order(2, b"STOP", SELL, 1, **stop),  # type: ignore[arg-type]
        order(2, b"S", SELL, 1, 10_000),
    )
    play(trader, commands)
    trader.journal.close()
    catch_up(dsn, tmp_path)
    assert rows(dsn, "select phase, reason, price, against from phases") == [
        ("halted", "stop_cascade_halt", None, None)
    ]


def test_the_views_hold_what_happened_on_a_random_day(dsn: str, tmp_path: Path, seed: int) -> None:
    """AUD-01: row by row against the events themselves, and the phase of every order record against theirs."""
    trader = Trader(tmp_path, seed)
    flow = Flow(Random(seed))
    flow.phases.has = True
    seen = len(trader.events)
    while len(trader.events) < 1_500:
        command = flow.next()
        if getattr(command, "session", 0) <= 2:
            trader.execute(command)
            flow.see(trader.events[seen:])
            seen = len(trader.events)
    trader.journal.commit(trader.now_ns)
    trader.journal.close()
    catch_up(dsn, tmp_path)
    changes = [event for event in trader.events if isinstance(event, InstrumentChanged)]
    found = rows(dsn, "select sequence, phase, reason, until is null from phases")
    assert sorted(found) == [
        (e.sequence, PHASE_NAMES[e.state], REFUSALS[e.reason].name if e.reason else None, e.until_ns == 0)
        for e in changes
    ]
    ended = [event for event in trader.events if isinstance(event, AuctionEnded)]
    found = rows(
        dsn, "select sequence, phase, coalesce(price * 100, 0)::int, quantity::int, surplus::int from auctions"
    )
    assert sorted(found) == [
        (e.sequence, PHASE_NAMES[e.phase], e.price_ticks, e.quantity_lots, e.surplus_lots) for e in ended
    ]
    assert {change.state for change in changes} >= {TRADING, HALTED, *CALLS} or len(changes) < 40
    phases = {1: "trading", 2: "trading"}
    known: dict[object, object] = dict(rows(dsn, "select sequence, phase from order_records"))  # type: ignore[arg-type]
    for event in trader.events:
        if isinstance(event, InstrumentChanged):
            phases[event.instrument] = PHASE_NAMES[event.state]
        elif isinstance(event, OrderEvent) and event.sequence in known and event.instrument:
            assert known[event.sequence] == phases[event.instrument]
