"""What admission found out about a Logon, as the session asks for it (SES-02, SES-03)."""

from __future__ import annotations

from fix.message import Message


class Credentials:
    """The fix.logon.Authenticator of a session: refuses whatever admission did not let through just before.

    `refusal` is None for a Logon that is let in, else the Text(58) of the Logout; it serves one Logon.
    """

    __slots__ = ("refusal",)

    def __init__(self) -> None:
        self.refusal: str | None = ""

    def authenticate(self, logon: Message, now_ns: int) -> str | None:
        """The refusal, once."""
        refusal, self.refusal = self.refusal, ""
        return refusal
