"""A token bucket: how many application messages a session may send, on average and at once (SES-24)."""

from __future__ import annotations

from fix.profile import SECOND_NS


class Throttle:
    """Holds at most `burst` messages' worth of time and fills at `rate_per_s`."""

    __slots__ = ("_burst_ns", "_cost_ns", "_full_ns")

    def __init__(self, rate_per_s: int, burst: int) -> None:
        self._cost_ns = SECOND_NS // rate_per_s
        self._burst_ns = self._cost_ns * burst
        self._full_ns = 0  # when the bucket would be full again

    def admit(self, now_ns: int) -> bool:
        """Whether a message may pass now; a refused one takes nothing."""
        full_ns = max(self._full_ns, now_ns) + self._cost_ns
        if full_ns - now_ns > self._burst_ns:
            return False
        self._full_ns = full_ns
        return True
