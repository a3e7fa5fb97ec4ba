"""How the venue behaves towards a FIX session: the keys of [fix.template], [[fix.templates]] and [[fix.sessions]]."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, time, tzinfo
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from fix.profile import Profile as Rules
from fix.profile import Resets
from fix.schedule import EVERY_DAY
from fix.schedule import Schedule as Periods
from gateway.fields import Count, Flag, NameOrNone, Seconds, Section, SelfTrade

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: tuple[Day, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Moment = Annotated[time, Field(strict=True)]

PRESETS: dict[str, dict[str, Any]] = {
    "standard": {},
    "equity": {
        "schedule": {"starts_at": time(0), "ends_at": time(0)},
        "test_request_percent": 300,
        "disconnect_percent": 300,
    },
    "crypto": {"resets": "required", "resends": False, "test_request_percent": 100, "throttle_disconnects": True},
    "rollover": {"schedule": {"starts_at": time(22), "ends_at": time(22)}},
    "counted": {"numbers_max": 1_000_000},
}
"""What kinds of venues do (SES-18, SES-23): keys a profile sets unless they are given beside it."""


def known_zone(name: str) -> str:
    """The name itself, or ValueError."""
    try:
        zone(name)
    except (ValueError, OSError, LookupError):
        raise ValueError(f'"{name[:64]}" is not a time zone known here, such as UTC or Europe/London') from None
    return name


def zone(name: str) -> tzinfo:
    """The time zone of that name."""
    return UTC if name == "UTC" else ZoneInfo(name)


class Schedule(Section):
    """When a client may be logged on, by the clock of `time_zone`: from `starts_at` to `ends_at`, equal: always.

    On each of `days`, or, with `start_day` and `end_day`, once a week. Unless `resets` is false, sequence numbers begin
    again at each start.
    """

    starts_at: Moment = time(0)
    ends_at: Moment = time(0)
    time_zone: Annotated[str, AfterValidator(known_zone)] = "UTC"
    days: Annotated[tuple[Day, ...], Field(min_length=1)] = DAYS
    start_day: Day | None = None
    end_day: Day | None = None
    resets: Flag = True

    @model_validator(mode="after")
    def _weekly_or_daily(self) -> Self:
        if (self.start_day is None) != (self.end_day is None):
            raise ValueError("start_day and end_day come together")
        if self.start_day is not None and self.days != DAYS:
            raise ValueError("days cannot be given beside start_day and end_day")
        return self

    def periods(self) -> Periods:
        """The same for the session."""
        weekly = self.start_day is not None and self.end_day is not None
        return Periods(
            starts=self.starts_at,
            ends=self.ends_at,
            zone=zone(self.time_zone),
            days=EVERY_DAY if weekly else tuple(sorted(DAYS.index(day) for day in set(self.days))),
            start_day=DAYS.index(self.start_day or "") if weekly else -1,
            end_day=DAYS.index(self.end_day or "") if weekly else -1,
            resets=self.resets,
        )


class Profile(Section):
    """The keys mean what they mean in fix.profile; `profile` names a preset that others build on.

    A post-only order that would trade is refused, or with `post_only_slides` repriced (PST-01). Without
    `self_trade_prevention` of its own a session has that of [risk]. These two are fixed when a CompID first logs on.
    Orders without SelfMatchPreventionID(7928) have `self_match_id` (SFT-01).
    `cancel_on_disconnect` says what going cancels, of `cancel_scope`, unless the session is back within
    `cancel_grace_s` (KIL-03); `cancel_by_logon` lets CancelOnDisconnect(8013) of its Logon decide instead.
    `reset_daily_at` is short for a schedule around the clock, UTC.
    """

    profile: Literal["standard", "equity", "crypto", "rollover", "counted"] = "standard"
    heartbeat_min_s: Annotated[int, Field(strict=True, ge=0, le=3_600)] = 5
    heartbeat_max_s: Annotated[int, Field(strict=True, ge=1, le=3_600, validate_default=True)] = 60
    heartbeat_capped: Flag = False
    test_request_percent: Annotated[int, Field(strict=True, ge=100, le=1_000)] = 120
    disconnect_percent: Annotated[int, Field(strict=True, ge=10, le=1_000)] = 100
    latency_max_s: Seconds = 120
    order_age_max_s: Annotated[int, Field(strict=True, ge=0, le=86_400)] = 0
    logon_wait_s: Seconds = 10
    logout_wait_s: Seconds = 10
    resets: Literal["asked", "always", "required"] = "asked"
    reset_daily_at: Moment | None = None
    schedule: Schedule | None = None
    numbers_max: Annotated[int, Field(strict=True, ge=0, le=10**15)] = 0
    notices_s: Annotated[tuple[Seconds, ...], Field(max_length=16)] = (600, 60)
    resends: Flag = True
    resend_batch_messages: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 10
    held_messages_max: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 10_000
    messages_per_s: Annotated[int, Field(strict=True, ge=0, le=10_000_000)] = 0
    messages_at_once: Annotated[int, Field(strict=True, ge=1, le=10_000_000)] = 100
    throttle_disconnects: Flag = False
    validate_section_order: Flag = True
    validate_group_order: Flag = True
    validate_values_present: Flag = True
    validate_user_fields: Flag = True
    validate_other_fields: Flag = True
    open_orders_max: Count = 1_000_000
    post_only_slides: Flag = False
    self_trade_prevention: SelfTrade | None = None
    self_match_id: NameOrNone = ""
    cancel_on_disconnect: Literal["none", "disconnect", "logout", "both"] = "none"
    cancel_scope: Literal["session", "firm"] = "session"
    cancel_grace_s: Annotated[int, Field(strict=True, ge=0, le=86_400)] = 0
    cancel_spares_gtc: Flag = True
    cancel_by_logon: Flag = True

    @model_validator(mode="before")
    @classmethod
    def _build_on_preset(cls, raw: Any) -> Any:
        return preset(raw) | raw if isinstance(raw, dict) else raw

    @field_validator("heartbeat_max_s")
    @classmethod
    def _a_range(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("heartbeat_min_s", value):
            raise ValueError(f"{value} must be at least heartbeat_min_s {info.data['heartbeat_min_s']}")
        return value

    @model_validator(mode="after")
    def _one_schedule(self) -> Self:
        if self.reset_daily_at is not None and self.schedule is not None and self.profile not in ("equity", "rollover"):
            raise ValueError("reset_daily_at and schedule cannot both be given")
        return self

    def rules(self) -> Rules:
        """The profile of fix.profile: the keys are the same, but for those that are words or times here."""
        kept = {key.name: getattr(self, key.name) for key in fields(Rules) if key.name in type(self).model_fields}
        kept["resets"] = Resets(self.resets)
        at = self.reset_daily_at
        kept["schedule"] = self.schedule.periods() if self.schedule is not None else None
        if at is not None:
            kept["schedule"] = Periods(starts=at, ends=at)
        return Rules(**kept)


def preset(raw: dict[str, Any]) -> dict[str, Any]:
    """What the preset sets that a table names; nothing where it names none that is known."""
    name = raw.get("profile")
    return PRESETS.get(name, {}) if isinstance(name, str) else {}
