"""The [orders] section becomes the command that makes its choices."""

from dataclasses import fields
from typing import get_args

import pytest
from pydantic import ValidationError

from engine.choices import USUAL, SetOrderChoices
from gateway.order_settings import PENDING_MS_MAX, WORDS, Orders, set_order_choices


def command(**keys: object) -> SetOrderChoices:
    return set_order_choices(Orders.model_validate(keys), b"", b"", 0)


def test_the_defaults_choose_what_is_usual() -> None:
    assert command() == USUAL
    assert set_order_choices(Orders(), b"venue", b"settings", 5).is_usual()


@pytest.mark.parametrize("key", WORDS)
def test_each_word_makes_its_choice_and_no_other(key: str) -> None:
    field, word = WORDS[key]
    assert word in get_args(Orders.model_fields[key].annotation)
    assert Orders.model_fields[key].default != word
    made = command(**{key: word})
    assert [one.name for one in fields(made) if getattr(made, one.name) != getattr(USUAL, one.name)] == [field]


def test_numbers_and_flags_make_theirs() -> None:
    made = command(good_till_renewal=False, iceberg_smaller_percent=20, iceberg_parts_max=10, stop_rounds_max=3)
    assert (made.nights_silent, made.parts_smaller_percent, made.parts_max, made.election_rounds_max) == (1, 20, 10, 3)
    assert command(pending_ms=PENDING_MS_MAX).pending_ms == PENDING_MS_MAX


@pytest.mark.parametrize("value", [-1, PENDING_MS_MAX + 1, 0.5, True, "1"])
def test_a_request_is_pending_for_whole_milliseconds_up_to_a_minute(value: object) -> None:
    with pytest.raises(ValidationError):
        command(pending_ms=value)
