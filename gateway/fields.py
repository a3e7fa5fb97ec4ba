"""What settings are made of: exact decimals, bounded counts, names, and the table that refuses unknown keys."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Count = Annotated[int, Field(strict=True, ge=1)]
Seconds = Annotated[int, Field(strict=True, ge=1, le=86_400)]
Exact = Annotated[Decimal, Field(gt=0, le=10**15, decimal_places=12)]
Percent = Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)]
SelfTrade = Literal["cancel_newest", "cancel_oldest", "cancel_both", "decrement", "none"]
Flag = Annotated[bool, Field(strict=True)]


def is_name(text: str) -> bool:
    """Whether a text can be a CompID, firm or symbol: they stand in FIX fields (VAL-07)."""
    return re.fullmatch("[!-~]{1,64}", text) is not None


def printable_name(text: str) -> str:
    """The text itself, or ValueError."""
    if not is_name(text):
        raise ValueError(f'"{text[:64]}" must be 1 to 64 printable ASCII characters without a space')
    return text


def name_or_none(text: str) -> str:
    """The text itself, which may be empty, or ValueError."""
    return printable_name(text) if text else text


def postgres_url(dsn: str) -> str:
    """The text itself, or ValueError."""
    if not dsn.startswith(("postgresql://", "postgres://")):
        raise ValueError("must start with postgresql://")
    return dsn


Name = Annotated[str, AfterValidator(printable_name)]
NameOrNone = Annotated[str, AfterValidator(name_or_none)]
Dsn = Annotated[str, AfterValidator(postgres_url)]


class Section(BaseModel):
    """A table of the file: immutable, and a key it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def unique(names: Sequence[str]) -> None:
    """ValueError naming the first that stands there twice."""
    name, times = Counter(names).most_common(1)[0] if names else ("", 0)
    if times > 1:
        raise ValueError(f"{name} is listed twice")
