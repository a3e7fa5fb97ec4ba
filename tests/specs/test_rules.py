"""specs/rules.md against the suite and the settings: every rule has its test, or says why not."""

import ast
import re
from pathlib import Path

from gateway.settings import PACKAGED, load
from tests.rules import cited, rules

TESTS = Path(__file__).parents[1]


def citations() -> set[str]:
    """Every rule that the docstring of a test in the suite cites."""
    found: set[str] = set()
    for file in TESTS.glob("**/test_*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found |= set(cited(ast.get_docstring(node) or ""))
    return found


def test_every_rule_is_shown_by_a_test_or_says_what_is_not_here() -> None:
    shown = citations()
    assert [rule for rule, row in rules().items() if rule not in shown and not row.gap] == []


def test_no_test_cites_a_rule_that_is_none() -> None:
    known = rules()
    sections = {rule[:3] for rule in known}
    assert sorted(rule for rule in citations() if rule[:3] in sections and rule not in known) == []


def test_the_rules_are_numbered_without_gaps() -> None:
    numbers: dict[str, list[int]] = {}
    for rule in rules():
        numbers.setdefault(rule[:3], []).append(int(rule[4:]))
    assert numbers == {section: list(range(1, len(found) + 1)) for section, found in numbers.items()}


def test_the_settings_of_choices_exist_and_have_the_default_that_is_told() -> None:
    """`section.key = default`."""
    settings = load(PACKAGED)
    wrong = []
    for rule, row in rules().items():
        for path, default in re.findall(r"`([a-z_.]+) = ([^`]+)`", row.setting):
            value: object = settings
            for key in path.split("."):
                value = getattr(value, key, None)
            if str(value).lower() != default.strip('"'):
                wrong.append(f"{rule}: {path} is {value}")
    assert wrong == []
