"""What an operator may decide, as TOML: numbers exact, unknown keys refused, every fault named by its key.

Amounts, prices and quantities are decimals and never pass through a float. Where exchanges differ, the choice is
a key here, with its default. Keys carry their unit; a `quantity` is in the instrument's units, a `notional` in money.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator, model_validator

from gateway.fields import Count, Dsn, Exact, Name, Seconds, Section, unique
from gateway.fix_settings import Fix
from gateway.order_settings import Orders
from gateway.problems import SettingsError, explain
from gateway.risk_settings import Risk
from gateway.trading_settings import Auctions, Calendar, PhaseAnswers, possible

PACKAGED = Path(__file__).resolve().parent.parent / "config" / "venue.toml"
FILE_BYTES_MAX = 1 << 20
INSTRUMENTS_MAX = 10_000

AckPolicy = Literal["fsync", "os", "memory"]


class Venue(Section):
    """Who the venue is, where it keeps everything, and when an order counts as accepted (AUD-02).

    `money_decimals` fixes the venue's money unit, 10**-money_decimals, in which all notionals are exact integers.
    `day_ends_at` is the UTC time of day at which a trading day ends (MAT-13).
    """

    comp_id: Name = "OUTCRY"
    data_dir: Path = Path("var")
    ack_policy: AckPolicy = "fsync"
    money_decimals: Annotated[int, Field(strict=True, ge=0, le=12)] = 4
    day_ends_at: Annotated[time, Field(strict=True)] = time(0)


class Limits(Section):
    """What clients may take of the venue's memory and time (SES-24, SES-25).

    Of one address and CompID `logons_at_once` logons in `logon_window_s` are heard (0: any number); after
    `failed_logons_free` wrong passwords in a row the next wait doubles from 1 s to `failed_logon_wait_s_max`.
    """

    message_bytes_max: Annotated[int, Field(strict=True, ge=512, le=1 << 20)] = 16_384
    outbound_bytes_max: Annotated[int, Field(strict=True, ge=65_536)] = 64 << 20
    sessions_max: Count = 1_000
    connections_max: Count = 2_000
    connections_per_address_max: Annotated[int, Field(strict=True, ge=0)] = 0
    logons_at_once: Annotated[int, Field(strict=True, ge=0, le=1_000_000)] = 0
    logon_window_s: Seconds = 30
    failed_logons_free: Annotated[int, Field(strict=True, ge=0, le=1_000)] = 5
    failed_logon_wait_s_max: Seconds = 60
    faulty_bytes_per_s: Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)] = 16_384
    faulty_bytes_at_once: Annotated[int, Field(strict=True, ge=65_536)] = 262_144


class Journal(Section):
    """The journal's files, preallocated in segments of one size, and when it is shortened (specs/journal.md).

    A snapshot is taken whenever the journal has grown by `snapshot_bytes` (0: never). Segments that no snapshot and no
    audit needs go when the journal is larger than `keep_bytes` or they are older than `keep_days`; unset keeps all.
    Once it is larger than `size_bytes_max`, or the disk has less than `free_bytes_min` left, the venue is cancel-only.
    """

    segment_bytes: Annotated[int, Field(strict=True, ge=1 << 20, le=1 << 32)] = 64 << 20
    snapshot_bytes: Annotated[int, Field(strict=True, ge=0)] = 512 << 20
    keep_bytes: Annotated[int | None, Field(strict=True, ge=0)] = None
    size_bytes_max: Annotated[int | None, Field(strict=True, ge=1 << 20)] = None
    free_bytes_min: Annotated[int, Field(strict=True, ge=0)] = 128 << 20
    keep_days: Annotated[int | None, Field(strict=True, ge=0)] = None


class Postgres(Section):
    """Where the audit trail goes; without a DSN the venue brings a PostgreSQL of its own under its data directory."""

    dsn: Annotated[Dsn | None, Field(repr=False)] = None


class Control(Section):
    """Where operators reach the venue; without a path it is control.sock in the data directory."""

    socket: Path | None = None


class Instrument(Section):
    """One tradable symbol; prices are multiples of `tick_size`, quantities of `lot_size`."""

    symbol: Name
    tick_size: Exact = Decimal("0.01")
    lot_size: Exact = Decimal(1)
    reference_price: Exact

    @field_validator("reference_price")
    @classmethod
    def _on_tick(cls, value: Decimal, info: ValidationInfo) -> Decimal:
        tick = info.data.get("tick_size")
        if tick and value % tick:
            raise ValueError(f"{value} is not a multiple of tick_size {tick}")
        return value


class Settings(Section):
    """Everything of one venue."""

    venue: Venue = Venue()
    fix: Fix = Fix()
    limits: Limits = Limits()
    journal: Journal = Journal()
    postgres: Postgres = Postgres()
    control: Control = Control()
    instruments: Annotated[tuple[Instrument, ...], Field(max_length=INSTRUMENTS_MAX)]
    risk: Risk = Risk()
    orders: Orders = Orders()
    auctions: Auctions = Auctions()
    calendar: Calendar = Calendar()
    phase_answers: Annotated[PhaseAnswers, AfterValidator(possible), Field(default_factory=dict)]

    @field_validator("instruments")
    @classmethod
    def _some_and_each_once(cls, instruments: tuple[Instrument, ...]) -> tuple[Instrument, ...]:
        if not instruments:
            raise ValueError("must list at least one")
        unique([instrument.symbol for instrument in instruments])
        return instruments

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        symbols = [instrument.symbol for instrument in self.instruments]
        for override in self.risk.overrides:
            if override.symbol is not None and override.symbol not in symbols:
                raise ValueError(f"risk.overrides: symbol {override.symbol} is not in instruments")
        decimals = self.venue.money_decimals
        for listed in self.instruments:
            if (listed.tick_size * listed.lot_size).scaleb(decimals) % 1:
                worth = f"a tick on a lot, {listed.tick_size} x {listed.lot_size}"
                raise ValueError(
                    f"instruments[{listed.symbol}]: {worth}, has more than venue.money_decimals {decimals}"
                )
        return self


def load(
    config: Path | None = None,
    *,
    dsn: str | None = None,
    fix_port: int | None = None,
    data_dir: Path | None = None,
    ack_policy: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings of `config` (where None: the packaged config/venue.toml), then OUTCRY_DSN, then the arguments.

    Relative paths count from the working directory. SettingsError lists every fault, one line each.
    """
    raw = _read(config or PACKAGED)
    _put(raw, "postgres", "dsn", dsn or environ.get("OUTCRY_DSN"))
    _put(raw, "fix", "port", fix_port)
    _put(raw, "venue", "data_dir", data_dir)
    _put(raw, "venue", "ack_policy", ack_policy)
    try:
        return Settings.model_validate(raw)
    except ValidationError as error:
        raise SettingsError(explain(error, raw)) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            text = file.read(FILE_BYTES_MAX + 1)
        if len(text) > FILE_BYTES_MAX:
            raise SettingsError([f"{path}: larger than {FILE_BYTES_MAX} bytes"])
        return tomllib.loads(text.decode(), parse_float=Decimal)
    except OSError as error:
        raise SettingsError([f"{path}: {error.strerror}"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([f"{path}: not TOML: {error}"]) from None


def _put(raw: dict[str, Any], section: str, key: str, value: object) -> None:
    table = raw.setdefault(section, {})
    if value is not None and isinstance(table, dict):
        table[key] = value
