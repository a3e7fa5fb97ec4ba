"""A thousand mutated messages over sockets to a real venue; `make fuzz ARGS=--sockets` sends a hundred thousand."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.over_sockets import play

MESSAGES = 1_000
GROWN_KB_MAX = 8_192


def test_a_client_beside_ten_that_send_garbage_notices_nothing(tmp_path: Path, seed: int) -> None:
    """SES-15 to SES-17, and the venue ends and starts again in order."""
    figures = play(tmp_path / "var", MESSAGES, seed)
    assert figures["sent"] == MESSAGES
    assert figures["grown_kb"] < GROWN_KB_MAX
