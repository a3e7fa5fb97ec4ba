"""The engine and the naive exchange say the same of random days, and what must always hold does."""

from collections import Counter
from itertools import chain
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.choices import SetOrderChoices
from engine.codes import (
    CALLS,
    LIMIT,
    PENDING_CANCEL,
    PENDING_REPLACE,
    POST_ONLY_PHASE,
    PRICE_TICKS_MAX,
    REPLACE,
    RESTATE,
    SELL,
    STATUS,
    STOP_LIMIT,
    TRADE,
    TRADING,
)
from engine.commands import Command
from engine.events import AuctionEnded, OrderEvent
from engine.exchange import Exchange
from engine.gate import OpenGate
from engine.order import Level
from engine.reasons import (
    AUCTION_EXTENDED,
    AUCTION_OVER,
    AUCTION_TERMS,
    AUCTION_TRADE,
    BELOW_MIN_QUANTITY,
    BLOCKED,
    CALENDAR,
    CALL_ENDS,
    CANCELED_ON_DISCONNECT,
    CANCELS_ONLY,
    CANNOT_FILL,
    DAY_ENDED,
    DISK_NEARLY_FULL,
    EXPIRY_REACHED,
    GOOD_TILL_ONLY,
    GOOD_TILL_RENEWED,
    HALTED_REPLACE,
    KILLED,
    MARKET_CLOSED,
    MARKET_NOT_IMMEDIATE,
    MARKET_TO_LIMIT_PRICED,
    MIN_QUANTITY_REFUSED,
    NO_COUNTERPART,
    NOT_IN_A_CALL,
    OPENING_IS_OVER,
    OPERATOR_PHASE,
    POST_ONLY_ONLY,
    POST_ONLY_REPRICED,
    POST_ONLY_WOULD_TRADE,
    REOPENING,
    REPLACE_TO_DONE,
    REPLACE_WOULD_TRADE,
    REQUEST_PENDING,
    SELF_TRADE,
    SELF_TRADE_DECREMENT,
    STOP_CASCADE_HALT,
    STOP_ELECTED,
    STOP_PRICE_REACHED,
    TOO_MANY_PARTS,
    TRADE_BUSTED,
    TRADE_CORRECTED,
)
from engine.uncross import indicate
from tests.model.checker import Checker
from tests.model.flow import SEQUENCES, Flow, opening
from tests.model.flow_of_phases import NOT_DRAWN
from tests.model.naive_auction import indicated
from tests.model.naive_exchange import NaiveExchange
from tests.model.naive_order import Fact, NaiveOrder, facts

MET = (
    *(TRADE_BUSTED, TRADE_CORRECTED),
    *(AUCTION_TERMS, AUCTION_TRADE, AUCTION_OVER, AUCTION_EXTENDED, CALL_ENDS, REOPENING, CALENDAR, OPERATOR_PHASE),
    *(MARKET_CLOSED, CANCELS_ONLY, POST_ONLY_ONLY, NOT_IN_A_CALL, OPENING_IS_OVER, GOOD_TILL_ONLY, HALTED_REPLACE),
    *(NO_COUNTERPART, MARKET_NOT_IMMEDIATE, REPLACE_TO_DONE, REPLACE_WOULD_TRADE, STOP_PRICE_REACHED, TOO_MANY_PARTS),
    *(MIN_QUANTITY_REFUSED, GOOD_TILL_RENEWED, MARKET_TO_LIMIT_PRICED, STOP_ELECTED, STOP_CASCADE_HALT, KILLED),
    *(SELF_TRADE, SELF_TRADE_DECREMENT, POST_ONLY_REPRICED, POST_ONLY_WOULD_TRADE, CANNOT_FILL, BELOW_MIN_QUANTITY),
    *(EXPIRY_REACHED, DAY_ENDED, BLOCKED, CANCELED_ON_DISCONNECT, DISK_NEARLY_FULL, REQUEST_PENDING),
)
"""What random days must run into."""


class NaiveOpenGate:
    """Refuses nothing; a market order may trade at any price."""

    def check(self, _model: NaiveExchange, order: NaiveOrder) -> Fact:
        if order.ord_type not in (LIMIT, STOP_LIMIT):
            order.worst = 1 if order.side == SELL else PRICE_TICKS_MAX
        return (0, 0, 0, 0)

    def check_replace(self, _model: NaiveExchange, _order: NaiveOrder, _quantity: int, _price: int, _stop: int) -> Fact:
        return (0, 0, 0, 0)

    def check_elected(self, _model: NaiveExchange, _order: NaiveOrder) -> Fact:
        return (0, 0, 0, 0)

    def configure(self, command: Command) -> None: ...
    def trade(self, instrument: int, price: int, time_ns: int) -> None: ...
    def auction(self, instrument: int, price: int) -> None: ...
    def resumed(self, instrument: int) -> None: ...
    def called_for(self) -> list[tuple[int, int, int]]:
        return []


def check_book(exchange: Exchange, checker: Checker, parts_at_once: bool = True) -> None:
    """MAT-03: never crossed or locked after a command; levels hold exactly the open orders; a part of another size
    counts `parts_at_once`, or from an iceberg's next part on (ICE-08).
    """
    resting: dict[int, int] = {}
    for book in exchange.books[1:]:
        assert book is not None
        matches = book.instrument.state in (TRADING, POST_ONLY_PHASE)
        if matches and book.bids.levels and book.asks.levels:
            assert book.bids.depth(1)[0][0] < book.asks.depth(1)[0][0]
        for ladder in (book.bids, book.asks):
            keys = [level.key for level in ladder.levels]
            assert keys == sorted(keys)
            for level in ladder.levels:
                assert level.quantity_lots > 0
            total = sum(level.quantity_lots for level in ladder.levels)
            assert total == sum(order.leaves_lots for order in ladder.orders())
            for level in ladder.levels:
                check_hidden(level, parts_at_once)
            assert len(ladder.orders()) == sum(level.count for level in ladder.levels)
        resting |= {order.order_id: order.leaves_lots for order in book.orders()}
    assert resting == {event.order_id: event.leaves_lots for event in checker.open_orders()}


def check_hidden(level: Level, at_once: bool) -> None:
    """ICE-02, ICE-05: what is hidden adds up, and every order shows something, an iceberg no more than its part, or its
    old part where a new one does not count `at_once` (ICE-08).
    """
    order = level.head
    hidden_lots = 0
    while order is not None:
        if order.terms is not None:
            hidden_lots += order.terms.hidden_lots
            shown = order.leaves_lots - order.terms.hidden_lots
            assert shown > 0
            assert (
                not at_once
                or shown <= order.terms.display_lots
                or order.terms.display_lots == order.terms.hidden_lots == 0
            )
        order = order.next
    assert level.hidden_lots == hidden_lots


def check_indications(exchange: Exchange, naive: NaiveExchange) -> None:
    """AUC-10, AUC-13: what uncrossing now would give, against trying every price."""
    for book in exchange.books[1:]:
        assert book is not None
        if book.instrument.state in CALLS:
            assert indicate(book) == indicated(naive, book.instrument.number)


def compare(random: Random, steps: int) -> None:
    exchange, naive, checker = Exchange(OpenGate()), NaiveExchange(NaiveOpenGate()), Checker()
    flow, at_once = Flow(random), True
    for command in chain(opening(), (flow.next() for _ in range(steps))):
        events = exchange.execute(command)
        flow.see(events)
        checker.see(events)
        assert [facts(event) for event in events] == naive.execute(command)
        at_once = at_once and not exchange.choices.place_kept_by_display
        check_book(exchange, checker, at_once)
        check_indications(exchange, naive)
    for instrument in (1, 2):
        sides = [lots for (number, _), lots in checker.traded_lots.items() if number == instrument]
        assert sides in ([], [sum(sides) // 2] * 2), "QTY-07"


@settings(max_examples=SEQUENCES)
@given(st.randoms(use_true_random=False), st.integers(1, 100))
def test_the_engine_says_what_the_naive_exchange_says(random: Random, steps: int) -> None:
    """MAT-01, MAT-03, QTY-01 to QTY-03, QTY-07: and quantities are conserved, the book is never crossed."""
    compare(random, steps)


@pytest.mark.parametrize("day", range(4))
def test_long_days_come_out_the_same(seed: int, day: int) -> None:
    compare(Random(seed + day), 1_500)


def test_two_runs_of_the_same_commands_give_the_same_events(seed: int) -> None:
    """AUD-03, AUD-08"""
    commands = [*opening()]
    flow = Flow(Random(seed))
    commands += [flow.next() for _ in range(500)]
    one, other = Exchange(OpenGate()), Exchange(OpenGate())
    for command in commands:
        assert [facts(event) for event in one.execute(command)] == [facts(event) for event in other.execute(command)]


def test_random_days_draw_every_choice() -> None:
    """Nothing of SetOrderChoices is left out but what NOT_DRAWN names, with its reason."""
    drawn: dict[str, set[int]] = {}
    for number in range(40):
        flow = Flow(Random(number))
        for command in (flow.next() for _ in range(100)):
            if isinstance(command, SetOrderChoices):
                for name in SetOrderChoices.__dataclass_fields__:
                    drawn.setdefault(name, set()).add(getattr(command, name))
    assert sorted(name for name, found in drawn.items() if len(found) < 2) == sorted(NOT_DRAWN.keys() - {"time_ns"})


def test_random_days_meet_what_they_are_for() -> None:
    """The comparison above would be worth little if its days were quiet: phases, auctions, choices, self-trades."""
    reasons: Counter[int] = Counter()
    auctions: Counter[int] = Counter()
    reopened = 0
    pending: Counter[tuple[int, int]] = Counter()
    for number in range(150):
        exchange, flow = Exchange(OpenGate()), Flow(Random(number))
        for command in chain(opening(), (flow.next() for _ in range(150))):
            events = exchange.execute(command)
            flow.see(events)
            reasons.update(getattr(event, "reason", 0) for event in events)
            orders = [event for event in events if isinstance(event, OrderEvent) and event.kind == REPLACE]
            reopened += sum(event.leaves_lots > 0 == event.released_lots for event in orders)
            pending.update((event.kind, event.status) for event in events if isinstance(event, OrderEvent))
            auctions.update(event.phase for event in events if isinstance(event, AuctionEnded) and event.quantity_lots)
    assert reopened > 0, "CXR-07"
    assert [phase for phase in CALLS if not auctions[phase]] == []
    kinds = (TRADE, REPLACE, RESTATE, STATUS)
    met = [pending[kind, status] for status in (PENDING_CANCEL, PENDING_REPLACE) for kind in (status, *kinds)]
    assert 0 not in met, "ORD-04, ORD-07, ORD-08"
    assert [reason for reason in MET if not reasons[reason]] == []
