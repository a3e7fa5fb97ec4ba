"""Orders at a real venue, as FIX clients live them: every message in, every message out."""

from __future__ import annotations

import pytest

from tests.gateway.conftest import MakeClient
from tests.gateway.fix_client import standing, utc_now


def test_an_order_is_acknowledged_and_rests(client: MakeClient, symbol: str) -> None:
    """ORD-01: NewOrderSingle(D) in, ExecutionReport(8) out."""
    alice = client()
    alice.enter("ONE", "buy", 100, "99.50", symbol=symbol, tag_1="ACCOUNT")
    report = alice.receive("8")
    assert standing(report, (150, 39, 11, 54, 55, 38, 44, 40, 59, 14, 151, 6, 1)) == (
        "0", "0", "ONE", "1", symbol, "100", "99.50", "2", "0", "0", "100", "0", "ACCOUNT",
    )  # fmt: skip
    assert report[37] != report[11], "ORD-15: OrderID(37) is the venue's"


def test_an_order_without_a_time_in_force_is_a_day_order(client: MakeClient, symbol: str) -> None:
    """MAT-09: and its report says so."""
    alice = client()
    alice.send("D", {11: "ONE", 54: 1, 55: symbol, 60: utc_now(), 38: 10, 40: 2, 44: "99.00"})
    assert standing(alice.receive("8"), (150, 59)) == ("0", "0")


def test_two_sessions_trade_at_the_resting_price(client: MakeClient, symbol: str) -> None:
    """ORD-12 to ORD-14, QTY-03: the aggressor sweeps two levels; both sides hear of each match."""
    alice, bob = client(), client()
    alice.enter("A1", "sell", 60, "100.10", symbol=symbol)
    alice.enter("A2", "sell", 60, "100.20", symbol=symbol)
    alice.reports_of(2)
    bob.enter("B1", "buy", 100, "100.20", symbol=symbol)
    entered, first, second = bob.reports_of(3)
    assert standing(entered, (150, 39)) == ("0", "0")
    assert standing(first, (150, 39, 31, 32, 14, 151, 6, 851)) == ("F", "1", "100.10", "60", "60", "40", "100.10", "2")
    assert standing(second, (150, 39, 31, 32, 14, 151, 6)) == ("F", "2", "100.20", "40", "100", "0", "100.14")
    filled, partly = alice.reports_of(2)
    assert standing(filled, (11, 39, 31, 32, 527)) == ("A1", "2", "100.10", "60", first[527])
    assert standing(partly, (11, 39, 31, 32, 527, 851)) == ("A2", "1", "100.20", "40", second[527], "1")


def test_an_average_price_that_does_not_end_is_rounded_once(client: MakeClient, symbol: str) -> None:
    """QTY-03: half-even, four decimals beyond the tick."""
    alice, bob = client(), client()
    alice.enter("A1", "sell", 1, "100.00", symbol=symbol)
    alice.enter("A2", "sell", 2, "100.01", symbol=symbol)
    alice.reports_of(2)
    bob.enter("B1", "buy", 3, "100.01", symbol=symbol)
    assert bob.reports_of(3)[-1][6] == "100.006667"


@pytest.mark.parametrize(("time_in_force", "filled"), [("3", "40"), ("4", "0")], ids=["IOC", "FOK"])
def test_ioc_takes_what_is_there_and_fok_all_or_nothing(
    client: MakeClient, symbol: str, time_in_force: str, filled: str
) -> None:
    """MAT-10, MAT-11, ORD-05: the rest of it is canceled in a report of its own."""
    alice, bob = client(), client()
    alice.enter("A1", "sell", 40, "100.00", symbol=symbol)
    alice.receive("8")
    bob.enter("B1", "buy", 100, "100.00", symbol=symbol, tag_59=time_in_force)
    reports = bob.reports_of(2 if filled == "0" else 3)
    assert standing(reports[-1], (150, 39, 38, 14, 151)) == ("4", "4", "100", filled, "0")


def test_a_market_order_never_rests(client: MakeClient, symbol: str) -> None:
    """MAT-06."""
    alice, bob = client(), client()
    alice.enter("A1", "sell", 40, "100.00", symbol=symbol)
    alice.receive("8")
    bob.enter("B1", "buy", 100, None, symbol=symbol)
    assert [standing(report, (150, 39, 14, 151)) for report in bob.reports_of(3)] == [
        ("0", "0", "0", "100"),
        ("F", "1", "40", "60"),
        ("4", "4", "40", "0"),
    ]


def test_a_replaced_order_keeps_its_fills_and_takes_its_new_name(client: MakeClient, symbol: str) -> None:
    """CXR-05, CXR-12, QTY-04: OrderQty(38) is the total, OrderID(37) stays."""
    alice, bob = client(), client()
    alice.enter("1", "buy", 100, "99.00", symbol=symbol)
    order_id = alice.receive("8")[37]
    bob.enter("1", "sell", 30, "99.00", symbol=symbol)
    alice.receive("8")
    alice.replace("2", "1", "buy", 150, "99.50", symbol=symbol)
    report = alice.receive("8")
    assert standing(report, (150, 39, 11, 41, 37, 38, 44, 14, 151)) == (
        "5", "1", "2", "1", order_id, "150", "99.50", "30", "120",
    )  # fmt: skip
    alice.cancel("3", "1", "buy", 150, symbol=symbol)
    assert standing(alice.receive("9"), (11, 41, 37, 39, 102, 434)) == ("3", "1", "NONE", "8", "1", "1")


def test_a_replace_down_to_what_is_filled_ends_the_order(client: MakeClient, symbol: str) -> None:
    """CXR-06."""
    alice, bob = client(), client()
    alice.enter("1", "buy", 100, "99.00", symbol=symbol)
    alice.receive("8")
    bob.enter("1", "sell", 30, "99.00", symbol=symbol)
    alice.receive("8")
    alice.replace("2", "1", "buy", 20, "99.00", symbol=symbol)
    assert standing(alice.receive("8"), (150, 39, 38, 14, 151)) == ("5", "2", "30", "30", "0")


def test_a_cancel_takes_all_that_is_left(client: MakeClient, symbol: str) -> None:
    """CXR-01."""
    alice = client()
    alice.enter("1", "buy", 100, "99.00", symbol=symbol)
    order_id = alice.receive("8")[37]
    alice.cancel("2", "1", "buy", 100, symbol=symbol)
    report = alice.receive("8")
    assert standing(report, (150, 39, 11, 41, 37, 14, 151, 378)) == ("4", "4", "2", "1", order_id, "0", "0", None)
    alice.cancel("3", "1", "buy", 100, symbol=symbol)
    assert standing(alice.receive("9"), (102, 39, 434)) == ("0", "4", "1")


def test_a_request_for_an_unknown_order_is_refused_and_says_nothing_of_others(client: MakeClient, symbol: str) -> None:
    """IDN-05, IDN-08, CXR-02: another's order is as unknown as none."""
    alice, bob = client(), client()
    alice.enter("HERS", "buy", 100, "99.00", symbol=symbol)
    alice.receive("8")
    answers = []
    for number, original in enumerate(("HERS", "NOBODYS")):
        bob.cancel(f"C{number}", original, "buy", 100, symbol=symbol)
        answers.append(standing(bob.receive("9"), (37, 39, 102, 434, 58)))
        bob.replace(f"G{number}", original, "buy", 100, "99.00", symbol=symbol)
        answers.append(standing(bob.receive("9"), (37, 39, 102, 434, 58)))
    assert answers[:2] == answers[2:] == [("NONE", "8", "1", to, "no such order") for to in ("1", "2")]


@pytest.mark.parametrize(
    ("fields", "code", "text"),
    [
        ({"tag_40": "P"}, "11", "OrdType(40) is not supported"),
        ({"tag_59": "5"}, "11", "TimeInForce(59) is not supported"),
        ({"tag_59": "2"}, "4", "TimeInForce(59)=2, and the opening auction is over"),
        ({"tag_40": "4"}, "99", "StopPx(99) is required for this OrdType(40)"),
        ({"tag_99": "99.00"}, "99", "StopPx(99) is not allowed for this OrdType(40)"),
        (
            {"tag_40": "4", "tag_99": "98.005"},
            "99",
            "StopPx(99) must be a positive multiple of the tick size and in range",
        ),
        ({"tag_59": "6"}, "99", "TimeInForce(59)=6 requires ExpireDate(432) or ExpireTime(126)"),
        ({"tag_59": "6", "tag_432": "20200101"}, "99", "ExpireDate(432) or ExpireTime(126) is past"),
        ({"tag_432": "20990101"}, "99", "ExpireDate(432) and ExpireTime(126) need TimeInForce(59)=6"),
        ({"tag_18": "G"}, "11", "ExecInst(18)=G, all or none, is not supported"),
        ({"tag_18": "5"}, "11", "ExecInst(18) is not supported"),
        ({"tag_18": "6", "tag_59": "3"}, "11", "ExecInst(18)=6 needs a limit order that may rest"),
        ({"tag_111": "11"}, "13", "MaxFloor(111) must be whole lots, at least 1 and at most OrderQty(38)"),
        ({"tag_111": "0"}, "13", "MaxFloor(111) must be whole lots, at least 1 and at most OrderQty(38)"),
        ({"tag_111": "5", "tag_59": "3"}, "11", "MaxFloor(111) needs a priced order that may rest"),
        ({"tag_38": "101", "tag_111": "1"}, "13", "OrderQty(38) is too many times MaxFloor(111)"),
        ({"tag_110": "11", "tag_59": "3"}, "13", "MinQty(110) must be whole lots, at least 1 and at most OrderQty(38)"),
        ({"tag_110": "5"}, "11", "MinQty(110) needs TimeInForce(59)=3"),
        ({"tag_54": "5"}, "11", "Side(54) must be 1 or 2"),
        ({"tag_55": "NONE"}, "1", "Symbol(55) is not traded here"),
        ({"tag_44": "99.005"}, "99", "Price(44) is not a multiple of the tick size"),
        ({"tag_44": "0"}, "99", "Price(44) must be at least one tick"),
        ({"tag_38": "10.5"}, "13", "OrderQty(38) is not a multiple of the lot size"),
        ({"tag_38": "0"}, "13", "OrderQty(38) must be at least 1 lot"),
        ({"tag_11": "X" * 65}, "99", "ClOrdID(11) must be 1 to 64 printable ASCII characters"),
    ],
)
def test_a_bad_order_is_refused_with_one_code_and_text(
    client: MakeClient, symbol: str, fields: dict[str, str], code: str, text: str
) -> None:
    """VAL-01 to VAL-05, VAL-09: 150=8, 39=8, nothing enters the book."""
    alice = client()
    terms = {11: "1", 54: 1, 55: symbol, 60: utc_now(), 38: 10, 40: 2, 44: "99.00"}
    alice.send("D", terms | {int(name[4:]): value for name, value in fields.items()})
    report = alice.receive("8")
    assert standing(report, (150, 39, 103, 58, 37)) == ("8", "8", code, text, "NONE")


def test_a_limit_order_without_a_price_is_refused_by_an_execution_report(client: MakeClient, symbol: str) -> None:
    """VAL-02: what is missing by the order's type is business, not the session's."""
    alice = client()
    alice.send("D", {11: "1", 54: 1, 55: symbol, 60: utc_now(), 38: 10, 40: 2})
    assert standing(alice.receive("8"), (150, 103, 58)) == ("8", "99", "Price(44) is required for this OrdType(40)")


def test_a_duplicate_cl_ord_id_is_answered_with_the_first_orders_state(client: MakeClient, symbol: str) -> None:
    """IDN-01, IDN-02: the first order lives on; its client must not take it for dead."""
    alice, bob = client(), client()
    alice.enter("1", "buy", 100, "99.00", symbol=symbol)
    order_id = alice.receive("8")[37]
    bob.enter("1", "sell", 30, "99.00", symbol=symbol)
    alice.receive("8")
    alice.enter("1", "buy", 500, "98.00", symbol=symbol)
    report = alice.receive("8")
    assert standing(report, (150, 103, 39, 37, 38, 14, 151)) == ("8", "6", "1", order_id, "100", "30", "70")
    alice.cancel("1", "1", "buy", 100, symbol=symbol)
    assert standing(alice.receive("9"), (102, 39)) == ("6", "1")


def test_a_possible_resend_enters_once(client: MakeClient, symbol: str) -> None:
    """IDN-03: PossResend(97)=Y of what is known asks for its state, of what is not it is an order like any other."""
    alice = client()
    alice.enter("1", "buy", 100, "99.00", symbol=symbol, tag_97="Y")
    order_id = alice.receive("8")[37]
    alice.enter("1", "buy", 100, "99.00", symbol=symbol, tag_97="Y")
    assert standing(alice.receive("8"), (150, 39, 17, 37, 151)) == ("I", "0", "0", order_id, "100")


def test_an_order_status_request_changes_nothing(client: MakeClient, symbol: str) -> None:
    """IDN-06."""
    alice = client()
    alice.enter("1", "buy", 100, "99.00", symbol=symbol)
    order_id = alice.receive("8")[37]
    alice.send("H", {790: "ask", 11: "1", 55: symbol, 54: 1})
    report = alice.receive("8")
    assert standing(report, (150, 39, 17, 37, 790, 151, 31)) == ("I", "0", "0", order_id, "ask", "100", None)
    alice.send("H", {11: "OTHER", 55: symbol, 54: 1})
    assert standing(alice.receive("8"), (150, 39, 103, 37)) == ("I", "8", "5", "NONE")


def test_a_mass_status_request_reports_every_open_order(client: MakeClient, symbol: str) -> None:
    """IDN-07."""
    alice = client()
    for number in range(3):
        alice.enter(str(number), "buy", 100, f"99.0{number}", symbol=symbol)
    alice.reports_of(3)
    alice.send("AF", {584: "all", 585: 7})
    reports = alice.reports_of(3)
    assert [standing(report, (150, 584, 911)) for report in reports] == [("I", "all", "3")] * 3
    assert [report[912] for report in reports] == ["N", "N", "Y"]
    assert {report[11] for report in reports} == {"0", "1", "2"}
    alice.send("AF", {584: "one", 585: 1, 55: "AAPL"})
    assert standing(alice.receive("8"), (150, 39, 584, 911, 912)) == ("I", "8", "one", "0", "Y")


def test_a_mass_cancel_reports_itself_and_then_every_order(client: MakeClient, symbol: str) -> None:
    """KIL-02."""
    alice = client()
    for number, side, price in ((1, "buy", "99"), (2, "buy", "98"), (3, "sell", "101")):
        alice.enter(str(number), side, 100, price, symbol=symbol)
    alice.reports_of(3)
    alice.send("q", {11: "M1", 530: 1, 55: symbol, 54: 1, 60: utc_now()})
    assert standing(alice.receive("r"), (11, 530, 531, 533, 55)) == ("M1", "1", "1", "2", symbol)
    assert [standing(report, (150, 39, 11, 151)) for report in alice.reports_of(2)] == [
        ("4", "4", "1", "0"),
        ("4", "4", "2", "0"),
    ]
    alice.send("q", {11: "M2", 530: 7, 60: utc_now()})
    assert standing(alice.receive("r"), (531, 533)) == ("7", "1")
    assert alice.receive("8")[11] == "3"
    alice.send("q", {11: "M3", 530: 2, 60: utc_now()})
    assert standing(alice.receive("r"), (530, 531, 532)) == ("2", "0", "0")


def test_orders_of_one_firm_do_not_trade_with_each_other(client: MakeClient, symbol: str) -> None:
    """SFT-01 to SFT-05: what would have met the firm's own order is canceled, the resting order stays."""
    mine, ours, other = client("DESK1"), client("DESK2"), client()
    other.enter("O1", "sell", 10, "100.00", symbol=symbol)
    other.receive("8")
    mine.enter("M1", "sell", 50, "100.10", symbol=symbol)
    mine.receive("8")
    ours.enter("U1", "buy", 60, "100.10", symbol=symbol)
    assert [standing(report, (150, 39, 14, 151, 378, 58)) for report in ours.reports_of(3)] == [
        ("0", "0", "0", "60", None, None),
        ("F", "1", "10", "50", None, None),
        ("4", "4", "10", "0", "99", "SELF_TRADE"),
    ]
    mine.cancel("M2", "M1", "sell", 50, symbol=symbol)
    assert standing(mine.receive("8"), (150, 14)) == ("4", "0")


def test_orders_of_one_firm_trade_with_each_other_where_their_identifiers_differ(
    client: MakeClient, symbol: str
) -> None:
    """SFT-01: that of the order, or else its session's; one that is none is refused."""
    plain, booked = client("DESK1"), client("DESK3")
    booked.enter("B1", "sell", 10, "100.00", symbol=symbol)
    booked.receive("8")
    plain.enter("P1", "buy", 4, "100.00", symbol=symbol)
    assert [report[150] for report in plain.reports_of(2)] == ["0", "F"]
    assert booked.receive("8")[150] == "F"
    plain.enter("P2", "buy", 4, "100.00", symbol=symbol, tag_7928="BOOKA")
    assert [report.get(58) for report in plain.reports_of(2)] == [None, "SELF_TRADE"]
    booked.enter("B2", "buy", 4, "100.00", symbol=symbol, tag_7928="BOOKB")
    assert [report[150] for report in booked.reports_of(3)] == ["0", "F", "F"]
    plain.enter("P3", "buy", 4, "100.00", symbol=symbol, tag_7928="x" * 65)
    assert standing(plain.receive("8"), (150, 103, 58)) == (
        "8", "99", "SelfMatchPreventionID(7928) must be 1 to 64 printable ASCII characters",
    )  # fmt: skip
