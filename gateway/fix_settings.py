"""The [fix] section: where the venue listens, who may log on, and how it behaves towards them."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from gateway.fields import Count, Flag, Name, Seconds, Section, SelfTrade, is_name, unique

LISTED_SESSIONS_MAX = 10_000


class Profile(Section):
    """How the venue behaves towards a FIX session; the keys mean what they mean in fix.profile.

    A post-only order that would trade is refused, or with `post_only_slides` repriced (PST-01). Without
    `self_trade_prevention` of its own a session has that of [risk]. These two are fixed when a CompID first logs on.
    `reset_daily_at` is the UTC time of day at which sequence numbers begin again (SES-23), absent: never.
    """

    heartbeat_min_s: Annotated[int, Field(strict=True, ge=0, le=3_600)] = 5
    heartbeat_max_s: Annotated[int, Field(strict=True, ge=1, le=3_600, validate_default=True)] = 60
    heartbeat_capped: Flag = False
    test_request_percent: Annotated[int, Field(strict=True, ge=100, le=1_000)] = 120
    disconnect_percent: Annotated[int, Field(strict=True, ge=10, le=1_000)] = 100
    latency_max_s: Seconds = 120
    logon_wait_s: Seconds = 10
    logout_wait_s: Seconds = 10
    resets: Literal["asked", "always", "required"] = "asked"
    reset_daily_at: Annotated[time | None, Field(strict=True)] = None
    resends: Flag = True
    resend_batch_messages: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 20
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

    @field_validator("heartbeat_max_s")
    @classmethod
    def _a_range(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("heartbeat_min_s", value):
            raise ValueError(f"{value} must be at least heartbeat_min_s {info.data['heartbeat_min_s']}")
        return value


class Session(Profile):
    """A client known by its CompID; what it leaves out of the profile stands in [fix.template].

    `firm` absent: the CompID is a firm of its own. `password` without `username` is refused.
    """

    comp_id: Name
    firm: Name | None = None
    username: Name | None = None
    password: Annotated[Name | None, Field(repr=False)] = None

    @property
    def firm_name(self) -> str:
        """The firm whose limits and self-trade prevention apply."""
        return self.firm or self.comp_id

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password come together")
        return self


class Fix(Section):
    """The FIX 4.4 listener and who may log on; port 0 takes a free one."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(strict=True, ge=0, le=65_535)] = 9878
    any_comp_id: Flag = True
    template: Profile = Profile()
    sessions: Annotated[tuple[Session, ...], Field(max_length=LISTED_SESSIONS_MAX)] = ()

    @model_validator(mode="before")
    @classmethod
    def _complete_sessions(cls, raw: Any) -> Any:
        template, sessions = (raw.get("template"), raw.get("sessions")) if isinstance(raw, dict) else (None, None)
        if not isinstance(template, dict) or not isinstance(sessions, list):
            return raw
        return raw | {"sessions": [template | item if isinstance(item, dict) else item for item in sessions]}

    @field_validator("sessions")
    @classmethod
    def _one_session_each(cls, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
        unique([session.comp_id for session in sessions])
        return sessions

    @model_validator(mode="after")
    def _someone_may_log_on(self) -> Self:
        if not self.any_comp_id and not self.sessions:
            raise ValueError("any_comp_id is false and no [[fix.sessions]] is listed: nobody could log on")
        return self

    def session(self, comp_id: str) -> Session | None:
        """The session of a client's CompID: as listed, else by the template, else None (SES-02)."""
        for listed in self.sessions:
            if listed.comp_id == comp_id:
                return listed
        if not self.any_comp_id or not is_name(comp_id):
            return None
        return Session(comp_id=comp_id, **self.template.model_dump())
