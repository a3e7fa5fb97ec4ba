"""Settings become commands in ticks, lots and money units (gateway.listing), limits with their overrides."""

from decimal import Decimal
from pathlib import Path

import pytest

from engine.commands import SetLimits
from gateway.listing import define_instrument, set_limits
from gateway.problems import SettingsError
from gateway.settings import Instrument, Settings, load

TWO = """
[[instruments]]
symbol = "AAPL"
reference_price = "150.00"
[[instruments]]
symbol = "BTC"
tick_size = "0.25"
lot_size = "0.001"
reference_price = "60000"
[venue]
money_decimals = 5
"""
NUMBERS = {"AAPL": 1, "BTC": 2}


def settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "venue.toml"
    file.write_text(TWO + text)
    return load(file, environ={})


def limits(settings: Settings, **firms: int) -> dict[tuple[int, int], SetLimits]:
    commands = set_limits(settings, 7, firms, NUMBERS, b"root", b"start", 5)
    return {(command.firm, command.instrument): command for command in commands}


def test_ticks_and_lots_give_back_the_decimals(tmp_path: Path) -> None:
    listed = settings(tmp_path, "").instruments[1]
    command = define_instrument(2, listed, 5)
    assert Decimal(command.tick_units).scaleb(-command.price_scale) == Decimal("0.25")
    assert Decimal(command.lot_units).scaleb(-command.quantity_scale) == Decimal("0.001")
    assert command.reference_ticks == 240_000
    assert command.tick_value == 25  # 0.25 x 0.001 in units of 0.00001


def test_a_tick_above_one_has_no_decimals() -> None:
    listed = Instrument(symbol="N225", tick_size=Decimal(10), reference_price=Decimal(38_000))
    command = define_instrument(1, listed, 4)
    assert (command.price_scale, command.tick_units, command.reference_ticks) == (0, 10, 3_800)


def test_a_reference_price_beyond_the_core_is_refused() -> None:
    listed = Instrument(symbol="A", tick_size=Decimal("0.0001"), reference_price=Decimal(10**9))
    with pytest.raises(SettingsError, match=r"instruments\[A\]\.reference_price: must be 1 to 1000000000000"):
        define_instrument(1, listed, 4)


def test_a_lot_that_is_worth_more_money_than_the_core_counts_is_refused() -> None:
    listed = Instrument(symbol="BIG", tick_size=Decimal(1), lot_size=Decimal(10**12), reference_price=Decimal(10**9))
    with pytest.raises(SettingsError, match=r"instruments\[BIG\].reference_price of one lot in money: must be 1 to"):
        define_instrument(1, listed, 4)


def test_everyones_limits_stand_per_instrument_and_across_all(tmp_path: Path) -> None:
    text = (
        "[risk]\norder_quantity_max = 2.5\norder_notional_max = 1000\ncollar_percent = 7.5\ngross_notional_max = 5000\n"
    )
    commands = limits(settings(tmp_path, text))
    assert set(commands) == {(0, 0), (0, 1), (0, 2)}
    assert commands[0, 0].gross_notional == 500_000_000
    assert commands[0, 1].order_quantity_lots == 2
    assert commands[0, 2].order_quantity_lots == 2_500
    assert commands[0, 1].order_notional == 100_000_000
    assert commands[0, 1].collar_bp == 750
    assert (commands[0, 1].move_bp, commands[0, 1].window_ns) == (1_000, 300 * 10**9)
    assert (commands[0, 1].version, commands[0, 1].who, commands[0, 1].why) == (7, b"root", b"start")


def test_the_more_particular_override_wins_and_only_what_differs_is_said(tmp_path: Path) -> None:
    text = """
[[risk.overrides]]
symbol = "AAPL"
order_quantity_max = 10
collar_percent = 1
[[risk.overrides]]
firm = "ALPHA"
order_quantity_max = 20
[[risk.overrides]]
firm = "ALPHA"
symbol = "AAPL"
order_notional_max = 30
[[risk.overrides]]
firm = "BETA"
net_notional_max = 40
"""
    commands = limits(settings(tmp_path, text), ALPHA=3, BETA=4)
    assert set(commands) == {(0, 0), (0, 1), (0, 2), (3, 1), (3, 2), (4, 0)}
    assert commands[0, 1].order_quantity_lots == 10
    alpha = commands[3, 1]
    assert (alpha.order_quantity_lots, alpha.order_notional, alpha.collar_bp) == (20, 3_000_000, 100)
    assert commands[3, 2].order_quantity_lots == 20_000
    assert commands[3, 2].collar_bp == 1_500
    assert commands[4, 0].net_notional == 4_000_000


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        ("collar_percent = 1", "risk.overrides[0]: needs a firm, a symbol or both"),
        ('symbol = "X"', "risk.overrides: symbol X is not in instruments"),
        (
            'symbol = "AAPL"\nnet_notional_max = 1',
            "risk.overrides[AAPL]: gross_notional_max and net_notional_max are across all symbols: give a firm only",
        ),
        ('firm = "A"\n[[risk.overrides]]\nfirm = "A"', "risk.overrides: firm A in symbol any is listed twice"),
    ],
)
def test_an_override_that_cannot_apply_is_refused(tmp_path: Path, override: str, problem: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings(tmp_path, f"[[risk.overrides]]\n{override}\n")
    assert raised.value.problems == [problem]


def test_a_limit_beyond_the_core_is_refused_by_its_key(tmp_path: Path) -> None:
    text = "[risk]\ngross_notional_max = 100_000_000_000_000\n"
    with pytest.raises(SettingsError, match=r"risk\.gross_notional_max: must be 1 to 1000000000000000000"):
        limits(settings(tmp_path, text))


def test_a_limit_below_one_lot_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"risk\.order_quantity_max in AAPL: must be 1 to"):
        limits(settings(tmp_path, "[risk]\norder_quantity_max = 0.5\n"))


def test_the_default_limits_let_a_load_client_rest_a_hundred_thousand_lots() -> None:
    """One session, one symbol, 100,000 one-lot orders on one side at 150."""
    venue = load(environ={})
    commands = set_limits(venue, 1, {}, {listed.symbol: n for n, listed in enumerate(venue.instruments, 1)}, b"", b"")
    across, aapl = commands[0], commands[1]
    notional = 100_000 * 15_000 * define_instrument(1, venue.instruments[0], 4).tick_value
    assert aapl.position_lots >= 100_000
    assert min(across.gross_notional, across.net_notional) >= 2 * notional
    assert venue.fix.template.open_orders_max >= 100_000
