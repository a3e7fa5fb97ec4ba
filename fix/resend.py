"""Answers a ResendRequest in batches, so that a long one stalls neither its own session nor the others (SES-26).

While an answer is under way the session numbers and journals its new messages but holds them off the wire; they follow,
unchanged, when what was asked for is through. So the peer sees every number in order, and nothing waits in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import cython

AGAIN, FILL, FIRST = 0, 1, 2
NEVER_RESENT = b"0124A5"  # Heartbeat, TestRequest, ResendRequest, SequenceReset, Logon, Logout (SES-11): not Reject

Said = tuple[int, int, "bytes | int"]
"""(AGAIN, number, stored), (FILL, first number, NewSeqNo) or (FIRST, number, stored)."""


class Outbound(Protocol):
    """The journal's memory of what one session has sent in its current epoch."""

    def read(self, begin: int, end: int) -> Iterable[tuple[int, bytes]]:
        """(MsgSeqNum, framed message) of the stored messages from `begin` to `end`, both included, in order."""


def is_resent(message: bytes) -> bool:
    """Whether a ResendRequest brings this message back, and not a gap fill in its place (SES-11)."""
    at = message.index(b"\x0135=") + 4
    return message[at + 1] != 1 or message[at] not in NEVER_RESENT


@cython.final
@cython.cclass
class Resend:
    """Which numbers have still to be said again; `active` from a request until the last message held off is out."""

    __slots__ = ("_begin", "_end", "_gap", "_live", "active")

    def __init__(self) -> None:
        self.active = False
        self._begin = 1  # the next number to read of those asked for
        self._end = 0  # the last of them
        self._gap = 1  # the first number that neither a message nor a gap fill has covered
        self._live = 0  # the next number held off the wire, while active

    def request(self, begin: int, end: int, next_out: int) -> None:
        """Say `begin` to `end` again (0: all). A request that comes before the last one is answered widens it."""
        if not self.active:
            self.active, self._live = True, next_out
        last = self._live - 1
        end = min(end or last, last)
        if self._begin <= self._end:
            begin, end = min(begin, self._gap), max(end, self._end)
        self._begin, self._end, self._gap = begin, end, begin

    def abandon(self) -> None:
        """Forget it: the connection ends, and the peer will ask again."""
        self.active, self._begin, self._end = False, 1, 0

    def step(self, outbound: Outbound, next_out: int, batch: int) -> list[Said]:
        """The next messages, at most `batch` of them read."""
        said: list[Said] = []
        if self._begin <= self._end:
            last = min(self._begin + batch - 1, self._end)
            self._again(outbound, last, said)
            self._begin = last + 1
        else:
            last = min(self._live + batch - 1, next_out - 1)
            for number, message in outbound.read(self._live, last):
                said.append((FIRST, number, message))
            self._live = last + 1
        self.active = self._begin <= self._end or self._live < next_out
        return said

    def _again(self, outbound: Outbound, last: int, said: list[Said]) -> None:
        for number, message in outbound.read(self._begin, last):
            if is_resent(message):
                if self._gap < number:
                    said.append((FILL, self._gap, number))
                said.append((AGAIN, number, message))
                self._gap = number + 1
        if last == self._end and self._gap <= last:
            said.append((FILL, self._gap, last + 1))
