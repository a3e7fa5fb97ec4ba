"""Some ten thousand mutated messages through parser and session; `make fuzz` plays millions."""

from __future__ import annotations

from random import Random

import pytest

from fix.codec import INCOMPLETE, MESSAGE, Parser
from tests.fuzz.life import MESSAGE_BYTES_MAX, Life, Tools

LIVES = 20
LIFE_MESSAGES = 500
SEEDS_THAT_FOUND_FAULTS = (1,)
"""1: OnBehalfOfCompID(115) of 3,000 bytes did not fit into the header of the Reject that was to go back to it."""


@pytest.fixture(scope="module")
def tools() -> Tools:
    """As in a venue, one parser and one writer for all sessions."""
    return Tools()


def test_no_mutated_message_breaks_a_session_or_its_numbers(tools: Tools, seed: int) -> None:
    """SES-15 to SES-17: garbled ones take no number, all others one; replies are valid; nothing raises."""
    for number in range(LIVES):
        Life(tools, seed + number).run(LIFE_MESSAGES)


@pytest.mark.parametrize("found", SEEDS_THAT_FOUND_FAULTS)
def test_what_once_broke_a_session_does_not_any_more(tools: Tools, found: int) -> None:
    Life(tools, found).run(LIFE_MESSAGES)


def test_it_does_not_matter_how_the_network_cuts_the_bytes(tools: Tools, seed: int) -> None:
    """The messages in a stream of sound and mutated ones are the same, in one piece, in some, and byte by byte."""
    random = Random(seed)
    for number in range(LIVES):
        life = Life(tools, seed + number)
        stream = b"".join(life.any_message() for _ in range(40))
        whole = messages(tools.parser, [stream])
        assert whole == messages(tools.parser, pieces(stream, random, 1_000))
        assert whole == messages(tools.parser, pieces(stream, random, 3))


def pieces(stream: bytes, random: Random, size_max: int) -> list[bytes]:
    cut, at = [], 0
    while at < len(stream):
        size = random.randint(1, size_max)
        cut.append(stream[at : at + size])
        at += size
    return cut


def messages(parser: Parser, arriving: list[bytes]) -> list[bytes]:
    """What the parser finds in bytes that come piece by piece."""
    found, buffer = [], b""
    for piece in arriving:
        buffer += piece
        position = 0
        while True:
            position = parser.parse(buffer, position)
            if parser.outcome == INCOMPLETE:
                break
            if parser.outcome == MESSAGE:
                found.append(parser.message.raw)
        buffer = buffer[position:]
        assert len(buffer) <= MESSAGE_BYTES_MAX
    return found
