"""Builds FIX messages in one reused buffer: fields are appended, then frame() puts header and trailer around them."""

from __future__ import annotations

import cython

from fix.timestamp import DAY_SECONDS, NANOSECONDS, date_of_days

SOH = 1
EQUALS = 61
ZERO = 48
MILLISECOND = 1_000_000
STAMP_BYTES = 21


def prefix(tag: int) -> bytes:
    """The bytes a field begins with, e.g. b"55=", for the `tag` argument of Writer's methods."""
    return b"%d=" % tag


@cython.final
@cython.cclass
class Writer:
    """Append the fields of one body, then call frame(); the Writer is then empty and ready for the next."""

    __slots__ = ("bytes_max", "head", "out", "size", "stamp", "stamp_second")

    def __init__(self, begin_string: bytes = b"FIX.4.4", message_bytes_max: int = 65_536) -> None:
        self.head = b"8=" + begin_string + b"\x019="
        self.out = bytearray(message_bytes_max)
        self.bytes_max = message_bytes_max
        self.size = 0
        self.stamp = bytearray(b"00000000-00:00:00.000")
        self.stamp_second = -1

    def field(self, tag: bytes, value: bytes) -> None:
        """Append tag (as prefix() gives it) and value."""
        self.put(tag)
        self.put(value)
        self.put(b"\x01")

    def integer(self, tag: bytes, value: int) -> None:
        """Append an integer."""
        self.put(tag)
        self.put(b"%d\x01" % value)

    def character(self, tag: bytes, code: int) -> None:
        """Append a one-character value given by its code."""
        self.put(tag)
        self.put(bytes((code, SOH)))

    def decimal(self, tag: bytes, value: int, scale: int) -> None:
        """Append value * 10**-scale exactly, with all `scale` decimals: 15025, 2 is 150.25."""
        self.put(tag)
        if scale == 0:
            self.put(b"%d\x01" % value)
            return
        sign = b"-" if value < 0 else b""
        whole, part = divmod(abs(value), 10**scale)
        self.put(b"%b%d.%0*d\x01" % (sign, whole, scale, part))

    def timestamp(self, tag: bytes, time_ns: int) -> None:
        """Append a UTCTimestamp cut to milliseconds."""
        self.put(tag)
        self.set_stamp(time_ns)
        self.put(bytes(self.stamp))
        self.put(b"\x01")

    def frame(
        self, msg_type: bytes, sequence: int, sender: bytes, target: bytes, sending_time_ns: int,
        before_sender: bytes = b"", after_target: bytes = b"",
    ) -> bytes:
        """The whole message: the appended body between header and trailer; BodyLength and CheckSum are computed.

        The header is 8 9 35 34 49 52 56, ascending after MsgType. `before_sender` (PossDupFlag(43)) and `after_target`
        (97, 115, 116, 122, 128, 129 ...) are whole fields, SOH included, that go between.
        """
        body = bytes(self.out[: self.size])
        self.size = 0
        self.set_stamp(sending_time_ns)
        start = b"35=%b\x0134=%d\x01%b49=%b\x0152=%b\x0156=%b\x01%b" % (
            msg_type, sequence, before_sender, sender, bytes(self.stamp), target, after_target,
        )
        message = b"%b%d\x01%b%b" % (self.head, len(start) + len(body), start, body)
        return b"%b10=%03d\x01" % (message, sum(message) & 255)

    def reset(self) -> None:
        """Forget the fields appended so far."""
        self.size = 0

    def put(self, data: bytes) -> None:
        self.out[self.size : self.size + len(data)] = data
        self.size += len(data)

    def set_stamp(self, time_ns: int) -> None:
        second = time_ns // NANOSECONDS
        if second != self.stamp_second:
            self.stamp_second = second
            rest = second % DAY_SECONDS
            self.stamp[:17] = b"%08d-%02d:%02d:%02d" % (
                date_of_days(second // DAY_SECONDS), rest // 3600, rest // 60 % 60, rest % 60,
            )
        self.stamp[18:] = b"%03d" % (time_ns % NANOSECONDS // MILLISECOND)


def reissue(message: bytes, sending_time_ns: int, writer: Writer) -> bytes:
    """A stored message as it is resent: PossDupFlag(43)=Y, OrigSendingTime(122) = its SendingTime, the body identical (SES-10)."""
    fields = message.split(b"\x01", 8)
    header = {part.partition(b"=")[0]: part.partition(b"=")[2] for part in fields[2:7]}
    tail = message.rindex(b"\x0110=") + 1
    start = message.index(b"\x0156=") + 1
    body = message[message.index(b"\x01", start) + 1 : tail]
    extra, body = split_header(body)
    extra += b"122=" + header[b"52"] + b"\x01"
    writer.reset()
    writer.put(body)
    return writer.frame(
        header[b"35"], int(header[b"34"]), header[b"49"], header[b"56"], sending_time_ns, b"43=Y\x01", extra
    )


def split_header(body: bytes) -> tuple[bytes, bytes]:
    """The header fields our own messages carry after TargetCompID(56), and the rest."""
    position = 0
    while body[position : body.find(b"=", position)] in HEADER_EXTRAS:
        position = body.index(b"\x01", position) + 1
    return body[:position], body[position:]


HEADER_EXTRAS = frozenset((b"50", b"57", b"97", b"115", b"116", b"128", b"129", b"142", b"143", b"144", b"145"))
