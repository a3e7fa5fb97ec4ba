"""A FIX client that outlives its venue: it comes back with its old numbers and asks for what it missed."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from simplefix import FixMessage

from tests.gateway.reports import check_alone

VENUE = "OUTCRY"
TIMEOUT_S = 30.0
READ_BYTES = 1 << 16
ADMINISTRATIVE = frozenset("012345A")
VOLATILE = frozenset((8, 9, 10, 43, 52, 122))
"""Tags that differ between a message and its repetition (SES-10)."""

HEAD = re.compile(rb"8=FIX\.4\.4\x019=(\d+)\x01")
TRAILER_BYTES = 7

Fields = Sequence[tuple[int, object]]
Message = dict[int, str]
"""A message's values by tag: what the venue sends has no tag twice."""


class VenueLostError(Exception):
    """The connection ended without a Logout."""


def now() -> str:
    """UTCTimestamp."""
    return datetime.now(UTC).strftime("%Y%m%d-%H:%M:%S.%f")[:-3]


class ReturningClient:
    """One CompID. `next_in` and `next_out` count on over connections; `received` has every application message by its
    number.

    `recovered` counts messages that came only as repetitions, `asked_for` those of ours that the venue had missed.
    Sequence numbers from the venue must follow one another; a repetition must repeat. AssertionError where they do not.
    """

    def __init__(self, comp_id: str) -> None:
        self.comp_id = comp_id
        self.next_in = 1
        self.next_out = 1
        self.received: dict[int, Message] = {}
        self.repeated = self.recovered = self.asked_for = 0
        self.heartbeats: list[str] = []
        self.is_logged_on = False
        self._sent: dict[int, tuple[str, Fields, str]] = {}
        self._is_asking = False
        self._unread = b""
        self._unsent: list[bytes] = []
        self._socket = socket.socket()

    def close(self) -> None:
        """Hang up, without a Logout."""
        self._socket.close()
        self.is_logged_on = False

    @property
    def is_connected(self) -> bool:
        """Whether the connection was not ended yet, by either side, as far as we know."""
        return self.fileno() >= 0

    def fileno(self) -> int:
        """For select."""
        return self._socket.fileno()

    # -- out ----------------------------------------------------------------------------------------------------------

    def connect(self, port: int) -> None:
        """Connect and say Logon(A), numbers going on (no ResetSeqNumFlag)."""
        self._socket.close()
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unread = b""
        self._unsent.clear()
        self.is_logged_on = self._is_asking = False
        self.send("A", [(98, 0), (108, 30)])

    def send(self, msg_type: str, fields: Fields) -> None:
        """Number a message and have it ready for `flush`; the venue asks for those that do not reach it."""
        number = self.next_out
        self.next_out += 1
        sent_at = now()
        if msg_type not in ADMINISTRATIVE:
            self._sent[number] = (msg_type, fields, sent_at)
        self._write(number, msg_type, [(52, sent_at)], fields)

    def flush(self) -> None:
        """Send what is ready, at once."""
        data = b"".join(self._unsent)
        self._unsent.clear()
        with suppress(ConnectionError):  # reading will tell
            self._socket.sendall(data)

    def ask_again(self, begin: int) -> None:
        """ResendRequest(2) for all from `begin` on."""
        self.send("2", [(7, begin), (16, 0)])

    def _write(self, number: int, msg_type: str, header: Fields, fields: Fields) -> None:
        message = FixMessage()
        for tag, value in [(8, "FIX.4.4"), (35, msg_type), (34, number), (49, self.comp_id), (56, VENUE), *header]:
            message.append_pair(tag, value, header=True)
        for tag, value in fields:
            message.append_pair(tag, value)
        self._unsent.append(message.encode())

    def _repeat(self, begin: int) -> None:
        """Answer the venue's ResendRequest: what it missed with PossDupFlag, gap fills for the rest."""
        skipped = 0
        for number in range(begin, self.next_out):
            kept = self._sent.get(number)
            if kept is None:
                skipped = skipped or number
                continue
            self._fill(skipped, number)
            skipped = 0
            msg_type, fields, sent_at = kept
            self.asked_for += 1
            self._write(number, msg_type, [(43, "Y"), (52, now()), (122, sent_at)], fields)
        self._fill(skipped, self.next_out)

    def _fill(self, number: int, following: int) -> None:
        if number:
            stamp = now()
            self._write(number, "4", [(43, "Y"), (52, stamp), (122, stamp)], [(123, "Y"), (36, following)])

    # -- in -----------------------------------------------------------------------------------------------------------

    def read(self) -> Iterator[Message]:
        """What is there: new application messages in their order. VenueLostError at the end of the connection."""
        try:
            data = self._socket.recv(READ_BYTES)
        except ConnectionError:
            data = b""
        if not data:
            self.close()
            raise VenueLostError
        for message in self._whole(data):
            if self._accept(message) and message[35] not in ADMINISTRATIVE:
                yield message

    def _whole(self, data: bytes) -> Iterator[Message]:
        """The messages that are complete now, length and checksum right."""
        data = self._unread + data
        at = 0
        while head := HEAD.match(data, at):
            end = head.end() + int(head[1])
            if end + TRAILER_BYTES > len(data):
                break
            assert data[end : end + TRAILER_BYTES] == b"10=%03d\x01" % (sum(data[at:end]) & 255), data[at:]
            fields = [field.split("=", 1) for field in data[at : end - 1].decode().split("\x01")]
            message = {int(tag): value for tag, value in fields}
            assert len(message) == len(fields), fields
            yield message
            at = end + TRAILER_BYTES
        self._unread = data[at:]

    def _accept(self, message: Message) -> bool:
        """Whether the message is the next one; administrative ones are acted on."""
        number = int(message[34])
        msg_type = message[35]
        if msg_type == "A":
            self.is_logged_on = True
        if msg_type == "2":
            self._repeat(int(message[7]))
        if number > self.next_in:
            if not self._is_asking:
                self._is_asking = True
                self.ask_again(self.next_in)
            return False
        if number < self.next_in:
            assert message.get(43) == "Y", f"{self.comp_id} expects {self.next_in}: {message}"
            self._compare(number, message)
            return False
        self._take(number, msg_type, message)
        return True

    def _take(self, number: int, msg_type: str, message: Message) -> None:
        assert msg_type not in ("3", "5", "j"), f"{self.comp_id}: {message}"
        self.next_in = number + 1
        self._is_asking = self._is_asking and message.get(43) == "Y"
        if msg_type == "4":
            assert message.get(123) == "Y", f"{self.comp_id}: {message}"
            self.next_in = int(message[36])
        elif msg_type == "0":
            self.heartbeats.append(message.get(112, ""))
        elif msg_type == "1":
            self.send("0", [(112, message[112])])
        elif msg_type not in ADMINISTRATIVE:
            if msg_type == "8":
                check_alone(message)
            self.received[number] = stable(message)
            self.recovered += message.get(43) == "Y"

    def _compare(self, number: int, message: Message) -> None:
        """A repetition of what came before says the same, and nothing that came is missing from it."""
        if message[35] == "4":
            covered = range(number, int(message[36]))
            assert not any(covering in self.received for covering in covered), f"{self.comp_id}: {message}"
            return
        self.repeated += 1
        assert self.received[number] == stable(message), f"{self.comp_id}: {self.received[number]} became {message}"


def stable(message: Message) -> Message:
    """The fields that a repetition repeats."""
    return {tag: value for tag, value in message.items() if tag not in VOLATILE}
