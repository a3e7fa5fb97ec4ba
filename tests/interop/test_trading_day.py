"""A trading day with QuickFIX on the other side, validating every message against its own dictionary of FIX 4.4."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gateway.venue_process import VenueProcess, open_directory, running
from tests.interop.quickfix_client import STOCK_DICTIONARY, QuickFixClient

VENUE_DICTIONARY = Path(__file__).parents[2] / "specs" / "fix44_outcry.xml"
BUY, SELL = "1", "2"
Make = Callable[[str], QuickFixClient]


@pytest.fixture(params=[STOCK_DICTIONARY, VENUE_DICTIONARY], ids=["quickfix", "venue"])
def dictionary(request: pytest.FixtureRequest) -> Path:
    """QuickFIX's own dictionary, and the venue's."""
    found: Path = request.param
    assert found.exists()
    return found


@pytest.fixture
def venue() -> Iterator[VenueProcess]:
    """A venue of its own for each test."""
    with open_directory() as path, running(path / "var") as process:
        yield process


@pytest.fixture
def client(venue: VenueProcess, dictionary: Path, tmp_path: Path) -> Iterator[Make]:
    """Makes a client that is logged on; in the end none may have rejected anything."""
    clients: list[QuickFixClient] = []

    def make(comp_id: str) -> QuickFixClient:
        made = QuickFixClient(tmp_path / comp_id, comp_id, venue.port, dictionary)
        clients.append(made)
        made.start()
        return made

    yield make
    for made in clients:
        made.stop()
    assert [made.complaints for made in clients] == [[] for _ in clients]
    assert [made.log_complaints() for made in clients] == [[] for _ in clients]


def limit(client: QuickFixClient, side: str, quantity: int, price: str, **more: object) -> str:
    return client.send("D", t55="AAPL", t54=side, t38=quantity, t40="2", t44=price, t21="1", **more)


def test_orders_trade_and_every_message_type_is_answered(client: Make) -> None:
    maker, taker = client("MAKER"), client("TAKER")

    ask = limit(maker, SELL, 100, "150.10")
    order_id = maker.expect("8", t11=ask, t150="0", t39="0", t14="0", t151="100")[37]
    bid = limit(taker, BUY, 30, "150.20")
    taker.expect("8", t11=bid, t150="0", t39="0")
    taker.expect("8", t11=bid, t150="F", t39="2", t31="150.10", t32="30", t14="30", t151="0", t6="150.10")
    maker.expect("8", t11=ask, t150="F", t39="1", t31="150.10", t32="30", t14="30", t151="70", t37=order_id)

    replaced = maker.send("G", t41=ask, t55="AAPL", t54=SELL, t38=80, t40="2", t44="150.05", t21="1")
    maker.expect("8", t11=replaced, t41=ask, t150="5", t39="1", t38="80", t44="150.05", t151="50", t37=order_id)
    maker.send("H", t11=replaced, t55="AAPL", t54=SELL)
    maker.expect("8", t11=replaced, t150="I", t17="0", t39="1", t151="50")
    maker.send("AF", t584="all", t585="7")
    maker.expect("8", t11=replaced, t150="I", t584="all", t911="1", t912="Y")

    market = taker.send("D", t55="AAPL", t54=BUY, t38=10, t40="1", t59="3", t21="1")
    taker.expect("8", t11=market, t150="0")
    taker.expect("8", t11=market, t150="F", t39="2", t31="150.05")
    maker.expect("8", t11=replaced, t150="F", t39="1", t151="40")

    canceled = maker.send("F", t41=replaced, t55="AAPL", t54=SELL, t38=80)
    maker.expect("8", t11=canceled, t41=replaced, t150="4", t39="4", t14="40", t151="0")
    late = maker.send("F", t41=replaced, t55="AAPL", t54=SELL, t38=80)
    maker.expect("9", t11=late, t41=replaced, t102="0", t434="1", t39="4")

    resting = [limit(maker, BUY, 5, "140.00"), limit(maker, BUY, 5, "139.00")]
    for cl_ord_id in resting:
        maker.expect("8", t11=cl_ord_id, t150="0")
    mass = maker.send("q", t530="7")
    maker.expect("r", t11=mass, t531="7", t533="2")
    for cl_ord_id in resting:
        maker.expect("8", t11=cl_ord_id, t150="4", t39="4")


def test_refusals_carry_their_reasons(client: Make) -> None:
    one = client("ONE")
    one.expect("8", t11=limit(one, BUY, 5, "200.00"), t150="8", t39="8", t103="99")
    one.expect("8", t11=limit(one, BUY, 100_000_000, "150.00"), t150="8", t103="3")
    unknown = one.send("D", t55="NOPE", t54=BUY, t38=1, t40="2", t44="1.00", t21="1")
    one.expect("8", t11=unknown, t150="8", t103="1", t37="NONE")
    resting = limit(one, BUY, 5, "140.00")
    one.expect("8", t11=resting, t150="0")
    limit(one, BUY, 5, "140.00", t11=resting)
    one.expect("8", t11=resting, t150="8", t103="6", t39="0", t151="5")
    own = limit(one, SELL, 5, "140.00")
    one.expect("8", t11=own, t150="0")
    one.expect("8", t11=own, t150="4", t39="4", t58="SELF_TRADE")
    one.send("M", t66="list")
    one.expect("j", t372="M", t380="3")


def test_reports_missed_while_away_are_recovered_by_resend_request(client: Make) -> None:
    """SES-22, KIL-04: the fill happens while the client is gone, and is delivered exactly once after its next Logon."""
    away, other = client("AWAY"), client("OTHER")
    ask = limit(away, SELL, 50, "151.00")
    away.expect("8", t11=ask, t150="0")
    away.stop(force=True)
    bids = [limit(other, BUY, 10, "151.00") for _ in range(5)]
    for bid in bids:
        other.expect("8", t11=bid, t150="0")
        other.expect("8", t11=bid, t150="F", t32="10")
    away.start()
    fills = [away.expect("8", t11=ask, t150="F", t43="Y", t151=str(leaves)) for leaves in (40, 30, 20, 10, 0)]
    assert len({fill[17] for fill in fills}) == 5
    assert away.resend_requests == 1


def test_a_killed_venue_comes_back_with_books_and_numbers(client: Make, venue: VenueProcess) -> None:
    """SES-22: kill -9, and QuickFIX logs on again with the numbers it has."""
    one, two = client("ONE"), client("TWO")
    ask = limit(one, SELL, 50, "151.00")
    order_id = one.expect("8", t11=ask, t150="0")[37]
    venue.kill()
    one.wait_for_logon("out")
    two.wait_for_logon("out")
    venue.start()
    one.wait_for_logon("on")
    two.wait_for_logon("on")
    bid = limit(two, BUY, 50, "151.00")
    two.expect("8", t11=bid, t150="0")
    two.expect("8", t11=bid, t150="F", t39="2", t31="151.00")
    one.expect("8", t11=ask, t150="F", t39="2", t37=order_id)


def test_numbers_begin_again_when_a_client_asks(venue: VenueProcess, dictionary: Path, tmp_path: Path) -> None:
    """SES-05, SES-06: ResetOnLogon=Y twice in a row, and nothing of the old numbers is asked for."""
    for _ in range(2):
        made = QuickFixClient(tmp_path / "reset", "RESET", venue.port, dictionary, reset=True)
        made.start()
        bid = limit(made, BUY, 1, "140.00")
        assert made.expect("8", t11=bid, t150="0")[34] == "2"
        made.stop()
        assert (made.resend_requests, made.complaints, made.log_complaints()) == (0, [], [])
