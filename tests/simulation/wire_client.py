"""A FIX client inside the test's process: keeps its numbers and messages over connections as a FIX engine does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gateway.acceptor import Connection

SOH = "\x01"
ADMIN = frozenset(("0", "1", "2", "3", "4", "5", "A"))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Wire:
    """The network between: asyncio's transport by the methods that a Connection uses."""

    def __init__(self) -> None:
        self.arrived = bytearray()
        self.cut = False

    def write(self, data: bytes) -> None:
        self.arrived += data

    def get_write_buffer_size(self) -> int:
        return 0

    def get_extra_info(self, _name: str) -> tuple[str, int]:
        return "simulated", 1

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def close(self) -> None:
        self.cut = True

    def abort(self) -> None:
        self.cut = True


class WireClient:
    """One CompID. `got` has every message of the venue as it first came, `sent` its own orders, by their numbers."""

    def __init__(self, comp_id: str) -> None:
        self.comp_id = comp_id
        self.next_in = 1
        self.next_out = 1
        self.got: dict[int, bytes] = {}
        self.sent: dict[int, tuple[str, str]] = {}
        self.orders: list[str] = []
        self._asked = 0
        self._connection: Connection | None = None
        self._wire = Wire()
        self._now_ns = 0

    # -- talking --------------------------------------------------------------------------------------------------

    def connect(self, connection: Connection, now_ns: int) -> None:
        """Over a new connection: Logon with the next number."""
        self._wire = Wire()
        self._connection = connection
        self._now_ns = now_ns
        self._asked = 0
        connection.connection_made(self._wire)  # type: ignore[arg-type]
        self.send("A", f"98=0{SOH}108=30{SOH}", now_ns)

    def hang_up(self) -> None:
        """The connection is gone; what had arrived is read."""
        self._read()
        self._connection = None

    def enter(self, body: str, cl_ord_id: str, now_ns: int) -> None:
        """Send an order; it is sent again until the venue has answered."""
        self.orders.append(cl_ord_id)
        self.sent[self.next_out] = ("D", body)
        self.send("D", body, now_ns)

    def cancel(self, body: str, now_ns: int) -> None:
        """Send a cancel."""
        self.sent[self.next_out] = ("F", body)
        self.send("F", body, now_ns)

    def send(self, kind: str, body: str, now_ns: int, number: int = 0, again: bool = False) -> None:
        """Send a message under the next number, or again under an old one."""
        if number == 0:
            number = self.next_out
            self.next_out += 1
        if self._connection is not None and not self._wire.cut:
            self._now_ns = now_ns
            self._connection.data_received(self._framed(kind, body, number, again))

    def _framed(self, kind: str, body: str, number: int, again: bool) -> bytes:
        moment = f"{EPOCH + timedelta(microseconds=self._now_ns // 1000):%Y%m%d-%H:%M:%S.%f}"[:-3]
        twice = f"43=Y{SOH}122={moment}{SOH}" if again else ""
        content = f"35={kind}{SOH}34={number}{SOH}49={self.comp_id}{SOH}56=OUTCRY{SOH}52={moment}{SOH}{twice}{body}"
        text = f"8=FIX.4.4{SOH}9={len(content)}{SOH}{content}"
        return f"{text}10={sum(text.encode()) % 256:03}{SOH}".encode()

    # -- listening ------------------------------------------------------------------------------------------------

    def listen(self, now_ns: int) -> bool:
        """Read what arrived and answer what asks for an answer; whether anything came."""
        self._now_ns = now_ns
        return self._read()

    def _read(self) -> bool:
        arrived, self._wire.arrived = bytes(self._wire.arrived), bytearray()
        begin = 0
        while begin < len(arrived):
            end = arrived.index(b"\x0110=", begin) + 8
            self._take(arrived[begin:end])
            begin = end
        return bool(arrived)

    def _take(self, raw: bytes) -> None:
        fields = dict(field.split("=", 1) for field in raw.decode("latin-1").split(SOH)[:-1])
        number, kind = int(fields["34"]), fields["35"]
        if kind == "4" and fields.get("123") == "Y":
            if number <= self.next_in:
                self.next_in = max(self.next_in, int(fields["36"]))
            return
        if kind == "2":
            self._say_again(int(fields["7"]), int(fields["16"]))
        if number > self.next_in:
            if self._asked != self.next_in:
                self._asked = self.next_in
                self.send("2", f"7={self.next_in}{SOH}16=0{SOH}", self._now_ns)
            return
        if number == self.next_in:
            assert number not in self.got
            self.got[number] = raw
            self.next_in += 1

    def _say_again(self, begin: int, end: int) -> None:
        """Answer a ResendRequest: orders again, all else as a gap."""
        last = min(end or self.next_out - 1, self.next_out - 1)
        at = begin
        while at <= last:
            if at in self.sent:
                self.send(*self.sent[at], self._now_ns, at, again=True)
                at += 1
                continue
            following = next((number for number in range(at, last + 1) if number in self.sent), last + 1)
            self.send("4", f"123=Y{SOH}36={following}{SOH}", self._now_ns, at, again=True)
            at = following
