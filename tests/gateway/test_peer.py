"""Where a session's sent messages stand: of any number, in bounded memory (SES-26)."""

from array import array
from pathlib import Path

import pytest

from gateway.peer import POSITIONS_KEPT, Sent

MANY = 5 * POSITIONS_KEPT + 7


class Stored:
    """Gives each message its position as text; position 13 is gone."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def read_at(self, position: int) -> bytes:
        return b"" if position == 13 else b"%d" % position


def read(sent: Sent, begin: int, end: int) -> list[tuple[int, bytes]]:
    return list(sent.read(begin, end))


def expected(begin: int, end: int) -> list[tuple[int, bytes]]:
    return [(number, b"%d" % (10 * number)) for number in range(begin, end + 1)]


@pytest.fixture(params=["recovered", "appended"])
def sent(request: pytest.FixtureRequest, tmp_path: Path) -> Sent:
    """Message n stands at position 10 n."""
    positions = array("q", range(10, 10 * MANY + 1, 10))
    if request.param == "recovered":
        return Sent(Stored(tmp_path), positions)
    sent = Sent(Stored(tmp_path), array("q"))
    for position in positions:
        sent.append(position)
    return sent


def test_any_message_is_found_and_only_the_latest_are_in_memory(sent: Sent) -> None:
    """SES-26."""
    assert len(sent.positions) < 2 * POSITIONS_KEPT
    edge = MANY - len(sent.positions)
    for begin, end in ((1, 1), (1, 20), (edge - 3, edge), (edge - 3, edge + 3), (edge + 1, edge + 2), (MANY, MANY)):
        assert read(sent, begin, end) == expected(begin, end)
    assert read(sent, 1, MANY) == expected(1, MANY)
    assert list(sent.stored.directory.iterdir()) == []


def test_a_new_epoch_forgets_the_old_one(sent: Sent) -> None:
    """SES-06."""
    sent.restart()
    assert len(sent.positions) == 0
    sent.append(77)
    assert read(sent, 1, 1) == [(1, b"77")]


def test_a_message_that_the_journal_no_longer_holds_is_left_out(tmp_path: Path) -> None:
    sent = Sent(Stored(tmp_path), array("q", [12, 13, 14]))
    assert read(sent, 1, 3) == [(1, b"12"), (3, b"14")]
