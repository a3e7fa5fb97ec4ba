"""Random phases of a day, random rules of auctions, and random choices between venues."""

from random import Random
from typing import Any

from engine.answers import REQUESTS
from engine.auction import TIEBREAKS
from engine.choices import SetOrderChoices
from engine.codes import (
    CALLS,
    CANCEL_ONLY,
    CLOSED,
    CLOSING_AUCTION,
    HALTED,
    OPENING_AUCTION,
    POST_ONLY_PHASE,
    PRE_OPEN,
    TRADING,
    VOLATILITY_AUCTION,
)
from engine.commands import Command, ResumeInstrument
from engine.entry import RestrictEntry
from engine.phase_commands import AdvancePhase, SetPhase, SetTradingRules
from engine.reasons import DISK_NEARLY_FULL, NO_REASON

WHO = (b"op", b"why")
PHASES = (TRADING,) * 4 + (OPENING_AUCTION, VOLATILITY_AUCTION, CLOSING_AUCTION) * 2 + (POST_ONLY_PHASE, PRE_OPEN)
RARE = (CLOSED, CANCEL_ONLY)
NOT_DRAWN = {"who": "of the audit", "why": "of the audit", "time_ns": "the flow's own clock"}
"""Fields of SetOrderChoices that a random day leaves alone: all others are choices, and all of them are drawn."""
DRAWN: dict[str, tuple[int, ...]] = {
    "parts_smaller_percent": (0, 30, 90),
    "parts_max": (100, 100, 3),
    "election_rounds_max": (16, 2, 0),
    "pending_ms": (0, 1, 1, 4),
    "seed": (1, 7),
}
"""The values of choices that are not simply yes or no."""


class Phases:
    """Draws what becomes of the phases now and then; `guess` is where each instrument is, so that calls end."""

    def __init__(self, random: Random, instruments: int) -> None:
        self.random = random
        self.has = random.randrange(3) > 0
        self.choices = random.randrange(3) > 0
        self.guess = dict.fromkeys(range(1, instruments + 1), TRADING)
        self.rules = SetTradingRules()
        self.begun = 0
        self.restricted = False

    def next(self, time_ns: int) -> Command | None:
        """A command, mostly none."""
        self.begun += 1
        if self.choices and (self.begun == 1 or self.random.randrange(60) == 0):
            return self._choices(time_ns)
        if not self.has:
            return None
        if self.begun == 2 or self.random.randrange(60) == 0:
            return self._rules(time_ns)
        often = 5 if any(phase in (*RARE, HALTED) for phase in self.guess.values()) or self.restricted else 12
        return self._phase(time_ns) if self.random.randrange(often) == 0 else None

    def is_post_only(self, instrument: int) -> bool:
        """Whether only post-only orders are likely to enter."""
        return self.guess.get(instrument) == POST_ONLY_PHASE

    def _phase(self, time_ns: int) -> Command:
        draw = self.random
        instrument = draw.choice(list(self.guess))
        was = self.guess[instrument]
        if self.restricted or draw.randrange(30) == 0:
            self.restricted = not self.restricted
            return RestrictEntry(DISK_NEARLY_FULL if self.restricted else NO_REASON, *WHO, time_ns=time_ns)
        match draw.randrange(8):
            case 0 | 1:
                return AdvancePhase(instrument, *WHO, time_ns)
            case 2:
                return ResumeInstrument(instrument, *WHO, time_ns)
            case _:
                phase = TRADING if was in (*RARE, HALTED) and draw.randrange(2) else draw.choice(PHASES)
                if draw.randrange(12) == 0:
                    phase = draw.choice(RARE)
                length = draw.choice((0, 1_000, 1_000_000)) if phase in CALLS else 0
                scheduled = time_ns + 1 if draw.randrange(2) else 0
                return SetPhase(instrument, phase, *WHO, 0 if scheduled else length, scheduled, time_ns)

    def _rules(self, time_ns: int) -> SetTradingRules:
        draw = self.random.choice
        answers = self.rules.answers
        if self.random.randrange(4) == 0:
            answers = self._answers()
        return SetTradingRules(
            tiebreak=draw(list(TIEBREAKS)),
            answers=answers,
            leftover_rests=draw((0, 1)),
            amend_resets=draw((0, 1)),
            static_bp=draw((0, 100)),
            dynamic_bp=draw((0, 100)),
            extension_ns=draw((0, 1_000, 1_000)),
            extensions_max=draw((0, 1, 3, 3)),
            random_end_ns=draw((0, 0, 5_000)),
            reopening_ns=draw((0, 1_000, 1_000_000)),
            volatility_ns=draw((0, 1_000)),
            pause_ns=draw((0, 1_000)),
            seed=draw((1, 2, 3)),
            time_ns=time_ns,
        )

    def _answers(self) -> bytes:
        """Some cells say yes that said no; those of the phases that match stay."""
        rows = bytearray(bytes.fromhex(SetTradingRules().answers.decode()))
        for _ in range(self.random.randint(1, 4)):
            phase = self.random.choice([*CALLS, CLOSED, HALTED, CANCEL_ONLY])
            rows[phase * len(REQUESTS) + self.random.randrange(len(REQUESTS))] = NO_REASON
        return bytes(rows).hex().encode()

    def _choices(self, time_ns: int) -> SetOrderChoices:
        chosen: dict[str, Any] = {}
        for name in SetOrderChoices.__dataclass_fields__:
            if name not in NOT_DRAWN and self.random.randrange(4) == 0:
                chosen[name] = self.random.choice(DRAWN.get(name, (0, 1)))
        return SetOrderChoices(**chosen, time_ns=time_ns)
