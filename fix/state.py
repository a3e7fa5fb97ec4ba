"""What a FIX session remembers between connections: its numbers, and the epoch in which they count.

What the venue must journal so that the numbers are right after a kill -9 (SES-22): one frame per loop turn, durable
before any byte of the turn leaves, that holds for every session touched in the turn

- `State.record()` as it stands at the end of the turn, and
- each entry of the session's outbox whose kind has the JOURNAL bit, in order.

The frame also holds the commands and events of the turn, so an inbound number counts as accepted exactly when what the
message did is durable. What came later is asked for again, because the peer's next number is then too high; what was
numbered but not durable never left, so its number may be used anew. A RESET entry in the outbox separates the messages
of two epochs; only those of the current epoch may be resent. Messages held back behind a gap are not remembered: their
numbers are not accepted, and the peer is asked again.
"""

from __future__ import annotations

import cython


@cython.final
@cython.cclass
class State:
    """Next expected inbound and next free outbound MsgSeqNum(34), since a beginning that a reset moves.

    `epoch` counts the resets (the first is 1), `started_ns` is when the current one began, in ns UTC (0: never used).
    """

    __slots__ = ("epoch", "next_in", "next_out", "started_ns")

    epoch: int
    started_ns: int
    next_in: int
    next_out: int

    def __init__(self, epoch: int = 1, started_ns: int = 0, next_in: int = 1, next_out: int = 1) -> None:
        self.epoch = epoch
        self.started_ns = started_ns
        self.next_in = next_in
        self.next_out = next_out

    def record(self) -> tuple[int, int, int, int]:
        """All there is to remember, in the order in which `State(*record)` takes it back."""
        return self.epoch, self.started_ns, self.next_in, self.next_out

    def reset(self, now_ns: int) -> None:
        """Both directions begin again at 1 (FIX 4.4 Vol. 2, ResetSeqNumFlag)."""
        self.epoch += 1
        self.started_ns = now_ns
        self.next_in = 1
        self.next_out = 1
