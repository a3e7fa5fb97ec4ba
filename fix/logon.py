"""Who may log on, and with what: the rules of the Logon(A) message."""

from __future__ import annotations

from typing import Protocol

from fix.checks import too_low
from fix.codec import NO_REASON, NO_TAG, Message
from fix.profile import Profile, Resets
from fix.state import State
from fix.tags import REJECT_TEXTS


class Authenticator(Protocol):
    """Decides who may log on; the session has checked CompIDs and time before."""

    def authenticate(self, logon: Message, now_ns: int) -> str | None:
        """None admits the peer, a text goes into the Logout that refuses it, "" closes without a word (SES-02)."""


class Everybody:
    """The Authenticator that admits everybody."""

    def authenticate(self, logon: Message, now_ns: int) -> str | None:
        """Admit."""
        return None


def resets_numbers(logon: Message, profile: Profile, state: State, now_ns: int) -> bool:
    """Whether both directions begin again at 1 with this Logon: asked for, policy, or a new trading day (SES-23)."""
    day_over = 0 < state.started_ns < profile.day_began_ns(now_ns)
    return logon.boolean(141) or profile.resets is Resets.ALWAYS or day_over


def logon_fault(logon: Message, profile: Profile, expected: int) -> str:
    """Why a Logon is refused, as the Text(58) of a Logout, or ""; `expected` is 0 where it resets the numbers."""
    if logon.problem_reason != NO_REASON:
        tag = f" ({logon.problem_tag})" if logon.problem_tag != NO_TAG else ""
        return REJECT_TEXTS[logon.problem_reason] + tag
    faults = (_encryption(logon), _reset(logon, profile), _heartbeat(logon, profile), _number(logon, expected))
    return next(filter(None, faults), "")


def _encryption(logon: Message) -> str:
    method = logon.integer(98)
    return "" if method == 0 else f"EncryptMethod(98) is {method}, must be 0"


def _reset(logon: Message, profile: Profile) -> str:
    """SES-04."""
    if not logon.boolean(141):
        return "ResetSeqNumFlag(141)=Y is required" if profile.resets is Resets.REQUIRED else ""
    number = logon.sequence
    return "" if number == 1 else f"MsgSeqNum(34) is {number}, must be 1 with ResetSeqNumFlag(141)=Y"


def _heartbeat(logon: Message, profile: Profile) -> str:
    """SES-19."""
    seconds = logon.integer(108) or 0
    low, high = profile.heartbeat_min_s, profile.heartbeat_max_s
    if low <= seconds and (seconds <= high or profile.heartbeat_capped):
        return ""
    return f"HeartBtInt(108) is {seconds}, must be {low} to {high}"


def _number(logon: Message, expected: int) -> str:
    """SES-07."""
    if logon.sequence < 0:
        return "MsgSeqNum(34) is not a number"
    return too_low(expected, logon.sequence) if logon.sequence < expected else ""
