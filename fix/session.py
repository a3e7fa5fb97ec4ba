"""One FIX 4.4 session as its acceptor sees it: messages and time in, actions and framed messages out, no I/O.

What each message does at each stage stands as a table in specs/session.md, what is remembered between connections in
fix/state.py, and what the owner does with what is said in fix/outbox.py.
"""

from __future__ import annotations

from collections.abc import Callable

import cython

from fix import answers, tags
from fix.checks import CLOSE, DISMISS, HOLD, REFUSE, Checks, Verdict, is_reset_logon
from fix.codec import NO_REASON, NO_TAG
from fix.gap import SEEN, Gap
from fix.liveness import ASK, LOST, SPEAK, Liveness
from fix.logon import Authenticator, Everybody, closed_text, logon_fault, resets_numbers
from fix.message import Message
from fix.outbox import Outbox
from fix.profile import SECOND_NS, Profile
from fix.resend import Outbound
from fix.schedule import Term
from fix.state import State
from fix.tags import VALUE_IS_INCORRECT
from fix.throttle import Throttle, throttled
from fix.writer import Writer

HANDLED, DELIVER, DISCONNECT = 0, 1, 2
"""Actions: nothing to do; hand this application message on; write what is in the outbox and close the connection."""

AWAY, EXPECTED, ACTIVE, LEAVING = 0, 1, 2, 3
"""Stages: no connection; connected, no Logon yet; logged on; our Logout sent and its answer awaited."""

BEGIN_STRING = b"FIX.4.4"


@cython.final
@cython.cclass
class Session:
    """The session between our CompID `sender` and the peer's `target`; `state` outlives connections and restarts.

    The owner asks take_held() after each receive(), drains the outbox once per loop turn, and calls resume_resend() in
    each turn while `resending`. `applications` are the MsgTypes to deliver; `writer` may be shared by all sessions of a
    thread. When an action is DISCONNECT, `farewell` says why.
    """

    __slots__ = (
        "_applications",
        "_authenticator",
        "_checks",
        "_deadline_ns",
        "_gap",
        "_imposed",
        "_latency_ns",
        "_liveness",
        "_out",
        "_term",
        "_throttle",
        "farewell",
        "lenience",
        "profile",
        "sender",
        "stage",
        "state",
        "target",
    )

    def __init__(
        self,
        sender: bytes,
        target: bytes,
        profile: Profile,
        state: State,
        writer: Writer,
        outbound: Outbound,
        applications: frozenset[bytes],
        authenticator: Authenticator | None = None,
    ) -> None:
        self.sender = sender
        self.target = target
        self.profile = profile
        self.lenience = profile.lenience
        self.state = state
        self.stage = AWAY
        self.farewell = ""
        self._applications = applications
        self._authenticator: Authenticator = authenticator or Everybody()
        self._latency_ns = profile.latency_max_s * SECOND_NS
        self._checks = Checks(BEGIN_STRING, sender, target, self._latency_ns)
        self._gap = Gap(profile.held_messages_max)
        self._liveness = Liveness()
        self._out = Outbox(sender, target, state, writer, outbound, self._liveness)
        self._throttle = Throttle(profile.messages_per_s, profile.messages_at_once) if profile.messages_per_s else None
        self._term = Term(profile.schedule, profile.numbers_max, profile.notices_s)
        self._imposed = False
        self._deadline_ns = 0

    def connected(self, now_ns: int) -> None:
        """A peer that claims this identity has connected; its Logon has to follow."""
        assert self.stage == AWAY, "one connection at a time (SES-20)"
        self._begin_anew(now_ns)
        self.stage = EXPECTED
        self.farewell = ""
        self._deadline_ns = now_ns + self.profile.logon_wait_s * SECOND_NS

    def disconnected(self, reason: str = "the peer closed the connection") -> None:
        """The connection is gone, from either side; what is sent is kept until the next one (KIL-04)."""
        self.stage = AWAY
        self.farewell = self.farewell or reason
        self._gap.clear()
        self._out.close()

    def logout(self, text: str, now_ns: int) -> None:
        """End the session from our side: Logout now, DISCONNECT from receive() or tick() after its answer (SES-21)."""
        if self.stage == ACTIVE:
            answers.logout(self._out, text, now_ns)
            self.stage = LEAVING
            self.farewell = text
            self._deadline_ns = now_ns + self.profile.logout_wait_s * SECOND_NS

    def plan_end(self, end_ns: int, why: str) -> None:
        """Let the session end at `end_ns`, in ns UTC, with News(B) before (SES-28); tick() does it."""
        self._term.plan(end_ns, why)

    def receive(self, message: Message, now_ns: int) -> int:
        """What to do about a message: HANDLED, DELIVER or DISCONNECT. It is not kept but for copies of early ones."""
        if (
            self.stage == ACTIVE
            and message.sequence == self.state.next_in
            and message.problem_reason == NO_REASON
            and message.msg_type in self._applications
            and not message.has(43)
            and message.equals(49, self.target)
            and message.equals(56, self.sender)
            and message.equals(8, BEGIN_STRING)
            and -self._latency_ns <= now_ns - message.utc_ns(52) <= self._latency_ns
        ):
            self.state.next_in += 1
            self._liveness.heard_ns = now_ns
            return DELIVER if self._throttle is None else self._meter(message, now_ns)
        return self._receive(message, now_ns)

    def take_held(self) -> bytes | None:
        """The message that waited behind a gap and whose turn has come, to be parsed and received; or None."""
        while self._gap.held:
            message = self._gap.release(self.state.next_in)
            if message != SEEN:
                return message
            self.state.next_in += 1
        return None

    def send(self, msg_type: bytes, now_ns: int, routing: bytes = b"") -> int:
        """Number and frame the body in the writer as an application message; its MsgSeqNum.

        `routing` are whole header fields in ascending order, from PossResend(97) on. Kept while no peer is logged on.
        """
        if self.stage == AWAY:
            self._begin_anew(now_ns)
        return self._out.say(msg_type, now_ns, routing)

    def refuse(self, message: Message, reason: int, text: str, now_ns: int) -> None:
        """Answer a message with BusinessMessageReject(j), BusinessRejectReason(380) `reason` (VAL-01)."""
        answers.business_reject(self._out, message, reason, text, now_ns)

    def drain(self) -> list[tuple[int, int, bytes]]:
        """What has been said since the last time: (kind, MsgSeqNum, message), see fix/outbox.py."""
        return self._out.drain()

    @property
    def resending(self) -> bool:
        """Whether resume_resend() has something to do."""
        return self._out.resending

    def resume_resend(self, now_ns: int) -> None:
        """Say the next batch of a resend, unless something waits to be drained: only what was can be read back."""
        self._out.resume_resend(self.profile, now_ns)

    def tick(self, now_ns: int) -> int:
        """Let time pass: Heartbeat, TestRequest, time-outs, the schedule. HANDLED or DISCONNECT."""
        if self.stage == ACTIVE:
            return self._beat(now_ns)
        if self.stage == AWAY:
            return self._begin_anew(now_ns)
        if now_ns < self._deadline_ns:
            return HANDLED
        return self._end("no Logon came" if self.stage == EXPECTED else self.farewell)

    @property
    def next_tick_ns(self) -> int:
        """When tick() has something to do, if nothing happens before; 0: never."""
        if self.stage == ACTIVE:
            beat_ns: int = self._liveness.next_ns()
            term_ns: int = self._term.due_ns(self.state)
            return min(beat_ns or term_ns, term_ns or beat_ns)
        return self._term.begins_anew_ns(self.state) if self.stage == AWAY else self._deadline_ns

    def _beat(self, now_ns: int) -> int:
        if over := self._term.is_over(self.state, now_ns):
            self.logout(over, now_ns)
            return HANDLED
        if notice := self._term.notice(self.state, now_ns):
            answers.news(self._out, notice, now_ns)
        if (due := self._liveness.due(now_ns)) == LOST:
            return self._end("the peer has fallen silent")
        if due == ASK:
            answers.test_request(self._out, now_ns)
        elif due == SPEAK:
            answers.heartbeat(self._out, None, now_ns)
        return HANDLED

    def _begin_anew(self, now_ns: int) -> int:
        """Reset the numbers if a period of the schedule has started since they began, or they are used up (SES-23)."""
        state = self.state
        if 0 < self._term.begins_anew_ns(state) <= now_ns:
            if state.next_in == state.next_out == 1:
                state.started_ns = now_ns
            else:
                self._out.restart(now_ns)
        return HANDLED

    # ---- all that is not an ordinary application message

    def _receive(self, message: Message, now_ns: int) -> int:
        assert self.stage != AWAY, "received without a connection"
        if self.stage == EXPECTED:
            return self._receive_first(message, now_ns)
        self._liveness.heard_ns = now_ns
        if self._imposed:
            self._begin_with(message)
        waited = message.sequence == self._gap.released
        verdict = self._checks.examine(message, self.state.next_in, now_ns, waited)
        if verdict is not None:
            return self._object(message, verdict, now_ns)
        return ADMINISTRATIVE.get(message.msg_type, Session._deliver)(self, message, now_ns)

    def _object(self, message: Message, verdict: Verdict, now_ns: int) -> int:
        if verdict.acts & HOLD:
            self._keep_early(message, message.raw, now_ns)
        if verdict.acts & REFUSE:
            self._reject(message, verdict.reason, verdict.tag, now_ns)
        if verdict.acts & DISMISS:
            self._consume(message)
            self.logout(verdict.text, now_ns)
        return self._part(verdict.text, now_ns, verdict.text) if verdict.acts & CLOSE else HANDLED

    def _deliver(self, message: Message, now_ns: int) -> int:
        self._consume(message)
        if message.msg_type in self._applications:
            return self._meter(message, now_ns)
        self.refuse(message, answers.UNSUPPORTED_MESSAGE_TYPE, "Unsupported Message Type", now_ns)
        return HANDLED

    def _meter(self, message: Message, now_ns: int) -> int:
        """Deliver what the rate allows (SES-24)."""
        over = throttled(self._throttle, self.profile, message.msg_type, now_ns)
        if not over:
            return DELIVER
        if self.profile.throttle_disconnects:
            return self._part(over, now_ns, over)
        self.refuse(message, answers.OTHER, over, now_ns)
        return HANDLED

    def _note(self, message: Message, now_ns: int) -> int:
        return self._consume(message)

    def _answer_test(self, message: Message, now_ns: int) -> int:
        self._consume(message)
        answers.heartbeat(self._out, message.get(112) or b"", now_ns)
        return HANDLED

    def _answer_resend_request(self, message: Message, now_ns: int) -> int:
        begin = message.integer(7) or 0
        end = message.integer(16) or 0
        last = self.state.next_out - 1
        if not 1 <= begin <= last or 0 < end < begin:
            return self._reject(message, VALUE_IS_INCORRECT, 16 if 0 < end < begin else 7, now_ns)
        self._mark_early(message, now_ns)
        self._consume(message)
        self._out.resend(begin, end, self.profile, now_ns)
        return HANDLED

    def _reset_sequence(self, message: Message, now_ns: int) -> int:
        new = message.integer(36) or 0
        if new < self.state.next_in:
            return self._reject(message, VALUE_IS_INCORRECT, NO_TAG, now_ns)
        self.state.next_in = new
        self._gap.forget_below(new)
        return HANDLED

    def _log_out(self, message: Message, now_ns: int) -> int:
        self._consume(message)
        return self._end(self.farewell) if self.stage == LEAVING else self._part("", now_ns, "the peer logged out")

    def _log_on_again(self, message: Message, now_ns: int) -> int:
        if self.stage == LEAVING:
            return self._note(message, now_ns)
        if is_reset_logon(message):
            agrees = self._imposed and message.sequence == 1 and self.state.next_in == 2
            self._imposed = False
            return HANDLED if agrees else self._log_on(message, now_ns)  # to our own 141=Y: it awaits no answer
        self._consume(message)
        return self._part("Logon(A) while logged on", now_ns)

    def _receive_first(self, message: Message, now_ns: int) -> int:
        """Whoever is not known learns nothing and changes nothing (SES-01, SES-02)."""
        checks = self._checks
        known = message.msg_type == tags.LOGON and message.equals(8, BEGIN_STRING) and checks.is_between_us(message)
        if not known or message.boolean(43) or not checks.is_timely(message, now_ns):
            return self._end("the first message is not a timely Logon(A) of this session")
        refusal = self._authenticator.authenticate(message, now_ns)
        refusal = closed_text(self._term.opens_ns(now_ns)) if refusal is None else refusal
        if refusal is None:
            return self._log_on(message, now_ns)
        if refusal:
            answers.turn_away(self._out, refusal, self.state.next_out, now_ns)
        return self._end(refusal or "not authenticated")

    def _log_on(self, message: Message, now_ns: int) -> int:
        state = self.state
        profile = self.profile
        resets = resets_numbers(message, profile, state)
        if fault := logon_fault(message, profile, state, resets):
            return self._part(fault, now_ns)
        if resets:
            self._gap.clear()
            self._out.restart(now_ns)
        self._imposed = resets and not message.boolean(141)
        state.started_ns = state.started_ns or now_ns
        heartbeat_s = min(message.integer(108) or 0, profile.heartbeat_max_s)
        self._liveness.start(heartbeat_s, profile, now_ns)
        self._term.begin(now_ns)
        self._out.open()
        self.stage = ACTIVE
        if resets:
            state.next_in = 2
        else:
            self._consume(message)
        wanted = message.integer(789) or 0
        last = state.next_out - 1
        answers.logon(self._out, heartbeat_s, resets, state.next_in if wanted else 0, now_ns)
        if not resets:
            self._mark_early(message, now_ns, asks=not wanted)
            if 0 < wanted <= last:
                self._out.resend(wanted, last, profile, now_ns)
        return HANDLED

    def _begin_with(self, message: Message) -> None:
        """After a reset that it did not ask for a peer may count from 1, instead of its Logon as 1 (SES-06)."""
        self._imposed = message.msg_type == tags.LOGON
        if message.sequence == 1 and self.state.next_in == 2 and not self._imposed:
            self.state.next_in = 1

    def _consume(self, message: Message) -> int:
        if message.sequence == self.state.next_in:
            self.state.next_in += 1
        return HANDLED

    def _mark_early(self, message: Message, now_ns: int, asks: bool = True) -> None:
        """A message acted on before its turn: its number will not be asked for twice (SES-09)."""
        if message.sequence > self.state.next_in:
            self._keep_early(message, SEEN, now_ns, asks)

    def _keep_early(self, message: Message, keep: bytes, now_ns: int, asks: bool = True) -> None:
        """Ask for the messages before this one, but only once (SES-08), and not if NextExpectedMsgSeqNum(789) has."""
        if self._gap.hold(message.sequence, keep, self.state.next_in, asks):
            answers.resend_request(self._out, self.state.next_in, now_ns)

    def _reject(self, message: Message, reason: int, tag: int, now_ns: int) -> int:
        """The message consumes its number (SES-17), but a SequenceReset, which is about numbers itself (SES-12)."""
        answers.reject(self._out, message, reason, tag, now_ns)
        if message.msg_type != tags.SEQUENCE_RESET:
            self._consume(message)
        return HANDLED

    def _part(self, text: str, now_ns: int, reason: str = "") -> int:
        """Logout and close at once, past what a resend holds off."""
        self._out.give_up_resend()
        self._out.open()
        answers.logout(self._out, text, now_ns)
        return self._end(reason or text)

    def _end(self, reason: str) -> int:
        self.farewell = reason
        self._gap.clear()
        return DISCONNECT


Handler = Callable[[Session, Message, int], int]

ADMINISTRATIVE: dict[bytes, Handler] = {
    tags.HEARTBEAT: Session._note,
    tags.TEST_REQUEST: Session._answer_test,
    tags.RESEND_REQUEST: Session._answer_resend_request,
    tags.REJECT: Session._note,
    tags.SEQUENCE_RESET: Session._reset_sequence,
    tags.LOGOUT: Session._log_out,
    tags.LOGON: Session._log_on_again,
}
"""What a message does that passed the checks; all other MsgTypes are the application's."""
