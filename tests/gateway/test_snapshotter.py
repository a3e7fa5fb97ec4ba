"""The process that takes snapshots beside the venue, and what it removes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gateway.snapshotter import BEHIND, PATIENCE, SHARE, Restraint, Retention, Snapshotter, take, tidy
from persistence.errors import DeterminismError, JournalError
from persistence.journal import Journal
from persistence.projection import Progress
from persistence.recovery import roots_of
from persistence.segments import segments
from persistence.snapshots import paths
from persistence.state import state_hash
from tests.persistence.risky_trading import RiskyTrader, open_journal

NOW_S = 4_000_000_000.0
ALL = 1 << 62


def trader_on(directory: Path, seed: int, turns: int) -> RiskyTrader:
    """Somebody who trades on a journal that stays open."""
    trader = RiskyTrader(open_journal(directory), seed)
    for _ in range(turns):
        trader.turn()
    return trader


def test_snapshots_are_taken_while_the_venue_goes_on_writing(tmp_path: Path, seed: int) -> None:
    trader = trader_on(tmp_path, seed, 30)
    first = take(tmp_path)
    assert first is not None
    assert first.command == trader.exchange.tape.command
    assert take(tmp_path) is None, "nothing has happened since"
    for _ in range(30):
        trader.turn()
    second = take(tmp_path)
    assert second is not None
    assert (second.command, second.event) == (trader.exchange.tape.command, trader.exchange.tape.event)
    trader.journal.close()
    again = RiskyTrader(open_journal(tmp_path), seed)
    assert again.recovered.start is not None
    assert again.recovered.start.snapshot == second
    assert state_hash(roots_of(again.exchange, again.recovered)) == second.state_hash
    again.journal.close()


def test_a_snapshot_is_only_taken_of_a_journal_that_replays(tmp_path: Path, seed: int) -> None:
    """AUD-03: a venue that is not deterministic is noticed while it trades."""
    trader = trader_on(tmp_path, seed, 10)
    trader.exchange.order_id += 1  # what no command explains
    while trader.exchange.tape.event == 0 or trader.random.random() > 0.02:
        trader.turn()
    trader.journal.close()
    with pytest.raises(DeterminismError):
        take(tmp_path)
    assert paths(tmp_path) == []


def test_only_segments_behind_two_snapshots_and_the_audit_go(tmp_path: Path, seed: int) -> None:
    trader = trader_on(tmp_path, seed, 150)
    take(tmp_path)
    assert tidy(tmp_path, ALL, Retention(keep_bytes=0), NOW_S) == 0, "one snapshot may be damaged"
    trader.turn()
    take(tmp_path)
    known = segments(tmp_path)
    assert len(known) > 3
    assert tidy(tmp_path, known[1].start, Retention(keep_bytes=0), NOW_S) == 1, "the audit is not further"
    assert tidy(tmp_path, ALL, Retention(), NOW_S) == 0, "all is kept"
    assert tidy(tmp_path, ALL, Retention(keep_s=1 << 40), NOW_S) == 0, "none is so old"
    size_bytes = sum(segment.size for segment in known[1:])
    assert tidy(tmp_path, ALL, Retention(keep_bytes=size_bytes - 1), NOW_S) == 1, "one is enough"
    assert tidy(tmp_path, ALL, Retention(keep_s=0), NOW_S) >= 1, "all are old"
    trader.turn()
    trader.journal.close()
    again = RiskyTrader(open_journal(tmp_path), seed)
    assert again.exchange.tape.command == trader.exchange.tape.command
    again.journal.close()


def test_a_message_whose_segment_is_gone_is_none(tmp_path: Path, seed: int) -> None:
    """A ResendRequest for it is answered by a gap fill (SES-12)."""
    trader = trader_on(tmp_path, seed, 150)
    position = trader.journal.outbound(1, trader.next_out[1], 1, b"late")
    trader.next_out[1] += 1
    trader.journal.commit(1)
    for _ in range(2):
        take(tmp_path)
        trader.turn()
    take(tmp_path)
    assert tidy(tmp_path, ALL, Retention(keep_bytes=0), NOW_S) > 0
    assert trader.journal.read_at(64) == b""
    assert trader.journal.read_at(position) == b"late"
    trader.journal.close()


def test_the_venue_has_a_snapshot_taken_whenever_its_journal_has_grown(tmp_path: Path, seed: int) -> None:
    trader = trader_on(tmp_path / "journal", seed, 40)
    Progress(position=trader.journal.position).save(tmp_path / "projection.json")
    snapshotter = Snapshotter(tmp_path / "journal", tmp_path / "projection.json", 100_000, Retention())
    snapshotter.tick(99_999)
    snapshotter.wait()
    assert snapshotter.newest() is None
    snapshotter.tick(trader.journal.position)
    snapshotter.wait()
    newest = snapshotter.newest()
    assert newest is not None
    assert newest.position == trader.journal.position
    snapshotter.tick(trader.journal.position)
    assert snapshotter.fault == ""
    snapshotter.stop()
    trader.journal.close()


def test_a_snapshot_waits_for_the_projection_but_not_for_ever(tmp_path: Path, seed: int) -> None:
    trader = trader_on(tmp_path / "journal", seed, 40)
    status = tmp_path / "projection.json"
    every_bytes = trader.journal.position // PATIENCE
    snapshotter = Snapshotter(tmp_path / "journal", status, every_bytes, Retention())
    almost = PATIENCE * every_bytes - 1
    for behind_bytes, waits in ((almost, True), (every_bytes, True), (every_bytes // BEHIND - 1, False)):
        Progress(position=almost - behind_bytes).save(status)
        snapshotter.tick(almost)
        snapshotter.wait()
        assert (snapshotter.newest() is None) == waits, f"{behind_bytes} bytes behind, of {every_bytes}"
    snapshotter.stop()
    for path in paths(tmp_path / "journal"):
        path.unlink()
    status.unlink()
    patient = Snapshotter(tmp_path / "journal", status, every_bytes, Retention())
    patient.tick(almost)
    patient.wait()
    assert patient.newest() is None
    patient.tick(PATIENCE * every_bytes)
    assert patient._child is not None
    assert patient._child.args[-2:] == ["--share", str(SHARE)]  # type: ignore[index]
    patient.wait()
    assert patient.newest() is not None
    patient.stop()
    trader.journal.close()


def test_what_is_restrained_rests_in_proportion_to_its_work() -> None:
    rest = Restraint(0.25)
    begun_s, worked_s = time.monotonic(), time.process_time()
    while time.process_time() - worked_s < 0.1:
        rest()
    rest()
    assert time.monotonic() - begun_s > 3 * 0.1, "three parts of rest for one of work, or waiting for a processor"


def test_an_attempt_that_failed_is_told_and_made_again_only_after_more_growth(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", "os", 1 << 16)
    list(journal.recorded())
    journal.inbound(1, 1, 1, b"x" * 1000)
    journal.commit(1)
    journal.close()
    (segment,) = segments(tmp_path / "journal")
    segment.path.rename(segment.path.with_name("0000000000000065536.journal"))
    with pytest.raises(JournalError, match="begins at position 65536"):
        take(tmp_path / "journal")
    Progress(position=3_000).save(tmp_path / "projection.json")
    snapshotter = Snapshotter(tmp_path / "journal", tmp_path / "projection.json", 1_000, Retention())
    snapshotter.tick(1_500)
    snapshotter.wait()
    snapshotter.tick(1_500)
    assert snapshotter.fault == "the last attempt at a snapshot ended with 1"
    snapshotter.tick(2_499)
    snapshotter.wait()
    assert snapshotter.fault == "the last attempt at a snapshot ended with 1"
    snapshotter.stop()
