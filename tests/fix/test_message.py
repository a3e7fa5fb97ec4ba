"""Values out of a message: typed, exact, and never of a field that is not there."""

from fix.codec import ABSENT, INEXACT, OUT_OF_RANGE, Message, Parser
from fix.groups import fields_of
from tests.fix.line import DICTIONARY, frame

FIELDS = (
    "35=D|34=2|49=CLIENT|52=20231114-22:13:20.5|56=OUTCRY|97=Y|11=X 1|55=AAPL|54=1|60=20231114-22:13:20|38=100|40=2"
    "|44=10.250|432=20240229|58=caf\u00e9|1=|18=6 G"
)


def message(text: str = FIELDS) -> Message:
    """The message of these fields, in the middle of a buffer."""
    parser = Parser(DICTIONARY)
    before, wanted = frame("35=0|1=OTHER|38=999"), frame(text)
    buffer = before + wanted + before
    assert parser.parse(buffer, len(before)) == len(before) + len(wanted)
    return parser.message


def test_values_come_as_bytes() -> None:
    found = message()
    assert [found.get(tag) for tag in (8, 9, 35, 34, 11, 18, 10)] == [
        b"FIX.4.4", b"%d" % (len(frame(FIELDS)) - 23), b"D", b"2", b"X 1", b"6 G", frame(FIELDS)[-4:-1],
    ]  # fmt: skip
    assert (found.begin_string, found.msg_type, found.sequence) == (b"FIX.4.4", b"D", 2)
    assert found.raw == frame(FIELDS)
    assert found.spec is not None
    assert (found.spec.name, found.spec.is_admin) == ("NewOrderSingle", False)


def test_absent_fields_have_no_value() -> None:
    found = message()
    for tag in (99, 0, -1, 956, 957, 100_000):
        assert not found.has(tag)
        assert found.get(tag) is None
        assert found.identifier(tag, 10) is None
        assert found.integer(tag) is None
        assert not found.equals(tag, b"")
        assert not found.boolean(tag)
        assert (found.character(tag), found.decimal(tag, 2), found.utc_ns(tag), found.days(tag)) == (0, ABSENT, -1, -1)
        assert found.groups(tag) == []


def test_an_empty_field_is_there_without_a_value() -> None:
    found = message()
    assert found.has(1)
    assert found.get(1) == b""
    assert (found.identifier(1, 10), found.integer(1), found.character(1), found.decimal(1, 0)) == (
        None,
        None,
        0,
        ABSENT,
    )


def test_numbers_are_exact_or_refused() -> None:
    """VAL-05, VAL-06: the caller learns why there is no value and never gets a rounded one."""
    found = message()
    assert [found.decimal(44, scale) for scale in (1, 2, 3, 16)] == [INEXACT, 1025, 10250, 102_500_000_000_000_000]
    assert found.decimal(44, 17) == OUT_OF_RANGE
    assert [found.integer(tag) for tag in (38, 34, 11, 44)] == [100, 2, None, None]
    assert max(ABSENT, INEXACT, OUT_OF_RANGE) < -(10**18)


def test_characters_flags_and_times_are_typed() -> None:
    found = message()
    assert (found.character(54), found.character(55), found.character(11)) == (ord("1"), 0, 0)
    assert (bool(found.boolean(97)), bool(found.boolean(43)), bool(found.boolean(54))) == (True, False, False)
    assert (found.utc_ns(60), found.utc_ns(52)) == (1_700_000_000 * 10**9, 1_700_000_000_500_000_000)
    assert (found.days(432), found.days(60)) == (19782, -1)


def test_identifiers_are_printable_and_short() -> None:
    """VAL-07."""
    found = message()
    assert (found.identifier(11, 3), found.identifier(11, 2), found.identifier(58, 20)) == (b"X 1", None, None)


def test_a_value_is_compared_without_being_copied() -> None:
    found = message()
    assert found.equals(55, b"AAPL")
    assert not any(found.equals(55, value) for value in (b"AAPM", b"AAP", b"AAPLX", b"", b"BAPL"))


def test_groups_come_as_entries_with_the_groups_inside() -> None:
    found = message(FIELDS + "|453=2|448=F|447=D|802=2|523=a|803=4|523=b|448=G|452=3|1=ACC")
    first, second = found.groups(453)
    assert (first.get(448), first.get(447), first.get(452)) == (b"F", b"D", None)
    assert [(entry.get(523), entry.get(803)) for entry in first.groups(802)] == [(b"a", b"4"), (b"b", None)]
    assert (second.get(448), second.get(452), second.groups(802)) == (b"G", b"3", [])
    assert (found.get(448), found.get(453)) == (None, b"2")


def test_groups_of_the_header_are_found_in_any_message() -> None:
    for kind in ("0", "V"):
        found = message(f"35={kind}|34=2|49=CLIENT|52=20231114-22:13:20|56=OUTCRY|627=2|628=A|630=1|628=B")
        assert [hop.values for hop in found.groups(627)] == [{628: b"A", 630: b"1"}, {628: b"B"}]


def test_the_fields_of_a_message_come_in_order() -> None:
    text = "35=A|34=1|49=C|52=20231114-22:13:20|56=O|98=0|108=30|95=5|96=a\x01b=c|553=me"
    fields = list(message(text).fields())
    assert fields[:3] == [(8, b"FIX.4.4"), (9, b"%d" % (len(text) + 1)), (35, b"A")]
    assert fields[-4:] == [(95, b"5"), (96, b"a\x01b=c"), (553, b"me"), (10, frame(text)[-4:-1])]


def test_the_fields_of_any_bytes_can_be_shown() -> None:
    assert list(fields_of(b"35=D\x01x=1\x01=2\x01nothing\x0155=", DICTIONARY)) == [
        (35, b"D"), (-1, b"1"), (-1, b"2"), (-1, b""), (55, b""),
    ]  # fmt: skip
    assert list(fields_of(b"95=99\x0196=abc\x01", DICTIONARY)) == [(95, b"99"), (96, b"abc")]
