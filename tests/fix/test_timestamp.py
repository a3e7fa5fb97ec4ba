"""UTCTimestamp against the standard library's calendar (FIX 4.4 Volume 1, UTCTimestamp)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fix.kinds import TIMESTAMP_MAX
from fix.timestamp import format_timestamp, parse_timestamp

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2262, 4, 10), timezones=st.just(UTC))  # noqa: DTZ001 (bounds)


def nanoseconds(moment: datetime) -> int:
    """Exact nanoseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1) * 1000


@given(MOMENTS)
def test_a_timestamp_is_read_as_the_calendar_has_it(moment: datetime) -> None:
    assert parse_timestamp(moment.strftime("%Y%m%d-%H:%M:%S.%f").encode()) == nanoseconds(moment)


@given(MOMENTS)
def test_a_timestamp_is_written_as_the_calendar_has_it(moment: datetime) -> None:
    assert format_timestamp(nanoseconds(moment), 6) == moment.strftime("%Y%m%d-%H:%M:%S.%f").encode()


@given(st.integers(0, TIMESTAMP_MAX - 86_400 * 10**9), st.sampled_from([0, 3, 6, 9]))
def test_writing_cuts_and_reading_gives_back_what_was_left(time_ns: int, digits: int) -> None:
    text = format_timestamp(time_ns, digits)
    assert len(text) == 17 + (digits + 1 if digits else 0)
    assert parse_timestamp(text) == time_ns - time_ns % 10 ** (9 - digits)


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        (b"19700101-00:00:00", 0),
        (b"20231114-22:13:20", 1_700_000_000 * 10**9),
        (b"20231114-22:13:20.5", 1_700_000_000_500_000_000),
        (b"20231114-22:13:20.123456789999", 1_700_000_000_123_456_789),
        (b"20240229-00:00:00", 1_709_164_800 * 10**9),
        (b"20161231-23:59:60", 1_483_228_800 * 10**9),
        (b"99991231-23:59:59", TIMESTAMP_MAX),
    ],
)
def test_fractions_leap_seconds_and_far_years_have_their_value(text: bytes, time_ns: int) -> None:
    assert parse_timestamp(text) == time_ns


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"20231114",
        b"20231114-22:13",
        b"20231114 22:13:20",
        b"20231114-22:13:20.",
        b"20231114-22:13:20,5",
        b"20231114-22:13:20.1234567890123",
        b"20231114-22:13:20Z",
        b"20231114-24:00:00",
        b"20231114-23:60:00",
        b"20231114-23:59:61",
        b"20231114-23-59-00",
        b"20231314-00:00:00",
        b"20230001-00:00:00",
        b"20230229-00:00:00",
        b"21000229-00:00:00",
        b"20230431-00:00:00",
        b"20230400-00:00:00",
        b"19691231-23:59:59",
        b"2023111a-00:00:00",
        b"+0231114-00:00:00",
        b"20231114-00:00:0x",
        b"20231114-00:00:00.1x",
    ],
)
def test_what_is_no_timestamp_is_none(text: bytes) -> None:
    assert parse_timestamp(text) is None


@given(st.text("0123456789-:. ", min_size=15, max_size=24).map(str.encode))
def test_a_text_that_is_read_is_a_moment_of_the_calendar(text: bytes) -> None:
    value = parse_timestamp(text)
    if value is not None and value < TIMESTAMP_MAX and text[15:17] != b"60":
        moment = datetime.strptime(text[:17].decode(), "%Y%m%d-%H:%M:%S").replace(tzinfo=UTC)
        assert value // 10**9 == nanoseconds(moment) // 10**9
