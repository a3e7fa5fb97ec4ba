"""What a line of the control port may ask, and what it calls.

{"do": "halt", "symbol": "AAPL", "reason": "fat finger"}  ->  {"ok": true, "command": 812, ...} or {"error": "..."}
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from gateway.fields import Exact, Flag, Name, Section
from gateway.operations import KillScope, Venue
from gateway.problems import SettingsError, explain

REASON_CHARS_MAX = 200
DEPTH_MAX = 1_000
ORDERS_MAX = 10_000


def _printable(text: str) -> str:
    if not re.fullmatch("[ -~]*", text) or len(text) > REASON_CHARS_MAX:
        raise ValueError(f"must be at most {REASON_CHARS_MAX} printable ASCII characters")
    return text.strip()


def _said(text: str) -> str:
    if not text:
        raise ValueError("is required")
    return text


Reason = Annotated[str, AfterValidator(_printable)]
GivenReason = Annotated[Reason, AfterValidator(_said), Field(validate_default=True)]


class Plain(Section):
    """A request that says nothing but what to do."""


class AskBook(Section):
    """Which book, how deep."""

    symbol: Name
    depth: Annotated[int, Field(strict=True, ge=1, le=DEPTH_MAX)] = 10


class AskOrders(Section):
    """Whose open orders, at most how many."""

    session: Name | None = None
    symbol: Name | None = None
    limit: Annotated[int, Field(strict=True, ge=1, le=ORDERS_MAX)] = 100


class ActOnSymbol(Section):
    """What an action concerns: a symbol, or all; and why."""

    symbol: Name | None = None
    all: Flag = False
    reason: Reason = ""

    @model_validator(mode="after")
    def _one_or_all(self) -> Self:
        if (self.symbol is None) is not self.all:
            raise ValueError("give a symbol or all, one of them")
        return self


class ActForReason(ActOnSymbol):
    """An action that nobody may take without saying why."""

    reason: GivenReason = ""


class ActOnPhase(ActForReason):
    """Which phase, and for a call how long (0: until it is changed)."""

    phase: Name
    length_s: Annotated[int, Field(strict=True, ge=0, le=86_400)] = 0


class ActOnOrders(Section):
    """Whose orders an action concerns: of a session, in a symbol, both, or all."""

    session: Name | None = None
    symbol: Name | None = None
    all: Flag = False
    reason: Reason = ""

    @model_validator(mode="after")
    def _some_or_all(self) -> Self:
        if (self.session is None and self.symbol is None) is not self.all:
            raise ValueError("give a session, a symbol or both, or all")
        return self


class ActOnTraders(Section):
    """Whose order entry an action concerns: of a firm, a user or a session by name, or of the market; and why."""

    scope: KillScope
    name: Name | None = None
    reason: Reason = ""

    @model_validator(mode="after")
    def _a_name_or_the_market(self) -> Self:
        if (self.name is None) != (self.scope == "market"):
            raise ValueError("give the name of a firm, a user or a session; the market has none")
        return self


class KillForReason(ActOnTraders):
    """Nobody is blocked without a word."""

    reason: GivenReason = ""


class ActOnTrade(Section):
    """Which trade, and why."""

    trade: Annotated[int, Field(strict=True, ge=1)]
    reason: GivenReason = ""


class CorrectForReason(ActOnTrade):
    """What a trade shall be; what is not given stays."""

    quantity: Exact | None = None
    price: Exact | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.quantity is None and self.price is None:
            raise ValueError("give a quantity, a price or both")
        return self


async def _status(venue: Venue, _ask: Plain, _who: str) -> Mapping[str, object]:
    return venue.status()


async def _sessions(venue: Venue, _ask: Plain, _who: str) -> Mapping[str, object]:
    return {"sessions": venue.sessions()}


async def _book(venue: Venue, ask: AskBook, _who: str) -> Mapping[str, object]:
    return venue.book(ask.symbol, ask.depth)


async def _orders(venue: Venue, ask: AskOrders, _who: str) -> Mapping[str, object]:
    return {"orders": venue.orders(ask.session, ask.symbol, ask.limit)}


async def _limits(venue: Venue, _ask: Plain, _who: str) -> Mapping[str, object]:
    return {"limits": venue.limits()}


async def _halt(venue: Venue, ask: ActForReason, who: str) -> Mapping[str, object]:
    return await venue.halt(ask.symbol, ask.reason, who)


async def _resume(venue: Venue, ask: ActOnSymbol, who: str) -> Mapping[str, object]:
    return await venue.resume(ask.symbol, ask.reason, who)


async def _phases(venue: Venue, _ask: Plain, _who: str) -> Mapping[str, object]:
    return {"phases": venue.phases()}


async def _set_phase(venue: Venue, ask: ActOnPhase, who: str) -> Mapping[str, object]:
    return await venue.set_phase(ask.symbol, ask.phase, ask.length_s, ask.reason, who)


async def _cancel_orders(venue: Venue, ask: ActOnOrders, who: str) -> Mapping[str, object]:
    return await venue.cancel_orders(ask.session, ask.symbol, ask.reason, who)


async def _kill(venue: Venue, ask: KillForReason, who: str) -> Mapping[str, object]:
    return await venue.kill(ask.scope, ask.name or "", ask.reason, who)


async def _unkill(venue: Venue, ask: ActOnTraders, who: str) -> Mapping[str, object]:
    return await venue.unkill(ask.scope, ask.name or "", ask.reason, who)


async def _bust(venue: Venue, ask: ActOnTrade, who: str) -> Mapping[str, object]:
    return await venue.trades.bust(ask.trade, ask.reason, who)


async def _correct(venue: Venue, ask: CorrectForReason, who: str) -> Mapping[str, object]:
    return await venue.trades.correct(ask.trade, ask.quantity, ask.price, ask.reason, who)


Handler = Callable[[Venue, Any, str], Awaitable[Mapping[str, object]]]
HANDLERS: Mapping[str, tuple[type[Section], Handler]] = {
    "status": (Plain, _status),
    "sessions": (Plain, _sessions),
    "book": (AskBook, _book),
    "orders": (AskOrders, _orders),
    "limits": (Plain, _limits),
    "halt": (ActForReason, _halt),
    "resume": (ActOnSymbol, _resume),
    "phases": (Plain, _phases),
    "set_phase": (ActOnPhase, _set_phase),
    "cancel_orders": (ActOnOrders, _cancel_orders),
    "kill": (KillForReason, _kill),
    "unkill": (ActOnTraders, _unkill),
    "bust": (ActOnTrade, _bust),
    "correct": (CorrectForReason, _correct),
}


async def answer(venue: Venue, line: bytes, who: str) -> dict[str, object]:
    """The reply to one line of a client: {"ok": true, ...}, or {"error": why} for whatever is wrong with it."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return {"error": "a request is one line of JSON"}
    if not isinstance(request, dict):
        return {"error": "a request is a JSON object"}
    verb = request.pop("do", None)
    form, handler = HANDLERS.get(verb, (None, None)) if isinstance(verb, str) else (None, None)
    if form is None or handler is None:
        return {"error": f"do must be one of {', '.join(HANDLERS)}"}
    try:
        return {"ok": True, **await handler(venue, form.model_validate(request), who)}
    except ValidationError as error:
        return {"error": "; ".join(explain(error, request))}
    except SettingsError as error:
        return {"error": "; ".join(error.problems)}
