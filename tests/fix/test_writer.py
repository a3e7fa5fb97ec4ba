"""Messages as they leave: framing, exact numbers, header order, and re-issue (SES-10)."""

import re

import pytest
import simplefix
from hypothesis import given
from hypothesis import strategies as st

from fix.codec import MESSAGE, NO_REASON, Parser
from fix.timestamp import format_timestamp
from fix.writer import Writer, prefix, reissue
from tests.fix.line import DICTIONARY, frame

NOW_NS = 1_700_000_000_123_456_789
VALUES = st.binary(min_size=1, max_size=30).filter(lambda value: b"\x01" not in value)


def sent(writer: Writer, kind: bytes = b"8", now_ns: int = NOW_NS) -> bytes:
    """What the writer makes of the fields it holds."""
    return writer.frame(kind, 7, b"OUTCRY", b"CLIENT", now_ns)


def text_of(message: bytes) -> str:
    """The fields after BodyLength(9) and before CheckSum(10), which must be right."""
    fields = message.decode().split("\x01")
    assert message == frame("|".join(fields[2:-2]), fields[0][2:])
    return "|".join(fields[2:-2])


def test_the_header_is_in_the_order_counterparties_expect() -> None:
    writer = Writer()
    writer.field(prefix(112), b"HELLO")
    assert text_of(sent(writer, b"0")) == "35=0|34=7|49=OUTCRY|52=20231114-22:13:20.123|56=CLIENT|112=HELLO"


def test_more_header_fields_stand_where_they_are_asked_for() -> None:
    message = Writer().frame(b"0", 1234567, b"O", b"C", 0, b"43=Y\x01", b"115=A\x01122=19700101-00:00:00\x01")
    assert text_of(message) == (
        "35=0|34=1234567|43=Y|49=O|52=19700101-00:00:00.000|56=C|115=A|122=19700101-00:00:00"
    )  # fmt: skip


def test_the_begin_string_is_the_writers() -> None:
    assert Writer(b"FIX.4.2").frame(b"0", 1, b"O", b"C", 0).startswith(b"8=FIX.4.2\x019=45\x0135=0\x01")


def test_a_writer_is_empty_after_each_message() -> None:
    writer = Writer()
    assert writer.field(b"58=", b"one") == 7
    first = sent(writer)
    assert writer.field(b"58=", b"one") == 7
    writer.reset()
    assert writer.field(b"58=", b"one") == 7
    assert sent(writer) == first


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [
        (0, 0, b"0"), (7, 0, b"7"), (-7, 0, b"-7"), (10, 0, b"10"), (0, 2, b"0.00"), (5, 2, b"0.05"), (-5, 2, b"-0.05"),
        (15025, 2, b"150.25"), (100, 2, b"1.00"), (-15025, 2, b"-150.25"), (1, 18, b"0.000000000000000001"),
        (10**18, 18, b"1.000000000000000000"), (2**63 - 1, 0, b"9223372036854775807"),
        (2**63 - 1, 3, b"9223372036854775.807"),
        (10**18 - 1, 0, b"999999999999999999"), (10**18, 0, b"1000000000000000000"),
    ],
)  # fmt: skip
def test_numbers_are_written_exactly(value: int, scale: int, text: bytes) -> None:
    writer = Writer()
    writer.decimal(b"44=", value, scale)
    assert b"\x0144=" + text + b"\x0110=" in sent(writer)


@given(st.integers(-(10**18) + 1, 10**18 - 1), st.integers(0, 18))
def test_what_is_written_as_a_decimal_is_read_as_the_same(value: int, scale: int) -> None:
    writer = Writer()
    writer.decimal(b"44=", value, scale)
    parser = Parser(DICTIONARY)
    parser.parse(sent(writer), 0)
    assert parser.message.decimal(44, scale) == value


@given(st.lists(st.integers(0, 9 * 10**18), min_size=1, max_size=5))
def test_times_are_cut_to_milliseconds_whatever_came_before(times: list[int]) -> None:
    writer = Writer()
    for time_ns in times:
        writer.timestamp(b"60=", time_ns)
        text = format_timestamp(time_ns).decode()
        assert text_of(sent(writer, b"8", time_ns)) == f"35=8|34=7|49=OUTCRY|52={text}|56=CLIENT|60={text}"


@given(st.lists(st.tuples(st.integers(700, 900), VALUES), max_size=30))
def test_simplefix_reads_what_the_writer_writes(fields: list[tuple[int, bytes]]) -> None:
    writer = Writer()
    for tag, value in fields:
        writer.field(prefix(tag), value)
    message = sent(writer)
    reader = simplefix.FixParser()
    reader.append_buffer(message)
    assert reader.get_message().pairs[7:-1] == [(b"%d" % tag, value) for tag, value in fields]
    assert b"10=%03d\x01" % (sum(message[:-7]) % 256) == message[-7:]


@given(st.lists(st.tuples(st.integers(700, 900), VALUES), max_size=30, unique_by=lambda field: field[0]))
def test_the_parser_reads_what_simplefix_writes(fields: list[tuple[int, bytes]]) -> None:
    theirs = simplefix.FixMessage()
    for tag, value in [(8, "FIX.4.4"), (35, "V"), (34, 2), (49, "C"), (52, "20231114-22:13:20"), (56, "O"), *fields]:
        theirs.append_pair(tag, value)
    parser = Parser(DICTIONARY)
    message = theirs.encode()
    assert parser.parse(message, 0) == len(message)
    assert parser.outcome == MESSAGE
    pairs = [(int(tag), value) for tag, value in theirs.pairs]
    assert [pair for pair in parser.message.fields() if pair[0] not in (9, 10)] == pairs
    assert all(parser.message.get(tag) == value for tag, value in pairs)


def test_a_body_as_long_as_the_limit_fits_and_a_longer_one_is_our_error() -> None:
    writer = Writer(message_bytes_max=100)
    assert writer.field(b"58=", b"x" * 96) == 100
    assert text_of(sent(writer)).endswith("|58=" + "x" * 96)
    with pytest.raises(AssertionError, match="too long"):
        writer.field(b"58=", b"x" * 97)
    with pytest.raises(AssertionError, match="header is too long"):
        writer.frame(b"8", 1, b"x" * 2000, b"C", 0)


def test_a_scale_no_price_can_have_is_our_error() -> None:
    with pytest.raises(AssertionError, match="scale"):
        Writer().decimal(b"44=", 1, 19)


LATER_NS = NOW_NS + 5_000_000_000
STORED = "35=8|34=7|49=OUTCRY|52=20231114-22:13:20.123|56=CLIENT|%s37=1|17=E1|58=43=N 52=x"
AGAIN = "35=8|34=7|43=Y|49=OUTCRY|52=20231114-22:13:25.123|56=CLIENT|%s37=1|17=E1|58=43=N 52=x"


@pytest.mark.parametrize(
    ("stored", "again"),
    [
        ("", "122=20231114-22:13:20.123|"),
        ("115=A|116=B|", "115=A|116=B|122=20231114-22:13:20.123|"),
        ("128=A|129=B|145=C|", "122=20231114-22:13:20.123|128=A|129=B|145=C|"),
        ("57=D|97=Y|128=A|", "57=D|97=Y|122=20231114-22:13:20.123|128=A|"),
    ],
)
def test_a_stored_message_is_sent_again_with_its_number_and_body(stored: str, again: str) -> None:
    """SES-10: PossDupFlag, the old SendingTime as OrigSendingTime, a new one, new length and checksum, nothing else."""
    writer = Writer()
    writer.field(b"58=", b"forgotten")
    assert text_of(reissue(frame(STORED % stored), LATER_NS, writer)) == AGAIN % again


def test_a_message_without_body_is_sent_again() -> None:
    message = frame("35=0|34=7|49=OUTCRY|52=20231114-22:13:20.123|56=CLIENT")
    assert text_of(reissue(message, LATER_NS, Writer())) == (
        "35=0|34=7|43=Y|49=OUTCRY|52=20231114-22:13:25.123|56=CLIENT|122=20231114-22:13:20.123"
    )  # fmt: skip


def test_the_longest_message_that_can_be_sent_can_be_sent_again() -> None:
    writer = Writer(message_bytes_max=100)
    writer.field(b"58=", b"x" * 96)
    again = text_of(reissue(writer.frame(b"8", 1, b"O" * 900, b"C", NOW_NS), LATER_NS, writer))
    assert again.endswith("|58=" + "x" * 96)
    assert text_of(sent(writer)) == "35=8|34=7|49=OUTCRY|52=20231114-22:13:20.123|56=CLIENT"


def test_what_is_no_message_of_ours_is_not_sent_again() -> None:
    with pytest.raises(AssertionError, match="too long"):
        reissue(
            frame("35=8|34=7|49=O|52=20231114-22:13:20.123|56=C|58=" + "x" * 3000), LATER_NS, Writer(b"FIX.4.4", 100)
        )
    with pytest.raises(AssertionError, match="no SendingTime"):
        reissue(frame("35=8|34=7|49=O|56=C|58=x"), LATER_NS, Writer())


def test_what_is_sent_again_is_valid_under_the_dictionary() -> None:
    body = "37=1|17=E1|150=0|39=0|55=AAPL|54=1|38=100|151=100|14=0|6=0"
    first = frame(f"35=8|34=7|49=OUTCRY|52=20231114-22:13:20.123|56=CLIENT|128=JCD|{body}")
    parser = Parser(DICTIONARY)
    for message in (first, reissue(first, LATER_NS, Writer())):
        parser.parse(message, 0)
        assert (parser.message.problem_reason, parser.message.sequence) == (NO_REASON, 7)
    assert (bool(parser.message.boolean(43)), parser.message.utc_ns(122)) == (True, 1_700_000_000_123_000_000)
    assert re.sub(rb"9=\d+|52=[^\x01]+|10=\d+|43=Y.|122=[^\x01]+.", b"", parser.message.raw, flags=re.DOTALL) == re.sub(
        rb"9=\d+|52=[^\x01]+|10=\d+", b"", first
    )
