"""Commands that keep a firm from harm: the kill switch, cancel on disconnect, and a new password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BY_MARKET: Final = 0
BY_FIRM: Final = 1
BY_USER: Final = 2
BY_SESSION: Final = 3
"""Whose order entry a Kill ends: everybody's, a firm's, a Username(553)'s, a CompID's."""


@dataclass(frozen=True, slots=True)
class Kill:
    """Block new orders and cancel all open ones, of a firm, user or session by `name`, or of everybody (KIL-01).

    Who is not known yet is blocked too, from the first order on.
    """

    scope: int
    name: bytes
    who: bytes
    why: bytes
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class Unkill:
    """Allow new orders again; what another Kill blocks stays blocked."""

    scope: int
    name: bytes
    who: bytes
    why: bytes
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class AwaitReturn:
    """A session has gone; unless it is back before `until_ns`, a CancelOnDisconnect of the same terms follows."""

    session: int
    firm: int
    spares_gtc: int
    until_ns: int
    who: bytes
    why: bytes
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class NoteReturn:
    """An awaited session is back: its orders stay (KIL-03)."""

    session: int
    who: bytes
    why: bytes
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class CancelOnDisconnect:
    """Cancel the open orders of a session that is gone, or where `firm` is not 0 of its whole firm (KIL-03, KIL-04).

    `spares_gtc` 1 leaves orders that outlive the day, GTC and GTD.
    """

    session: int
    firm: int
    spares_gtc: int
    who: bytes
    why: bytes
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """A session has chosen another password (SES-27): its Argon2id hash, instead of the configured one `replaces`."""

    session: int
    password_hash: bytes
    replaces: bytes
    who: bytes
    why: bytes
    time_ns: int = 0


@dataclass(frozen=True, slots=True)
class CancelOnFailure:
    """The venue is back: cancel the open orders that should not outlive it, ExecInst(18)=Q (KIL-05)."""

    who: bytes
    why: bytes
    time_ns: int = 0


Safeguard = Kill | Unkill | AwaitReturn | NoteReturn | CancelOnDisconnect | CancelOnFailure | ChangePassword
