"""Under QuickFIX's own FIX 4.4 dictionary a message with one fault gets the reason QuickFIX gives it.

Where we differ, we look closer: QuickFIX drops messages with a tag that is no number, takes any MonthYear and negative
lengths, and inside groups neither looks at values nor at the order of fields.
"""

import random
import sys
from pathlib import Path

import pytest

from fix.codec import NO_REASON, Parser
from fix.dictionary import Dictionary
from tests.fix.line import frame
from tests.fix.test_parser import BODY, HEADER, RIGHT, read

FIX44 = Path(sys.prefix, "share/quickfix/FIX44.xml")
REASONS = {
    "InvalidTagNumber": 0,
    "RequiredTagMissing": 1,
    "TagNotDefinedForMessage": 2,
    "NoTagValue": 4,
    "IncorrectTagValue": 5,
    "IncorrectDataFormat": 6,
    "InvalidMessageType": 11,
    "RepeatedTag": 13,
    "TagOutOfOrder": 14,
    "RepeatingGroupCountMismatch": 16,
}
MESSAGES = [
    f"35=D|{HEADER}|{BODY}|18=6 G|59=0|126=20231114-22:13:20|1=ACC|15=EUR|110=5|111=1.5",
    f"35=8|{HEADER}|37=1|17=E|150=F|39=1|55=AAPL|54=1|38=100|151=50|14=50|6=10.5|31=10.5|32=50|60=20231114-22:13:20.1|851=2",
    f"35=q|{HEADER}|11=X|530=7|60=20231114-22:13:20",
    f"35=A|{HEADER}|98=0|108=30|141=Y|553=me|554=x|464=N",
    f"35=2|{HEADER}|7=1|16=0",
    f"35=4|{HEADER}|36=5|123=Y",
    f"35=3|{HEADER}|45=2|371=55|372=D|373=5|58=text",
]
VALUES = ["", "0", "1", "-1", "+1", "1.5", "1.5.1", "x", "Y", "N", "AB", "@", "20231114", "20231114-22:13:20", "6 @"]
STRAY = ["0=1", "-1=1", "999=1", "5001=1", "112=x", "58=text", "262=x"]


def mutated(draw: random.Random, text: str) -> str:
    """The fields with one thing wrong, or another."""
    fields = text.split("|")
    place = draw.randrange(1, len(fields))
    match draw.randrange(5):
        case 0:
            del fields[place]
        case 1:
            fields[place] = f"{fields[place].partition('=')[0]}={draw.choice(VALUES)}"
        case 2:
            fields.append(draw.choice(STRAY))
        case 3:
            fields.append(fields[place])
        case _:
            fields.append(fields.pop(place))
    return "|".join(fields)


def theirs(quickfix: object, dictionary: object, message: bytes) -> int | None:
    """QuickFIX's reason, NO_REASON if it takes the message, None if it drops it."""
    try:
        dictionary.validate(quickfix.Message(message.decode(), dictionary, True))  # type: ignore[attr-defined]
    except Exception as problem:  # noqa: BLE001 (its exceptions are known by name only)
        return REASONS.get(type(problem).__name__)
    return NO_REASON


def ours(text: str, parser: Parser) -> int:
    """Our reason."""
    return int(read(text, parser).problem_reason)


@pytest.fixture(scope="module")
def quickfix() -> object:
    if not FIX44.exists():
        pytest.skip("QuickFIX is not installed")
    return pytest.importorskip("quickfix")


@pytest.mark.parametrize(
    "text", [*MESSAGES, *(text for text in RIGHT.values() if text[3] not in "BCV" and "89=" not in text)]
)
def test_what_quickfix_takes_we_take(quickfix: object, text: str) -> None:
    dictionary = quickfix.DataDictionary(str(FIX44))  # type: ignore[attr-defined]
    assert theirs(quickfix, dictionary, frame(text)) == NO_REASON
    assert ours(text, Parser(Dictionary.load(FIX44))) == NO_REASON


def test_one_fault_has_the_same_reason(quickfix: object, seed: int) -> None:
    draw = random.Random(seed)
    parser = Parser(Dictionary.load(FIX44))
    dictionary = quickfix.DataDictionary(str(FIX44))  # type: ignore[attr-defined]
    texts = [mutated(draw, draw.choice(MESSAGES)) for _ in range(5000)]
    expected = {text: theirs(quickfix, dictionary, frame(text)) for text in texts}
    assert set(expected.values()) >= {NO_REASON, 0, 1, 2, 4, 5, 6, 13, 14}
    assert {text: ours(text, parser) for text in texts} == expected
