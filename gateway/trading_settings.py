"""The [auctions] and [calendar] sections: how calls end and what follows what, by which clock."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, field_validator

from gateway.fields import Flag, Section, unique

ENTRIES_MAX = 100
HOLIDAYS_MAX = 1_000
SEED_MAX = (1 << 62) - 1
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Length = Annotated[int, Field(strict=True, ge=0, le=86_400)]
Width = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
Tiebreak = Literal["xetra", "t7", "euronext", "nasdaq", "asx"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Phase = Literal[
    "closed",
    "pre_open",
    "opening_auction",
    "trading",
    "volatility_auction",
    "closing_auction",
    "cancel_only",
    "post_only",
]


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'"{name}" must be a time zone of the IANA database') from None
    return name


class Auctions(Section):
    """How calls find their price and end (AUC-04, AUC-07 to AUC-09, AUC-12), and how trading resumes (PHA-04); 0 is
    none.
    """

    tiebreak: Tiebreak = "xetra"
    leftover_rests: Flag = False
    amend_keeps_place: Flag = False
    static_range_percent: Width = Decimal(0)
    dynamic_range_percent: Width = Decimal(10)
    extension_s: Length = 60
    extensions_max: Annotated[int, Field(strict=True, ge=0, le=100)] = 1
    random_end_s: Length = 0
    reopening_s: Length = 10
    volatility_s: Length = 30
    seed: Annotated[int, Field(strict=True, ge=0, le=SEED_MAX)] = 1


AskedPhase = Literal[
    "closed", "pre_open", "opening_auction", "volatility_auction", "closing_auction", "halted", "cancel_only"
]
Request = Literal[
    "limit", "post_only", "market", "stop", "immediate", "at_the_opening", "at_the_close", "replace", "reduce", "cancel"
]
Answer = Literal["yes", "market_closed", "not_trading", "cancels_only", "not_in_a_call", "good_till_only"]
PhaseAnswers = dict[AskedPhase, dict[Request, Answer]]


def possible(answers: PhaseAnswers) -> PhaseAnswers:
    """The answers themselves, or ValueError for one that could not be kept."""
    for phase, cells in answers.items():
        if cells.get("immediate") == "yes":
            raise ValueError(f"{phase}.immediate cannot be yes: nothing trades at once in this phase")
        for request, answer in cells.items():
            if answer == "good_till_only" and request != "cancel":
                raise ValueError(f"{phase}.{request}: good_till_only is an answer to cancel only")
    return answers


class Entry(Section):
    """From when on a trading day is in which phase."""

    at: Annotated[time, Field(strict=True)]
    phase: Phase


class Calendar(Section):
    """The phases of a trading day in their order; none: trading at all hours. A day begins closed, a weekday not listed
    and a holiday stay so.
    """

    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    weekdays: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    holidays: Annotated[tuple[date, ...], Field(max_length=HOLIDAYS_MAX)] = ()
    phases: Annotated[tuple[Entry, ...], Field(max_length=ENTRIES_MAX)] = ()

    @field_validator("weekdays")
    @classmethod
    def _each_once(cls, weekdays: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        unique(list(weekdays))
        return weekdays

    @field_validator("phases")
    @classmethod
    def _in_order(cls, phases: tuple[Entry, ...]) -> tuple[Entry, ...]:
        times = [entry.at for entry in phases]
        if times != sorted(set(times)):
            raise ValueError("must each be later than the one before")
        return phases
