"""specs/session.md's table of rules against the suite: every rule has its test."""

import re
from pathlib import Path

from tests.specs.test_rules import citations

SPEC = Path(__file__).parents[2] / "specs/session.md"


def rules() -> list[str]:
    return re.findall(r"^\| ((?:SES|VAL)-\d\d) \|", SPEC.read_text(), re.MULTILINE)


def test_every_rule_of_the_session_is_shown_by_a_test() -> None:
    shown = citations()
    assert [rule for rule in rules() if rule not in shown] == []


def test_rules_stand_in_order_and_once() -> None:
    assert rules() == sorted(set(rules()))
