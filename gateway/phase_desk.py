"""Phases as operators see and set them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.book import Book
from engine.codes import CALLS, PHASE_NAMES
from engine.instrument import Instrument
from engine.phase_commands import SetPhase
from engine.uncross import indicate
from fix.reports import decimal_text
from gateway.operations import Indicative, PhaseRow
from gateway.problems import SettingsError

NS_PER_S = 1_000_000_000
PHASES = {name: phase for phase, name in PHASE_NAMES.items() if name != "halted"}


def phase_row(book: Book) -> PhaseRow:
    """In which phase a symbol is, until when by itself (None: until told otherwise), and what comes then."""
    until_ns = book.call.until_ns
    return {
        "symbol": book.instrument.symbol.decode(),
        "phase": PHASE_NAMES[book.instrument.state],
        "until_ns": until_ns or None,
        "next": PHASE_NAMES[book.call.after] if until_ns else None,
        "indicative": indicative(book),
    }


def indicative(book: Book) -> Indicative | None:
    """What uncrossing now would give; None outside a call, or where nothing would trade (AUC-10)."""
    instrument = book.instrument
    if instrument.state not in CALLS:
        return None
    found = indicate(book)
    if not found.lots:
        return None
    side = "buy" if found.surplus_lots > 0 else "sell" if found.surplus_lots < 0 else None
    return {
        "price": decimal_text(found.price_ticks * instrument.tick_units, instrument.price_scale),
        "quantity": decimal_text(found.lots * instrument.lot_units, instrument.quantity_scale),
        "imbalance_side": side,
        "imbalance": decimal_text(abs(found.surplus_lots) * instrument.lot_units, instrument.quantity_scale),
    }


def set_phase(
    instruments: Sequence[Instrument], phase: str, length_s: int, why: str, who: str, now_ns: int
) -> list[SetPhase]:
    """The commands that put symbols into a phase now; SettingsError for what cannot be."""
    if phase not in PHASES:
        raise SettingsError([f'phase: "{phase}" must be one of {", ".join(PHASES)}; halt and resume have commands'])
    if length_s and PHASES[phase] not in CALLS:
        raise SettingsError(["length_s: only calls, pre_open and the auctions, end by themselves"])
    return [
        SetPhase(instrument.number, PHASES[phase], who.encode(), why.encode(), length_s * NS_PER_S, 0, now_ns)
        for instrument in instruments
    ]
