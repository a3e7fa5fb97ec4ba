"""Periods by the clock on a wall: daily, weekly, over midnight, and when the wall's clock is changed (SES-23)."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from fix.schedule import Schedule

NEW_YORK = ZoneInfo("America/New_York")
DAY = Schedule(starts=time(8), ends=time(17, 30))
NIGHT = Schedule(starts=time(22), ends=time(6))
CLOCK = Schedule(starts=time(22), ends=time(22))
WORKDAYS = Schedule(starts=time(9, 30), ends=time(16), zone=NEW_YORK, days=(0, 1, 2, 3, 4))
WEEK = Schedule(starts=time(17), ends=time(16), zone=NEW_YORK, start_day=6, end_day=4)
SUNDAYS = Schedule(starts=time(12), ends=time(12), start_day=6, end_day=6)


def ns(text: str) -> int:
    """An instant of 2026, "11-22 19:00", in ns UTC."""
    return int(datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp()) * 10**9


@pytest.mark.parametrize(
    ("schedule", "now", "start", "end", "following"),
    [
        (DAY, "11-23 08:00", "11-23 08:00", "11-23 17:30", "11-24 08:00"),
        (DAY, "11-23 07:59", "11-22 08:00", "11-22 17:30", "11-23 08:00"),
        (NIGHT, "11-23 05:59", "11-22 22:00", "11-23 06:00", "11-23 22:00"),
        (NIGHT, "11-23 06:00", "11-22 22:00", "11-23 06:00", "11-23 22:00"),
        (CLOCK, "11-23 21:59", "11-22 22:00", "11-23 22:00", "11-23 22:00"),
        (CLOCK, "11-23 22:00", "11-23 22:00", "11-24 22:00", "11-24 22:00"),
        (WORKDAYS, "11-22 12:00", "11-20 14:30", "11-20 21:00", "11-23 14:30"),
        (WORKDAYS, "07-06 13:30", "07-06 13:30", "07-06 20:00", "07-07 13:30"),
        (WEEK, "11-25 12:00", "11-22 22:00", "11-27 21:00", "11-29 22:00"),
        (WEEK, "11-22 21:59", "11-15 22:00", "11-20 21:00", "11-22 22:00"),
        (WEEK, "10-31 12:00", "10-25 21:00", "10-30 20:00", "11-01 22:00"),
        (SUNDAYS, "11-22 11:59", "11-15 12:00", "11-22 12:00", "11-22 12:00"),
        (SUNDAYS, "11-22 12:00", "11-22 12:00", "11-29 12:00", "11-29 12:00"),
    ],
)
def test_a_moment_is_in_or_after_its_period(schedule: Schedule, now: str, start: str, end: str, following: str) -> None:
    assert schedule.period(ns(now)) == (ns(start), ns(end))
    assert schedule.next_start_ns(ns(now)) == ns(following)


@pytest.mark.parametrize("schedule", [DAY, NIGHT, CLOCK, WORKDAYS, WEEK, SUNDAYS])
def test_periods_follow_one_another_all_year_whatever_the_wall_clock_does(schedule: Schedule) -> None:
    now = ns("01-05 12:00")
    start, _ = schedule.period(now)
    while now < ns("12-20 12:00"):
        following = schedule.next_start_ns(now)
        assert following > start
        for moment in (now, following - 1):
            assert schedule.period(moment)[0] == start
        assert schedule.period(following)[0] == following
        assert schedule.period(start)[1] <= following
        now = start = following
