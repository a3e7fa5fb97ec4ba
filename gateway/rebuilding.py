"""The exchange as it stood at any moment, rebuilt in memory from a journal, and whether today's code does again what
the journal says.

Nothing is written, and the venue may run meanwhile. Prices and quantities are decimal strings, as on the control port.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from engine.book import Book
from engine.exchange import Exchange
from gateway import operations
from gateway.desk import NAMES, instrument_row, level_rows, order_row, price_text, quantity_text
from gateway.operations import InstrumentRow, OrderRow
from gateway.phase_desk import indicative
from gateway.problems import SettingsError
from persistence.errors import DeterminismError, JournalError
from persistence.frames import FrameReader
from persistence.inspection import identity_of
from persistence.recovery import Player, Recovered, roots_of
from persistence.segments import Stream
from persistence.snapshots import good, restore_newest
from persistence.state import state_hash
from risk.gate import RiskGate


class PositionRow(TypedDict):
    """What a firm held in a symbol (negative: short), and what it had open."""

    firm: str
    symbol: str
    position: str
    open_buys: str
    open_sells: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a replay of a whole journal found: `difference` is the first, empty if there is none; `snapshots` are the
    commands at which a snapshot's state was found again, `begins_at` the first command replayed less one.
    """

    begins_at: int
    commands: int
    events: int
    snapshots: list[int]
    state_hash: str
    difference: str


class Rebuilt:
    """The exchange after the last command not after the moment asked for; `time_ns` is when that was."""

    def __init__(self, exchange: Exchange, recovered: Recovered) -> None:
        self._exchange = exchange
        self._recovered = recovered
        self._sessions = {register.number: register for register in recovered.registrations}
        self._firms = {register.firm: register.firm_name.decode() for register in recovered.registrations}
        self.command = exchange.tape.command
        self.event = exchange.tape.event
        self.time_ns = exchange.tape.time_ns
        self.state_hash = state_hash(roots_of(exchange, recovered))

    @property
    def _books(self) -> list[Book]:
        return [book for book in self._exchange.books[1:] if book is not None]

    def instruments(self) -> list[InstrumentRow]:
        """Each symbol as it stood."""
        return [instrument_row(book) for book in self._books]

    def _book(self, symbol: str) -> Book:
        found = [book for book in self._books if book.instrument.symbol == symbol.encode("utf-8", "replace")]
        if not found:
            raise SettingsError([f"{symbol} was not traded here then"])
        return found[0]

    def book(self, symbol: str, depth: int) -> operations.Book:
        """At most `depth` levels a side."""
        book = self._book(symbol)
        return {
            "symbol": symbol,
            "state": NAMES["state"][book.instrument.state],
            "last": price_text(book.instrument, book.last_ticks),
            "indicative": indicative(book),
            "bids": level_rows(book.instrument, book.bids, depth),
            "asks": level_rows(book.instrument, book.asks, depth),
        }

    def orders(self, session: str | None, symbol: str | None, count_max: int) -> list[OrderRow]:
        """Open orders, oldest first; None does not filter."""
        number = 0 if symbol is None else self._book(symbol).instrument.number
        found = self._exchange.open_orders(0, number, 0)
        names = {number: register.comp_id.decode("latin-1") for number, register in self._sessions.items()}
        if session is not None:
            found = [order for order in found if names[order.session] == session]
        found.sort(key=lambda order: order.order_id)
        return [order_row(order, names[order.session], self._firms[order.firm]) for order in found[:count_max]]

    def positions(self) -> list[PositionRow]:
        """Every firm in every symbol in which it holds or has open anything."""
        gate = self._exchange.gate
        assert isinstance(gate, RiskGate)
        rows: list[PositionRow] = []
        for position in gate.positions():
            if position.lots or position.buy_lots or position.sell_lots:
                instrument = self._books[position.instrument - 1].instrument
                rows.append(
                    {
                        "firm": self._firms[position.firm.number],
                        "symbol": instrument.symbol.decode(),
                        "position": quantity_text(instrument, position.lots),
                        "open_buys": quantity_text(instrument, position.buy_lots),
                        "open_sells": quantity_text(instrument, position.sell_lots),
                    }
                )
        return rows


def rebuild(journal: Path, command_max: int | None = None, time_max_ns: int | None = None) -> Rebuilt:
    """The exchange after command `command_max`, or after the last command at or before `time_max_ns`; else at the end.

    JournalError if the journal cannot be read from where it must, DeterminismError if it does not replay.
    """
    salt = identity_of(journal)
    stream = Stream(journal)
    exchange, recovered = Exchange(RiskGate()), Recovered()
    fitting = [
        snapshot.position
        for snapshot in good(journal, salt)
        if (command_max is None or snapshot.command <= command_max)
        and (time_max_ns is None or snapshot.time_ns <= time_max_ns)
    ]
    try:
        snapshot, _ = restore_newest(stream, salt, roots_of(exchange, recovered), max(fitting, default=-1))
        position, first = (0, 1) if snapshot is None else (snapshot.position, snapshot.record + 1)
        if position < stream.begin:
            raise JournalError(f"the journal begins at position {stream.begin}; what was before can not be rebuilt")
        player = Player(exchange, recovered)
        player.until_command = -1 if command_max is None else command_max
        player.until_ns = -1 if time_max_ns is None else time_max_ns
        for frame in FrameReader(stream, salt, position, first):
            player.play(frame)
            if player.stopped:
                break
    finally:
        stream.close()
    return Rebuilt(exchange, recovered)


def compare(journal: Path) -> Comparison:
    """Replay everything there is, comparing every event with the recorded one and every snapshot's state on the way."""
    salt = identity_of(journal)
    stream = Stream(journal)
    exchange, recovered = Exchange(RiskGate()), Recovered()
    roots = roots_of(exchange, recovered)
    expected = {snapshot.position: snapshot for snapshot in good(journal, salt)}
    position, first, begins_at, seen, difference = 0, 1, 0, list[int](), ""
    try:
        if stream.begin > 0:
            snapshot, _ = restore_newest(stream, salt, roots, min(expected, default=-1))
            if snapshot is None:
                raise JournalError(f"the journal begins at position {stream.begin}, and no snapshot reaches that far")
            position, first, begins_at = snapshot.position, snapshot.record + 1, snapshot.command
        player = Player(exchange, recovered)
        for frame in FrameReader(stream, salt, position, first):
            player.play(frame)
            at = expected.get(frame.end)
            if at is not None:
                if state_hash(roots) != at.state_hash:
                    difference = f"after command {at.command} the state is not that of the snapshot taken there"
                    break
                seen.append(at.command)
    except DeterminismError as error:
        difference = str(error)
    finally:
        stream.close()
    return Comparison(begins_at, recovered.commands, recovered.events, seen, state_hash(roots), difference)
