"""Whatever is lost, every application message arrives once and in order, both ways (SES-08 to SES-13, SES-22)."""

from collections import deque

from hypothesis import given, settings
from hypothesis import strategies as st

from fix.profile import Profile
from tests.fix.line import ORDER, Journal, Line, frame, stamp, values

PROFILE = Profile(resend_batch_messages=2, held_messages_max=3)
STEPS = ("peer says", "venue says", "to venue", "to peer", "turn", "resume", "line breaks", "kill -9", "log on")


class Initiator:
    """A plain client: it drops what comes too early and asks each time anew, and it resends from its own memory."""

    def __init__(self) -> None:
        self.next_in = 1
        self.sent: list[str] = []
        self.received: list[bytes] = []
        self.out: deque[bytes] = deque()
        self.is_logged_on = False

    def say(self, msg_type: str, fields: str, now_ns: int) -> None:
        """A new message, remembered whether or not it can leave."""
        number = len(self.sent) + 1
        self.sent.append(f"35={msg_type}|34={number}|%49=CLIENT|56=OUTCRY|52={stamp(now_ns)}%|{fields}".rstrip("|"))
        self.transmit(number, "", "")

    def transmit(self, number: int, mark: str, original: str) -> None:
        first, middle, last = self.sent[number - 1].split("%")
        self.out.append(frame(first + mark + middle + original + last))

    def hear(self, message: bytes, now_ns: int) -> None:
        """Act on one message of the venue."""
        fields = values(message)
        number, msg_type = int(fields[b"34"]), fields[b"35"]
        is_copy = b"43" in fields
        if msg_type == b"5":
            raise AssertionError(f"the venue gave up: {message!r}")
        if msg_type == b"2":
            self.resend(int(fields[b"7"]), now_ns)
        if msg_type == b"A":
            self.is_logged_on = True
        if number < self.next_in:
            assert is_copy, "a number was used twice"
        elif number > self.next_in:
            self.say("2", f"7={self.next_in}|16=0", now_ns)
        elif msg_type == b"4":
            self.next_in = int(fields[b"36"])
        else:
            self.next_in += 1
            self.received += [fields[b"58"]] if msg_type == b"8" else []

    def resend(self, begin: int, now_ns: int) -> None:
        """Orders again, all else as gap fills."""
        for number in range(begin, len(self.sent) + 1):
            if self.sent[number - 1].startswith("35=D"):
                self.transmit(number, "43=Y|", f"|122={stamp(now_ns)}")
            else:
                self.out.append(
                    frame(f"35=4|34={number}|43=Y|49=CLIENT|56=OUTCRY|52={stamp(now_ns)}|36={number + 1}|123=Y")
                )


class World:
    """The venue, the initiator, and a wire that holds messages in flight."""

    def __init__(self) -> None:
        self.line = Line(PROFILE)
        self.peer = Initiator()
        self.to_peer: deque[bytes] = deque()
        self.said: list[bytes] = []
        self.durable = 0  # of what the venue was given or has said, how much the journal holds
        self.durable_said = 0
        self.delivered: list[str] = []
        self.orders = 0

    def step(self, name: str) -> None:
        getattr(self, name.replace(" ", "_").replace("-", ""))()

    def peer_says(self) -> None:
        self.orders += 1
        self.peer.say("D", ORDER.replace("11=X", f"11={self.orders}"), self.line.now_ns)
        if not self.peer.is_logged_on:
            self.peer.out.pop()

    def venue_says(self) -> None:
        text = b"%d" % (len(self.said) + 1)
        self.said.append(text)
        self.line.writer.field(b"58=", text)
        self.line.session.send(b"8", self.line.now_ns)

    def to_venue(self) -> None:
        if self.line.is_open() and self.peer.out:
            self.line.hear(self.peer.out.popleft())
            if not self.line.is_open():
                raise AssertionError(f"the venue closed: {self.line.session.farewell}")

    def to_peer_(self) -> None:
        if self.to_peer:
            self.peer.hear(self.to_peer.popleft(), self.line.now_ns)

    def turn(self) -> None:
        leaving = self.line.journal.write(self.line.session)
        self.durable, self.durable_said = len(self.line.delivered), len(self.said)
        if self.line.is_open():
            self.to_peer.extend(leaving)

    def resume(self) -> None:
        self.turn()
        if self.line.session.resending:
            self.line.session.resume_resend(self.line.now_ns)
            self.turn()

    def line_breaks(self) -> None:
        """What is in flight is lost."""
        if self.line.is_open():
            self.line.close()
        self.peer.is_logged_on = False
        self.peer.out.clear()
        self.to_peer.clear()

    def kill_9(self) -> None:
        """What is not in the journal has never happened."""
        self.line_breaks()
        self.delivered += self.line.delivered[: self.durable]
        del self.said[self.durable_said :]
        self.durable = 0
        self.line = Line(PROFILE, journal=self.line.journal)

    def log_on(self) -> None:
        if not self.line.is_open():
            self.peer.out.clear()
            self.line.connect()
            self.peer.say("A", "98=0|108=30", self.line.now_ns)
            self.peer.is_logged_on = True

    def settle(self) -> None:
        """Log on once more, and let everything arrive."""
        self.line_breaks()
        self.log_on()
        for _ in range(10_000):
            self.to_venue()
            self.resume()
            self.to_peer_()
            if not self.peer.out and not self.to_peer and not self.line.session.resending:
                return
        raise AssertionError("it never ends")


World.to_peer_.__doc__ = "One message arrives at the peer."


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(STEPS), max_size=60))
def test_every_message_arrives_once_and_in_order(steps: list[str]) -> None:
    world = World()
    for name in steps:
        world.step("to peer_" if name == "to peer" else name)
    world.settle()
    delivered = world.delivered + world.line.delivered
    assert [values(frame(text))[b"11"] for text in delivered] == [b"%d" % n for n in range(1, world.orders + 1)]
    assert world.peer.received == world.said


def test_the_journal_is_read_in_batches() -> None:
    """SES-26: also while everything else goes on."""
    world = World()
    for _ in range(50):
        world.venue_says()
    world.turn()
    world.settle()
    assert max(world.line.journal.reads) <= PROFILE.resend_batch_messages
    assert isinstance(world.line.journal, Journal)
