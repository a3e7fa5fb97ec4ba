"""Keeps the phases of all instruments: the settings' rules, the calendar's word and the clock's as commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.answers import ANSWERS, REQUESTS, packed
from engine.auction import TIEBREAK_NAMES
from engine.codes import TRADING
from engine.commands import Command
from engine.exchange import Exchange
from engine.phase_commands import AdvancePhase, SetPhase, SetTradingRules
from engine.reasons import NO_REASON, REFUSALS
from gateway.calendar import PHASES, Calendar
from gateway.settings import Settings

VENUE = b"venue"
NS_PER_S = 1_000_000_000
REASONS = {refusal.name: reason for reason, refusal in REFUSALS.items()} | {"yes": NO_REASON}
TIEBREAKS = {name: number for number, name in TIEBREAK_NAMES.items()}


def trading_rules(settings: Settings, time_ns: int = 0) -> SetTradingRules:
    """The command that puts the settings' rules into force."""
    auctions = settings.auctions
    return SetTradingRules(
        tiebreak=TIEBREAKS[auctions.tiebreak],
        answers=_answers(settings),
        leftover_rests=int(auctions.leftover_rests),
        amend_resets=int(not auctions.amend_keeps_place),
        static_bp=int(auctions.static_range_percent * 100),
        dynamic_bp=int(auctions.dynamic_range_percent * 100),
        extension_ns=auctions.extension_s * NS_PER_S,
        extensions_max=auctions.extensions_max,
        random_end_ns=auctions.random_end_s * NS_PER_S,
        reopening_ns=auctions.reopening_s * NS_PER_S,
        volatility_ns=auctions.volatility_s * NS_PER_S,
        pause_ns=settings.risk.breaker.pause_s * NS_PER_S,
        seed=auctions.seed,
        who=VENUE,
        why=b"settings",
        time_ns=time_ns,
    )


def _answers(settings: Settings) -> bytes:
    """The table of PHA-01 with the cells that the settings have otherwise."""
    table = {phase: list(cells) for phase, cells in ANSWERS.items()}
    for phase, cells in settings.phase_answers.items():
        for request, answer in cells.items():
            table[PHASES[phase]][REQUESTS.index(request)] = REASONS[answer]
    return packed({phase: tuple(cells) for phase, cells in table.items()})


class PhaseKeeper:
    """Executes what is due; `execute` is the dispatcher's."""

    def __init__(
        self, settings: Settings, exchange: Exchange, execute: Callable[[Command, int], int], now_ns: int
    ) -> None:
        self._exchange = exchange
        self._execute = execute
        self._calendar = Calendar(settings.calendar)
        wanted = trading_rules(settings, now_ns)
        in_force = exchange.rules
        if replace(wanted, who=in_force.who, why=in_force.why, time_ns=in_force.time_ns) != in_force:
            execute(wanted, now_ns)

    def tick(self, now_ns: int) -> None:
        """What the calendar wants and was not told yet, then what ends by itself.

        Where there is a calendar no more, trading begins again.
        """
        wanted = self._calendar.wanted(now_ns)
        for number in range(1, len(self._exchange.books)):
            book = self._exchange.book(number)
            assert book is not None
            call = book.call
            if wanted is not None and wanted[0] > call.scheduled_ns:
                self._execute(SetPhase(number, wanted[1], VENUE, b"calendar", 0, wanted[0], now_ns), now_ns)
            elif wanted is None and call.scheduled_ns and call.after != TRADING:
                self._execute(SetPhase(number, TRADING, VENUE, b"settings", 0, now_ns, now_ns), now_ns)
            if 0 < call.until_ns <= now_ns:
                self._execute(AdvancePhase(number, VENUE, b"clock", now_ns), now_ns)
