"""A token bucket: how much of something a session may send, on average and at once (SES-24)."""

from __future__ import annotations

from fix.profile import SECOND_NS, Profile
from fix.tags import ORDER_CANCEL_REQUEST, ORDER_MASS_CANCEL_REQUEST

UNTHROTTLED = frozenset((ORDER_CANCEL_REQUEST, ORDER_MASS_CANCEL_REQUEST))
"""What takes risk away is never held up."""


class Throttle:
    """Holds at most `burst` and fills at `rate_per_s`, messages or bytes."""

    __slots__ = ("_burst_ns", "_cost_ns", "_full_ns")

    def __init__(self, rate_per_s: int, burst: int) -> None:
        self._cost_ns = SECOND_NS // rate_per_s
        self._burst_ns = self._cost_ns * burst
        self._full_ns = 0  # when the bucket would be full again

    def charge(self, now_ns: int, count: int) -> bool:
        """Take so many, be they there or not, and say whether they were; nobody comes to owe more than a burst."""
        full_ns = max(self._full_ns, now_ns) + self._cost_ns * count
        self._full_ns = min(full_ns, now_ns + 2 * self._burst_ns)
        return full_ns - now_ns <= self._burst_ns

    def admit(self, now_ns: int) -> bool:
        """Whether a message may pass now; a refused one takes nothing."""
        full_ns = max(self._full_ns, now_ns) + self._cost_ns
        if full_ns - now_ns > self._burst_ns:
            return False
        self._full_ns = full_ns
        return True


def throttled(throttle: Throttle | None, profile: Profile, msg_type: bytes, now_ns: int) -> str:
    """Why an application message is one too many; "" if it is not, and for whatever takes risk away (SES-24)."""
    if throttle is None or msg_type in UNTHROTTLED or throttle.admit(now_ns):
        return ""
    return f"More than {profile.messages_per_s} messages per second"
