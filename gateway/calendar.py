"""The trading calendar: which phase a moment belongs to, and since when."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from engine.codes import CLOSED, PHASE_NAMES
from gateway.trading_settings import WEEKDAYS
from gateway.trading_settings import Calendar as CalendarSettings

NS_PER_S = 1_000_000_000
PHASES = {name: phase for phase, name in PHASE_NAMES.items()}


class Calendar:
    """Reads the settings' days; without phases there is none, and it wants nothing."""

    def __init__(self, settings: CalendarSettings) -> None:
        self._settings = settings
        self._zone = ZoneInfo(settings.time_zone)
        self._day: date | None = None
        self._entries: list[tuple[int, int]] = []

    def wanted(self, now_ns: int) -> tuple[int, int] | None:
        """(since when in ns UTC, phase) at a moment; None without a calendar."""
        if not self._settings.phases:
            return None
        day = datetime.fromtimestamp(now_ns // NS_PER_S, UTC).astimezone(self._zone).date()
        if day != self._day:
            self._day = day
            self._entries = self.entries(day)
        return max(entry for entry in self._entries if entry[0] <= now_ns)

    def entries(self, day: date) -> list[tuple[int, int]]:
        """(when in ns UTC, phase) of a day, in their order; a time that the clock skips is as far after midnight."""
        midnight = self._ns(day, time(0))
        found = {midnight: CLOSED}
        if WEEKDAYS[day.weekday()] in self._settings.weekdays and day not in self._settings.holidays:
            for entry in self._settings.phases:
                found[self._ns(day, entry.at)] = PHASES[entry.phase]
        return sorted(found.items())

    def _ns(self, day: date, at: time) -> int:
        return int(datetime.combine(day, at, self._zone).timestamp()) * NS_PER_S
