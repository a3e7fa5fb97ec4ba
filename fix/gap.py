"""The messages that came too early: kept until the ones before them have been sent again (SES-08)."""

from __future__ import annotations

SEEN = b""  # the message of this number has been acted on already; only its number waits


class Gap:
    """Open from the ResendRequest until the numbers up to the one that showed the gap have come."""

    __slots__ = ("_held", "_limit", "_shown_by", "released")

    def __init__(self, limit: int) -> None:
        self._held: dict[int, bytes] = {}
        self._limit = limit
        self._shown_by = 0
        self.released = -1  # the number that was released last

    def hold(self, number: int, message: bytes, next_in: int) -> bool:
        """Keep a message; True when the peer has to be asked, False when it has been.

        Beyond the limit messages are not kept: when their turn comes they are a gap of their own.
        """
        if len(self._held) < self._limit:
            self._held.setdefault(number, message)
        asked = self._shown_by >= next_in
        if not asked:
            self._shown_by = number
        return not asked

    def release(self, next_in: int) -> bytes | None:
        """The message of this number if it is held: SEEN or its bytes. None otherwise."""
        if next_in in self._held:
            self.released = next_in
        return self._held.pop(next_in, None)

    def forget_below(self, next_in: int) -> None:
        """Numbers below `next_in` will not come any more."""
        self._held = {number: message for number, message in self._held.items() if number >= next_in}

    def clear(self) -> None:
        """Nothing is held and nothing has been asked for."""
        self._held.clear()
        self._shown_by = 0
        self.released = -1

    def __len__(self) -> int:
        """How many messages are held."""
        return len(self._held)
