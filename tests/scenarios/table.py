"""Reads appendix_d.md and appendix_d_pending.md: scenarios of steps, each with what is sent or happens, and every
message that must come.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple, Protocol

AT_ONCE = Path(__file__).with_name("appendix_d.md")
PENDING = Path(__file__).with_name("appendix_d_pending.md")
REFUSES_SECOND = "D.2.d"
"""The scenario of a venue that refuses a request while another is pending."""
HEADING = re.compile(r"## ([A-Z](?:\.\w)+) (.*)")
IN_TAGS = (11, 41, 38)
OUT_TAGS = (11, 41, 150, 39, 38, 14, 151, 32)
BY_THE_CLOCK = "day"
MOMENT = "20260102-12:00:00"

Fields = dict[int, str]


class Answer(NamedTuple):
    """A message that must come: its type, which order's OrderID(37) it has (`1` the first's), and fields ("": none)."""

    msg_type: str
    order: str
    fields: Fields


class Step(NamedTuple):
    """What is sent (a MsgType) or happens, with the fields it has; `together` if it goes with the step before."""

    what: str
    fields: Fields
    together: bool
    answers: list[Answer]


class Scenario(NamedTuple):
    """`steps` is empty for one that cannot be here, of which `text` says why."""

    number: str
    title: str
    text: str
    steps: list[Step]

    def ends_a_day(self) -> bool:
        """Whether it needs the trading day to end."""
        return any(step.what == BY_THE_CLOCK for step in self.steps)


class Player(Protocol):
    """Somebody who plays a client against the venue; `operate` is halt, resume, cancel, day or wait, until what is
    pending is due; `correct` makes a trade (its number) one of so many lots at a price, without lots: none.
    """

    def send(self, messages: list[tuple[str, Fields]]) -> None: ...
    def receive(self) -> Fields: ...
    def counter(self, lots: str, rests: bool) -> None: ...
    def operate(self, what: str) -> None: ...
    def correct(self, trade: str, lots: str, price: str) -> None: ...


def scenarios(table: Path = AT_ONCE) -> list[Scenario]:
    """All of a table, in their order."""
    found: list[Scenario] = []
    for line in table.read_text().splitlines():
        heading = HEADING.fullmatch(line)
        if heading:
            found.append(Scenario(heading[1], heading[2], "", []))
        elif found and line.startswith("|") and not line.startswith(("| in", "|-")):
            _add_row(found[-1].steps, [cell.strip() for cell in line.strip("|").split("|")])
        elif found and line and not line.startswith("|"):
            found[-1] = found[-1]._replace(text=f"{found[-1].text} {line}".strip())
    return found


def _add_row(steps: list[Step], cells: list[str]) -> None:
    what, names, more, answer = cells[0], cells[1:4], cells[4], cells[5:]
    if what:
        fields = {tag: value for tag, value in zip(IN_TAGS, names, strict=True) if value} | _fields(more)
        steps.append(Step(what.lstrip("+"), fields, what.startswith("+"), []))
    if answer[0]:
        expected = dict(zip(OUT_TAGS, answer[1:9], strict=True)) | _fields(answer[10])
        steps[-1].answers.append(Answer(answer[0], answer[9], expected))


def _fields(text: str) -> Fields:
    """ "59=4 44=" as fields; one without a value is not there."""
    return {int(tag): value for tag, _, value in (pair.partition("=") for pair in text.split())}


def play(scenario: Scenario, player: Player, symbol: str) -> None:
    """Play it, and compare everything that comes."""
    orders: dict[str, str] = {}
    trades: list[str] = []
    waiting: list[tuple[str, Fields]] = []
    expected: list[Answer] = []
    for at, step in enumerate(scenario.steps):
        if step.what in ("trade", "offer"):
            player.counter(step.fields[38], step.what == "offer")
        elif step.what in ("halt", "resume", "cancel", "wait", BY_THE_CLOCK):
            player.operate(step.what)
        elif step.what in ("bust", "correct"):
            player.correct(trades[int(step.fields[527]) - 1], step.fields.get(38, ""), step.fields.get(44, ""))
        else:
            waiting.append((step.what, _message(step, symbol)))
        expected += step.answers
        if at + 1 < len(scenario.steps) and scenario.steps[at + 1].together:
            continue
        player.send(waiting)
        for answer in expected:
            message = player.receive()
            trades += [message[527]] if message.get(150) == "F" else []
            _compare(f"{scenario.number}, step {at + 1}", answer, message, orders)
        waiting, expected = [], []


def _message(step: Step, symbol: str) -> Fields:
    terms = {54: "1", 55: symbol}
    if step.what != "H":
        terms[60] = MOMENT
    if step.what in "DG":
        terms |= {40: "2", 44: "100.00"}
    return {tag: value for tag, value in (terms | step.fields).items() if value}


def _compare(where: str, answer: Answer, message: Fields, orders: dict[str, str]) -> None:
    assert message[35] == answer.msg_type, f"{where}: {message}"
    found = {tag: message.get(tag, "") for tag in answer.fields}
    assert found == answer.fields, f"{where}: {message}"
    number = answer.order if answer.order == "NONE" else orders.setdefault(answer.order, message[37])
    assert message[37] == number, f"{where}: OrderID(37)"
