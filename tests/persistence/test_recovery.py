"""Recovery: the journal alone brings back exchange and sessions, and what cannot be repeated is never passed over."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.commands import DefineInstrument, EndDay, EnterOrder, HaltInstrument, RegisterSession
from engine.events import DayEnded
from engine.exchange import Exchange
from engine.gate import OpenGate
from engine.reasons import OPERATOR_HALT
from persistence.errors import DeterminismError
from persistence.journal import Journal
from persistence.kinds import LOGGED_ON, NUMBERS, RESET
from persistence.recovery import Recovered, replay
from tests.persistence.trading import Trader, exchange


def state(of: Exchange) -> list[object]:
    """All that later events depend on: numbers, and every book's orders in the order of their priority."""
    found: list[object] = [of.tape.command, of.tape.event, of.tape.match, of.order_id]
    for book in of.books[1:]:
        assert book is not None
        orders = [(o.order_id, o.cl_ord_id, o.price_ticks, o.leaves_lots, o.cum_lots) for o in book.orders()]
        found.append((book.instrument.symbol, book.instrument.state, book.last_ticks, orders))
    return found


def recover(directory: Path, fresh: Exchange) -> Recovered:
    journal = Journal(directory, "os", 1 << 20)
    try:
        return replay(journal, fresh)
    finally:
        journal.close()


@pytest.mark.parametrize("case", range(5))
def test_a_replay_gives_the_same_events_and_the_same_books(tmp_path: Path, seed: int, case: int) -> None:
    """AUD-03."""
    trader = Trader(tmp_path, seed + case)
    for _ in range(100):
        trader.turn()
    trader.journal.close()
    fresh = exchange()
    recovered = recover(tmp_path, fresh)
    assert state(fresh) == state(trader.exchange)
    assert (recovered.commands, recovered.events) == (len(trader.commands), len(trader.events))
    assert any(isinstance(command, HaltInstrument) for command in trader.commands), "no breaker tripped"
    assert recovered.last_time_ns == trader.now_ns


def test_sessions_come_back_with_their_numbers_and_what_they_sent(tmp_path: Path, seed: int) -> None:
    """SES-22: what was durable can be asked for again, each message under the number it had."""
    trader = Trader(tmp_path, seed)
    for _ in range(20):
        trader.turn()
    trader.journal.close()
    journal = Journal(tmp_path, "os", 1 << 20)
    recovered = replay(journal, exchange())
    assert [register.comp_id for register in recovered.registrations] == [b"CLIENT1", b"CLIENT2"]
    for session in (1, 2):
        (epoch, _, next_in, next_out), positions = recovered.session(session)
        assert (epoch, next_in, next_out) == (1, trader.next_in[session], len(trader.sent[session]) + 1)
        assert [journal.read_at(position) for position in positions] == trader.sent[session]
    journal.close()


def test_a_reset_begins_a_new_epoch_whose_messages_alone_can_be_asked_for(tmp_path: Path) -> None:
    """SES-06."""
    journal = Journal(tmp_path, "os", 1 << 20)
    list(journal.recorded())
    journal.session(1, LOGGED_ON, 2, 2, 5)
    journal.outbound(1, 1, 5, b"old")
    journal.commit(5)
    journal.outbound(1, 2, 6, b"old too")
    journal.session(1, RESET, 1, 1, 7)
    journal.outbound(1, 1, 8, b"new")
    journal.outbound(1, 1, 9, b"new again", resent=True)
    journal.session(1, NUMBERS, 4, 2, 10)
    journal.commit(10)
    journal.close()
    journal = Journal(tmp_path, "os", 1 << 20)
    numbers, positions = replay(journal, exchange()).session(1)
    assert numbers == (2, 7, 4, 2)
    assert [journal.read_at(position) for position in positions] == [b"new"]
    journal.close()


def test_a_session_never_seen_begins_at_one() -> None:
    assert Recovered().session(5)[0] == (1, 0, 1, 1)


def test_what_was_not_committed_did_not_happen(tmp_path: Path, seed: int) -> None:
    trader = Trader(tmp_path, seed)
    for _ in range(10):
        trader.turn()
    before = state(trader.exchange)
    trader.execute(trader.request(1))
    trader.journal.close()
    fresh = exchange()
    recover(tmp_path, fresh)
    assert state(fresh) == before


def test_another_exchange_is_noticed_at_the_first_difference(tmp_path: Path, seed: int) -> None:
    trader = Trader(tmp_path, seed)
    while not any(isinstance(command, HaltInstrument) for command in trader.commands):
        trader.turn()
    trader.journal.close()
    with pytest.raises(DeterminismError, match=r"HaltInstrument.* should follow"):
        recover(tmp_path, exchange(trades=4))


def one_order(directory: Path, forge: Callable[[Journal, Exchange], None]) -> None:
    """A journal whose last frame was forged."""
    journal = Journal(directory, "os", 1 << 20)
    list(journal.recorded())
    fresh = Exchange(OpenGate())
    for command in (RegisterSession(1, b"C", 1, b"F"), DefineInstrument(1, b"AAPL", 2, 1, 0, 1, 1, 100)):
        for event in fresh.execute(command):
            journal.event(event)
        journal.command(fresh.tape.command, command)
    forge(journal, fresh)
    journal.commit(1)
    journal.close()


def test_a_forged_event_is_noticed_and_named(tmp_path: Path) -> None:
    def forge(journal: Journal, fresh: Exchange) -> None:
        (event,) = fresh.execute(EnterOrder(1, b"A", 1, 49, 10, 100))
        journal.command(3, EnterOrder(1, b"A", 1, 49, 10, 100))
        event.leaves_lots = 9  # type: ignore[union-attr]
        journal.event(event)

    one_order(tmp_path, forge)
    with pytest.raises(DeterminismError, match=r"command 3: event 1 is now .*leaves_lots=10.* is .*leaves_lots=9"):
        recover(tmp_path, Exchange(OpenGate()))


def test_a_missing_event_is_noticed(tmp_path: Path) -> None:
    one_order(tmp_path, lambda journal, fresh: journal.command(3, EnterOrder(1, b"A", 1, 49, 10, 100)))
    with pytest.raises(DeterminismError, match="command 3 gave no such event when recorded: OrderEvent"):
        recover(tmp_path, Exchange(OpenGate()))


def test_an_event_too_many_is_noticed(tmp_path: Path) -> None:
    def forge(journal: Journal, fresh: Exchange) -> None:
        journal.event(DayEnded(1, 2, 0, 20260101, 0))

    one_order(tmp_path, forge)
    with pytest.raises(DeterminismError, match="command 2 gave one more event when it was recorded: DayEnded"):
        recover(tmp_path, Exchange(OpenGate()))


def test_a_missing_command_is_noticed(tmp_path: Path) -> None:
    one_order(tmp_path, lambda journal, fresh: journal.command(4, EndDay(20260101, b"", b"")))
    with pytest.raises(DeterminismError, match="command 3 is recorded as number 4"):
        recover(tmp_path, Exchange(OpenGate()))


def test_a_command_in_place_of_the_one_that_follows_is_noticed(tmp_path: Path, seed: int) -> None:
    trader = Trader(tmp_path, seed, trades=10**9)
    while not any(getattr(event, "match", 0) for event in trader.events):
        trader.turn(1)
    trader.execute(HaltInstrument(1, OPERATOR_HALT, b"operator", b"", time_ns=trader.now_ns))
    trader.journal.commit(trader.now_ns)
    trader.journal.close()
    with pytest.raises(DeterminismError, match=r"should follow"):
        recover(tmp_path, exchange(trades=1))
