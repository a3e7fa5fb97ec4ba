"""The journal: what was committed is found again whole, what was not is gone, and damage is never passed over."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persistence import kinds
from persistence.errors import JournalError
from persistence.frames import Frame
from persistence.journal import Journal
from persistence.segments import prepare_ahead, segments

ROOT = Path(__file__).parents[2]
SMALL = 4096


def opened(directory: Path, segment_bytes: int = SMALL) -> Journal:
    """A journal read to its end."""
    journal = Journal(directory, "os", segment_bytes)
    list(journal.recorded())
    return journal


def frames(directory: Path) -> list[Frame]:
    """What a journal holds, read without keeping it."""
    journal = Journal(directory, "os", SMALL)
    try:
        return list(journal.recorded())
    finally:
        journal.close()


def write(directory: Path, sizes: list[int], segment_bytes: int = SMALL) -> list[int]:
    """One frame for each message size; their positions, and the end after them."""
    journal = opened(directory, segment_bytes)
    positions = [journal.position]
    for number, size in enumerate(sizes, 1):
        journal.inbound(1, number, number, bytes([65 + number % 26]) * size)
        positions.append(journal.commit(number))
    journal.close()
    return positions


def flip(directory: Path, position: int, bit: int = 0) -> None:
    """Damage one bit of the journal."""
    segment = next(s for s in segments(directory) if s.start <= position < s.end)
    with segment.path.open("r+b") as file:
        file.seek(position - segment.start)
        byte = file.read(1)[0]
        file.seek(position - segment.start)
        file.write(bytes([byte ^ 1 << bit]))


def test_what_was_committed_is_read_again(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.inbound(3, 7, 1000, b"in")
    journal.outbound(3, 9, 1001, b"out")
    journal.session(3, kinds.NUMBERS, 8, 10, 1002)
    end = journal.commit(1003)
    journal.inbound(3, 8, 1004, b"never committed")
    journal.close()
    (frame,) = frames(tmp_path)
    assert (frame.position, frame.first, frame.count, frame.time_ns, frame.end) == (0, 1, 3, 1003, end)
    assert frame.body.count(b"never") == 0


def test_a_commit_of_nothing_writes_nothing(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    assert journal.commit(1) == 0
    journal.close()
    assert frames(tmp_path) == []


def test_record_numbers_and_positions_go_on_after_a_restart(tmp_path: Path) -> None:
    end = write(tmp_path, [10, 20])[-1]
    journal = opened(tmp_path)
    assert (journal.number, journal.position, journal.torn_bytes) == (2, end, 0)
    journal.inbound(1, 3, 3, b"third")
    journal.commit(3)
    journal.close()
    assert [frame.first for frame in frames(tmp_path)] == [1, 2, 3]


@settings(max_examples=25)
@given(sizes=st.lists(st.integers(0, 2000), min_size=1, max_size=8), segment_bytes=st.integers(300, 3000))
def test_frames_pass_over_the_borders_of_segments(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], segment_bytes: int
) -> None:
    directory = tmp_path_factory.mktemp("journal")
    write(directory, sizes, segment_bytes)
    assert [len(frame.body) for frame in frames(directory)] == [size + 28 for size in sizes]
    shutil.rmtree(directory)


def test_a_message_is_read_at_its_position_committed_or_not(tmp_path: Path) -> None:
    journal = opened(tmp_path, 256)
    messages = [b"%d" % number * 50 for number in range(40)]
    positions = []
    for number, message in enumerate(messages):
        positions.append(journal.outbound(1, number, 0, message))
        assert journal.read_at(positions[-1]) == message
        if number % 3 == 0:
            journal.commit(0)
    assert [journal.read_at(position) for position in positions] == messages
    journal.commit(0)
    journal.close()
    journal = opened(tmp_path)
    assert [journal.read_at(position) for position in positions] == messages
    journal.close()


def test_a_torn_tail_is_cut_at_every_byte(tmp_path: Path) -> None:
    """AUD-04: whatever part of the last frame came to disk, the frames before it stay and it is gone whole."""
    written = tmp_path / "written"
    start, end = write(written, [30, 40, 120], segment_bytes=256)[2:]
    for kept in range(end - start):
        torn = tmp_path / "torn"
        shutil.copytree(written, torn)
        for segment in segments(torn):
            with segment.path.open("r+b") as file:
                cut = max(0, start + kept - segment.start)
                if cut < segment.size:
                    file.seek(cut)
                    file.write(bytes(segment.size - cut))
        journal = opened(torn)
        assert (journal.number, journal.position) == (2, start)
        assert journal.torn_bytes <= kept
        journal.inbound(1, 3, 3, b"again")
        journal.commit(3)
        journal.close()
        assert [frame.first for frame in frames(torn)] == [1, 2, 3]
        shutil.rmtree(torn)


def test_a_torn_tail_of_which_only_the_end_came_to_disk_is_cut_and_cleared(tmp_path: Path) -> None:
    start, end = write(tmp_path, [30, 600], segment_bytes=256)[1:]
    (first, *others) = segments(tmp_path)
    with first.path.open("r+b") as file:
        file.seek(start)
        file.write(bytes(first.end - start))
    journal = opened(tmp_path)
    assert (journal.number, journal.torn_bytes) == (1, end - start)
    journal.close()
    assert all(not any(segment.path.read_bytes()) for segment in others)


def test_any_bit_flipped_inside_refuses_to_start_and_says_where(tmp_path: Path) -> None:
    """AUD-04: a bad checksum with whole frames after it is no torn tail."""
    written = tmp_path / "written"
    positions = write(written, [40, 50, 60])
    for position in range(positions[2]):
        damaged = tmp_path / "damaged"
        shutil.copytree(written, damaged)
        flip(damaged, position, Random(position).randrange(8))
        culprit = max(start for start in positions if start <= position)
        with pytest.raises(
            JournalError, match=rf"0\.journal at offset {culprit}: .*a whole one follows in .*offset \d+"
        ):
            opened(damaged)
        shutil.rmtree(damaged)


def test_a_hole_where_whole_frames_follow_is_damage(tmp_path: Path) -> None:
    positions = write(tmp_path, [40, 50, 60])
    (segment,) = segments(tmp_path)
    with segment.path.open("r+b") as file:
        file.seek(positions[1])
        file.write(bytes(positions[2] - positions[1]))
    with pytest.raises(JournalError, match=f"offset {positions[1]}: .*follows in .*offset {positions[2]}"):
        opened(tmp_path)


def test_a_frame_inside_a_message_is_no_frame(tmp_path: Path) -> None:
    """Else a client could send one, and a torn tail after it would keep the venue from starting."""
    other, here = tmp_path / "other", tmp_path / "here"
    end = write(other, [0, 40])[-1]
    image = segments(other)[0].path.read_bytes()[:end]
    journal = opened(here)
    journal.inbound(1, 1, 1, b"first")
    journal.commit(1)
    start = journal.position
    for padding in range(100):
        journal.inbound(1, 2, 2, b"x" * padding + image)
    journal.commit(2)
    journal.close()
    flip(here, start)
    journal = opened(here)
    assert (journal.number, journal.position) == (1, start)
    journal.close()


def test_a_missing_segment_refuses_to_start(tmp_path: Path) -> None:
    write(tmp_path, [1000] * 10, segment_bytes=1024)
    segments(tmp_path)[1].path.unlink()
    with pytest.raises(JournalError, match=r"a segment is missing .* expected 0*1024\.journal"):
        opened(tmp_path)


def test_a_shortened_segment_refuses_to_start(tmp_path: Path) -> None:
    write(tmp_path, [1000] * 10, segment_bytes=1024)
    os.truncate(segments(tmp_path)[1].path, 1000)
    with pytest.raises(JournalError, match="a segment is missing"):
        opened(tmp_path)


def test_a_journal_without_its_identity_refuses_to_start(tmp_path: Path) -> None:
    write(tmp_path, [10])
    (tmp_path / "identity").write_text("something else\n")
    with pytest.raises(JournalError, match="identity is not of a journal that this version reads"):
        opened(tmp_path)
    (tmp_path / "identity").unlink()
    with pytest.raises(JournalError, match="identity is missing"):
        opened(tmp_path)


def test_one_journal_has_one_writer(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    with pytest.raises(JournalError, match="another process writes the journal"):
        Journal(tmp_path)
    journal.close()
    opened(tmp_path).close()


def test_a_segment_prepared_ahead_is_used_and_the_writer_need_not_hurry(tmp_path: Path) -> None:
    journal = opened(tmp_path, 1024)
    for number in range(20):
        prepare_ahead(tmp_path, 1024)
        journal.inbound(1, number, 0, b"x" * 500)
        journal.commit(0)
    assert journal.hurried_segments == 0
    assert [prepare_ahead(tmp_path, 1024) for _ in range(3)] == [True, False, False]
    journal.close()
    assert len(frames(tmp_path)) == 20


def test_without_anybody_to_prepare_segments_the_writer_makes_them(tmp_path: Path) -> None:
    journal = opened(tmp_path, 1024)
    for number in range(20):
        journal.inbound(1, number, 0, b"x" * 500)
        journal.commit(0)
    assert journal.hurried_segments >= 10
    journal.close()
    assert len(frames(tmp_path)) == 20


def test_in_memory_nothing_reaches_the_directory_and_nothing_stays(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", "memory", SMALL)
    list(journal.recorded())
    position = journal.outbound(1, 1, 1, b"kept as long as the process")
    journal.commit(1)
    assert journal.read_at(position) == b"kept as long as the process"
    where = journal.directory
    journal.close()
    assert not where.exists()
    assert not (tmp_path / "journal").exists()


LIMITED = """
import resource, signal, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from persistence.errors import JournalError
from persistence.journal import Journal
from persistence.segments import JournalError
journal = Journal(Path(sys.argv[2]), sys.argv[3], 65536)
list(journal.recorded())
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
done = 0
try:
    while True:
        journal.inbound(1, done + 1, 0, b"x" * 1000)
        journal.commit(0)
        done += 1
except JournalError as error:
    print(error, file=sys.stderr)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
try:
    journal.commit(0)  # there is room again, but an error is never retried
except JournalError:
    print(done)
"""


@pytest.mark.parametrize("policy", ["fsync", "os"])
def test_a_disk_that_refuses_stops_the_journal_for_good(tmp_path: Path, policy: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(ROOT), str(tmp_path), policy], capture_output=True, text=True, check=True
    )
    assert "cannot write the journal" in done.stderr
    assert "0.journal at offset 9612" in done.stderr
    assert int(done.stdout) == len(frames(tmp_path)) == 9
