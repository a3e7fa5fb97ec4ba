"""Values of FIX data types in a buffer: whether their format is right, and decimals without rounding."""

from fix.kinds import (
    ABSENT,
    BOOLEAN,
    DATE,
    DECIMAL,
    GROUP_COUNT,
    INEXACT,
    INTEGER,
    MONTH_YEAR,
    OUT_OF_RANGE,
    TIME,
    TIMESTAMP,
    UNSIGNED,
)
from fix.timestamp import date_days, fraction_ns, pair_at, time_seconds, timestamp_at

INTEGER_DIGITS_MAX = 18


def scaled(text: bytes, start: int, end: int, scale: int) -> int:
    """text[start:end] as an exact decimal in units of 10**-scale (0 to 18), or ABSENT, INEXACT or OUT_OF_RANGE.

    Zeros after the last decimal the scale has do not make it inexact.
    """
    i = start
    negative = end > start and text[start] == 45
    if negative:
        i += 1
    value = 0
    decimals = 0
    point = False
    digits = 0
    while i < end:
        digit = text[i] - 48
        i += 1
        if digit == -2 and not point:
            point = True
            continue
        if digit < 0 or digit > 9:
            return ABSENT
        digits += 1
        if point and decimals == scale:
            if digit != 0:
                return INEXACT
            continue
        if value > 99_999_999_999_999_999:
            return OUT_OF_RANGE
        value = value * 10 + digit
        if point:
            decimals += 1
    if digits == 0:
        return ABSENT
    while decimals < scale:
        if value > 99_999_999_999_999_999:
            return OUT_OF_RANGE
        value *= 10
        decimals += 1
    return -value if negative else value


def is_decimal(text: bytes, start: int, end: int) -> bool:
    """Whether text[start:end] is a FIX float: digits with at most one point, after an optional minus."""
    i = start
    if text[i] == 45:
        i += 1
    digits = 0
    points = 0
    while i < end:
        digit = text[i] - 48
        if 0 <= digit <= 9:
            digits += 1
        elif digit == -2:
            points += 1
        else:
            return False
        i += 1
    return digits > 0 and points < 2


def is_integer(text: bytes, start: int, end: int) -> bool:
    """Whether text[start:end] is an integer of at most 18 digits, after an optional minus."""
    return is_unsigned(text, start + 1 if text[start] == 45 else start, end)


def is_unsigned(text: bytes, start: int, end: int) -> bool:
    """Whether text[start:end] is 1 to 18 digits."""
    if start == end or end - start > INTEGER_DIGITS_MAX:
        return False
    for i in range(start, end):  # noqa: SIM110 (faster compiled)
        if text[i] < 48 or text[i] > 57:
            return False
    return True


def is_timestamp(text: bytes, start: int, end: int) -> bool:
    """Whether text[start:end] is a UTCTimestamp."""
    return timestamp_at(text, start, end) >= 0


def is_date(text: bytes, start: int, end: int) -> bool:
    """Whether text[start:end] is a LocalMktDate or UTCDateOnly."""
    return end - start == 8 and date_days(text, start) >= 0


def is_time(text: bytes, start: int, end: int) -> bool:
    """Whether text[start:end] is a UTCTimeOnly."""
    return end - start >= 8 and time_seconds(text, start) >= 0 and fraction_ns(text, start + 8, end) >= 0


def is_month_year(text: bytes, start: int, end: int) -> bool:
    """Whether text[start:end] is YYYYMM, YYYYMMDD or YYYYMMwN with N from 1 to 5."""
    size = end - start
    if size != 6 and size != 8:
        return False
    month = pair_at(text, start + 4)
    if pair_at(text, start) < 0 or pair_at(text, start + 2) < 0 or month < 1 or month > 12:
        return False
    if size == 6:
        return True
    if text[start + 6] == 119:
        return 49 <= text[start + 7] <= 53
    day = pair_at(text, start + 6)
    return 1 <= day <= 31


def is_printable(text: bytes, start: int, end: int) -> bool:
    """Whether text[start:end] is printable ASCII throughout."""
    for i in range(start, end):  # noqa: SIM110 (faster compiled)
        if text[i] < 32 or text[i] > 126:
            return False
    return True


def is_format(kind: int, text: bytes, start: int, end: int) -> bool:
    """Whether a value that is not empty has the format of its kind; text, data and multiple values always have."""
    if kind == DECIMAL:
        return is_decimal(text, start, end)
    if kind == TIMESTAMP:
        return is_timestamp(text, start, end)
    if kind == UNSIGNED or kind == GROUP_COUNT:
        return is_unsigned(text, start, end)
    if kind == INTEGER:
        return is_integer(text, start, end)
    if kind == BOOLEAN:
        return end - start == 1 and (text[start] == 89 or text[start] == 78)
    if kind == DATE:
        return is_date(text, start, end)
    if kind == TIME:
        return is_time(text, start, end)
    if kind == MONTH_YEAR:
        return is_month_year(text, start, end)
    return True
