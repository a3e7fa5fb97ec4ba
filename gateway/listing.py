"""Settings into commands: what is traded and within which limits, decimals become ticks, lots and money units exactly.

The money unit is 10**-money_decimals; it is the same for all instruments, so that notionals add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine.codes import NOTIONAL_MAX, PRICE_TICKS_MAX, QUANTITY_LOTS_MAX
from engine.commands import DefineInstrument, SetLimits
from gateway.problems import SettingsError
from gateway.risk_settings import RiskLimits
from gateway.settings import Instrument, Settings

NS_PER_S = 1_000_000_000


def define_instrument(number: int, listed: Instrument, money_decimals: int, time_ns: int = 0) -> DefineInstrument:
    """The command that lists an instrument under `number`; SettingsError where its reference price is out of range."""
    where = f"instruments[{listed.symbol}].reference_price"
    price_scale, tick_units = _scaled(listed.tick_size)
    quantity_scale, lot_units = _scaled(listed.lot_size)
    reference_ticks = _within(where, listed.reference_price / listed.tick_size, PRICE_TICKS_MAX)
    tick_value = int((listed.tick_size * listed.lot_size).scaleb(money_decimals))
    _within(f"{where} of one lot in money", Decimal(reference_ticks * tick_value), NOTIONAL_MAX)
    return DefineInstrument(
        number=number,
        symbol=listed.symbol.encode(),
        price_scale=price_scale,
        tick_units=tick_units,
        quantity_scale=quantity_scale,
        lot_units=lot_units,
        tick_value=tick_value,
        reference_ticks=reference_ticks,
        time_ns=time_ns,
    )


def set_limits(
    settings: Settings,
    version: int,
    firms: Mapping[str, int],
    instruments: Mapping[str, int],
    who: bytes,
    why: bytes,
    time_ns: int = 0,
) -> list[SetLimits]:
    """The commands that put the limits of [risk] into force: everyone's, then those of firms that differ.

    `firms` and `instruments` give their numbers by name. Fractions of a lot are cut off, which makes a limit stricter.
    SettingsError where a limit is out of the core's range.
    """
    numbers = {None: 0} | {listed.symbol: instruments[listed.symbol] for listed in settings.instruments}
    everyone = {symbol: _fields(settings, None, symbol) for symbol in numbers}
    commands = []
    for firm, firm_number in [(None, 0), *((firm, firms[firm]) for firm in settings.risk.firms)]:
        for symbol, number in numbers.items():
            fields = _fields(settings, firm, symbol)
            if firm is None or fields != everyone[symbol]:
                commands.append(SetLimits(version, firm_number, number, **fields, who=who, why=why, time_ns=time_ns))
    return commands


def _fields(settings: Settings, firm: str | None, symbol: str | None) -> dict[str, int]:
    limits = settings.risk.limits(firm, symbol)
    money = settings.venue.money_decimals
    if symbol is None:
        return {
            "gross_notional": _notional("gross_notional_max", limits, money),
            "net_notional": _notional("net_notional_max", limits, money),
        }
    listed = next(listed for listed in settings.instruments if listed.symbol == symbol)
    return {
        "order_quantity_lots": _lots("order_quantity_max", limits, listed),
        "order_notional": _notional("order_notional_max", limits, money),
        "collar_bp": int(limits.collar_percent * 100),
        "position_lots": _lots("position_quantity_max", limits, listed),
        "move_bp": int(settings.risk.breaker.move_percent * 100),
        "window_ns": settings.risk.breaker.window_s * NS_PER_S,
    }


def _lots(key: str, limits: RiskLimits, listed: Instrument) -> int:
    return _within(f"risk.{key} in {listed.symbol}", getattr(limits, key) / listed.lot_size, QUANTITY_LOTS_MAX)


def _notional(key: str, limits: RiskLimits, money_decimals: int) -> int:
    return _within(f"risk.{key}", getattr(limits, key).scaleb(money_decimals), NOTIONAL_MAX)


def _within(key: str, value: Decimal, most: int) -> int:
    if not 1 <= value <= most:
        raise SettingsError([f"{key}: must be 1 to {most} units of the venue, is {value:f}"])
    return int(value)


def _scaled(size: Decimal) -> tuple[int, int]:
    """A step as (decimals, units): 0.25 is 25 units of two decimals."""
    exponent = size.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    scale = max(0, -exponent)
    return scale, int(size.scaleb(scale))
