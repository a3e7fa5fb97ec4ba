"""What an operator may decide: read exactly, refused by key (gateway.settings)."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.problems import SettingsError
from gateway.settings import PACKAGED, Settings, load

ONE = '[[instruments]]\nsymbol = "AAPL"\nreference_price = "150.00"\n'


def settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "venue.toml"
    file.write_text(text)
    return load(file, environ={})


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        settings(tmp_path, text)
    return raised.value.problems


def test_without_a_file_the_packaged_one_serves() -> None:
    venue = load(environ={})
    assert [listed.symbol for listed in venue.instruments] == ["AAPL", "GOOGL", "MSFT", "TSLA"]
    assert venue.instruments[0].reference_price == Decimal("150.00")
    assert (venue.venue.comp_id, venue.fix.host, venue.fix.port) == ("OUTCRY", "127.0.0.1", 9878)
    assert venue.venue.ack_policy == "fsync"
    assert venue.postgres.dsn is None


def test_the_packaged_file_says_what_the_defaults_are() -> None:
    """Whoever reads the file reads the truth: without its lines the values are the same."""
    instruments = tomllib.loads(PACKAGED.read_text())["instruments"]
    assert load(environ={}) == Settings.model_validate({"instruments": instruments})


def test_the_packaged_file_names_every_key() -> None:
    text = PACKAGED.read_text()
    for section in Settings.model_fields.values():
        for key in getattr(section.annotation, "model_fields", {}):
            assert key in text


def test_every_fault_is_one_line_with_the_key_and_the_reason(tmp_path: Path) -> None:
    text = ONE + '[risk]\ncollar_percent = 0\n[fix]\nport = "x"\n[venue]\nack_policy = "maybe"\n'
    assert set(problems(tmp_path, text)) == {
        "risk.collar_percent: 0 must be greater than 0",
        'fix.port: "x" must be a whole number',
        "venue.ack_policy: \"maybe\" must be 'fsync', 'os' or 'memory'",
    }


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[venue]\ncomp = 1\n", "venue.comp"),
        ("[fix.template]\nheart = 1\n", "fix.template.heart"),
        ("[risk.breaker]\nmove = 1\n", "risk.breaker.move"),
        ("[venu]\n", "venu"),
        ('[[fix.sessions]]\ncomp_id = "A"\nfirma = "B"\n', "fix.sessions[A].firma"),
    ],
)
def test_an_unknown_key_is_refused_wherever_it_stands(tmp_path: Path, text: str, key: str) -> None:
    assert problems(tmp_path, ONE + text) == [f"{key}: is not a setting"]


def test_a_fault_in_a_list_goes_by_the_name_of_its_item(tmp_path: Path) -> None:
    text = ONE + '[[instruments]]\nsymbol = "TSLA"\nreference_price = 0\n'
    assert problems(tmp_path, text) == ["instruments[TSLA].reference_price: 0 must be greater than 0"]


@pytest.mark.parametrize("written", ['"0.1"', "0.1"])
def test_a_decimal_is_exact_as_number_and_as_string(tmp_path: Path, written: str) -> None:
    text = f'[[instruments]]\nsymbol = "AAPL"\ntick_size = {written}\nreference_price = 150.3\n'
    assert settings(tmp_path, text).instruments[0].tick_size == Decimal("0.1")


@given(ticks=st.integers(1, 10**9), decimals=st.integers(0, 4))
def test_a_price_written_as_a_toml_number_keeps_every_digit(
    tmp_path_factory: pytest.TempPathFactory, ticks: int, decimals: int
) -> None:
    price, tick = Decimal(ticks).scaleb(-decimals), Decimal(1).scaleb(-decimals)
    text = f'[[instruments]]\nsymbol = "A"\ntick_size = "{tick:f}"\nreference_price = {price:f}\n'
    assert settings(tmp_path_factory.getbasetemp(), text).instruments[0].reference_price == price


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "true", '"12x"', "[1]", "1e30"])
def test_what_is_no_positive_bounded_number_is_no_price(tmp_path: Path, value: str) -> None:
    (line,) = problems(tmp_path, f'[[instruments]]\nsymbol = "A"\nreference_price = {value}\n')
    assert line.startswith("instruments[A].reference_price: ")


def test_true_is_not_a_count(tmp_path: Path) -> None:
    assert problems(tmp_path, ONE + "[limits]\nsessions_max = true\n") == [
        "limits.sessions_max: true must be a whole number"
    ]


def test_a_reference_price_is_a_multiple_of_the_tick(tmp_path: Path) -> None:
    text = '[[instruments]]\nsymbol = "A"\ntick_size = "0.05"\nreference_price = "1.02"\n'
    assert problems(tmp_path, text) == ["instruments[A].reference_price: 1.02 is not a multiple of tick_size 0.05"]


def test_notionals_of_all_instruments_are_whole_money_units(tmp_path: Path) -> None:
    text = '[[instruments]]\nsymbol = "BTC"\ntick_size = "0.01"\nlot_size = "0.0001"\nreference_price = 1\n'
    (line,) = problems(tmp_path, text)
    assert line.startswith("instruments[BTC]: ")
    assert "money_decimals" in line
    assert settings(tmp_path, text + "[venue]\nmoney_decimals = 6\n").venue.money_decimals == 6


def test_a_symbol_is_listed_once_and_at_least_one_is(tmp_path: Path) -> None:
    assert problems(tmp_path, ONE + ONE) == ["instruments: AAPL is listed twice"]
    assert problems(tmp_path, "instruments = []\n") == ["instruments: must list at least one"]
    assert problems(tmp_path, "") == ["instruments: is required"]


@pytest.mark.parametrize("name", ["", "A B", "Ä", "A\\u0001", "x" * 65])
def test_names_are_printable_ascii_and_bounded(tmp_path: Path, name: str) -> None:
    """VAL-07."""
    (line,) = problems(tmp_path, ONE + f'[venue]\ncomp_id = "{name}"\n')
    assert line.startswith("venue.comp_id: ")
    assert "1 to 64 printable ASCII characters" in line


def test_a_file_that_is_missing_or_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent\.toml: No such file"):
        load(tmp_path / "absent.toml", environ={})
    (line,) = problems(tmp_path, "[venue\n")
    assert "venue.toml: not TOML: " in line


def test_a_file_has_a_largest_size(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, "#" * (1 << 20) + "#")
    assert "larger than 1048576 bytes" in line


def test_arguments_override_the_environment_and_that_the_file(tmp_path: Path) -> None:
    file = tmp_path / "venue.toml"
    file.write_text(ONE + '[postgres]\ndsn = "postgresql://file/x"\n[fix]\nport = 1\n')
    environ = {"OUTCRY_DSN": "postgresql://env/x"}
    assert load(file, environ={}).postgres.dsn == "postgresql://file/x"
    assert load(file, environ=environ).postgres.dsn == "postgresql://env/x"
    changed = load(
        file, dsn="postgresql://arg/x", fix_port=0, data_dir=tmp_path / "d", ack_policy="os", environ=environ
    )
    assert changed.postgres.dsn == "postgresql://arg/x"
    assert changed.fix.port == 0
    assert changed.venue.data_dir == tmp_path / "d"
    assert changed.venue.ack_policy == "os"


def test_an_override_is_checked_like_the_file() -> None:
    with pytest.raises(SettingsError, match=r"fix\.port: 70000 must be at most 65535"):
        load(fix_port=70_000, environ={})
    with pytest.raises(SettingsError, match=r"postgres\.dsn: must start with postgresql://"):
        load(dsn="mysql://secret", environ={})


def test_secrets_do_not_show_in_a_printed_setting(tmp_path: Path) -> None:
    text = ONE + '[postgres]\ndsn = "postgresql://u:hush@h/d"\n'
    hashed = "$argon2id$v=19$m=8,t=1,p=1$dQiebnwlYAc+dnvB1hTOPg$jGuEe7t0wpkVNbUox2M3aeYHNncAkrBYHZWBNPFfwF0"
    text += f'[[fix.sessions]]\ncomp_id = "A"\nusername = "a"\npassword = "{hashed}"\n'
    shown = repr(settings(tmp_path, text))
    assert "hush" not in shown
    assert "jGuEe7" not in shown


def test_settings_cannot_change(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings(tmp_path, ONE).fix.port = 1
