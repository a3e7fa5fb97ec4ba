"""Points in time as operators write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from gateway.problems import SettingsError

UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
NS_PER_US = 1_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_ns(option: str, text: str | None, now_ns: int) -> int | None:
    """ns UTC of "10m" or "10m ago" (s, m, h, d), "14:30" (today) or an ISO date or time, UTC where it names no zone.

    None stays None; SettingsError names the option where the text is nothing of that.
    """
    if text is None:
        return None
    moment = _ago(text, now_ns) or _clock_time(text, now_ns) or _iso(text)
    if moment is None:
        raise SettingsError([f'{option}: "{text}" is no time; write 10m, 14:30, 2026-11-22 or 2026-11-22T14:30:05'])
    return (moment - EPOCH) // timedelta(microseconds=1) * NS_PER_US


def _ago(text: str, now_ns: int) -> datetime | None:
    found = re.fullmatch(r"(\d{1,9})\s*([smhd])(\s+ago)?", text.strip())
    if found is None:
        return None
    try:
        return _now(now_ns) - timedelta(seconds=int(found[1]) * UNITS_S[found[2]])
    except OverflowError:
        return EPOCH


def _clock_time(text: str, now_ns: int) -> datetime | None:
    if not re.match(r"\d\d:\d\d", text):
        return None
    try:
        return datetime.combine(_now(now_ns).date(), _with_zone(time.fromisoformat(text)))
    except ValueError:
        return None


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _with_zone(clock: time) -> time:
    return clock if clock.tzinfo else clock.replace(tzinfo=UTC)


def _now(now_ns: int) -> datetime:
    return EPOCH + timedelta(microseconds=now_ns // NS_PER_US)
