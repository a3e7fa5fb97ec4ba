"""Formats of FIX data types (FIX 4.4 Volume 1) and exact decimals (VAL-05, VAL-06)."""

import re
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fix import kinds, values
from fix.kinds import ABSENT, DECIMAL_MAX, INEXACT, OUT_OF_RANGE

FLOAT = re.compile(rb"-?(\d+\.?\d*|\.\d+)")
NUMBERS = st.from_regex(r"\A-?[0-9]{0,22}(\.[0-9]{0,20})?\Z").map(str.encode)


def scaled(text: bytes, scale: int) -> int:
    """The whole text, with other digits around it that must not count."""
    return values.scaled(b"9" + text + b"9", 1, 1 + len(text), scale)


def is_format(kind: int, text: bytes) -> bool:
    """Whether the whole text has the format, with something else around it."""
    return bool(values.is_format(kind, b"1" + text + b"1", 1, 1 + len(text)))


@given(NUMBERS, st.integers(0, 18))
@example(b"150.25", 2)
@example(b"150.250000", 2)
@example(b"-0.01", 2)
@example(b"999999999999999999", 0)
@example(b"1000000000000000000", 0)
@example(b"0.0000000000000000001", 18)
def test_a_decimal_is_exact_or_said_not_to_be(text: bytes, scale: int) -> None:
    result = scaled(text, scale)
    if not FLOAT.fullmatch(text):
        assert result == ABSENT
        return
    exact = Fraction(text.decode().rstrip(".")) * 10**scale
    if result == INEXACT:
        assert exact.denominator != 1
    elif result == OUT_OF_RANGE:
        assert abs(exact) > DECIMAL_MAX
    else:
        assert result == exact


@pytest.mark.parametrize(
    "text", [b"", b"-", b".", b"-.", b"1-", b"--1", b"+1", b"1e3", b"1,5", b"1.2.3", b"0x1", b" 1"]
)
def test_what_is_no_decimal_has_no_value(text: bytes) -> None:
    assert scaled(text, 2) == ABSENT
    assert text == b"" or not is_format(kinds.DECIMAL, text)


@given(st.text("0123456789.-+", min_size=1, max_size=12).map(str.encode))
def test_the_format_of_a_decimal_is_that_of_fix_float(text: bytes) -> None:
    assert is_format(kinds.DECIMAL, text) == bool(FLOAT.fullmatch(text))


GOOD = {
    kinds.INTEGER: [b"0", b"-1", b"007", b"999999999999999999"],
    kinds.UNSIGNED: [b"0", b"1", b"007", b"999999999999999999"],
    kinds.GROUP_COUNT: [b"0", b"12"],
    kinds.BOOLEAN: [b"Y", b"N"],
    kinds.TIMESTAMP: [b"20231114-22:13:20", b"20231114-22:13:20.123"],
    kinds.DATE: [b"20231114", b"20240229"],
    kinds.TIME: [b"00:00:00", b"23:59:60", b"12:34:56.789"],
    kinds.MONTH_YEAR: [b"202311", b"20231131", b"202311w1", b"202311w5"],
    kinds.STRING: [b"x", b"=", b"\xff"],
    kinds.MULTIPLE: [b"6", b"6 G"],
    kinds.DATA: [b"\x01"],
}
BAD = {
    kinds.INTEGER: [b"-", b"+1", b"1.0", b"a", b"1 ", b"1000000000000000000"],
    kinds.UNSIGNED: [b"-1", b"+1", b"1.0", b"a", b"1000000000000000000"],
    kinds.GROUP_COUNT: [b"-1", b"x"],
    kinds.BOOLEAN: [b"y", b"n", b"1", b"YN", b"TRUE"],
    kinds.TIMESTAMP: [b"20231114", b"20231114-22:13", b"20231314-22:13:20"],
    kinds.DATE: [b"2023111", b"202311141", b"20230229", b"2023-1-1"],
    kinds.TIME: [b"24:00:00", b"12:34", b"12:34:56.", b"1:2:3"],
    kinds.MONTH_YEAR: [b"2023", b"202313", b"20231100", b"202311w0", b"202311w6", b"20231132", b"2023-11"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in GOOD.items() for text in texts])
def test_a_right_format_is_accepted(kind: int, text: bytes) -> None:
    assert is_format(kind, text)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in BAD.items() for text in texts])
def test_a_wrong_format_is_not(kind: int, text: bytes) -> None:
    assert not is_format(kind, text)


@given(st.binary(max_size=12))
def test_printable_is_what_ascii_prints(text: bytes) -> None:
    printable = all(32 <= code < 127 for code in text)
    assert bool(values.is_printable(b"\x00" + text + b"\x00", 1, 1 + len(text))) == printable
