"""Who may trade and what: sessions and instruments become known, by numbers without gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.book import Book
from engine.choices import choose
from engine.commands import DefineInstrument, RegisterSession
from engine.instrument import Instrument
from engine.participant import Participant

if TYPE_CHECKING:
    from engine.exchange import Exchange


def register_session(exchange: Exchange, command: RegisterSession) -> None:
    """A session may trade for its firm."""
    assert command.number == len(exchange.participants), "sessions are numbered from 1 without gaps"
    known_as = (command.post_only_slides, command.firm_name, command.user)
    participant = Participant(command.number, command.comp_id, command.firm, command.self_trade, *known_as)
    exchange.safeguards.mark(participant)
    exchange.participants.append(participant)
    exchange.gate.configure(command)


def define_instrument(exchange: Exchange, command: DefineInstrument) -> None:
    """An instrument is listed, or has another reference price."""
    if command.number < len(exchange.books):
        book = exchange.book(command.number)
        assert book is not None
        book.instrument.reference_ticks = command.reference_ticks
    else:
        assert command.number == len(exchange.books), "instruments are numbered from 1 without gaps"
        instrument = Instrument(
            command.number,
            command.symbol,
            command.price_scale,
            command.tick_units,
            command.quantity_scale,
            command.lot_units,
            command.tick_value,
            command.reference_ticks,
        )
        book = Book(instrument, exchange.tape)
        book.call.rules = exchange.rules
        book.call.dice = exchange.dice
        choose(exchange, book)
        exchange.books.append(book)
    exchange.gate.configure(command)
