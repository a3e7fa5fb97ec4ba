"""What must hold of all ExecutionReports(8) of a venue, whoever gets them: RULES sections 3 and 4, as a client sees
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

REQUIRED = (6, 14, 17, 37, 39, 54, 55, 150, 151)
NEW, PARTIALLY_FILLED, FILLED, DONE_FOR_DAY, CANCELED, REJECTED, EXPIRED = "0", "1", "2", "3", "4", "8", "C"
PENDING_CANCEL, PENDING_REPLACE = "6", "E"
PENDING = (PENDING_CANCEL, PENDING_REPLACE)
OPEN = (NEW, PARTIALLY_FILLED)
ANY = (NEW, PARTIALLY_FILLED, FILLED, CANCELED, REJECTED, EXPIRED, *PENDING)
STATUSES_AFTER = {
    "0": (NEW,),
    "3": (DONE_FOR_DAY,),
    "4": (CANCELED,),
    "5": (NEW, PARTIALLY_FILLED, FILLED, *PENDING),
    "6": (PENDING_CANCEL,),
    "E": PENDING,
    "D": (*OPEN, *PENDING),
    "L": (*OPEN, *PENDING),
    "8": ANY,
    "C": (EXPIRED,),
    "F": (PARTIALLY_FILLED, FILLED, *PENDING),
    "G": (PARTIALLY_FILLED, FILLED, CANCELED, EXPIRED, *PENDING),
    "H": (NEW, PARTIALLY_FILLED, CANCELED, EXPIRED, *PENDING),
    "I": ANY,
}
"""OrdStatus(39) by ExecType(150), FIX 4.4 (ORD-03)."""

Report = Mapping[int, str]


class Reports:
    """Follows orders by OrderID(37) over all their reports; those of one order must be shown in their order."""

    def __init__(self) -> None:
        self.exec_ids: set[str] = set()
        self.orders: dict[str, Report] = {}
        self.cost: dict[str, Decimal] = {}
        self.fills: dict[str, tuple[Decimal, Decimal]] = {}  # by ExecID(17): LastQty and LastPx
        self.matches: dict[str, Report] = {}

    def see(self, report: Report) -> None:
        """One report that nobody has seen before."""
        check_alone(report)
        if report[150] != "I":
            assert report[17] not in self.exec_ids, "ORD-02: ExecID(17) is unique"
            self.exec_ids.add(report[17])
        if report[150] == "F":
            self._check_match(report)
        if report[37] != "NONE":
            self._follow(report)

    def _follow(self, report: Report) -> None:
        order_id, kind = report[37], report[150]
        before = self.orders.get(order_id)
        if before is None:
            assert kind == "0", f"ORD-12: first of all an order is new: {report}"
            self.cost[order_id] = Decimal(0)
        elif kind in ("8", "I", *PENDING):
            assert _standing(report) == _standing(before), "IDN-02, IDN-06, ORD-08: an answer changes nothing"
            pends = kind in PENDING or before[39] in PENDING  # of what pends no more an OrderCancelReject(9) tells
            assert report[39] == before[39] or pends, "IDN-02, IDN-06"
            if kind not in PENDING:
                return
            assert before[39] in (*OPEN, *PENDING, FILLED), "CXR-07"
            assert report[41] == _name(before) != report[11], "CXR-03"
        else:
            self._check_step(before, report)
        self.orders[order_id] = report

    def _check_step(self, before: Report, report: Report) -> None:
        assert report[150] != "0", "an order is new once"
        is_correction = report[150] in ("G", "H")
        reopens = before[39] in (FILLED, *PENDING) and report[150] == "5"
        may_change = Decimal(before[151]) > 0 or is_correction or reopens
        assert may_change, f"ORD-09: a terminal order changes no more: {report}"
        if is_correction and before[39] in (CANCELED, EXPIRED):
            assert report[39] == before[39], "ORD-09: what was canceled stays so"
        assert (report[54], report[55]) == (before[54], before[55])
        last_quantity, last_price = Decimal(report.get(32, "0")), Decimal(report.get(31, "0"))
        was_quantity, was_price = self.fills.pop(report[19]) if is_correction else (Decimal(0), Decimal(0))
        if last_quantity:
            self.fills[report[17]] = last_quantity, last_price
        cost = self.cost[report[37]] + last_quantity * last_price - was_quantity * was_price
        self.cost[report[37]] = cost
        filled = Decimal(report[14])
        assert filled == Decimal(before[14]) + last_quantity - was_quantity, "QTY-03: CumQty(14) grows by LastQty(32)"
        if filled:
            assert abs(Decimal(report[6]) - cost / filled) <= Decimal("0.000001"), "QTY-03: AvgPx(6)"
        if report[150] in ("4", "5") and 41 in report:
            assert report[41] == _name(before) != report[11], "CXR-03"
        elif is_correction and before[150] == "4":
            assert report[11] in (before[11], before.get(41)), "ORD-10: a cancel's own ClOrdID(11) is no order's"
        else:
            assert report[11] == _name(before), "ORD-10: ClOrdID(11) is the order's own"
        if report[150] not in ("5", "D"):
            assert Decimal(report[38]) == Decimal(before[38])

    def _check_match(self, report: Report) -> None:
        """ORD-13, ORD-14: the two reports of a match agree; one side took, the other had been there."""
        number = report[527]
        other = self.matches.pop(number, None)
        if other is None:
            self.matches[number] = report
            return
        assert (report[31], report[32], report[55]) == (other[31], other[32], other[55])
        assert {report[54], other[54]} == {"1", "2"}
        in_auction = report.get(58) == "traded in an auction"
        assert {report.get(851), other.get(851)} == ({None} if in_auction else {"1", "2"})
        maker = report if report.get(851) == "1" else other
        assert in_auction or Decimal(maker[31]) == Decimal(maker[44]), "ORD-14: at the resting order's price"


def check_alone(report: Report) -> None:
    """ORD-01 to ORD-03, ORD-16, QTY-01, QTY-02, VAL-04 of one report."""
    assert [tag for tag in REQUIRED if tag not in report] == [], "ORD-01"
    kind, status = report[150], report[39]
    assert status in STATUSES_AFTER[kind], f"ORD-03: {report}"
    assert (report[17] == "0") == (kind == "I"), "ORD-02: ExecID(17) is 0 in an answer to a status request"
    assert (31 in report, 32 in report) == (kind in ("F", "G"),) * 2, "ORD-16"
    assert (527 in report, 19 in report) == (kind in ("F", "G", "H"), kind in ("G", "H")), "ORD-09, ORD-13"
    filled, leaves = Decimal(report[14]), Decimal(report[151])
    if status in OPEN or status in PENDING:
        assert Decimal(report[38]) == filled + leaves, f"QTY-01: {report}"
        assert leaves > 0 or status in PENDING, "ORD-07"
        assert (status == NEW) <= (filled == 0) <= (status != PARTIALLY_FILLED)
    else:
        assert leaves == 0, f"QTY-02: {report}"
    if status == FILLED:
        assert Decimal(report[38]) == filled > 0
    if status == REJECTED:
        assert report[37] == "NONE", "VAL-04"
        assert filled == Decimal(report[6]) == 0, "VAL-04"
    assert (Decimal(report[6]) > 0) == (filled > 0), "QTY-03: AvgPx(6) is 0 without a fill"
    assert (kind == "8") <= (103 in report and 58 in report), "VAL-03"


def _name(report: Report) -> str:
    """What its order is called after a report that it has had."""
    return report[41] if report[150] in PENDING else report[11]


def _standing(report: Report) -> tuple[Decimal, Decimal, Decimal]:
    return (Decimal(report[14]), Decimal(report[151]), Decimal(report[6]))
