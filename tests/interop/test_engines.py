"""Every engine we know trades a day, is cut off, resumes by ResendRequest and logs out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.fix_client import FixClient
from tests.gateway.venue_process import NO_DATABASE, VenueProcess, running
from tests.interop.engine import Engine, Fields, expect, send
from tests.interop.engines import ENGINES, making

BUY, SELL = "1", "2"
MISSED = 25


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[VenueProcess]:
    with running(tmp_path / "var", "--dsn", NO_DATABASE) as process:
        yield process


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, venue: VenueProcess, tmp_path: Path) -> Iterator[Engine]:
    """One engine of each kind, not started."""
    with making(str(request.param), venue.port, tmp_path) as made:
        yield made


def order(engine: Engine, side: str, quantity: int, price: str, **more: object) -> str:
    return send(engine, "D", t55="AAPL", t54=side, t38=quantity, t40="2", t44=price, t21="1", **more)


def test_an_engine_trades_a_day_is_cut_off_and_resumes(engine: Engine, venue: VenueProcess) -> None:
    """SES-10, SES-22, VAL-01, in the hands of engines that others wrote."""
    with FixClient(venue.port, "OTHER") as other:
        other.log_on()
        engine.start()
        trade(engine, other)
        be_refused(engine)
        miss_reports(engine, other)
        log_out_and_on(engine)


def trade(engine: Engine, other: FixClient) -> None:
    """Orders rest, trade, are replaced, asked about and canceled."""
    ask = order(engine, SELL, 100, "150.10")
    order_id = expect(engine, "8", t11=ask, t150="0", t39="0", t14="0", t151="100")[37]
    other.enter("B1", "buy", 30, "150.10")
    other.reports_of(2)
    expect(engine, "8", t11=ask, t150="F", t39="1", t31="150.10", t32="30", t14="30", t151="70", t37=order_id)
    replaced = send(engine, "G", t41=ask, t55="AAPL", t54=SELL, t38=80, t40="2", t44="150.05", t21="1")
    expect(engine, "8", t11=replaced, t41=ask, t150="5", t39="1", t38="80", t151="50", t37=order_id)
    send(engine, "H", t11=replaced, t55="AAPL", t54=SELL)
    expect(engine, "8", t11=replaced, t150="I", t17="0", t39="1", t151="50")
    send(engine, "AF", t584="all", t585="7")
    expect(engine, "8", t11=replaced, t150="I", t584="all", t911="1", t912="Y")
    canceled = send(engine, "F", t41=replaced, t55="AAPL", t54=SELL, t38=80)
    expect(engine, "8", t11=canceled, t41=replaced, t150="4", t39="4", t14="30", t151="0")
    resting = [order(engine, BUY, 5, "140.00"), order(engine, BUY, 5, "139.00")]
    for cl_ord_id in resting:
        expect(engine, "8", t11=cl_ord_id, t150="0")
    mass = send(engine, "q", t530="7")
    expect(engine, "r", t11=mass, t531="7", t533="2")
    for cl_ord_id in resting:
        expect(engine, "8", t11=cl_ord_id, t150="4", t39="4")


def be_refused(engine: Engine) -> None:
    """What is wrong is refused by the message that says so, and takes its number all the same."""
    unknown = send(engine, "D", t55="NOPE", t54=BUY, t38=1, t40="2", t44="1.00", t21="1")
    expect(engine, "8", t11=unknown, t150="8", t103="1", t37="NONE")
    late = send(engine, "F", t41="NEVER", t55="AAPL", t54=SELL, t38=80)
    expect(engine, "9", t11=late, t41="NEVER", t102="1", t434="1", t39="8")
    send(engine, "D", t55="AAPL", t54=BUY, t38=1, t40="Z", t44="150.00", t21="1")
    expect(engine, "3", t371="40", t372="D", t373="5")
    send(engine, "M", t66="list")
    expect(engine, "j", t372="M", t380="3")


def miss_reports(engine: Engine, other: FixClient) -> None:
    """Fills while the engine is gone are delivered once, marked, after its next Logon and ResendRequest."""
    ask = order(engine, SELL, MISSED, "151.00")
    expect(engine, "8", t11=ask, t150="0")
    engine.stop(force=True)
    for number in range(MISSED):
        other.enter(f"M{number}", "buy", 1, "151.00")
        other.reports_of(2)
    asked = engine.resend_requests
    engine.start()
    fills: list[Fields] = [
        expect(engine, "8", t11=ask, t150="F", t43="Y", t151=leaves) for leaves in range(MISSED - 1, -1, -1)
    ]
    assert len({fill[17] for fill in fills}) == MISSED
    assert engine.resend_requests == asked + 1


def log_out_and_on(engine: Engine) -> None:
    """A session that ended in order goes on where it ended, and nobody asks for anything."""
    asked = engine.resend_requests
    engine.stop()
    engine.start()
    bid = order(engine, BUY, 1, "140.00")
    expect(engine, "8", t11=bid, t150="0")
    canceled = send(engine, "F", t41=bid, t55="AAPL", t54=BUY, t38=1)
    expect(engine, "8", t11=canceled, t150="4")
    engine.stop()
    assert engine.resend_requests == asked
    assert engine.came.empty()
