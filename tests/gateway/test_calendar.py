"""The calendar and the keeper of phases under a stopped clock (RULES.md section 11)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.codes import (
    BUY,
    CLOSED,
    CLOSING_AUCTION,
    ENTERED,
    MARKET,
    OPENING_AUCTION,
    PHASE_NAMES,
    PRE_OPEN,
    REJECT,
    SELL,
    TRADE,
    TRADING,
    VOLATILITY_AUCTION,
)
from engine.commands import Command, DefineInstrument, EnterOrder, HaltInstrument, RegisterSession, ResumeInstrument
from engine.events import Event, InstrumentChanged, OrderEvent
from engine.exchange import Exchange
from engine.gate import OpenGate
from engine.phase_commands import AdvancePhase
from engine.reasons import BREAKER_HALT, OPERATOR_HALT
from gateway.calendar import Calendar
from gateway.phases import PhaseKeeper
from gateway.problems import SettingsError
from gateway.settings import Settings, load

DAY = Path(__file__).parents[2] / "config" / "exchange_day.toml"
BERLIN = ZoneInfo("Europe/Berlin")
NS = 1_000_000_000


def at(text: str) -> int:
    """A moment of local time in Berlin in ns UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()) * NS


def phase_at(text: str) -> int | None:
    wanted = Calendar(load(DAY).calendar).wanted(at(text))
    return None if wanted is None else wanted[1]


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        ("2026-11-23 07:29:59", CLOSED),
        ("2026-11-23 07:30:00", PRE_OPEN),
        ("2026-11-23 08:55:00", OPENING_AUCTION),
        ("2026-11-23 12:59:59", TRADING),
        ("2026-11-23 13:01:00", VOLATILITY_AUCTION),
        ("2026-11-23 17:30:00", CLOSING_AUCTION),
        ("2026-11-23 23:59:59", CLOSED),
        ("2026-11-22 12:00:00", CLOSED),
        ("2026-12-25 12:00:00", CLOSED),
        ("2026-07-01 09:00:00", TRADING),
    ],
)
def test_a_moment_belongs_to_a_phase_by_local_time_weekday_and_holiday(moment: str, phase: int) -> None:
    """PHA-01: also in summer time."""
    assert phase_at(moment) == phase


def test_without_phases_there_is_no_calendar() -> None:
    """The packaged settings trade at all hours."""
    assert Calendar(load().calendar).wanted(1) is None


class Day:
    """An exchange of one symbol that a keeper leads through time."""

    def __init__(self, settings: Settings, now: str) -> None:
        self.exchange = Exchange(OpenGate())
        self.exchange.execute(DefineInstrument(1, b"S1", 2, 1, 0, 1, 1, 100))
        self.events: list[Event] = []
        self.commands: list[Command] = []
        self.keeper = PhaseKeeper(settings, self.exchange, self.execute, at(now))

    def execute(self, command: Command, _now_ns: int = 0) -> int:
        self.commands.append(command)
        events = self.exchange.execute(command)
        self.events += events
        return len(events)

    def tick(self, now: str) -> list[str]:
        """The phases that came with a tick."""
        self.events.clear()
        self.keeper.tick(at(now))
        return [PHASE_NAMES[event.state] for event in self.events if isinstance(event, InstrumentChanged)]


def test_a_day_runs_through_its_phases_and_every_call_ends_a_little_late() -> None:
    """PHA-01, AUC-09"""
    day = Day(load(DAY), "2026-11-23 07:00:00")
    assert day.tick("2026-11-23 07:00:00") == ["closed"]
    assert day.tick("2026-11-23 07:00:01") == []
    assert day.tick("2026-11-23 07:30:00") == ["pre_open"]
    assert day.tick("2026-11-23 08:50:00") == ["opening_auction"]
    assert day.tick("2026-11-23 09:00:00") == ["opening_auction"], "the same phase, and when it ends"
    assert day.tick("2026-11-23 09:00:31") == ["trading"]
    assert day.tick("2026-11-23 17:30:00") == ["closing_auction"]
    assert day.tick("2026-11-23 17:35:31") == ["closing_auction"]
    assert day.tick("2026-11-23 17:36:02") == ["closed"]
    assert day.tick("2026-11-24 12:00:00") == ["trading"]


def test_a_halt_outlasts_what_the_calendar_wants() -> None:
    """PHA-02, PHA-04: and what it wants then comes with the resume."""
    day = Day(load(DAY), "2026-11-23 10:00:00")
    assert day.tick("2026-11-23 10:00:00") == [], "an instrument is listed trading"
    day.execute(HaltInstrument(1, OPERATOR_HALT, b"op", b"news", time_ns=at("2026-11-23 10:00:01")))
    assert day.tick("2026-11-23 17:31:00") == []
    day.execute(ResumeInstrument(1, b"op", b"over", at("2026-11-23 17:31:01")))
    assert day.exchange.books[1].instrument.state == CLOSING_AUCTION  # type: ignore[union-attr]


def test_the_breakers_halt_ends_by_itself_through_a_call() -> None:
    """CIR-03, PHA-04"""
    day = Day(load(DAY), "2026-11-23 10:00:00")
    day.tick("2026-11-23 10:00:00")
    day.execute(HaltInstrument(1, BREAKER_HALT, b"breaker", b"moved", time_ns=at("2026-11-23 10:00:00")))
    assert day.tick("2026-11-23 10:04:59") == []
    assert day.tick("2026-11-23 10:05:00") == ["volatility_auction"]
    assert day.tick("2026-11-23 10:06:59") == []
    assert day.tick("2026-11-23 10:07:31") == ["trading"]


def test_a_venue_that_comes_back_late_is_where_the_day_is() -> None:
    """PHA-06: after a restart nothing is done twice, and what was missed is skipped."""
    day = Day(load(DAY), "2026-11-23 08:00:00")
    assert day.tick("2026-11-23 08:00:00") == ["pre_open"]
    day.keeper = PhaseKeeper(load(DAY), day.exchange, day.execute, at("2026-11-23 08:10:00"))
    assert day.tick("2026-11-23 08:10:00") == []
    assert [type(command).__name__ for command in day.commands] == ["SetTradingRules", "SetPhase"]
    day.keeper = PhaseKeeper(load(), day.exchange, day.execute, at("2026-11-23 08:20:00"))
    assert day.tick("2026-11-23 08:20:00") == ["trading"], "without a calendar the venue trades at all hours"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('time_zone = "Mars/Olympus"', "must be a time zone"),
        ("phases = [{ at = 09:00:00, phase = 'trading' }, { at = 08:00:00, phase = 'closed' }]", "later than"),
        ("phases = [{ at = 09:00:00, phase = 'halted' }]", "must be"),
        ('weekdays = ["mon", "mon"]', "mon is listed twice"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "venue.toml"
    file.write_text(f'[calendar]\n{text}\n[[instruments]]\nsymbol = "X"\nreference_price = 1\n')
    with pytest.raises(SettingsError, match=why):
        load(file)


def test_cells_of_the_table_of_phases_can_be_otherwise(tmp_path: Path) -> None:
    """PHA-01: orders may gather in a halt, and meet through the auction after it (PHA-04)."""
    file = tmp_path / "venue.toml"
    text = '[phase_answers.halted]\nlimit = "yes"\n[[instruments]]\nsymbol = "X"\nreference_price = 1\n'
    file.write_text(text)
    day = Day(load(file), "2026-11-23 10:00:00")
    day.execute(RegisterSession(1, b"C1", 1, b"F1"))
    day.execute(HaltInstrument(1, OPERATOR_HALT, b"op", b"news"))
    day.execute(EnterOrder(1, b"a", 1, BUY, 5, 100))
    day.execute(EnterOrder(1, b"b", 1, SELL, 5, 100))
    day.execute(EnterOrder(1, b"c", 1, BUY, 5, ord_type=MARKET))
    kinds = [event.kind for event in day.events if isinstance(event, OrderEvent)]
    assert kinds == [ENTERED, ENTERED, REJECT]
    day.execute(ResumeInstrument(1, b"op", b"over", 1))
    day.execute(AdvancePhase(1, b"clock", b"over", 10 * NS + 1))
    assert [event.kind for event in day.events if isinstance(event, OrderEvent)][3:] == [TRADE, TRADE]


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ('immediate = "yes"', "nothing trades at once"),
        ('limit = "good_till_only"', "an answer to cancel only"),
        ('limit = "perhaps"', "must be"),
    ],
)
def test_an_answer_that_could_not_be_kept_is_refused(tmp_path: Path, cell: str, why: str) -> None:
    """PHA-01"""
    file = tmp_path / "venue.toml"
    file.write_text(f'[phase_answers.halted]\n{cell}\n[[instruments]]\nsymbol = "X"\nreference_price = 1\n')
    with pytest.raises(SettingsError, match=why):
        load(file)
