"""Who may log on and how the venue behaves towards them (gateway.fix_settings)."""

from dataclasses import fields
from datetime import time
from pathlib import Path

import pytest

from fix import profile
from gateway import fix_settings
from gateway.problems import SettingsError
from gateway.settings import Settings, load

ONE = '[[instruments]]\nsymbol = "AAPL"\nreference_price = "150.00"\n'


def settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "venue.toml"
    file.write_text(ONE + text)
    return load(file, environ={})


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        settings(tmp_path, text)
    return raised.value.problems


def test_any_comp_id_is_a_session_by_the_template_and_a_firm_of_its_own(tmp_path: Path) -> None:
    session = settings(tmp_path, "[fix.template]\nheartbeat_max_s = 77\n").fix.session("STRANGER")
    assert session is not None
    assert (session.comp_id, session.firm_name, session.heartbeat_max_s) == ("STRANGER", "STRANGER", 77)
    assert session.username is None


@pytest.mark.parametrize("comp_id", ["", "A B", "x" * 65, "\x01"])
def test_a_comp_id_that_is_no_name_is_no_session_even_where_any_is_welcome(tmp_path: Path, comp_id: str) -> None:
    """VAL-07: what a peer sends is never an exception."""
    assert settings(tmp_path, "").fix.session(comp_id) is None


def test_without_any_comp_id_only_listed_clients_are_sessions(tmp_path: Path) -> None:
    """SES-02."""
    fix = settings(tmp_path, '[fix]\nany_comp_id = false\n[[fix.sessions]]\ncomp_id = "ALPHA1"\n').fix
    assert fix.session("ALPHA1") is not None
    assert fix.session("ALPHA2") is None


def test_a_venue_nobody_could_log_on_to_is_refused(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, "[fix]\nany_comp_id = false\n")
    assert line.startswith("fix: any_comp_id is false")


def test_a_listed_session_takes_from_the_template_what_it_leaves_out(tmp_path: Path) -> None:
    text = "[fix.template]\nheartbeat_max_s = 77\nlatency_max_s = 3\nreset_daily_at = 22:00:00\n"
    text += '[[fix.sessions]]\ncomp_id = "A"\nfirm = "ALPHA"\nlatency_max_s = 9\n'
    session = settings(tmp_path, text).fix.session("A")
    assert session is not None
    assert (session.heartbeat_max_s, session.latency_max_s, session.firm_name) == (77, 9, "ALPHA")
    assert session.reset_daily_at == time(22)


def test_a_session_is_checked_together_with_what_it_takes_from_the_template(tmp_path: Path) -> None:
    text = '[fix.template]\nheartbeat_min_s = 30\n[[fix.sessions]]\ncomp_id = "A"\nheartbeat_max_s = 20\n'
    assert problems(tmp_path, text) == ["fix.sessions[A].heartbeat_max_s: 20 must be at least heartbeat_min_s 30"]


def test_the_heartbeat_range_is_a_range_also_against_a_default(tmp_path: Path) -> None:
    """SES-19."""
    text = "[fix.template]\nheartbeat_min_s = 61\n"
    assert problems(tmp_path, text) == ["fix.template.heartbeat_max_s: 60 must be at least heartbeat_min_s 61"]


def test_a_comp_id_is_listed_once(tmp_path: Path) -> None:
    text = '[[fix.sessions]]\ncomp_id = "A"\n' * 2
    assert problems(tmp_path, text) == ["fix.sessions: A is listed twice"]


def test_username_and_password_come_together(tmp_path: Path) -> None:
    text = '[[fix.sessions]]\ncomp_id = "A"\nusername = "a"\n'
    assert problems(tmp_path, text) == ["fix.sessions[A]: username and password come together"]


def test_every_choice_of_a_session_profile_is_a_setting_with_its_default() -> None:
    """SES-23: what fix.profile leaves to the venue, the venue leaves to the operator."""
    ours = fix_settings.Profile()
    for field in fields(profile.Profile):
        default = getattr(profile.Profile(), field.name)
        if field.name == "reset_daily_s":
            assert (default, ours.reset_daily_at) == (-1, None)
        elif field.name == "resets":
            assert ours.resets == default.value
        else:
            assert getattr(ours, field.name) == default
