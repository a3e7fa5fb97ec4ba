"""Who may log on, and with what: the rules of the Logon(A) message."""

from __future__ import annotations

from typing import Protocol

from fix.checks import too_low
from fix.codec import NO_REASON, NO_TAG, Message
from fix.profile import Profile, Resets
from fix.state import State
from fix.tags import REJECT_TEXTS
from fix.timestamp import format_timestamp


class Authenticator(Protocol):
    """Decides who may log on; the session has checked CompIDs and time before."""

    def authenticate(self, logon: Message, now_ns: int) -> str | None:
        """None admits the peer, a text goes into the Logout that refuses it, "" closes without a word (SES-02)."""


class Everybody:
    """The Authenticator that admits everybody."""

    def authenticate(self, logon: Message, now_ns: int) -> str | None:
        """Admit."""
        return None


def resets_numbers(logon: Message, profile: Profile, state: State) -> bool:
    """Whether both directions begin again at 1 with this Logon: asked for, policy, or nobody has said anything yet
    since the venue itself began anew (SES-05, SES-23).
    """
    untouched = state.epoch > 1 and state.next_in == 1 and state.next_out == 1
    return logon.boolean(141) or profile.resets is Resets.ALWAYS or untouched


def closed_text(opens_ns: int) -> str | None:
    """What one is told who may not log on before `opens_ns`; None if that is 0."""
    if opens_ns == 0:
        return None
    return f"Logons are not permitted before {format_timestamp(opens_ns).decode()} UTC"


def logon_fault(logon: Message, profile: Profile, state: State, resets: bool) -> str:
    """Why a Logon is refused, as the Text(58) of a Logout, or ""; `resets`: it begins the numbers again."""
    expected = 0 if resets else state.next_in
    if logon.problem_reason != NO_REASON:
        tag = f" ({logon.problem_tag})" if logon.problem_tag != NO_TAG else ""
        return REJECT_TEXTS[logon.problem_reason] + tag
    faults = [_encryption(logon), _reset(logon, profile), _heartbeat(logon, profile), _number(logon, expected)]
    if not resets:
        faults.append(_next_expected(logon, state.next_out))
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


def _next_expected(logon: Message, next_out: int) -> str:
    """What the peer says it has not seen yet cannot be more than was sent (FIX 4.4 Logon, 789)."""
    if not logon.has(789) or 1 <= (logon.integer(789) or 0) <= next_out:
        return ""
    return f"NextExpectedMsgSeqNum(789) too high, expecting {next_out} but received {logon.integer(789)}"
