"""Which rule of specs/rules.md is shown by which test, and how that went: a plugin of pytest, and `make rules`.

A test shows a rule by citing its number in its docstring: `STO-03`, or `STO-01 to STO-03` for all between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

TABLE = Path(__file__).parents[1] / "specs" / "rules.md"
CITED = re.compile(r"\b([A-Z]{3})-(\d{2})(?: to (?:\1-)?(\d{2}))?\b")
WORST_FIRST = ("failed", "passed", "skipped")


class Rule(NamedTuple):
    """A row of the table; `setting` is the key of a choice, `gap` what of the rule is not here."""

    title: str
    setting: str
    gap: str


def rules() -> dict[str, Rule]:
    """The rows of specs/rules.md by number, in their order."""
    lines = [line.strip("|").split("|") for line in TABLE.read_text().splitlines() if CITED.match(line[2:8])]
    return {cells[0].strip(): Rule(*(cell.strip() for cell in cells[1:])) for cells in lines}


def cited(text: str) -> Iterator[str]:
    """The numbers of the rules a docstring cites."""
    for section, first, last in CITED.findall(text):
        for number in range(int(first), int(last or first) + 1):
            yield f"{section}-{number:02}"


class Account:
    """What became of the tests that cite a rule: their outcomes by rule and by test."""

    def __init__(self) -> None:
        self.rules = rules()
        self.outcomes: dict[str, dict[str, str]] = {rule: {} for rule in self.rules}
        self.shows: dict[str, list[str]] = {}

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the tests that cite a rule of the table."""
        others = []
        for item in items:
            text = getattr(getattr(item, "function", None), "__doc__", None) or ""
            found = [rule for rule in dict.fromkeys(cited(text)) if rule in self.rules]
            if found:
                self.shows[item.nodeid] = found
            else:
                others.append(item)
        items[:] = [item for item in items if item.nodeid in self.shows]
        config.hook.pytest_deselected(items=others)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test went; its set-up and its end count if they fail."""
        if report.when != "call" and report.passed:
            return
        for rule in self.shows.get(report.nodeid, []):
            test = report.nodeid.partition("[")[0]
            before = self.outcomes[rule].get(test, report.outcome)
            self.outcomes[rule][test] = min(before, report.outcome, key=WORST_FIRST.index)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """A line for each rule, and how many there are of each kind."""
        terminalreporter.section("rules")
        counts: dict[str, int] = {}
        for rule, row in self.rules.items():
            verdict = self.verdict(rule)
            counts[verdict] = counts.get(verdict, 0) + 1
            tests = list(self.outcomes[rule])
            more = f" and {len(tests) - 1} more" if len(tests) > 1 else ""
            shown = [tests[0] + more] if tests else []
            where = "; ".join([*shown, *([f"not here: {row.gap}"] if row.gap else [])]) or "no test cites it"
            terminalreporter.write_line(f"{rule}  {verdict:7}  {row.title}  [{where}]")
        terminalreporter.write_line(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))

    def verdict(self, rule: str) -> str:
        """passed if a test shows the rule and none fails, failed if one does, else missing."""
        outcomes = self.outcomes[rule].values()
        if "failed" in outcomes:
            return "failed"
        return "passed" if "passed" in outcomes else "missing"

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A rule without a test, and without a reason, is a failure too."""
        missing = [rule for rule, row in self.rules.items() if self.verdict(rule) == "missing" and not row.gap]
        if missing and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_configure(config: pytest.Config) -> None:
    """Take part as a plugin: `pytest -p tests.rules`."""
    config.pluginmanager.register(Account(), "outcry-rules")
