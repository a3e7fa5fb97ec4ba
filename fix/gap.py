"""The messages that came too early: kept until the ones before them have been sent again (SES-08)."""

from __future__ import annotations

import cython

HELD_BYTES_MAX = 16 << 20
SEEN = b""  # the message of this number has been acted on already; only its number waits


@cython.final
@cython.cclass
class Gap:
    """Open from the ResendRequest until the numbers up to the one that showed the gap have come.

    `held` are the messages by number, `released` is the number that was released last.
    """

    __slots__ = ("_bytes", "_limit", "_shown_by", "held", "released")

    def __init__(self, limit: int) -> None:
        self.held: dict[int, bytes] = {}
        self._limit = limit
        self._bytes = 0
        self._shown_by = 0
        self.released = -1

    def hold(self, number: int, message: bytes, next_in: int, asks: bool = True) -> bool:
        """Keep a message; True when the peer has to be asked, False when it has been or, not `asks`, shall not be.

        Beyond the limit messages are not kept: when their turn comes they are a gap of their own.
        """
        if number not in self.held and len(self.held) < self._limit and self._bytes + len(message) <= HELD_BYTES_MAX:
            self.held[number] = message
            self._bytes += len(message)
        if not asks or self._shown_by >= next_in:
            return False
        self._shown_by = number
        return True

    def release(self, next_in: int) -> bytes | None:
        """The message of this number if it is held: SEEN or its bytes. None otherwise."""
        message = self.held.pop(next_in, None)
        if message is not None:
            self.released = next_in
            self._bytes -= len(message)
        return message

    def forget_below(self, next_in: int) -> None:
        """Numbers below `next_in` will not come any more."""
        self.held = {number: message for number, message in self.held.items() if number >= next_in}
        self._bytes = sum(map(len, self.held.values()))

    def clear(self) -> None:
        """Nothing is held and nothing has been asked for."""
        self.held.clear()
        self._bytes = 0
        self._shown_by = 0
        self.released = -1
