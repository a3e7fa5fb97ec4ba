"""Who has more to say than a turn of the venue takes, and waits for the next one.

A turn is so much work, counted in bytes read and journaled, whoever asks for it. Clients with more take turns. One that
lately sent faulty messages stands in a line of its own, of which a little is heard every millisecond or two, however
many stand there: so nobody waits behind another's flood or garbage for longer than one small turn, and all garbage
together takes a small share of the venue's time (SES-25).
"""

from __future__ import annotations

from typing import Protocol

import cython

ALONE_BYTES = 2 << 20  # while only one client speaks: large turns, few writes to the disk
SHARED_BYTES = 48 << 10  # some 50 orders, a quarter of a millisecond
SHARE_BYTES = 12 << 10  # of one client in a turn, while others speak
SUSPECT_BYTES = 1 << 10  # of all clients together that lately sent faulty messages, each time they are heard
HEARING_BYTES = 256  # what hearing a suspect costs at least: it is read, paused, resumed and answered
COMPANY_NS = 100_000_000  # so long after two clients have spoken nobody is alone


class Speaker(Protocol):
    """A connection with messages that wait."""

    def go_on(self, allowance: int, now_ns: int) -> int:
        """Deal with messages until `allowance` bytes are used up, at least with one; how many bytes that was. Whoever
        then has more puts itself in the line again.
        """


@cython.final
@cython.cclass
class Company:
    """Whether of some clients more than one has spoken lately."""

    __slots__ = ("_last", "until_ns")

    def __init__(self) -> None:
        self._last: Speaker | None = None
        self.until_ns = 0

    def meet(self, speaker: Speaker, now_ns: int) -> bool:
        """This one speaks: whether it has company."""
        if speaker is not self._last:
            self._last = speaker
            self.until_ns = now_ns + COMPANY_NS
        return now_ns < self.until_ns


@cython.final
@cython.cclass
class Turns:
    """The lines of one dispatcher, and what is left of its turn.

    `lone` says of the suspect that came last that nobody else has spoken for a while: it need not wait.
    """

    __slots__ = ("_all", "_left", "_line", "_others", "_suspects", "lone")

    def __init__(self) -> None:
        self._line: list[Speaker] = []
        self._suspects: list[Speaker] = []
        self._all = Company()
        self._others = Company()  # all but suspects, who shall not make others' turns small
        self._left = SHARED_BYTES
        self.lone = False

    def allowance(self, speaker: Speaker, now_ns: int) -> int:
        """How many bytes of work may be done at once for one who has just been heard; 0 is a single message."""
        self._all.meet(speaker, now_ns)
        if not self._others.meet(speaker, now_ns):
            return ALONE_BYTES
        return max(min(self._left, SHARE_BYTES), 0)

    def spend(self, work_bytes: int) -> None:
        """So much of this turn is used up."""
        self._left -= work_bytes

    def put(self, speaker: Speaker, suspect: bool, now_ns: int) -> None:
        """Stand in line, in that of the suspects or the other."""
        if suspect:
            self._suspects.append(speaker)
            self.lone = not self._all.meet(speaker, now_ns)
        else:
            self._line.append(speaker)

    @property
    def waits(self) -> bool:
        """Whether anybody stands in line, but for suspects."""
        return bool(self._line)

    @property
    def suspects_wait(self) -> bool:
        """Whether suspects stand in line."""
        return bool(self._suspects)

    def go_on(self, now_ns: int) -> None:
        """The next turn's share of those who wait, the longest first."""
        self._left = SHARED_BYTES
        alone = now_ns >= self._others.until_ns
        left = ALONE_BYTES if alone else SHARED_BYTES // 2  # the rest is for those who speak meanwhile
        share = ALONE_BYTES if alone else SHARE_BYTES
        while self._line and left > 0:
            left -= self._line.pop(0).go_on(min(left, share), now_ns)

    def hear_suspects(self, now_ns: int) -> None:
        """The suspects' share: at least one of them is heard."""
        self.lone = False
        left = SUSPECT_BYTES
        while self._suspects and left > 0:
            left -= max(self._suspects.pop(0).go_on(left, now_ns), HEARING_BYTES)
