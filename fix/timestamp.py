"""UTCTimestamp values to nanoseconds since 1970 and back, exactly and without datetime (FIX 4.4 Volume 1, data types)."""

NANOSECONDS = 1_000_000_000
DAY_SECONDS = 86_400
INVALID = -1
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


def number_at(text: bytes, start: int, digits: int) -> int:
    """The unsigned number of exactly `digits` digits at `start`, or INVALID."""
    value = 0
    for i in range(start, start + digits):
        digit = text[i] - 48
        if digit < 0 or digit > 9:
            return INVALID
        value = value * 10 + digit
    return value


def date_days(text: bytes, start: int) -> int:
    """Days since 1970 of the YYYYMMDD at `start`, or INVALID; years before 1970 are INVALID."""
    year = number_at(text, start, 4)
    month = number_at(text, start + 4, 2)
    day = number_at(text, start + 6, 2)
    if year < 1970 or month < 1 or month > 12 or day < 1 or day > month_days(year, month):
        return INVALID
    return days_of_date(year, month, day)


def time_seconds(text: bytes, start: int) -> int:
    """Seconds since midnight of the HH:MM:SS at `start`, second 60 (a leap second) included, or INVALID."""
    hour = number_at(text, start, 2)
    minute = number_at(text, start + 3, 2)
    second = number_at(text, start + 6, 2)
    if text[start + 2] != 58 or text[start + 5] != 58 or hour < 0 or minute < 0 or second < 0:
        return INVALID
    if hour > 23 or minute > 59 or second > 60:
        return INVALID
    return hour * 3600 + minute * 60 + second


def fraction_ns(text: bytes, start: int, end: int) -> int:
    """Nanoseconds of the fraction whose point stands at `start`: 0 without one, truncated below, INVALID if malformed."""
    if start == end:
        return 0
    if text[start] != 46 or end - start < 2 or end - start > FRACTION_DIGITS_MAX + 1:
        return INVALID
    value = 0
    scale = NANOSECONDS
    for i in range(start + 1, end):
        digit = text[i] - 48
        if digit < 0 or digit > 9:
            return INVALID
        scale //= 10
        value += digit * scale
    return value


def timestamp_at(text: bytes, start: int, end: int) -> int:
    """Nanoseconds since 1970 of the UTCTimestamp in text[start:end], or INVALID."""
    if end - start < 17 or text[start + 8] != 45:
        return INVALID
    days = date_days(text, start)
    seconds = time_seconds(text, start + 9)
    fraction = fraction_ns(text, start + 17, end)
    if days < 0 or seconds < 0 or fraction < 0:
        return INVALID
    return (days * DAY_SECONDS + seconds) * NANOSECONDS + fraction


def parse_timestamp(text: bytes) -> int | None:
    """Nanoseconds since 1970 of YYYYMMDD-HH:MM:SS[.sss…]; digits beyond nanoseconds are cut; None if it is no UTCTimestamp.

    A leap second (SS = 60) counts as the first second of the next minute, as POSIX time has it.
    """
    value = timestamp_at(text, 0, len(text))
    return None if value < 0 else value


def date_of_days(days: int) -> int:
    """The date `days` after 1970-01-01 as the number YYYYMMDD."""
    z = days + 719468
    era = z // 146097
    doe = z - era * 146097
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    year = yoe + era * 400 + (1 if month <= 2 else 0)
    return year * 10000 + month * 100 + doy - (153 * mp + 2) // 5 + 1


def format_timestamp(time_ns: int, digits: int = 3) -> bytes:
    """UTCTimestamp of `time_ns`, cut (not rounded) to `digits` fraction digits: 0, 3, 6 or 9."""
    seconds = time_ns // NANOSECONDS
    rest = seconds % DAY_SECONDS
    text = b"%08d-%02d:%02d:%02d" % (date_of_days(seconds // DAY_SECONDS), rest // 3600, rest // 60 % 60, rest % 60)
    if digits == 0:
        return text
    return b"%b.%0*d" % (text, digits, time_ns % NANOSECONDS // 10 ** (9 - digits))
