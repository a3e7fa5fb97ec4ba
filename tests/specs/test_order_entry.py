"""specs/order-entry.md says what the code does: every reason with its codes, every key of a choice."""

import re
from pathlib import Path

from engine import codes, reasons
from engine.participant import REFUSALS_KEPT_MAX
from engine.pending import PENDING_MAX
from engine.reasons import REFUSALS
from gateway.order_settings import WORDS

SPECS = Path(__file__).parents[2] / "specs"
SPEC = (SPECS / "order-entry.md").read_text()
BY_NAME = {refusal.name: refusal for refusal in REFUSALS.values()}


def rows(columns: int) -> list[list[str]]:
    """The rows of the tables with so many columns, headings left out."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in SPEC.splitlines() if line[:1] == "|"]
    return [cells for cells in lines if len(cells) == columns and not re.fullmatch("-+", cells[0])]


def test_every_term_has_its_reason_and_code() -> None:
    """VAL-02, VAL-03"""
    terms = [row for row in rows(5) if row[3] in BY_NAME]
    assert len(terms) >= 14
    for _, _, _, reason, code in terms:
        assert str(BY_NAME[reason].ord_rej_reason) == code, reason


def test_every_choice_that_refuses_has_its_reason_and_codes() -> None:
    choices = [row for row in rows(5) if row[0] in WORDS]
    assert {row[0] for row in choices} == {key for key, (_, word) in WORDS.items() if word == "refused"}
    for key, chosen, reason, ord_rej, cxl_rej in choices:
        assert WORDS[key][1] == chosen
        assert ord_rej in ("", str(BY_NAME[reason].ord_rej_reason))
        assert cxl_rej in ("", str(BY_NAME[reason].cxl_rej_reason))


def test_every_type_and_time_in_force_of_the_core_is_in_the_tables() -> None:
    """MAT-09: and none that the core does not know."""
    types = {row[0].partition(" ")[0] for row in rows(5) if re.match(r"[1-9K] ", row[0])}
    assert types == {chr(c) for c in (codes.MARKET, codes.LIMIT, codes.STOP, codes.STOP_LIMIT, codes.MARKET_TO_LIMIT)}
    forces = {row[0].partition(" ")[0] for row in rows(2) if re.match(r"\d ", row[0])}
    known = {codes.DAY, codes.GTC, codes.IOC, codes.FOK, codes.GTD}
    assert forces - {chr(codes.AT_THE_OPENING), chr(codes.AT_THE_CLOSE)} == {chr(code) for code in known}


def test_the_numbers_in_the_text_are_the_codes() -> None:
    """ICE-01, STO-07, IDN-03, CXR-04"""
    assert f"at most {codes.ICEBERG_PARTS_MAX} parts" in SPEC
    assert f"at most {REFUSALS_KEPT_MAX:,} a day" in SPEC
    assert f"At most {PENDING_MAX:,} requests are pending" in SPEC
    assert f"After {codes.ELECTION_ROUNDS_MAX} rounds" in (SPECS / "matching.md").read_text()


def test_every_reason_has_a_number_of_its_own() -> None:
    numbers = [number for name, number in vars(reasons).items() if name.isupper() and isinstance(number, int)]
    assert len(numbers) == len(set(numbers)) > 80
