"""A session of the venue with its journal, a stopped clock, and a peer's hand at the other end of the wire."""

from collections.abc import Iterable
from pathlib import Path

from fix.codec import MESSAGE, Parser
from fix.dictionary import Dictionary
from fix.logon import Authenticator
from fix.outbox import JOURNAL, RESTARTED, WIRE
from fix.profile import Profile
from fix.session import AWAY, DELIVER, DISCONNECT, Session
from fix.state import State
from fix.writer import Writer, prefix

DICTIONARY = Dictionary.load(Path(__file__).parents[2] / "specs/fix44_outcry.xml")
SECOND = 1_000_000_000
START_NS = 1_700_000_000 * SECOND
APPLICATIONS = frozenset((b"D", b"F", b"q"))
ORDER = "11=X|21=1|55=AAPL|54=1|60=20231114-22:13:20|38=100|40=2|44=10.00"
COMMON = {b"8", b"9", b"49", b"56", b"52", b"10", b"122"}


def stamp(time_ns: int) -> str:
    """A UTCTimestamp of the twelve hours around START_NS, by means of its own."""
    assert START_NS // SECOND == 1_700_000_000  # 2023-11-14 22:13:20
    seconds, rest = divmod(time_ns - 1_699_920_000 * SECOND, SECOND)
    day, second = divmod(seconds, 86_400)
    return (
        f"202311{14 + day:02d}-{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{rest // 1_000_000:03d}"
    )


def frame(text: str, begin: str = "FIX.4.4") -> bytes:
    """A message from its fields "35=0|34=2|…", with BodyLength(9) and CheckSum(10) as FIX defines them."""
    body = text.replace("|", "\x01").encode() + b"\x01"
    message = b"8=%b\x019=%d\x01%b" % (begin.encode(), len(body), body)
    return message + b"10=%03d\x01" % (sum(message) % 256)


def show(message: bytes) -> str:
    """A message's fields without those that all have in common: "35=0|34=2|112=X"."""
    fields = [field for field in message.split(b"\x01")[:-1] if field.partition(b"=")[0] not in COMMON]
    return b"|".join(fields).decode()


def values(message: bytes) -> dict[bytes, bytes]:
    """The values of a message by tag."""
    return {tag: value for tag, _, value in (field.partition(b"=") for field in message.split(b"\x01")[:-1])}


class Journal:
    """What is durable: the session's state, its messages by number in the current epoch, and what was delivered."""

    def __init__(self) -> None:
        self.record = State().record()
        self.messages: dict[int, bytes] = {}
        self.reads: list[int] = []

    def write(self, session: Session) -> list[bytes]:
        """One frame: the session's outbox and state. What may leave thereafter."""
        entries = session.drain()
        for kind, number, message in entries:
            if kind == RESTARTED:
                self.messages.clear()
            elif kind & JOURNAL:
                self.messages[number] = message
        self.record = session.state.record()
        return [message for kind, _, message in entries if kind & WIRE]

    def read(self, begin: int, end: int) -> Iterable[tuple[int, bytes]]:
        """The port Outbound."""
        self.reads.append(end - begin + 1)
        return [(number, self.messages[number]) for number in range(begin, end + 1) if number in self.messages]


class Line:
    """Speaks as CLIENT to OUTCRY; what comes back is shown as strings, and `delivered` is what the venue was given."""

    def __init__(
        self, profile: Profile | None = None, journal: Journal | None = None, authenticator: Authenticator | None = None
    ) -> None:
        self.now_ns = START_NS
        self.journal = journal or Journal()
        self.writer = Writer()
        self.parser = Parser(DICTIONARY)
        state = State(*self.journal.record)
        profile = profile or Profile()
        self.session = Session(
            b"OUTCRY", b"CLIENT", profile, state, self.writer, self.journal, APPLICATIONS, authenticator
        )
        self.delivered: list[str] = []
        self.wire: list[bytes] = []
        self._open = False

    @property
    def numbers(self) -> tuple[int, int]:
        """The next number in, the next number out."""
        return self.session.state.next_in, self.session.state.next_out

    def is_open(self) -> bool:
        """Whether the connection is."""
        return self._open

    def connect(self) -> None:
        self.session.connected(self.now_ns)
        self._open = True

    def log_on(self, number: int = 1, fields: str = "98=0|108=30") -> list[str]:
        self.connect()
        return self.say("A", number, fields)

    def message(self, msg_type: str, number: int, fields: str = "", header: str = "49=CLIENT|56=OUTCRY") -> bytes:
        """A message of the peer, sent now."""
        parts = (f"35={msg_type}", f"34={number}", header, f"52={stamp(self.now_ns)}", fields)
        return frame("|".join(filter(None, parts)))

    def say(self, msg_type: str, number: int, fields: str = "", header: str = "49=CLIENT|56=OUTCRY") -> list[str]:
        """Send one message; the answers, resends included."""
        return self.put(self.message(msg_type, number, fields, header))

    def put(self, data: bytes) -> list[str]:
        """Send bytes; the answers, resends included."""
        self.hear(data)
        answers = self.turn()
        while self._open and self.session.resending:
            answers += self.resume()
        return answers

    def hear(self, data: bytes) -> None:
        """The shell's part: parse, receive, and receive what was held; garbled bytes are ignored (SES-15)."""
        position = 0
        self.parser.lenience = self.session.lenience
        while self._open and (after := self.parser.parse(data, position)) != position:
            position = after
            if self.parser.outcome == MESSAGE:
                self.receive()

    def receive(self) -> None:
        self.act(self.session.receive(self.parser.message, self.now_ns))
        while self._open and (held := self.session.take_held()) is not None:
            self.parser.parse(held, 0)
            self.act(self.session.receive(self.parser.message, self.now_ns))

    def act(self, action: int) -> None:
        if action == DELIVER:
            self.delivered.append(show(self.parser.message.raw))
        if action == DISCONNECT:
            self.close()

    def close(self) -> None:
        self._open = False
        self.session.disconnected()

    def turn(self) -> list[str]:
        """The end of a loop turn: what leaves."""
        messages = self.journal.write(self.session)
        self.wire += messages
        return [show(message) for message in messages]

    def resume(self) -> list[str]:
        self.session.resume_resend(self.now_ns)
        return self.turn()

    def send(self, text: str = "1") -> list[str]:
        """The venue sends an ExecutionReport that says `text`; what leaves."""
        self.writer.field(prefix(58), text.encode())
        self.session.send(b"8", self.now_ns)
        return self.turn()

    def wait(self, seconds: float) -> list[str]:
        """Let time pass, ticking when the session says so; what leaves."""
        until_ns = self.now_ns + int(seconds * SECOND)
        answers = []
        ticks_at_once = 0
        while self.session.stage != AWAY and 0 < self.session.next_tick_ns <= until_ns:
            ticks_at_once = ticks_at_once + 1 if self.session.next_tick_ns <= self.now_ns else 0
            assert ticks_at_once < 3, "a tick that was due did nothing"
            self.now_ns = max(self.now_ns, self.session.next_tick_ns)
            self.act(self.session.tick(self.now_ns))
            answers += self.turn()
        self.now_ns = until_ns
        return answers


def logged_on(profile: Profile | None = None) -> Line:
    """A line on which number 1 was the Logon either way."""
    line = Line(profile)
    assert line.log_on() == ["35=A|34=1|98=0|108=30"]
    return line
