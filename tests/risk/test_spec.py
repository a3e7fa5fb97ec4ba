"""specs/risk.md says what the code does."""

from pathlib import Path

from engine.codes import NOTIONAL_MAX, QUANTITY_LOTS_MAX
from engine.reasons import REFUSALS, TOO_MANY_OPEN_ORDERS
from risk.breaker import SLOTS
from risk.limits import FIELDS

SPEC = (Path(__file__).parents[2] / "specs" / "risk.md").read_text()


def rows() -> dict[str, list[str]]:
    """The table of checks, by reason."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in SPEC.splitlines() if line.startswith("| ")
    ]
    return {row[4]: row for row in cells if len(row) == 7 and row[0].isdigit()}


def test_every_refusal_stands_in_the_table_with_its_limit_code_and_text() -> None:
    """RSK-01, VAL-03"""
    fields = {**FIELDS, TOO_MANY_OPEN_ORDERS: "open_orders_max"}
    expected = {
        REFUSALS[reason].name: [field, str(REFUSALS[reason].ord_rej_reason), REFUSALS[reason].text]
        for reason, field in fields.items()
    }
    assert {reason: [row[3], row[5], row[6]] for reason, row in rows().items()} == expected
    assert {REFUSALS[reason].cxl_rej_reason for reason in fields} == {2}


def test_the_numbers_in_the_text_are_the_codes() -> None:
    assert f"{SLOTS} equal slots" in SPEC
    assert (QUANTITY_LOTS_MAX, NOTIONAL_MAX) == (10**15, 10**18)
    assert "10^15 lots" in SPEC
    assert "10^18 money units" in SPEC
