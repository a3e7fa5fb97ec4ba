"""Order entry is closed for the whole venue, and opened again: cancels work all the while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.exchange import Exchange


@dataclass(frozen=True, slots=True)
class RestrictEntry:
    """Refuse new orders and replaces for a reason (engine.reasons), cancels not; with reason 0 let them in again.

    `value` and `limit` are what was compared.
    """

    reason: int
    who: bytes
    why: bytes
    value: int = 0
    limit: int = 0
    time_ns: int = 0


def restrict_entry(exchange: Exchange, command: RestrictEntry) -> None:
    """Every instrument is cancel-only, or is no longer: what rests stays."""
    for book in exchange.books[1:]:
        assert book is not None
        book.instrument.entry_reason = command.reason
