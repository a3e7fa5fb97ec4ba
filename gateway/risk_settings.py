"""The [risk] section: what a firm may do in a symbol and across all, and when a symbol stops trading."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from gateway.fields import Exact, Name, Percent, Seconds, Section, SelfTrade, unique

OVERRIDES_MAX = 1_000


class RiskLimits(Section):
    """Pre-trade limits of a firm in one instrument (RTS7 Art 20, RSK-03)."""

    order_quantity_max: Exact = Decimal(1_000_000)
    order_notional_max: Exact = Decimal(100_000_000)
    collar_percent: Percent = Decimal(15)
    position_quantity_max: Exact = Decimal(10_000_000)
    gross_notional_max: Exact = Decimal(10_000_000_000)
    net_notional_max: Exact = Decimal(10_000_000_000)


class Override(Section):
    """Limits that differ for a firm, a symbol or a firm in a symbol; absent keys stay as they are in [risk]."""

    firm: Name | None = None
    symbol: Name | None = None
    order_quantity_max: Exact | None = None
    order_notional_max: Exact | None = None
    collar_percent: Percent | None = None
    position_quantity_max: Exact | None = None
    gross_notional_max: Exact | None = None
    net_notional_max: Exact | None = None

    @model_validator(mode="after")
    def _says_whose(self) -> Self:
        if self.firm is None and self.symbol is None:
            raise ValueError("needs a firm, a symbol or both")
        if self.symbol is not None and (self.gross_notional_max or self.net_notional_max):
            raise ValueError("gross_notional_max and net_notional_max are across all symbols: give a firm only")
        return self


class Breaker(Section):
    """A move of `move_percent` against the reference of the last `window_s` seconds halts the symbol (CIR-03), for
    `pause_s` or, with 0, until an operator resumes it.
    """

    move_percent: Percent = Decimal(10)
    window_s: Seconds = 300
    pause_s: Annotated[int, Field(strict=True, ge=0, le=86_400)] = 0


class Risk(RiskLimits):
    """Limits for everyone, self-trade prevention within a firm (SFT-01 to SFT-03), the breaker, and who differs."""

    self_trade_prevention: SelfTrade = "cancel_newest"
    breaker: Breaker = Breaker()
    overrides: Annotated[tuple[Override, ...], Field(max_length=OVERRIDES_MAX)] = ()

    @field_validator("overrides")
    @classmethod
    def _one_override_each(cls, overrides: tuple[Override, ...]) -> tuple[Override, ...]:
        unique([f"firm {o.firm or 'any'} in symbol {o.symbol or 'any'}" for o in overrides])
        return overrides

    def limits(self, firm: str | None = None, symbol: str | None = None) -> RiskLimits:
        """The limits in force: the firm's in the symbol, before the firm's, before the symbol's, before everyone's."""
        values = {key: getattr(self, key) for key in RiskLimits.model_fields}
        for whose in ((None, symbol), (firm, None), (firm, symbol)):
            override = self._override_of.get(whose)
            if override is not None:
                values |= override.model_dump(exclude={"firm", "symbol"}, exclude_none=True)
        return RiskLimits(**values)

    @cached_property
    def _override_of(self) -> dict[tuple[str | None, str | None], Override]:
        return {(override.firm, override.symbol): override for override in self.overrides}

    @property
    def firms(self) -> list[str]:
        """The firms that have limits of their own, in the order of the file."""
        return list(dict.fromkeys(o.firm for o in self.overrides if o.firm is not None))
