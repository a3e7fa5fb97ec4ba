"""A FIX 4.4 client over a real socket, written with simplefix: it keeps its numbers as a FIX engine does."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Self

from simplefix import FixMessage, FixParser

from tests.gateway.reports import Reports

ANSWER_S_MAX = 30.0
CHUNK_BYTES = 1 << 12
SOH = b"\x01"
NOT_OF_THE_BODY = {8, 9, 10, 43, 52, 122}
HEADER = {43, 97, 122}
SMALL_TALK = {"0", "1", "2", "4", "5", "A"}
LOGONS_MAX = 1_000

Fields = dict[int, str]


def utc_now(later_s: float = 0.0) -> str:
    """A UTCTimestamp with milliseconds, now or later."""
    return f"{datetime.now(UTC) + timedelta(seconds=later_s):%Y%m%d-%H:%M:%S.%f}"[:-3]


class GoneError(Exception):
    """The venue has closed the connection."""


class FixClient:
    """One session: connects, sends, and checks whatever comes: frame, CompIDs, MsgSeqNum, and reports (`reports`).

    `next_in`, `next_out` and what was sent outlive connections. `messages` holds what came by its number, since the
    last reset; `highest` is the highest number seen, at or above `next_in` only if something was missed.
    """

    def __init__(
        self, port: int, comp_id: str, reports: Reports | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.port = port
        self.comp_id = comp_id
        self.reports = reports or Reports()
        self.next_in = 1
        self.next_out = 1
        self.highest = 0
        self.receive_buffer_bytes = 0
        self.tls = tls
        self.messages: dict[int, Fields] = {}
        self._sent: dict[int, tuple[str, Mapping[int, object], str]] = {}
        self._socket: socket.socket | None = None
        self._parser = FixParser()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    # -- the connection -----------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """A new connection; nothing is said yet."""
        self.hang_up()
        self._parser = FixParser()
        wire = socket.socket()
        wire.settimeout(ANSWER_S_MAX)
        if self.receive_buffer_bytes:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_buffer_bytes)
        wire.connect(("127.0.0.1", self.port))
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = wire
        if self.tls is not None:
            self._socket = self.tls.wrap_socket(wire, server_hostname="localhost")

    def hang_up(self) -> None:
        """Drop the connection without a word."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def log_on(self, fields: Mapping[int, object] | None = None, *, reset: bool = False) -> Fields:
        """Connect and log on; the venue's Logon. With `reset` both sides begin again at 1.

        A venue that has not yet noticed the end of the last connection refuses this one: it is tried again.
        """
        if reset:
            self.next_in = self.next_out = 1
            self.highest = 0
            self.messages = {}
        number = self.next_out
        terms = {98: 0, 108: 30, **({141: "Y"} if reset else {}), **(fields or {})}
        for _ in range(LOGONS_MAX):
            self.connect()
            self.next_out = number
            self.send("A", terms)
            try:
                return self.receive("A")
            except GoneError:
                continue
        raise GoneError

    def log_out(self) -> Fields:
        """Say goodbye; the venue's Logout, after which nothing comes any more (SES-21)."""
        self.send("5")
        answer = self.receive("5")
        assert self.is_cut_off()
        return answer

    def recover(self) -> list[Fields]:
        """Ask for what was missed and give what the venue asks for, until both have all; the messages that came."""
        if self.next_in <= self.highest:
            self.send("2", {7: self.next_in, 16: 0})
        self.send("1", {112: "SYNC"})
        came: list[Fields] = []
        while True:
            message = self.read()
            if message[35] == "2":
                self._resend(int(message[7]))
            elif message.get(112) == "SYNC":
                assert self.next_in == self.highest + 1, "the venue's resend ends before what it sent thereafter"
                return came
            elif message[35] not in SMALL_TALK and int(message[34]) < self.next_in:
                came.append(message)

    def _resend(self, begin: int) -> None:
        """Everything from `begin` on: application messages as they were, a gap fill for the rest (SES-10, SES-11)."""
        filled = begin
        for number in range(begin, self.next_out):
            msg_type, fields, sent = self._sent[number]
            if msg_type in SMALL_TALK:
                continue
            self._fill_gap(filled, number)
            self.send(msg_type, {43: "Y", 122: sent, **fields}, number=number)
            filled = number + 1
        self._fill_gap(filled, self.next_out)

    def _fill_gap(self, begin: int, end: int) -> None:
        if begin < end:
            self.send("4", {43: "Y", 122: utc_now(), 123: "Y", 36: end}, number=begin)

    # -- sending ------------------------------------------------------------------------------------------------------

    def encode(self, msg_type: str, fields: Mapping[int, object] | None = None, **header: object) -> bytes:
        """A message under the next number; `header` may replace fields by name: sender, target, number, sent, begin."""
        message = FixMessage()
        number = header.get("number", self.next_out)
        message.append_pair(8, header.get("begin", "FIX.4.4"))
        message.append_pair(35, msg_type)
        message.append_pair(49, header.get("sender", self.comp_id))
        message.append_pair(56, header.get("target", "OUTCRY"))
        message.append_pair(34, number)
        message.append_pair(52, header.get("sent", utc_now()))
        for tag, value in sorted((fields or {}).items(), key=lambda field: field[0] not in HEADER):
            message.append_pair(tag, value)
        if number == self.next_out:
            self._sent[self.next_out] = (msg_type, fields or {}, utc_now())
            self.next_out += 1
        return bytes(message.encode())

    def send(self, msg_type: str, fields: Mapping[int, object] | None = None, **header: object) -> None:
        """Send one message."""
        self.write(self.encode(msg_type, fields, **header))

    def write(self, data: bytes) -> None:
        """Send bytes."""
        assert self._socket is not None, "not connected"
        self._socket.sendall(data)

    def enter(self, cl_ord_id: str, side: str, quantity: object, price: object, **more: object) -> None:
        """NewOrderSingle(D): a limit Day order in AAPL unless said otherwise."""
        self.write(self.order(cl_ord_id, side, quantity, price, **more))

    def order(self, cl_ord_id: str, side: str, quantity: object, price: object, **more: object) -> bytes:
        """The bytes of enter(); `more` are fields as tag_59="3", symbol as `symbol`; price None: a market order."""
        terms = {11: cl_ord_id, 21: 1, **_terms(side, quantity, price, more)}
        return self.encode("D", terms | _tags(more))

    def replace(
        self, cl_ord_id: str, original: str, side: str, quantity: object, price: object, **more: object
    ) -> None:
        """OrderCancelReplaceRequest(G)."""
        terms = {11: cl_ord_id, 41: original, 21: 1, **_terms(side, quantity, price, more)}
        self.send("G", terms | _tags(more))

    def cancel(self, cl_ord_id: str, original: str, side: str, quantity: object, **more: object) -> None:
        """OrderCancelRequest(F)."""
        terms = {11: cl_ord_id, 41: original, 54: SIDES[side], 55: more.get("symbol", "AAPL"), 60: utc_now()}
        self.send("F", terms | {38: quantity} | _tags(more))

    # -- receiving ----------------------------------------------------------------------------------------------------

    def receive(self, msg_type: str | None = None) -> Fields:
        """The next message that is none of the session's small talk; fails if it is not of `msg_type`."""
        while True:
            message = self.read()
            if message[35] == "1":
                self.send("0", {112: message[112]})
            elif message[35] != "0":
                assert msg_type in (None, message[35]), f"{message} came instead of a {msg_type}"
                return message

    def reports_of(self, count: int) -> list[Fields]:
        """So many ExecutionReports, and nothing between them."""
        return [self.receive("8") for _ in range(count)]

    def read(self) -> Fields:
        """The next message, whatever it is; GoneError at the end of the connection."""
        assert self._socket is not None, "not connected"
        message = self._parser.get_message()
        while message is None:
            try:
                data = self._socket.recv(CHUNK_BYTES)
            except ConnectionError:
                data = b""
            if not data:
                self.hang_up()
                raise GoneError
            self._parser.append_buffer(data)
            message = self._parser.get_message()
        return self._take(message)

    def is_cut_off(self) -> bool:
        """Read to the end of the connection, and say that it came."""
        try:
            while True:
                self.read()
        except GoneError:
            return True

    def _take(self, message: FixMessage) -> Fields:
        fields = check_frame(message)
        assert (fields[8], fields[49], fields[56]) == ("FIX.4.4", "OUTCRY", self.comp_id)
        number = int(fields[34])
        known = self.messages.get(number)
        if fields[35] == "4":
            assert number == self.next_in, "SES-11: a gap fill takes the number of what it fills"
            self.next_in = int(fields[36])
        elif known is not None:
            self._take_again(fields, known)
        else:
            self._take_new(fields, number)
        return fields

    def _take_new(self, fields: Fields, number: int) -> None:
        if number > self.next_in:
            # Its Logon says that something was missed; what follows comes again, after what was asked for.
            assert fields[35] == "A" or self.next_in <= self.highest == number - 1, f"expected {self.next_in}"
            self.highest = number
            return
        assert number == self.next_in, f"expected {self.next_in}"
        self.next_in += 1
        self.highest = max(self.highest, number)
        self.messages[number] = fields
        if fields[35] == "8":
            self.reports.see(fields)

    def _take_again(self, fields: Fields, known: Fields) -> None:
        """SES-10: a resent message is what it was, marked."""
        assert fields[43] == "Y"
        assert fields[122] == known.get(122, known[52])
        assert _body(fields) == _body(known)
        self.next_in = max(self.next_in, int(fields[34]) + 1)


SIDES = {"buy": "1", "sell": "2"}


def check_frame(message: FixMessage) -> Fields:
    """The fields of a message; BodyLength(9) and CheckSum(10) are right and no tag stands twice."""
    pairs = [(int(tag), value) for tag, value in message.pairs]
    assert [tag for tag, _ in pairs[:3]] == [8, 9, 35]
    fields = {tag: value.decode("ascii") for tag, value in pairs}
    assert len(fields) == len(pairs), f"a tag stands twice in {pairs}"
    raw = [b"%d=%b\x01" % pair for pair in pairs]
    assert int(fields[9]) == sum(map(len, raw[2:-1]))
    assert fields[10] == f"{sum(b''.join(raw[:-1])) % 256:03d}"
    return fields


def _body(fields: Fields) -> Fields:
    return {tag: value for tag, value in fields.items() if tag not in NOT_OF_THE_BODY}


def _terms(side: str, quantity: object, price: object, more: Mapping[str, object]) -> dict[int, object]:
    priced = {40: 1} if price is None else {40: 2, 44: price}
    return {54: SIDES[side], 55: more.get("symbol", "AAPL"), 60: utc_now(), 38: quantity, **priced}


def _tags(more: Mapping[str, object]) -> dict[int, object]:
    return {int(name[4:]): value for name, value in more.items() if name.startswith("tag_")}


def standing(report: Fields, tags: Iterable[int]) -> tuple[str | None, ...]:
    """Some fields of a message, None for those it has not."""
    return tuple(report.get(tag) for tag in tags)
