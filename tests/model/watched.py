"""An exchange whose every event the checker sees."""

from engine.book import Book
from engine.commands import Command
from engine.events import Event
from engine.exchange import Exchange
from engine.gate import Gate
from tests.model.checker import Checker


class WatchedExchange:
    """Executes commands as an Exchange does; AssertionError where an event breaks a rule (tests.model.checker)."""

    def __init__(self, gate: Gate) -> None:
        self.exchange = Exchange(gate)
        self.checker = Checker()

    @property
    def books(self) -> list[Book | None]:
        """The exchange's."""
        return self.exchange.books

    def execute(self, command: Command) -> list[Event]:
        """The command's events, seen."""
        events = self.exchange.execute(command)
        self.checker.see(events)
        return events
