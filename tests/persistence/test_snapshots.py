"""Snapshots: a start from one ends where a replay from the beginning does, and a bad one is never taken for a good."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from engine.commands import EnterOrder, SetLimits
from engine.exchange import Exchange
from persistence import snapshots
from persistence.errors import JournalError, StateError
from persistence.frames import FrameReader
from persistence.journal import Journal
from persistence.recovery import Player, Recovered, replay, roots_of
from persistence.segments import Stream, identity, segments
from persistence.snapshots import Snapshot, drop_old, path_of, paths, write
from persistence.state import capture, restore, state_hash
from tests.persistence.risky_trading import RiskyTrader, fresh_exchange, open_journal


def follow(directory: Path, at: set[int]) -> tuple[Exchange, Recovered, list[Snapshot]]:
    """Replay a journal from its beginning; snapshots after the frames of these numbers."""
    exchange, recovered = fresh_exchange(), Recovered()
    player = Player(exchange, recovered)
    salt = identity(directory)
    taken = []
    stream = Stream(directory)
    for number, frame in enumerate(FrameReader(stream, salt)):
        player.play(frame)
        if number in at:
            roots = roots_of(exchange, recovered)
            taken.append(write(directory, salt, frame, roots, recovered.commands, recovered.events))
    stream.close()
    return exchange, recovered, taken


def started(directory: Path) -> tuple[Exchange, Recovered]:
    """The venue's start: from the newest good snapshot."""
    journal = open_journal(directory)
    exchange = fresh_exchange()
    try:
        return exchange, replay(journal, exchange)
    finally:
        journal.close()


def trade(directory: Path, seed: int, turns: int = 120) -> RiskyTrader:
    trader = RiskyTrader(open_journal(directory), seed)
    for _ in range(turns):
        trader.turn()
    trader.journal.close()
    return trader


@pytest.mark.parametrize("case", range(6))
def test_snapshot_and_tail_give_the_state_of_a_full_replay(tmp_path: Path, seed: int, case: int) -> None:
    """AUD-03: the tail's events equal the recorded ones, and every reachable field is the same at the end."""
    trade(tmp_path, seed + case)
    at = Random(seed + case).randrange(1, 120)
    full, recovered, (snapshot,) = follow(tmp_path, {at})
    restored, start = started(tmp_path)
    assert start.start is not None
    assert start.start.snapshot == snapshot
    assert start.start.commands == snapshot.command > 0
    assert capture(roots_of(restored, start)) == capture(roots_of(full, recovered))


def test_a_venue_restored_trades_on_like_one_that_never_stopped(tmp_path: Path, seed: int) -> None:
    """Whatever a later command depends on is in the snapshot, or the same commands would make other events."""
    trader = trade(tmp_path, seed)
    follow(tmp_path, {119})
    restored, _ = started(tmp_path)
    assert restored.tape.command == trader.exchange.tape.command
    roots = [(exchange, exchange.gate) for exchange in (trader.exchange, restored)]
    for _ in range(500):
        trader.now_ns += 1_000_000_000
        command = trader.request(trader.random.choice((1, 2, 3)))
        for exchange in (trader.exchange, restored):
            exchange.execute(command)
            while (halt := exchange.follow_up()) is not None:
                exchange.execute(halt)
        assert state_hash(roots[0]) == state_hash(roots[1])


def test_the_trading_of_these_tests_reaches_every_class_of_the_state(tmp_path: Path, seed: int) -> None:
    trade(tmp_path, seed, 400)
    exchange, recovered, _ = follow(tmp_path, set())
    body = capture(roots_of(exchange, recovered))
    for name in ("Order", "Level", "Terms", "Breaker", "Position", "Quota", "StopBook", "Expiries", "Numbers"):
        assert f".{name}".encode() in body, name
    assert b"deque" in body
    assert b"sorted" in body


def test_a_state_of_a_kind_that_cannot_be_written_is_an_error_and_not_forgotten() -> None:
    exchange = fresh_exchange()
    exchange.expiries = lambda: None  # type: ignore[assignment]  # such as anybody might add
    with pytest.raises(StateError, match="no part of a state that can be written"):
        capture((exchange, exchange.gate, Recovered()))


def test_a_state_with_other_fields_than_todays_is_refused_before_anything_changes(tmp_path: Path, seed: int) -> None:
    exchange = fresh_exchange()
    body = capture((exchange,)).replace(b"next_expiry_ns", b"next_parrot_ns")
    fresh = fresh_exchange()
    with pytest.raises(StateError, match="other fields in this version: next_expiry_ns, next_parrot_ns"):
        restore(body, (fresh,))
    assert state_hash((fresh,)) == state_hash((exchange,))


@pytest.mark.parametrize("harm", ["flip", "cut", "head", "other journal", "ahead"])
def test_a_bad_snapshot_is_passed_over_for_an_older_one(tmp_path: Path, seed: int, harm: str) -> None:
    trade(tmp_path, seed)
    full, recovered, (older, newer) = follow(tmp_path, {40, 90})
    path = path_of(tmp_path, newer.position)
    data = bytearray(path.read_bytes())
    match harm:
        case "flip":
            data[Random(seed).randrange(len(data) - newer.size_bytes, len(data))] ^= 1
        case "cut":
            data = data[:-1]
        case "head":
            data[30:31] = b"}"
        case "other journal":
            data = data.replace(newer.journal.encode(), b"0" * 32)
        case _:  # the journal's end was lost, but not this
            path = path.rename(path_of(tmp_path, newer.position + 1))
            data = data.replace(b'"position": %d' % newer.position, b'"position": %d' % (newer.position + 1))
    path.write_bytes(data)
    exchange, start = started(tmp_path)
    assert start.start is not None
    assert start.start.snapshot == older
    assert [text.partition(":")[0] for text in start.start.passed_over] == [path.name]
    assert state_hash(roots_of(exchange, start)) == state_hash(roots_of(full, recovered))


def test_without_any_good_snapshot_all_is_replayed_or_nothing_starts(tmp_path: Path, seed: int) -> None:
    """AUD-04: what was lost is never passed over silently."""
    trade(tmp_path, seed)
    full, recovered, (snapshot,) = follow(tmp_path, {100})
    path_of(tmp_path, snapshot.position).write_bytes(b"nothing")
    exchange, start = started(tmp_path)
    assert state_hash(roots_of(exchange, start)) == state_hash(roots_of(full, recovered))
    segments(tmp_path)[0].path.unlink()
    with pytest.raises(JournalError, match="begins at position 65536, and no snapshot reaches that far"):
        started(tmp_path)


def test_with_a_snapshot_the_segments_before_it_may_be_gone(tmp_path: Path, seed: int) -> None:
    trade(tmp_path, seed)
    full, recovered, (snapshot,) = follow(tmp_path, {110})
    first = segments(tmp_path)[0]
    assert first.end <= snapshot.frame
    first.path.unlink()
    exchange, start = started(tmp_path)
    assert state_hash(roots_of(exchange, start)) == state_hash(roots_of(full, recovered))


def test_a_journal_that_lost_what_a_snapshot_knows_refuses_to_start(tmp_path: Path, seed: int) -> None:
    """AUD-04: what looks like a torn end was acknowledged."""
    trade(tmp_path, seed)
    _, _, (snapshot,) = follow(tmp_path, {120})
    segment = next(s for s in segments(tmp_path) if s.start <= snapshot.frame < s.end)
    with segment.path.open("r+b") as file:
        file.seek(snapshot.frame - segment.start)
        file.write(b"\0")
    with pytest.raises(JournalError, match=f"ends in .* at position {snapshot.frame}, but a snapshot or the audit has"):
        started(tmp_path)


def test_a_snapshot_is_whole_or_not_there(tmp_path: Path, seed: int) -> None:
    trade(tmp_path, seed, 10)
    snapshots.directory_of(tmp_path).mkdir()
    path_of(tmp_path, 77).with_suffix(".new").write_bytes(b"half a snapshot")
    _, start = started(tmp_path)
    assert start.start is not None
    assert start.start.passed_over == []


def test_only_the_newest_snapshots_are_kept(tmp_path: Path, seed: int) -> None:
    trade(tmp_path, seed, 20)
    _, _, taken = follow(tmp_path, {5, 10, 15})
    drop_old(tmp_path, kept=2)
    assert [path.name for path in paths(tmp_path)] == [
        path_of(tmp_path, snapshot.position).name for snapshot in reversed(taken[1:])
    ]


def test_a_snapshot_of_many_orders_at_one_price_keeps_their_queue(tmp_path: Path) -> None:
    """As deep a chain of neighbours as there are orders, and no recursion."""
    trader = RiskyTrader(Journal(tmp_path, "os", 1 << 20), 1)
    trader.execute(SetLimits(2, 0, 0))
    for number in range(3_000):
        trader.execute(EnterOrder(1, b"Q%d" % number, 1, 49, 1, 9_900, time_ns=trader.now_ns))
    trader.journal.commit(trader.now_ns)
    trader.journal.close()
    exchange, recovered, _ = follow(tmp_path, {1})
    restored, _ = started(tmp_path)
    names = [[order.cl_ord_id for order in one.open_orders(0, 1, 0)] for one in (exchange, restored)]
    assert names[0] == names[1] == [b"Q%d" % number for number in range(3_000)]
    assert recovered.commands > 3_000
