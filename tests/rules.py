"""Which rule of specs/rules.md is shown by which test, and how that went: a plugin of pytest, and `make rules`.

There is a line for each rule: its number, passed, failed or missing, its title, the test, and the reason why it did not
pass: how the test failed, or why it was skipped, or what of the rule is not here, or that no test cites it.

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
        self.reasons: dict[str, str] = {}

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
            if report.outcome != "passed":
                self.reasons[test] = reason_of(report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """A line for each rule, and how many there are of each kind."""
        terminalreporter.section("rules")
        counts: dict[str, int] = {}
        for rule, row in self.rules.items():
            verdict = self.verdict(rule)
            counts[verdict] = counts.get(verdict, 0) + 1
            terminalreporter.write_line(f"{rule}  {verdict:7}  {row.title}  [{self.where(rule)}]")
        terminalreporter.write_line(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))

    def where(self, rule: str) -> str:
        """The tests that show a rule, the worst first, and why it does not hold or not all of it."""
        outcomes = self.outcomes[rule]
        tests = sorted(outcomes, key=lambda test: WORST_FIRST.index(outcomes[test]))
        parts = []
        if tests:
            more = f" and {len(tests) - 1} more" if len(tests) > 1 else ""
            outcome = outcomes[tests[0]]
            parts = [tests[0] + more + ("" if outcome == "passed" else f" {outcome}: {self.reasons[tests[0]]}")]
        if gap := self.rules[rule].gap:
            parts.append(f"not here: {gap}")
        return "; ".join(parts) or "no test cites it"

    def is_skipped(self, rule: str) -> bool:
        """Whether tests show it, but for this machine."""
        return bool(self.outcomes[rule]) and set(self.outcomes[rule].values()) == {"skipped"}

    def verdict(self, rule: str) -> str:
        """passed if a test shows the rule and none fails, failed if one does, else missing."""
        outcomes = self.outcomes[rule].values()
        if "failed" in outcomes:
            return "failed"
        return "passed" if "passed" in outcomes else "missing"

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A rule without a test, and without a reason, is a failure too; a test may lack what this machine lacks."""
        lines = [(rule, row) for rule, row in self.rules.items() if self.verdict(rule) == "missing"]
        missing = [rule for rule, row in lines if not row.gap and not self.is_skipped(rule)]
        if missing and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def reason_of(report: pytest.TestReport) -> str:
    """The last line of why a test failed or was skipped."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    text = str(report.longrepr) if crash is None else crash.message
    return (text.strip().splitlines() or ["no reason given"])[0]


def pytest_configure(config: pytest.Config) -> None:
    """Take part as a plugin: `pytest -p tests.rules`."""
    config.pluginmanager.register(Account(), "outcry-rules")
