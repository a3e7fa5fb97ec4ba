"""specs/session.md says what the session does: every row of its tables is tried."""

import dataclasses
from pathlib import Path

import pytest

from fix.profile import Profile
from fix.session import ACTIVE, LEAVING
from tests.fix.line import DICTIONARY, ORDER, Line, logged_on, stamp

SPEC = Path(__file__).parents[2] / "specs/session.md"
NAMES = {"SecurityListRequest": "x"} | {message.name: kind.decode() for kind, message in DICTIONARY.messages.items()}
STAGES = {"logged on": ACTIVE, "leaving": LEAVING}


def table(first: str) -> list[list[str]]:
    """The rows of the table whose first column is called so."""
    lines = SPEC.read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |")) + 2
    rows = [line.strip("|").split("|") for line in lines[start:] if line.startswith("|") or not line]
    end = next((number for number, row in enumerate(rows) if row == [""]), len(rows))
    return [[cell.strip() for cell in row] for row in rows[:end]]


def line_at(stage: str) -> Line:
    """A line with the history that the table speaks of."""
    line = logged_on()
    line.say("0", 2)
    line.send()
    if stage == "leaving":
        line.session.logout("", line.now_ns)
        line.turn()
    elif stage == "no Logon yet":
        line.close()
        line.connect()
    return line


def agrees(said: str, expected: str) -> bool:
    """Whether a message has the name and the fields."""
    name, *fields = expected.split()
    return set(said.split("|")) >= {f"35={NAMES[name]}", *fields}


@pytest.mark.parametrize("row", table("Stage"), ids=" ".join)
def test_the_session_does_what_its_table_says(row: list[str]) -> None:
    stage, message, number, fields, answer, then, next_in = row
    line = line_at(stage)
    copied = f"43=Y|122={stamp(line.now_ns)}|" if number.endswith("copy") else ""
    body = ORDER if fields == "an order" else fields.replace(" ", "|")
    answers = line.say(NAMES[message], int(number.split()[0]), body, f"{copied}49=CLIENT|56=OUTCRY")
    expected = [] if answer in ("nothing", "delivered") else answer.split("; ")
    assert len(answers) == len(expected), answers
    assert all(map(agrees, answers, expected)), answers
    assert len(line.delivered) == (answer == "delivered")
    assert line.is_open() == (then != "closed")
    assert not line.is_open() or line.session.stage == STAGES[then]
    assert line.session.state.next_in == int(next_in)


def test_the_settings_are_those_of_the_table() -> None:
    defaults = [(field.name, getattr(Profile(), field.name)) for field in dataclasses.fields(Profile)]
    assert [(name, default) for name, default, _ in table("Setting")] == [
        (name, getattr(value, "value", str(value))) for name, value in defaults
    ]
