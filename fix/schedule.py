"""When a session's peer may be logged on: periods by the clock on a wall somewhere, daily or weekly (SES-23).

A period is the time from one start to the end that belongs to it, and sequence numbers may begin again with each
(Schedule.resets). Term follows one session through its periods.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from fix.state import State

NS_PER_S = 1_000_000_000
WEEK_DAYS = 7
EVERY_DAY = tuple(range(WEEK_DAYS))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Periods from `starts` to `ends` by the clock of `zone`; days count from 0, a Monday.

    One each day of `days`, around the clock where both times are equal; or with `start_day` and `end_day` one a week.
    `resets`: sequence numbers begin again when a period starts, not when it ends.
    """

    starts: time = time(0)
    ends: time = time(0)
    zone: tzinfo = UTC
    days: tuple[int, ...] = EVERY_DAY
    start_day: int = -1
    end_day: int = -1
    resets: bool = True

    def period(self, now_ns: int) -> tuple[int, int]:
        """Start and end, in ns UTC, of the latest period that has started by now; the end may have passed."""
        today = datetime.fromtimestamp(now_ns // NS_PER_S, self.zone).date()
        for back in range(-1, 2 * WEEK_DAYS):  # -1: a wall clock put back may bring a day twice
            day = today - timedelta(days=back)
            if self._starts_on(day) and (start_ns := self._at(day, self.starts)) <= now_ns:
                return start_ns, self._at(self._end_day(day), self.ends)
        raise AssertionError("a schedule has a period every week")

    def next_start_ns(self, now_ns: int) -> int:
        """When the first period starts that has not started by now."""
        today = datetime.fromtimestamp(now_ns // NS_PER_S, self.zone).date()
        for ahead in range(-1, 2 * WEEK_DAYS):
            day = today + timedelta(days=ahead)
            if self._starts_on(day) and (start_ns := self._at(day, self.starts)) > now_ns:
                return start_ns
        raise AssertionError("a schedule has a period every week")

    def _starts_on(self, day: date) -> bool:
        return day.weekday() == self.start_day if self.start_day >= 0 else day.weekday() in self.days

    def _end_day(self, day: date) -> date:
        days = (self.end_day - self.start_day) % WEEK_DAYS if self.start_day >= 0 else 0
        if days == 0 and self.ends <= self.starts:
            days = WEEK_DAYS if self.start_day >= 0 else 1
        return day + timedelta(days=days)

    def _at(self, day: date, moment: time) -> int:
        """A moment of the wall clock in ns UTC: the first of two, and one that is left out as if it were not."""
        return (datetime.combine(day, moment, self.zone) - EPOCH) // timedelta(seconds=1) * NS_PER_S


class Term:
    """How far one session is allowed to go: to the end of its period, or of its numbers, or to an end that is planned.

    `ends_ns` is when it must end, in ns UTC (0: never), and `why` the words for it.
    """

    __slots__ = (
        "_following_ns",
        "_notices_s",
        "_numbers_max",
        "_planned_ns",
        "_planned_why",
        "_schedule",
        "_since_ns",
        "_told_s",
        "_warned",
        "ends_ns",
        "why",
    )

    def __init__(self, schedule: Schedule | None, numbers_max: int, notices_s: tuple[int, ...]) -> None:
        self.ends_ns = 0
        self.why = ""
        self._schedule = schedule
        self._numbers_max = numbers_max
        self._notices_s = tuple(sorted(notices_s, reverse=True))
        self._planned_ns = 0
        self._planned_why = ""
        self._since_ns = -1
        self._following_ns = 0
        self._told_s = 0
        self._warned = False

    def opens_ns(self, now_ns: int) -> int:
        """When the peer may log on next, in ns UTC; 0: now."""
        schedule = self._schedule
        if schedule is None or now_ns < schedule.period(now_ns)[1]:
            return 0
        return schedule.next_start_ns(now_ns)

    def begin(self, now_ns: int) -> None:
        """The peer has logged on."""
        self._warned = False
        self._choose(self._schedule.period(now_ns)[1] if self._schedule is not None else 0, "The session has ended")
        if self._planned_ns and not 0 < self.ends_ns <= self._planned_ns:
            self._choose(self._planned_ns, self._planned_why)

    def plan(self, end_ns: int, why: str) -> None:
        """Let it end at `end_ns` at the latest (SES-28); it counts for Logons to come too."""
        self._planned_ns = end_ns
        self._planned_why = why
        if not 0 < self.ends_ns <= end_ns:
            self._choose(end_ns, why)

    def _choose(self, end_ns: int, why: str) -> None:
        self.ends_ns = end_ns
        self.why = why
        self._told_s = 0

    def begins_anew_ns(self, state: State) -> int:
        """When the numbers begin again without anybody's asking, in ns UTC; 0: never, 1: now."""
        if self._used_up(state):
            return 1
        if self._schedule is None or not self._schedule.resets or not state.started_ns:
            return 0
        if self._since_ns != state.started_ns:
            self._since_ns = state.started_ns
            self._following_ns = self._schedule.next_start_ns(state.started_ns)
        return self._following_ns

    def due_ns(self, state: State) -> int:
        """When is_over() or notice() next has something to say, in ns UTC; 0: never, 1: now."""
        if self._used_up(state) or (not self._warned and self._nearly(state)):
            return 1
        notice_s = self._next_notice_s()
        return self.ends_ns - notice_s * NS_PER_S if self.ends_ns else 0

    def is_over(self, state: State, now_ns: int) -> str:
        """Why the session must end now; "" while it need not."""
        if self._used_up(state):
            return f"MsgSeqNum(34) has reached {self._numbers_max}, log on to begin again at 1"
        return self.why if 0 < self.ends_ns <= now_ns else ""

    def notice(self, state: State, now_ns: int) -> str:
        """What the peer must be told now about the end (SES-28); "" if nothing. Each is told once."""
        if not self._warned and self._nearly(state):
            self._warned = True
            return f"MsgSeqNum(34) will begin again at 1 after {self._numbers_max}"
        notice_s = self._next_notice_s()
        if not self.ends_ns or not notice_s or now_ns < self.ends_ns - notice_s * NS_PER_S:
            return ""
        left_s = (self.ends_ns - now_ns + NS_PER_S - 1) // NS_PER_S
        self._told_s = min(second for second in self._notices_s if second >= left_s)
        return f"The session ends in {left_s} s" + (f": {self.why}" if self._planned_ns == self.ends_ns else "")

    def _next_notice_s(self) -> int:
        """The next of the notices not told yet, in seconds before the end; 0 if there is none."""
        return next((second for second in self._notices_s if not self._told_s or second < self._told_s), 0)

    def _used_up(self, state: State) -> bool:
        return 0 < self._numbers_max <= max(state.next_in, state.next_out) - 1

    def _nearly(self, state: State) -> bool:
        most = self._numbers_max
        return most > 0 and bool(self._notices_s) and max(state.next_in, state.next_out) > most - most // 100
