"""From bytes to messages: what is garbled is ignored, and nothing depends on how the bytes arrive (SES-15)."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fix.codec import GARBLED, INCOMPLETE, MESSAGE, Parser
from tests.fix.line import DICTIONARY, frame

HEARTBEAT = frame("35=0|34=2|49=CLIENT|52=20231114-22:13:20|56=OUTCRY")
TEST = frame("35=1|34=3|49=CLIENT|52=20231114-22:13:20|56=OUTCRY|112=HELLO")


def with_checksum(text: bytes) -> bytes:
    """The bytes with a right CheckSum(10) after them."""
    return text + b"10=%03d\x01" % (sum(text) % 256)


def read(parser: Parser, stream: bytes) -> tuple[list[bytes], bytes]:
    """The messages in the stream, and the rest that is not complete."""
    found: list[bytes] = []
    position = 0
    while True:
        following = parser.parse(stream, position)
        if parser.outcome == INCOMPLETE:
            assert following == position
            return found, stream[position:]
        assert position < following <= len(stream)
        if parser.outcome == MESSAGE:
            assert (parser.message.begin, parser.message.end) == (position, following)
            found.append(parser.message.raw)
        position = following


def read_pieces(parser: Parser, pieces: list[bytes]) -> tuple[list[bytes], bytes]:
    """The same for a stream that arrives in pieces."""
    found: list[bytes] = []
    rest = b""
    for piece in pieces:
        more, rest = read(parser, rest + piece)
        found += more
    return found, rest


GARBLED_BYTES = {
    "the checksum is wrong": re.sub(rb"10=\d+", b"10=256", HEARTBEAT),
    "the checksum has one digit": re.sub(rb"10=\d+", b"10=7", HEARTBEAT),
    "the length is too small": re.sub(rb"9=\d+", b"9=30", HEARTBEAT),
    "the length is empty": re.sub(rb"9=\d+", b"9=", HEARTBEAT),
    "the length is negative": re.sub(rb"9=\d+", b"9=-5", HEARTBEAT),
    "the length is no number": re.sub(rb"9=\d+", b"9=4x", HEARTBEAT),
    "the length is huge": re.sub(rb"9=\d+", b"9=99999999999999999999", HEARTBEAT),
    "the length is above the limit": re.sub(rb"9=\d+", b"9=70000", HEARTBEAT),
    "there is no length": with_checksum(b"8=FIX.4.4\x0135=0\x0134=2\x01"),
    "the type is not third": with_checksum(b"8=FIX.4.4\x019=10\x0134=2\x0135=0\x01"),
    "there is no type": with_checksum(b"8=FIX.4.4\x019=5\x0134=2\x01"),
    "the type is empty": with_checksum(b"8=FIX.4.4\x019=9\x0135=\x0134=2\x01"),
    "BeginString is not first": b"35=0\x01" + with_checksum(b"8=FIX.4.4\x019=11\x0134=2\x0149=TW\x01"),
    "BeginString is endless": b"8=FIX.4.4.4.4.4.4.4.4\x01",
    "a tag is garbled, and so is the checksum": b"8=FIX.4.4\x019=22\x0135=0\x0134=2\x014garbled9=TW\x0110=0\x01",
    "it is something else": b"GET / HTTP/1.1\r\n\r\n",
    "it is binary": bytes(range(255)),
}


@pytest.mark.parametrize("garbled", GARBLED_BYTES.values(), ids=GARBLED_BYTES)
def test_a_garbled_message_is_ignored_and_the_next_is_read(garbled: bytes) -> None:
    parser = Parser(DICTIONARY)
    assert read(parser, HEARTBEAT + garbled + TEST) == ([HEARTBEAT, TEST], b"")
    assert parser.garbled_text


def test_the_parser_says_why_bytes_are_garbled() -> None:
    parser = Parser(DICTIONARY)
    parser.parse(GARBLED_BYTES["the checksum is wrong"], 0)
    assert (parser.outcome, parser.garbled_text) == (GARBLED, "CheckSum(10) is wrong")


def test_a_length_too_great_takes_the_next_message_along() -> None:
    """As QuickFIX has it: the frame ends with the first CheckSum(10) after the stated end."""
    parser = Parser(DICTIONARY)
    long = re.sub(rb"9=\d+", b"9=%d" % (len(HEARTBEAT) + 3), HEARTBEAT)
    assert read(parser, long) == ([], long)
    assert read(parser, long + HEARTBEAT + TEST) == ([TEST], b"")


def test_a_message_inside_a_garbled_one_is_not_read() -> None:
    """Nobody smuggles a message in by damaging the one around it."""
    around = with_checksum(b"8=FIX.4.4\x019=%d\x0135=0\x0196=%b\x01" % (len(TEST) + 9, TEST))
    damaged = around.replace(b"35=0", b"35=5")
    assert read(Parser(DICTIONARY), around) == ([around], b"")
    assert read(Parser(DICTIONARY), damaged + HEARTBEAT) == ([HEARTBEAT], b"")


def test_another_version_of_fix_is_framed_all_the_same() -> None:
    """Its BeginString(8) is for the session to refuse (SES-16a)."""
    parser = Parser(DICTIONARY)
    other = frame("35=0|34=2|49=CLIENT|52=20231114-22:13:20|56=OUTCRY", "FIX.4.1")
    assert read(parser, other) == ([other], b"")
    assert parser.message.begin_string == b"FIX.4.1"
    assert parser.message.get(9) == b"%d" % (len(other) - len(b"8=FIX.4.1\x019=52\x0110=000\x01"))


def test_a_message_as_long_as_the_limit_is_read_and_a_longer_one_is_not() -> None:
    assert read(Parser(DICTIONARY, len(TEST)), TEST + TEST) == ([TEST, TEST], b"")
    assert read(Parser(DICTIONARY, len(TEST) - 1), TEST + HEARTBEAT) == ([HEARTBEAT], b"")


def test_waiting_for_the_end_of_a_garbled_frame_is_bounded() -> None:
    limit = 200
    parser = Parser(DICTIONARY, limit)
    start = b"8=FIX.4.4\x019=20\x01" + b"x" * limit
    assert parser.parse(start[: limit - 1], 0) == 0
    assert parser.parse(start[:limit], 0) == limit


@pytest.mark.parametrize("size", range(len(HEARTBEAT)))
def test_a_part_of_a_message_is_waited_for(size: int) -> None:
    assert read(Parser(DICTIONARY), HEARTBEAT[:size]) == ([], HEARTBEAT[:size])


def test_cutting_the_stream_anywhere_changes_nothing() -> None:
    parser = Parser(DICTIONARY)
    stream = HEARTBEAT + b"".join(garbled + TEST for garbled in GARBLED_BYTES.values()) + HEARTBEAT
    whole = read(parser, stream)
    for cut in range(len(stream)):
        assert read_pieces(parser, [stream[:cut], stream[cut:]]) == whole
    assert read_pieces(parser, [bytes((code,)) for code in stream]) == whole


def test_damage_anywhere_never_stops_the_parser(seed: int) -> None:
    """Every message after the damage is read at the latest from the second on."""
    draw = random.Random(seed)
    parser = Parser(DICTIONARY, 1000)
    for _ in range(2000):
        damaged = bytearray(TEST)
        for _ in range(draw.randrange(1, 4)):
            damaged[draw.randrange(len(damaged))] = draw.choice(b"\x010123456789=8FIX.")
        found, rest = read(parser, bytes(damaged) + HEARTBEAT * 12)
        assert found[-1:] == [HEARTBEAT] or len(rest) < 1000


@given(st.lists(st.sampled_from([b"8=FIX", b".4.4\x01", b"9=", b"5", b"\x01", b"35=", b"0", b"10=", b"x", HEARTBEAT])))
def test_pieces_of_frames_give_the_same_messages_however_they_arrive(pieces: list[bytes]) -> None:
    parser = Parser(DICTIONARY, 150)
    assert read_pieces(parser, pieces)[0] == read(parser, b"".join(pieces))[0]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_error(data: bytes) -> None:
    found, rest = read(Parser(DICTIONARY, 100), data)
    assert sum(map(len, found)) + len(rest) <= len(data)
