"""Points in time as operators write them (admin.moments)."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.moments import moment_ns
from gateway.problems import SettingsError

NOW = datetime(2026, 11, 22, 16, 30, 5, tzinfo=UTC)
NOW_NS = int(NOW.timestamp()) * 10**9


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("10m", "2026-11-22T16:20:05+00:00"),
        ("10m ago", "2026-11-22T16:20:05+00:00"),
        ("90 s", "2026-11-22T16:28:35+00:00"),
        ("2h", "2026-11-22T14:30:05+00:00"),
        ("1d", "2026-11-21T16:30:05+00:00"),
        ("14:30", "2026-11-22T14:30:00+00:00"),
        ("14:30+02:00", "2026-11-22T12:30:00+00:00"),
        ("2026-11-20", "2026-11-20T00:00:00+00:00"),
        ("2026-11-20T09:00:01.5", "2026-11-20T09:00:01.500000+00:00"),
        ("2026-11-20 09:00", "2026-11-20T09:00:00+00:00"),
        ("2026-11-20T09:00Z", "2026-11-20T09:00:00+00:00"),
        ("2026-11-20T09:00-05:00", "2026-11-20T14:00:00+00:00"),
        ("999999999d", "1970-01-01T00:00:00+00:00"),
    ],
)
def test_a_time_is_an_age_a_time_of_today_or_iso(text: str, moment: str) -> None:
    assert moment_ns("--from", text, NOW_NS) == round(datetime.fromisoformat(moment).timestamp() * 1_000) * 1_000_000


@pytest.mark.parametrize("text", ["", "yesterday", "10", "10x", "-5m", "25:00", "2026-13-01", "m"])
def test_what_is_no_time_is_refused_by_the_name_of_the_option(text: str) -> None:
    with pytest.raises(SettingsError, match=f'^--from: "{text}" is no time'):
        moment_ns("--from", text, NOW_NS)


def test_no_time_is_no_bound() -> None:
    assert moment_ns("--to", None, NOW_NS) is None


@given(st.text(max_size=12))
def test_any_text_is_a_time_or_a_refusal(text: str) -> None:
    with suppress(SettingsError):
        assert isinstance(moment_ns("--from", text, NOW_NS), int)
