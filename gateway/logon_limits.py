"""How often somebody may try to log on: so many times in a while, and ever more slowly after failures (SES-24)."""

from __future__ import annotations

from typing import TypeVar

from gateway.settings import Limits

SECOND_NS = 1_000_000_000
KEYS_MAX = 10_000

Key = tuple[str, str]
T = TypeVar("T")


class LogonLimits:
    """Counts by (address, CompID); at most KEYS_MAX of them are remembered, the oldest are forgotten first."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._full_ns: dict[Key, int] = {}  # when the bucket of attempts would be full again
        self._failures: dict[Key, tuple[int, int]] = {}  # how many in a row, and until when nothing is heard

    def refusal(self, address: str, comp_id: str, now_ns: int) -> str:
        """Why this attempt is not even looked at; empty if it is, and then it counts."""
        key = (address, comp_id)
        _, until_ns = self._failures.get(key, (0, 0))
        if now_ns < until_ns:
            return f"logons have failed: the next one is heard in {(until_ns - now_ns) // SECOND_NS + 1} s"
        limits = self._limits
        if limits.logons_at_once:
            cost_ns = limits.logon_window_s * SECOND_NS // limits.logons_at_once
            full_ns = max(self._full_ns.get(key, 0), now_ns) + cost_ns
            if full_ns - now_ns > cost_ns * limits.logons_at_once:
                return f"more than {limits.logons_at_once} logons in {limits.logon_window_s} s"
            _put(self._full_ns, key, full_ns)
        return ""

    def failed(self, address: str, comp_id: str, now_ns: int) -> None:
        """One more wrong password: after some that are free the wait doubles each time."""
        limits = self._limits
        key = (address, comp_id)
        count = self._failures.get(key, (0, 0))[0] + 1
        over = count - limits.failed_logons_free
        wait_s = min(1 << min(over - 1, 30), limits.failed_logon_wait_s_max) if over > 0 else 0
        _put(self._failures, key, (count, now_ns + wait_s * SECOND_NS))

    def succeeded(self, address: str, comp_id: str) -> None:
        """All is forgiven."""
        self._failures.pop((address, comp_id), None)

    def __len__(self) -> int:
        return max(len(self._full_ns), len(self._failures))


def _put(table: dict[Key, T], key: Key, value: T) -> None:
    table.pop(key, None)
    table[key] = value
    if len(table) > KEYS_MAX:
        del table[next(iter(table))]
