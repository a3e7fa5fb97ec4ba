"""The heartbeat clock of a session: when to say something, when to ask, and when to give up (SES-18)."""

from __future__ import annotations

import cython

from fix.profile import SECOND_NS, Profile

QUIET, SPEAK, ASK, LOST = 0, 1, 2, 3


@cython.final
@cython.cclass
class Liveness:
    """Times in ns UTC; `heard_ns` and `spoke_ns` are kept by the session with every message."""

    __slots__ = ("asked_ns", "grace_ns", "heard_ns", "interval_ns", "silence_ns", "spoke_ns")

    heard_ns: int
    spoke_ns: int
    asked_ns: int
    interval_ns: int
    silence_ns: int
    grace_ns: int

    def __init__(self) -> None:
        self.start(0, Profile(), 0)

    def start(self, heartbeat_s: int, profile: Profile, now_ns: int) -> None:
        """Begin with HeartBtInt(108) `heartbeat_s`; 0 means that nobody has to say anything."""
        interval_ns = heartbeat_s * SECOND_NS
        self.interval_ns = interval_ns
        self.silence_ns = interval_ns * profile.test_request_percent // 100
        self.grace_ns = interval_ns * profile.disconnect_percent // 100
        self.heard_ns = self.spoke_ns = now_ns
        self.asked_ns = 0

    def next_ns(self) -> int:
        """When `due` will next have something to say; 0 if never."""
        if not self.interval_ns:
            return 0
        return min(self.spoke_ns + self.interval_ns, self._patience_ends_ns())

    def due(self, now_ns: int) -> int:
        """QUIET, SPEAK (a Heartbeat is due), ASK (a TestRequest is due) or LOST; ASK counts as asked."""
        if not self.interval_ns:
            return QUIET
        asked = self.asked_ns > self.heard_ns
        if now_ns >= self._patience_ends_ns():
            if asked:
                return LOST
            self.asked_ns = now_ns
            return ASK
        return SPEAK if now_ns >= self.spoke_ns + self.interval_ns else QUIET

    def _patience_ends_ns(self) -> int:
        """When the silence has become too long: first without, then with a TestRequest in between."""
        if self.asked_ns > self.heard_ns:
            return self.asked_ns + self.grace_ns
        return self.heard_ns + self.silence_ns
