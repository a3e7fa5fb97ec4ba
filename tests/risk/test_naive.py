"""The gate and the naive gate answer the same on random days, and what must always hold does (RSK-03, RSK-06)."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.codes import BUY, SELL
from engine.commands import Command, DefineInstrument, HaltInstrument, ResumeInstrument, SetLimits
from engine.events import AuctionEnded, DayEnded, Event
from engine.exchange import Exchange
from engine.reasons import BREAKER_HALT, TOO_MANY_OPEN_ORDERS
from risk.gate import RiskGate
from risk.limits import FIELDS
from tests.model.checker import Checker
from tests.model.flow import FIRMS, INSTRUMENTS, REFERENCE, SEQUENCES, SESSIONS, Flow, opening
from tests.model.naive_exchange import NaiveExchange
from tests.model.naive_gate import NaiveRisk
from tests.model.naive_order import facts

FIXED = SetLimits(1, 0, 0, 8, 1_400, 1_000, 12, 2_300, 1_900, 300, 60_000)


class RiskFlow:
    """Random commands among which limits and reference prices change, and halts do not last."""

    def __init__(self, random: Random, changing: bool) -> None:
        self.random = random
        self.flow = Flow(random, spread=12)
        self.flow.corrects = changing  # what is open again may be more than fits the limits
        self.changing = changing
        self.version = 1

    def next(self) -> Command:
        dice = self.random.randrange(40)
        if dice < 4:
            return ResumeInstrument(self.random.randint(1, INSTRUMENTS), b"op", b"why", self.flow.time_ns)
        if dice == 4 and self.changing:
            return self._limits()
        if dice == 5 and self.changing:
            number = self.random.randint(1, INSTRUMENTS)
            reference = REFERENCE + self.random.choice((0, 0, -10, 7))
            return DefineInstrument(number, b"S%d" % number, 2, 1, 0, 1, number, reference)
        return self.flow.next()

    def _limits(self) -> SetLimits:
        """Limits close enough to matter, some of them none."""
        self.version += 1
        instrument = self.random.randint(0, INSTRUMENTS)
        draw = self.random.choice
        move, window = draw(((0, 0), (200, 60_000), (400, 600_000)))
        gross, net = ((0, 0), (1_200, 0), (0, 1_500))[self.random.randrange(3)] if instrument == 0 else (0, 0)
        return SetLimits(
            self.version,
            self.random.randint(0, FIRMS),
            instrument,
            draw((0, 6, 8)),
            draw((0, 700, 1_100)),
            draw((0, 300, 777, 10_000)),
            draw((0, 9, 15)),
            gross,
            net,
            move,
            window,
        )


class Pair:
    """An exchange with the gate and a naive one, given the same commands."""

    def __init__(self) -> None:
        self.gate = RiskGate()
        self.exchange = Exchange(self.gate)
        self.risk = NaiveRisk()
        self.naive = NaiveExchange(self.risk)
        self.checker = Checker()
        self.happened: list[Event] = []
        self.reasons: Counter[int] = Counter()
        for command in opening(open_orders_max=3):
            self.run(command)
        self.run(FIXED)

    def run(self, command: Command) -> None:
        """Run a command and, if the breaker trips, the halt that both must call for; `happened` has their events."""
        self.happened = []
        self.compare(command)
        due = self.risk.called_for()
        following = self.exchange.follow_up()
        assert self.exchange.follow_up() is None, "once"
        if following is None:
            assert due == []
            return
        assert isinstance(following, HaltInstrument)
        assert (following.instrument, following.value, following.limit) == due[0]
        assert (following.reason, following.who) == (BREAKER_HALT, b"breaker")
        self.compare(following)

    def compare(self, command: Command) -> None:
        events = self.exchange.execute(command)
        self.checker.see(events)
        self.happened += events
        assert [facts(event) for event in events] == self.naive.execute(command)
        self.reasons.update(event.reason for event in events if not isinstance(event, AuctionEnded | DayEnded))
        self.check_sums()

    def check_sums(self) -> None:
        """RSK-06: reservations are the open orders, positions the fills; aggregates are the sums of their parts."""
        for firm in range(1, len(self.gate.firms)):
            long = short = gross = 0
            for instrument in range(1, len(self.gate.listings)):
                position = self.gate.position(firm, instrument)
                mine = [e for e in self.checker.orders.values() if (e.firm, e.instrument) == (firm, instrument)]
                assert position.buy_lots == sum(e.leaves_lots for e in mine if e.side == BUY)
                assert position.sell_lots == sum(e.leaves_lots for e in mine if e.side == SELL)
                assert position.lots == sum(e.cum_lots if e.side == BUY else -e.cum_lots for e in mine)
                long += (position.lots + position.buy_lots) * position.lot_worth
                short += (position.sell_lots - position.lots) * position.lot_worth
                gross += max(position.lots + position.buy_lots, position.sell_lots - position.lots) * position.lot_worth
            known = self.gate.firms[firm]
            assert known is not None
            assert (known.long_notional, known.short_notional, known.gross_notional) == (long, short, gross)
        for instrument in range(1, len(self.gate.listings)):
            lots = [self.gate.position(firm, instrument).lots for firm in range(1, len(self.gate.firms))]
            assert sum(lots) == 0, "QTY-07"
        for number in range(1, min(SESSIONS + 1, len(self.gate.quotas))):
            quota = self.gate.quotas[number]
            assert quota is not None
            assert quota.open_orders == sum(e.session == number for e in self.checker.open_orders())

    def check_limits(self) -> None:
        """RSK-03: whatever trades next, no limit is exceeded."""
        for position in self.gate.positions():
            assert position.worst() <= FIXED.position_lots
            assert position.firm.gross_notional <= FIXED.gross_notional
            assert max(position.firm.long_notional, position.firm.short_notional) <= FIXED.net_notional
        for event in self.checker.open_orders():
            assert event.quantity_lots <= FIXED.order_quantity_lots
        for quota in self.gate.quotas[1:]:
            assert quota is not None
            assert quota.open_orders <= quota.open_orders_max


def play(random: Random, steps: int, changing: bool) -> Pair:
    pair, flow = Pair(), RiskFlow(random, changing)
    for _ in range(steps):
        pair.run(flow.next())
        flow.flow.see(pair.happened)
        if not changing:
            pair.check_limits()
    return pair


@settings(max_examples=SEQUENCES)
@given(st.randoms(use_true_random=False), st.integers(1, 60), st.booleans())
def test_the_gate_says_what_the_naive_gate_says(random: Random, steps: int, changing: bool) -> None:
    play(random, steps, changing)


@pytest.mark.parametrize("day", range(3))
@pytest.mark.parametrize("changing", [True, False])
def test_long_days_come_out_the_same(seed: int, day: int, changing: bool) -> None:
    play(Random(seed + day), 500, changing)


def test_random_days_meet_every_rule() -> None:
    """The comparison above would be worth little if its days were quiet."""
    for changing in (True, False):
        met = sum((play(Random(day), 500, changing).reasons for day in range(6)), Counter[int]())
        assert [reason for reason in [*FIELDS, TOO_MANY_OPEN_ORDERS, BREAKER_HALT] if met[reason] < 3] == []
