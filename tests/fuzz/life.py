"""One life of a session under mutated messages, in process: bytes in, replies out, and what must hold all the while."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from pathlib import Path
from random import Random

from simplefix import FixParser

from fix.codec import GARBLED, INCOMPLETE, MESSAGE, NO_REASON, Message, Parser
from fix.dictionary import Dictionary
from fix.orders import Orders
from fix.outbox import JOURNAL, RESTARTED, WIRE
from fix.profile import SECOND_NS, Profile, Resets
from fix.schedule import Schedule
from fix.session import ACTIVE, AWAY, DELIVER, DISCONNECT, HANDLED, LEAVING, Session
from fix.state import State
from fix.tags import LOGON, SEQUENCE_RESET
from fix.writer import Writer
from tests.fuzz.corpus import APPLICATION, SESSION, Field
from tests.fuzz.mutation import Mutator, frame

DICTIONARY = Path(__file__).parents[2] / "specs" / "fix44_outcry.xml"
APPLICATIONS = frozenset((b"D", b"F", b"G", b"H", b"AF", b"q"))
MESSAGE_BYTES_MAX = 16_384
HELD_MAX = 50
START_NS = 1_700_000_000 * SECOND_NS  # 2023-11-14 22:13:20
PROFILES = (
    Profile(held_messages_max=HELD_MAX, resend_batch_messages=20),
    Profile(held_messages_max=HELD_MAX, resends=False, heartbeat_min_s=0, heartbeat_capped=True),
    Profile(held_messages_max=HELD_MAX, resets=Resets.ALWAYS, messages_per_s=50),
    Profile(held_messages_max=HELD_MAX, resets=Resets.REQUIRED, messages_per_s=50, throttle_disconnects=True),
    Profile(held_messages_max=HELD_MAX, schedule=Schedule(starts=time(1), ends=time(1)), numbers_max=500),
)


class Tools:
    """What all lives share, as all sessions of a venue do, so that one could spoil it for the next."""

    def __init__(self) -> None:
        self.dictionary = Dictionary.load(DICTIONARY)
        self.parser = Parser(self.dictionary, MESSAGE_BYTES_MAX)
        self.held_parser = Parser(self.dictionary, MESSAGE_BYTES_MAX)
        self.reply_parser = Parser(self.dictionary, 2 * MESSAGE_BYTES_MAX)
        self.writer = Writer(message_bytes_max=MESSAGE_BYTES_MAX)
        self.orders = Orders()


class Stored:
    """The Outbound port over a dict, of one epoch."""

    def __init__(self) -> None:
        self.messages: dict[int, bytes] = {}

    def read(self, begin: int, end: int) -> Iterable[tuple[int, bytes]]:
        return [(number, self.messages[number]) for number in range(begin, end + 1)]


class Life:
    """One session over many connections; everything it does follows from `seed`. A rule broken is an AssertionError."""

    def __init__(self, tools: Tools, seed: int) -> None:
        self.random = Random(seed)
        self.now_ns = START_NS
        self.sent = 0
        self.heard = 0
        self._tools = tools
        self._mutator = Mutator(self.random)
        self._stored = Stored()
        self._profile = self.random.choice(PROFILES)
        self.session = Session(b"OUTCRY", b"CLIENT", self._profile, State(), tools.writer, self._stored, APPLICATIONS)
        self._rest = b""
        self._stamp = b""
        self._stamp_second = -1
        self._next = 1
        self._said: list[bytes] = []

    def run(self, messages: int) -> None:
        """Send so many messages, most of them mutated, in pieces as a network cuts them."""
        while self.sent < messages:
            if self.session.stage == AWAY:
                self._connect()
            self._next = self.session.state.next_in
            batch = b"".join([self.any_message() for _ in range(self.random.choice((1, 1, 1, 2, 5, 20)))])
            if self.random.random() < 0.1 and batch:
                cut = self.random.randrange(len(batch))
                self._hear(batch[:cut])
                batch = batch[cut:]
            self._hear(batch)
            if self.random.random() < 0.03:
                self._pass_time()
            elif self.random.random() < 0.02:
                self._disconnect()
            elif self.random.random() < 0.05:
                self.prove_alive()
        self._disconnect()
        self._reconnect_and_prove_alive()

    # -- what a client sends

    def _now(self) -> bytes:
        second = self.now_ns // SECOND_NS
        if second != self._stamp_second:
            self._stamp_second = second
            in_day = second - 1_699_920_000
            day, rest = 14 + in_day // 86_400, in_day % 86_400
            self._stamp = b"202311%02d-%02d:%02d:%02d" % (day, rest // 3_600, rest // 60 % 60, rest % 60)
        return self._stamp

    def _fields(self, msg_type: bytes, body: Iterable[Field], number: int) -> list[Field]:
        return [
            (b"35", msg_type),
            (b"34", b"%d" % number),
            (b"49", b"CLIENT"),
            (b"52", self._now()),
            (b"56", b"OUTCRY"),
            *body,
        ]

    def _number(self) -> int:
        number = self._next
        if self.random.random() < 0.9:
            self._next += 1
            return number
        return max(0, number + self.random.choice((-2, -1, 1, 1, 2, 2, 3, 3, 10, 1_000)))

    def any_message(self) -> bytes:
        """The next message: one in eight as it should be, the others mutated by fields or by bytes."""
        self.sent += 1
        random = self.random
        msg_type, body = random.choice(APPLICATION if random.random() < 0.6 else SESSION)
        fields = self._fields(msg_type, body, self._number())
        for at, (tag, value) in enumerate(fields):
            if b"%" in value:
                near = self.session.state.next_in + random.randrange(-1, 5) if tag == b"36" else random.randrange(99)
                fields[at] = (tag, value.replace(b"%s", b"%d") % near)
        chance = random.random()
        if chance < 0.12:
            return frame(fields)
        if chance < 0.8:
            self._mutator.fields(fields)
            begin = b"FIX.4.4" if random.random() < 0.98 else random.choice((b"FIX.4.2", b"FIXT.1.1", b"", b"FIX.4.44"))
            return frame(fields, begin)
        return self._mutator.octets(frame(fields))

    # -- the shell around the session

    def _connect(self) -> None:
        self._rest = b""
        self.session.connected(self.now_ns)
        self._turn()
        if self.random.random() < 0.9:
            self._hear(self._logon(reset=self.random.random() < 0.3 or self._profile.resets is not Resets.ASKED))

    def _logon(self, *, reset: bool) -> bytes:
        body = [(b"98", b"0"), (b"108", b"30"), *([(b"141", b"Y")] if reset else [])]
        return frame(self._fields(b"A", body, 1 if reset else self.session.state.next_in))

    def _disconnect(self) -> None:
        if self.session.stage != AWAY:
            self.session.disconnected()
            self._turn()

    def _pass_time(self) -> None:
        self.now_ns += self.random.choice((1, 5, 40, 70)) * SECOND_NS
        due_ns = self.session.next_tick_ns
        if 0 < due_ns <= self.now_ns and self.session.tick(self.now_ns) == DISCONNECT:
            self._turn()
            self._disconnect()
        self._turn()

    def _hear(self, data: bytes) -> None:
        """The connection's part, as gateway/acceptor.py does it."""
        self._said = []
        buffer = self._rest + data
        parser = self._tools.parser
        position = 0
        while self.session.stage != AWAY:
            after = parser.parse(buffer, position)
            assert (after > position) == (parser.outcome != INCOMPLETE), "the parser does not move on"
            assert after <= len(buffer), "the parser has left the buffer"
            if parser.outcome == INCOMPLETE:
                break
            if parser.outcome == MESSAGE:
                assert parser.message.raw == buffer[position:after], "the message is not what was sent"
                self._receive(parser.message)
            else:
                assert parser.outcome == GARBLED
            position = after
            self._turn()
        self._rest = buffer[position:] if self.session.stage != AWAY else b""
        assert len(self._rest) <= MESSAGE_BYTES_MAX, "the buffer grows"

    def _receive(self, message: Message) -> None:
        self.heard += 1
        if self._act(message) == DISCONNECT:
            self._turn()
            self.session.disconnected()
            return
        while self.session.stage != AWAY and (held := self.session.take_held()) is not None:
            parser = self._tools.held_parser
            parser.parse(held, 0)
            assert parser.outcome == MESSAGE, "a held message was a message before"
            if self._act(parser.message) == DISCONNECT:
                self._turn()
                self.session.disconnected()

    def _act(self, message: Message) -> int:
        session = self.session
        state = session.state
        before, stage, number, epoch = state.next_in, session.stage, message.sequence, state.epoch
        msg_type, problem = message.msg_type, message.problem_reason
        action = session.receive(message, self.now_ns)
        if action == DELIVER:
            assert problem == NO_REASON, "an invalid message is delivered"
            assert stage in (ACTIVE, LEAVING)
            assert number == before, "delivered out of turn"
            command = self._tools.orders.translate(message, 1, self.now_ns)
            assert command is not None, "a session delivers only what translates"
        else:
            assert action in (HANDLED, DISCONNECT)
        if state.epoch != epoch:
            assert msg_type == LOGON, "numbers begin again without a Logon"
            assert state.next_in == 2
        elif stage in (ACTIVE, LEAVING) and msg_type == SEQUENCE_RESET:
            assert state.next_in >= before, "the expected number falls"
        elif stage in (ACTIVE, LEAVING) and action != DISCONNECT:
            assert state.next_in == before + (number == before), "each message takes one number, its own (SES-17)"
        elif msg_type != LOGON and stage not in (ACTIVE, LEAVING):
            assert state.next_in == before, "somebody unknown has moved a number (SES-02)"
        return action

    def _turn(self) -> None:
        """The end of the venue's turn, and of all that a resend takes; now and then of a part of the resend only."""
        self._drain()
        turns = 0
        while self.session.resending and self.session.stage != AWAY and self.random.random() < 0.95:
            self.session.resume_resend(self.now_ns)
            self._drain()
            turns += 1
            assert turns <= len(self._stored.messages) + 2, "a resend does not end"

    def _drain(self) -> None:
        """Keep what is to be kept, check what leaves."""
        stored = self._stored.messages
        for kind, number, message in self.session.drain():
            if kind == RESTARTED:
                stored.clear()
                continue
            if kind & JOURNAL:
                assert number == len(stored) + 1, "numbers of what we say have a hole"
                stored[number] = message
            if kind & WIRE:
                self._check_reply(message)
                self._said.append(message)
        assert self.session.state.next_out == len(stored) + 1

    def _check_reply(self, message: bytes) -> None:
        """SES-16: what we say is valid, for our own dictionary and for simplefix."""
        reader = FixParser()
        reader.append_buffer(message)
        fields = reader.get_message()
        assert fields is not None, message
        assert fields.encode() == message, message
        parser = self._tools.reply_parser
        assert parser.parse(message, 0) == len(message), message
        assert parser.outcome == MESSAGE, message
        assert parser.message.problem_reason == NO_REASON, (message, parser.message.problem_tag)

    # -- proofs of life

    def prove_alive(self) -> None:
        """A valid TestRequest is answered, whatever came before it."""
        if self.session.stage != ACTIVE:
            return
        self._rest = b""
        question = self._fields(b"1", [(b"112", b"ALIVE")], self.session.state.next_in)
        self._hear(frame(question))
        said = self._said
        while self.session.resending:
            self._turn()
        assert any(b"\x0135=0\x01" in reply and b"\x01112=ALIVE\x01" in reply for reply in said), said

    def _reconnect_and_prove_alive(self) -> None:
        self._rest = b""
        self.session.connected(self.now_ns)
        self._hear(self._logon(reset=True))
        assert self.session.stage == ACTIVE, self._said
        self.prove_alive()
        self._disconnect()
