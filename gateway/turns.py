"""Who has more to say than a turn of the venue takes, and waits for the next one.

A turn is so much work, counted in bytes read and journaled, whoever asks for it. Clients with more take turns; one
that lately sent faulty messages stands in a line of its own, of which each turn hears very little: so nobody waits
behind another's flood or garbage for longer than one small turn (SES-25).
"""

from __future__ import annotations

from typing import Protocol

import cython

ALONE_BYTES = 2 << 20  # while only one client speaks: large turns, few writes to the disk
SHARED_BYTES = 48 << 10  # some 50 orders, a quarter of a millisecond
SHARE_BYTES = 12 << 10  # of one client in a turn, while others speak
SUSPECT_BYTES = 1 << 10  # of all clients together that lately sent faulty messages
COMPANY_NS = 100_000_000  # so long after two clients have spoken nobody is alone


class Speaker(Protocol):
    """A connection with messages that wait."""

    def go_on(self, allowance: int, now_ns: int) -> int:
        """Deal with messages until `allowance` bytes are used up, at least with one; how many bytes that was. Whoever
        then has more puts itself in the line again.
        """


@cython.final
@cython.cclass
class Turns:
    """The lines of one dispatcher, and what is left of its turn."""

    __slots__ = ("_last", "_left", "_line", "_shared_until_ns", "_suspects")

    def __init__(self) -> None:
        self._line: list[Speaker] = []
        self._suspects: list[Speaker] = []
        self._last: Speaker | None = None
        self._shared_until_ns = 0
        self._left = SHARED_BYTES

    def allowance(self, speaker: Speaker, now_ns: int) -> int:
        """How many bytes of work may be done at once for one who has just been heard; 0 is a single message."""
        if speaker is not self._last:
            self._last = speaker
            self._shared_until_ns = now_ns + COMPANY_NS
        if now_ns >= self._shared_until_ns:
            return ALONE_BYTES
        return max(min(self._left, SHARE_BYTES), 0)

    def spend(self, work_bytes: int) -> None:
        """So much of this turn is used up."""
        self._left -= work_bytes

    def put(self, speaker: Speaker, suspect: bool) -> None:
        """Stand in line, in that of the suspects or the other."""
        if suspect:
            self._suspects.append(speaker)
        else:
            self._line.append(speaker)

    @property
    def waits(self) -> bool:
        """Whether anybody stands in line."""
        return bool(self._line or self._suspects)

    def go_on(self, now_ns: int) -> None:
        """The next turn's share of those who wait, the longest first."""
        self._left = SHARED_BYTES
        if self._suspects:
            self._left -= self._suspects.pop(0).go_on(SUSPECT_BYTES, now_ns)
        alone = now_ns >= self._shared_until_ns
        left = ALONE_BYTES if alone else SHARED_BYTES // 2  # the rest is for those who speak meanwhile
        share = ALONE_BYTES if alone else SHARE_BYTES
        while self._line and left > 0:
            used = self._line.pop(0).go_on(min(left, share), now_ns)
            left -= used
            self._left -= used
