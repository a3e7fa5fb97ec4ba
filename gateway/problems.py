"""What an operator got wrong, one line for each fault: the key, the value, and what it must be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

VALUE_CHARS_MAX = 60
# pydantic's names of the faults whose own words would not fit a line about a key
WORDS = {
    "missing": "is required",
    "extra_forbidden": "is not a setting",
    "greater_than": "{value} must be greater than {gt}",
    "greater_than_equal": "{value} must be at least {ge}",
    "less_than": "{value} must be less than {lt}",
    "less_than_equal": "{value} must be at most {le}",
    "int_type": "{value} must be a whole number",
    "bool_type": "{value} must be true or false",
    "bool_parsing": "{value} must be true or false",
    "string_type": "{value} must be a string",
    "decimal_type": "{value} must be a number",
    "decimal_parsing": "{value} must be a number",
    "finite_number": "{value} must be a finite number",
    "decimal_max_places": "{value} must have at most {decimal_places} decimals",
    "decimal_max_digits": "{value} must have at most {max_digits} digits",
    "decimal_whole_digits": "{value} must have at most {whole_digits} digits before the point",
    "literal_error": "{value} must be {expected}",
    "string_pattern_mismatch": "{value} must match {pattern}",
    "too_short": "must have at least {min_length}",
    "too_long": "must have at most {max_length}",
    "path_type": "{value} must be a path",
    "model_type": "{value} must be a table",
    "model_attributes_type": "{value} must be a table",
    "tuple_type": "{value} must be a list",
}


class SettingsError(Exception):
    """What the operator decided cannot be; `problems` has a line for each fault."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def explain(error: ValidationError, raw: object) -> list[str]:
    """One line for each fault pydantic found in `raw`, as "risk.collar_percent: 0 must be greater than 0"."""
    return [_line(detail, raw) for detail in error.errors(include_url=False)]


def _line(detail: ErrorDetails, raw: object) -> str:
    key, why = _key(detail["loc"], raw), _why(detail)
    return f"{key}: {why}" if key else why


def _key(location: tuple[int | str, ...], raw: object) -> str:
    """The path to a value; a list's item goes by what names it: instruments[AAPL].tick_size."""
    text, here = "", raw
    for step in location:
        here = _inside(here, step)
        text += f"[{_title(here, step)}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _inside(table: object, step: int | str) -> Any:
    if isinstance(table, dict):
        return table.get(step)
    if isinstance(table, list) and isinstance(step, int) and step < len(table):
        return table[step]
    return None


def _title(item: object, index: int) -> str:
    if isinstance(item, dict):
        for key in ("symbol", "comp_id"):
            if isinstance(item.get(key), str):
                return str(item[key])
    return str(index)


def _why(detail: ErrorDetails) -> str:
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    words = WORDS.get(detail["type"])
    if words is None:
        return f"{_shown(detail['input'])}: {detail['msg']}"
    return words.format(value=_shown(detail["input"]), **detail.get("ctx", {}))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= VALUE_CHARS_MAX else text[:VALUE_CHARS_MAX] + "..."
