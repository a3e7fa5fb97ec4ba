"""UTCTimestamp values to nanoseconds since 1970 and back, exactly, without datetime (FIX 4.4 Volume 1, data types)."""

import cython

from fix.kinds import TIMESTAMP_MAX

if not cython.compiled:
    from fix.memory import put_digits

FRACTION_DIGITS_MAX = 12


def days_of_date(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date of the Gregorian calendar; years 1970 to 9999."""
    if month <= 2:
        year -= 1
        month += 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + day - 719469


def month_days(year: int, month: int) -> int:
    """Days in a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def pair_at(text: bytes, at: int) -> int:
    """The number of the two digits text[at:at + 2], or -1."""
    tens = text[at] - 48
    ones = text[at + 1] - 48
    return tens * 10 + ones if 0 <= tens <= 9 and 0 <= ones <= 9 else -1


def date_days(text: bytes, start: int) -> int:
    """Days since 1970 of the YYYYMMDD at `start`, or -1; years before 1970 are -1."""
    century = pair_at(text, start)
    year = pair_at(text, start + 2)
    month = pair_at(text, start + 4)
    day = pair_at(text, start + 6)
    if century < 0 or year < 0 or month < 1 or month > 12 or day < 1 or day > 31:
        return -1
    year += century * 100
    if year < 1970 or (day > 28 and day > month_days(year, month)):
        return -1
    return days_of_date(year, month, day)


def time_seconds(text: bytes, start: int) -> int:
    """Seconds since midnight of the HH:MM:SS at `start`, second 60 (a leap second) included, or -1."""
    hour = pair_at(text, start)
    minute = pair_at(text, start + 3)
    second = pair_at(text, start + 6)
    if text[start + 2] != 58 or text[start + 5] != 58 or hour < 0 or minute < 0 or second < 0:
        return -1
    if hour > 23 or minute > 59 or second > 60:
        return -1
    return hour * 3600 + minute * 60 + second


def fraction_ns(text: bytes, start: int, end: int) -> int:
    """Nanoseconds of the fraction whose point stands at `start`: 0 without one, cut below, -1 if malformed."""
    if start == end:
        return 0
    if text[start] != 46 or end - start < 2 or end - start > FRACTION_DIGITS_MAX + 1:
        return -1
    value = 0
    unit = 100_000_000
    for i in range(start + 1, end):
        digit = text[i] - 48
        if digit < 0 or digit > 9:
            return -1
        value += digit * unit
        unit //= 10
    return value


def timestamp_at(text: bytes, start: int, end: int) -> int:
    """Nanoseconds since 1970 of the UTCTimestamp in text[start:end], or -1."""
    if end - start < 17 or text[start + 8] != 45:
        return -1
    days = date_days(text, start)
    seconds = time_seconds(text, start + 9)
    fraction = fraction_ns(text, start + 17, end)
    if days < 0 or seconds < 0 or fraction < 0:
        return -1
    if days > 106_750:
        return TIMESTAMP_MAX
    return (days * 86_400 + seconds) * 1_000_000_000 + fraction


def parse_timestamp(text: bytes) -> int | None:
    """Nanoseconds since 1970 of YYYYMMDD-HH:MM:SS[.s…], at most 12 decimals; None if the text is no UTCTimestamp.

    Decimals below nanoseconds are cut. A leap second (SS = 60) is the first second of the next minute, as in POSIX.
    An instant beyond TIMESTAMP_MAX is given as that.
    """
    value = timestamp_at(text, 0, len(text))
    return None if value < 0 else value


def date_of_days(days: int) -> int:
    """The date `days` (not negative) after 1970-01-01 as the number YYYYMMDD."""
    z = days + 719_468
    era = z // 146_097
    doe = z - era * 146_097
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    year = yoe + era * 400 + (1 if month <= 2 else 0)
    return year * 10_000 + month * 100 + doy - (153 * mp + 2) // 5 + 1


def put_second(into: bytearray, at: int, second: int) -> int:
    """Write the 17 characters YYYYMMDD-HH:MM:SS of a second since 1970; where they end."""
    rest = second % 86_400
    put_digits(into, at, date_of_days(second // 86_400), 8)
    into[at + 8] = 45
    put_digits(into, at + 9, rest // 3600, 2)
    into[at + 11] = 58
    put_digits(into, at + 12, rest // 60 % 60, 2)
    into[at + 14] = 58
    put_digits(into, at + 15, rest % 60, 2)
    return at + 17


def format_timestamp(time_ns: int, digits: int = 3) -> bytes:
    """The UTCTimestamp of `time_ns` (not negative), cut, not rounded, to 0, 3, 6 or 9 decimals."""
    text = bytearray(27)
    end = put_second(text, 0, time_ns // 1_000_000_000)
    if digits > 0:
        text[end] = 46
        put_digits(text, end + 1, time_ns % 1_000_000_000, 9)
        end += 1 + digits
    return bytes(text[:end])
