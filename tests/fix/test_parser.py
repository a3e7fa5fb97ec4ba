"""Each SessionRejectReason(373) the dictionary can call for, with its tag (SES-16, SES-16a; QuickFIX's wordings)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fix.codec import MESSAGE, NO_REASON, NO_TAG, Message, Parser
from fix.kinds import ANY_GROUP_ORDER, ANY_SECTION_ORDER, EMPTY_VALUES, UNKNOWN_FIELDS, USER_FIELDS
from tests.fix.line import DICTIONARY, frame

HEADER = "34=2|49=CLIENT|52=20231114-22:13:20|56=OUTCRY"
BODY = "11=X|21=1|55=AAPL|54=1|60=20231114-22:13:20.123|38=100|40=2|44=10.00"
ORDER = f"35=D|{HEADER}|{BODY}"
PARTY = "448=F|447=D|452=1"


def read(text: str, parser: Parser | None = None) -> Message:
    """The message made of these fields."""
    parser = parser or Parser(DICTIONARY)
    message = frame(text)
    assert parser.parse(message, 0) == len(message)
    assert parser.outcome == MESSAGE
    return parser.message


def problem(text: str) -> tuple[int, int, str]:
    """Reason, tag and text of the fault in the message made of these fields."""
    message = read(text)
    return message.problem_reason, message.problem_tag, message.problem_text


def order(fields: str) -> str:
    """A right NewOrderSingle with more fields at its end."""
    return f"{ORDER}|{fields}"


def without(tag: int, text: str = ORDER) -> str:
    """The fields but one."""
    return "|".join(field for field in text.split("|") if not field.startswith(f"{tag}="))


def changed(tag: int, value: str, text: str = ORDER) -> str:
    """The fields with one value changed."""
    return "|".join(f"{tag}={value}" if field.startswith(f"{tag}=") else field for field in text.split("|"))


RIGHT = {
    "a plain order": ORDER,
    "header and body in another order": f"35=D|56=OUTCRY|52=20231114-22:13:20|49=CLIENT|34=2|{BODY}",
    "several values in one field": order("18=6 G"),
    "a group": order(f"453=1|{PARTY}"),
    "two entries of different length": order(f"453=2|{PARTY}|448=G"),
    "a group inside a group": order(f"453=2|{PARTY}|802=2|523=a|803=4|523=b|448=G|447=D|58=text"),
    "a group of none": order("453=0"),
    "fields after a group": order(f"453=1|{PARTY}|1=ACC"),
    "leading zeros and closing zeros": changed(38, "002000.00"),
    "a point without decimals": changed(44, "10."),
    "data that look like fields": order("354=9|355=58=a\x0111=Y"),
    "a signature with SOH inside": order("93=3|89=a\x01b"),
    "a group in the header": f"35=0|{HEADER}|627=1|628=HUB|629=20231114-22:13:20|630=7",
    "a type that is known but not in the dictionary": f"35=V|{HEADER}|262=1|267=2|269=0|269=1|5001=x|99999=y",
    "a known type with data": f"35=C|{HEADER}|147=News|354=3|355=a\x01b",
    "a session message": f"35=A|{HEADER}|98=0|108=30|141=Y|553=me|554=secret",
    "a zero sequence number": "35=4|34=0|49=CLIENT|52=20231114-22:13:20|56=OUTCRY|36=5",
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_a_right_message_has_no_fault(text: str) -> None:
    assert problem(text) == (NO_REASON, NO_TAG, "")


INVALID = (0, "Invalid tag number")
MISSING = (1, "Required tag missing")
ELSEWHERE = (2, "Tag not defined for this message type")
EMPTY = (4, "Tag specified without a value")
VALUE = (5, "Value is incorrect (out of range) for this tag")
FORMAT = (6, "Incorrect data format for value")
TYPE = (11, "Invalid MsgType")
TWICE = (13, "Tag appears more than once")
ORDERING = (14, "Tag specified out of required order")
GROUP_ORDER = (15, "Repeating group fields out of order")
COUNT = (16, "Incorrect NumInGroup count for repeating group")

WRONG = [
    (order("999=HI"), INVALID, 999),
    (order("0=HI"), INVALID, 0),
    (order("-1=HI"), INVALID, -1),
    (order("5000=HI"), INVALID, 5000),
    (order("123456789=HI"), INVALID, 123456789),
    (order("12345678901=HI"), INVALID, NO_TAG),
    (order("01=HI"), INVALID, 1),
    (order("49garbled=HI"), INVALID, NO_TAG),
    (order("=HI"), INVALID, NO_TAG),
    (order("HI"), INVALID, NO_TAG),
    (order("-=HI"), INVALID, NO_TAG),
    (without(11), MISSING, 11),
    (without(54, without(11)), MISSING, 11),
    (without(56), MISSING, 56),
    (without(11, without(56)), MISSING, 56),
    (without(34), MISSING, 34),
    (f"35=1|{HEADER}", MISSING, 112),
    (f"35=V|{without(52, HEADER)}", MISSING, 52),
    (order("112=HI"), ELSEWHERE, 112),
    (f"35=0|{HEADER}|55=MSFT", ELSEWHERE, 55),
    (order("448=F"), ELSEWHERE, 448),
    (order("108=30"), ELSEWHERE, 108),
    (changed(55, ""), EMPTY, 55),
    (changed(56, ""), EMPTY, 56),
    (changed(34, ""), EMPTY, 34),
    (changed(40, ""), EMPTY, 40),
    (order("453="), EMPTY, 453),
    (f"35=D|{HEADER}|115=|{changed(40, 'w', BODY)}", EMPTY, 115),
    (changed(40, "w"), VALUE, 40),
    (changed(54, "@"), VALUE, 54),
    (changed(21, "4"), VALUE, 21),
    (order("18=6 @"), VALUE, 18),
    (order("18=6  G"), VALUE, 18),
    (f"35=AF|{HEADER}|584=M|585=9", VALUE, 585),
    (f"35=A|{HEADER}|98=007|108=30", VALUE, 98),
    (changed(54, "12"), FORMAT, 54),
    (changed(38, "+200.00"), FORMAT, 38),
    (changed(38, "1e3"), FORMAT, 38),
    (changed(60, "20231114"), FORMAT, 60),
    (changed(34, "-1"), FORMAT, 34),
    (changed(34, "two"), FORMAT, 34),
    (order("126=20040415"), FORMAT, 126),
    (order("432=20230229"), FORMAT, 432),
    (order("453=x"), FORMAT, 453),
    (order("453=-1"), FORMAT, 453),
    (f"35=0|43=y|{HEADER}", FORMAT, 43),
    (f"35=*|{HEADER}", TYPE, NO_TAG),
    (f"35=ZZ|{HEADER}|11=X|11=Y", TYPE, NO_TAG),
    (f"35=DD|{HEADER}|{BODY}", TYPE, NO_TAG),
    (f"35=*|{without(56, HEADER)}", TYPE, NO_TAG),
    (order("40=1"), TWICE, 40),
    (order("55=AAPL"), TWICE, 55),
    (order("10=000"), TWICE, 10),
    (f"35=D|8=FIX.4.4|{HEADER}|{BODY}", TWICE, 8),
    (f"35=D|34=2|{HEADER}|{BODY}", TWICE, 34),
    (f"35=V|34=2|{HEADER}", TWICE, 34),
    (order(f"453=1|{PARTY}|453=1"), TWICE, 453),
    (f"35=D|{BODY}|{HEADER}", ORDERING, 34),
    (f"35=D|55=MSFT|{HEADER}|{without(55, BODY)}", ORDERING, 34),
    (order("97=Y"), ORDERING, 97),
    (f"35=D|{HEADER}|93=1|89=x|{BODY}", ORDERING, 11),
    (f"35=*|98=0|{HEADER}", ORDERING, 34),
    (f"35=D|{without(55, BODY)}|40=1|{HEADER}", ORDERING, 34),
    (order("453=1|447=D|448=F"), GROUP_ORDER, 447),
    (order("453=1|448=F|452=1|447=D"), GROUP_ORDER, 447),
    (order("453=1|448=F|802=1|803=4|523=a"), GROUP_ORDER, 803),
    (order("453=1|448=F|447=D|447=D"), TWICE, 447),
    (order("453=1|448=F|448=G"), COUNT, 453),
    (order("453=3|448=F|448=G"), COUNT, 453),
    (order("453=1"), COUNT, 453),
    (order("453=0|448=F"), COUNT, 453),
    (order("453=1|448=F|802=2|523=a|803=4"), COUNT, 802),
    (order("386=3|336=PRE-OPEN|336=AFTER-HOURS"), COUNT, 386),
    (order("453=1|448=|447=D"), EMPTY, 448),
    (order("453=1|448=F|452=x"), FORMAT, 452),
    (order("355=abc"), MISSING, 354),
    (order("354=9|355=abc"), FORMAT, 354),
    (order("354=2|355=abc"), FORMAT, 354),
    (order("354=99999|355=abc"), FORMAT, 354),
    (order("354=0|355="), EMPTY, 355),
    (changed(40, "w", without(11)), MISSING, 11),
    (changed(40, "w", changed(54, "@")), VALUE, 54),
]


@pytest.mark.parametrize(("text", "reason", "tag"), WRONG)
def test_a_fault_has_its_reason_and_tag(text: str, reason: tuple[int, str], tag: int) -> None:
    assert problem(text) == (reason[0], tag, reason[1])


LENIENT = [
    (ANY_SECTION_ORDER, f"35=D|{BODY}|{HEADER}"),
    (ANY_SECTION_ORDER, f"35=D|55=MSFT|{HEADER}|{without(55, BODY)}"),
    (EMPTY_VALUES, changed(55, "")),
    (EMPTY_VALUES, changed(40, "")),
    (EMPTY_VALUES, order("453=1|448=F|447=")),
    (UNKNOWN_FIELDS, order("999=HI")),
    (UNKNOWN_FIELDS, order("112=HI")),
    (UNKNOWN_FIELDS, order("4999=HI")),
    (USER_FIELDS, order("5000=HI")),
    (USER_FIELDS, order("123456789=HI")),
    (USER_FIELDS, order("453=2|448=F|9999=x|447=D|448=G|1=ACC")),
    (USER_FIELDS, order("453=1|448=F|70000=x|447=D|802=1|523=a|70000=y|803=4")),
    (ANY_GROUP_ORDER, order("453=1|448=F|452=1|447=D")),
]


@pytest.mark.parametrize(("lenience", "text"), LENIENT)
def test_a_lenient_session_lets_pass_what_it_says_and_nothing_else(lenience: int, text: str) -> None:
    """VAL-01: what is validated can be chosen as QuickFIX's users know it."""
    parser = Parser(DICTIONARY)
    parser.lenience = lenience
    assert read(text, parser).problem_reason == NO_REASON
    parser.lenience = 31 & ~lenience
    assert read(text, parser).problem_reason != NO_REASON


STILL_WRONG = [
    (without(11), MISSING, 11),
    (changed(40, "w"), VALUE, 40),
    (order("0=HI"), INVALID, 0),
    (order("-1=HI"), INVALID, -1),
    (order("01=HI"), INVALID, 1),
    (order("HI"), INVALID, NO_TAG),
    (order("55=AAPL"), TWICE, 55),
    (order("453=1|448=F|452=1|447=D|452=1"), TWICE, 452),
    (order("453=1|447=D|448=F"), GROUP_ORDER, 447),
    (order("453=2|448=F|5000=x"), COUNT, 453),
]


@pytest.mark.parametrize(("text", "reason", "tag"), STILL_WRONG)
def test_the_most_lenient_session_still_refuses(text: str, reason: tuple[int, str], tag: int) -> None:
    parser = Parser(DICTIONARY)
    parser.lenience = 31
    message = read(text, parser)
    assert (message.problem_reason, message.problem_tag) == (reason[0], tag)


def test_a_faulty_message_still_has_its_sequence_number_and_type() -> None:
    """So that the Reject(3) can name it and the number is consumed (SES-17)."""
    for text, _, _ in WRONG:
        message = read(text)
        sequence = [field[3:] for field in text.split("|") if field.startswith("34=")]
        assert message.sequence == (int(sequence[0]) if sequence and sequence[0].isdigit() else -1)
        assert message.msg_type == text.split("|")[0][3:].encode()


def test_types_fix_does_not_know_differ_from_those_the_venue_does_not_support() -> None:
    """The first are answered by Reject(3), the second by BusinessMessageReject(j) 380=3 (SES-16a)."""
    known = {kind: bool(read(f"35={kind}|{HEADER}").is_standard) for kind in ("0", "8", "V", "B", "*", "DD")}
    assert known == {"0": True, "8": True, "V": True, "B": True, "*": False, "DD": False}
    supported = {kind: read(f"35={kind}|{HEADER}").spec is not None for kind in ("0", "8", "V", "*")}
    assert supported == {"0": True, "8": True, "V": False, "*": False}


def test_a_message_leaves_nothing_behind_for_the_next() -> None:
    parser = Parser(DICTIONARY)
    assert read(order("1=ACC|453=1|448=F"), parser).get(1) == b"ACC"
    message = read(without(44), parser)
    assert (message.get(1), message.get(453), message.get(44), message.groups(453)) == (None, None, None, [])


def test_counting_messages_never_ends() -> None:
    parser = Parser(DICTIONARY)
    read(order("1=ACC"), parser).generation = 2**31 - 2
    for _ in range(3):
        assert read(order("1=ACC"), parser).get(1) == b"ACC"
        assert read(ORDER, parser).get(1) is None


def test_fields_cannot_be_injected_through_data() -> None:
    """VAL-07: what stands inside a data field is data."""
    message = read(order("354=12|355=x\x0138=999\x0158="))
    assert (message.problem_reason, message.get(58), message.get(38)) == (NO_REASON, None, b"100")
    assert message.get(355) == b"x\x0138=999\x0158="


TAGS = st.sampled_from(
    [0, 1, 11, 34, 35, 38, 40, 43, 54, 55, 58, 60, 96, 95, 354, 355, 448, 447, 452, 453, 802, 523, 999]
)
FIELDS = st.lists(st.tuples(TAGS, st.text("019=|YFN. -:", max_size=8)), max_size=25)


@given(st.sampled_from(["D", "8", "0", "A", "V", "q", "*"]), FIELDS, st.integers(0, 31))
def test_any_fields_are_checked_without_error(kind: str, fields: list[tuple[int, str]], lenience: int) -> None:
    parser = Parser(DICTIONARY)
    parser.lenience = lenience
    message = read("|".join([f"35={kind}", *(f"{tag}={value}" for tag, value in fields)]), parser)
    assert message.problem_reason in (NO_REASON, 0, 1, 2, 4, 5, 6, 11, 13, 14, 15, 16)
    for tag in {tag for tag, _ in fields}:
        message.groups(tag)
    assert list(message.fields())[-1][0] == 10
