"""Who a Logon must prove to be: Username(553) and Password(554) as configured (SES-02)."""

from __future__ import annotations

import hmac

from fix.message import Message
from gateway.fix_settings import Session


class Credentials:
    """The credentials of one session; a session configured without any is open to whoever names it, None to nobody."""

    __slots__ = ("_configured",)

    def __init__(self, configured: Session | None) -> None:
        self._configured = configured

    def authenticate(self, logon: Message, now_ns: int) -> str | None:
        """None for the right ones; otherwise the Text(58) of a Logout: empty, since a stranger is told nothing."""
        configured = self._configured
        if configured is None:
            return ""
        if configured.username is None or configured.password is None:
            return None
        username_fits = hmac.compare_digest(logon.get(553) or b"", configured.username.encode())
        password_fits = hmac.compare_digest(logon.get(554) or b"", configured.password.encode())
        return None if username_fits and password_fits else ""
