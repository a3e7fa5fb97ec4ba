"""Who may log on and how the venue behaves towards them (gateway.fix_settings)."""

from dataclasses import fields
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fix import profile
from fix.profile import Resets
from fix.schedule import Schedule
from gateway import profile_settings
from gateway.fix_settings import OTHERS_MAX
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


def test_settings_of_unlisted_sessions_are_made_once_and_not_kept_without_end(tmp_path: Path) -> None:
    fix = settings(tmp_path, "").fix
    assert fix.session("ANY") is fix.session("ANY")
    for number in range(2 * OTHERS_MAX):
        made = fix.session(f"ANY{number}")
        assert made is not None
        assert made.comp_id == f"ANY{number}"
    assert len(fix._others) <= OTHERS_MAX


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


def test_a_password_in_clear_is_refused_and_not_repeated(tmp_path: Path) -> None:
    """SES-27: the settings hold Argon2id hashes."""
    weaker = "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA"
    for password in ("secret", weaker, ""):
        text = f'[[fix.sessions]]\ncomp_id = "A"\nusername = "a"\npassword = "{password}"\n'
        why = "fix.sessions[A].password: must be an Argon2id hash: `outcry password` makes one"
        assert problems(tmp_path, text) == [why]


def test_addresses_are_networks(tmp_path: Path) -> None:
    """SES-02."""
    text = '[[fix.sessions]]\ncomp_id = "A"\naddresses = ["10.0.0.0/8", "::1", "nowhere"]\n'
    assert all(line.startswith("fix.sessions[A].addresses[2]") for line in problems(tmp_path, text))


def test_a_name_of_a_certificate_needs_certificates(tmp_path: Path) -> None:
    """SES-27."""
    text = '[[fix.sessions]]\ncomp_id = "A"\ncertificate = "a.example"\n'
    assert problems(tmp_path, text) == ["fix: sessions[A].certificate needs tls.client_authorities"]
    text = '[fix.tls]\ncertificate = "c"\nkey = "k"\ncertificate_names_comp_id = true\n'
    assert problems(tmp_path, text) == ["fix.tls: certificate_names_comp_id needs client_authorities"]


def test_every_choice_of_a_session_profile_is_a_setting_with_its_default() -> None:
    """SES-23: what fix.profile leaves to the venue, the venue leaves to the operator."""
    ours = profile_settings.Profile()
    for field in fields(profile.Profile):
        default = getattr(profile.Profile(), field.name)
        if field.name == "resets":
            assert ours.resets == default.value
        else:
            assert getattr(ours, field.name) == default


def test_a_preset_says_what_a_kind_of_venue_does_and_other_keys_go_before_it(tmp_path: Path) -> None:
    """SES-18, SES-19, SES-23."""
    text = '[fix.template]\nprofile = "crypto"\nresends = true\n[[fix.sessions]]\ncomp_id = "A"\n'
    text += '[[fix.sessions]]\ncomp_id = "B"\nprofile = "equity"\n[[fix.sessions]]\ncomp_id = "C"\nresets = "asked"\n'
    fix = settings(tmp_path, text).fix
    stranger, a, b, c = (found.rules() for name in ("X", "A", "B", "C") if (found := fix.session(name)))
    assert stranger == a
    assert (a.resets, a.resends, a.test_request_percent, a.schedule) == (Resets.REQUIRED, True, 100, None)
    assert (b.resends, b.test_request_percent) == (True, 300)
    assert b.schedule == Schedule(starts=time(0), ends=time(0))
    assert (c.resets, c.resends) == (Resets.ASKED, True)


def test_a_template_serves_the_comp_ids_that_fit_it(tmp_path: Path) -> None:
    text = "[fix]\nany_comp_id = false\n[fix.template]\nheartbeat_max_s = 77\n"
    text += '[[fix.templates]]\nmatch = "HFT-*"\nprofile = "crypto"\n[[fix.sessions]]\ncomp_id = "HFT-1"\n'
    text += "latency_max_s = 3\n"
    fix = settings(tmp_path, text).fix
    assert fix.session("ALPHA") is None
    listed, unlisted = fix.session("HFT-1"), fix.session("HFT-2")
    assert listed is not None
    assert unlisted is not None
    assert (listed.heartbeat_max_s, listed.resends, listed.latency_max_s) == (77, False, 3)
    assert (unlisted.heartbeat_max_s, unlisted.resends, unlisted.latency_max_s) == (77, False, 120)


def test_a_weekly_schedule_is_by_the_clock_of_its_zone(tmp_path: Path) -> None:
    text = "[fix.template]\nschedule = { starts_at = 17:00:00, ends_at = 16:00:00, time_zone = 'America/New_York', "
    text += "start_day = 'sunday', end_day = 'friday', resets = false }\n"
    session = settings(tmp_path, text).fix.session("A")
    assert session is not None
    week = Schedule(
        starts=time(17), ends=time(16), zone=ZoneInfo("America/New_York"), start_day=6, end_day=4, resets=False
    )
    assert session.rules().schedule == week


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "schedule = { time_zone = 'Mars/Olympus' }",
            '"Mars/Olympus" is not a time zone known here, such as UTC or Europe/London',
        ),
        ("schedule = { start_day = 'friday' }", "start_day and end_day come together"),
        (
            "schedule = { start_day = 'friday', end_day = 'friday', days = ['monday'] }",
            "days cannot be given beside start_day and end_day",
        ),
        ("schedule = { days = [] }", "must have at least 1"),
        ("schedule = { starts_at = '8:00' }", None),
        ("reset_daily_at = 22:00:00\nschedule = {}", "reset_daily_at and schedule cannot both be given"),
        ("profile = 'casino'", None),
        ("notices_s = [0]", None),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_by_its_key(tmp_path: Path, text: str, line: str | None) -> None:
    (problem,) = problems(tmp_path, f"[fix.template]\n{text}\n")
    assert problem.startswith("fix.template")
    assert line is None or problem.endswith(line)
