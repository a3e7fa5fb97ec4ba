"""Turns valid messages into all but valid ones: by fields, framed rightly, and by bytes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.fuzz.corpus import TAGS, VALUES, Field

SOH = b"\x01"
Fields = list[Field]
DATA_LENGTH_TAGS = (b"95", b"354", b"90", b"93", b"348", b"350", b"352", b"358", b"360", b"362", b"364", b"445", b"618")
HEADER_TAGS = (b"43", b"97", b"122", b"115", b"128", b"50", b"57", b"34", b"49", b"56", b"52", b"8", b"9", b"35", b"10")
GROUP_TAGS = (
    b"453",
    b"78",
    b"386",
    b"146",
    b"267",
    b"73",
    b"33",
    b"232",
    b"384",
    b"802",
    b"552",
    b"627",
    b"454",
    b"555",
)


def frame(fields: Fields, begin: bytes = b"FIX.4.4") -> bytes:
    """The message of these fields, MsgType(35) first, with a right BodyLength(9) and CheckSum(10)."""
    body = b"".join([b"%b=%b\x01" % field for field in fields])
    message = b"8=%b\x019=%d\x01%b" % (begin, len(body), body)
    return b"%b10=%03d\x01" % (message, sum(message) & 255)


class Mutator:
    """Draws from `random`; every method takes a message's fields, MsgType(35) first, and changes them in place."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._of_fields: tuple[Callable[[Fields], None], ...] = (
            self.drop,
            self.repeat,
            self.swap,
            self.set_value,
            self.set_value,
            self.bend_value,
            self.set_tag,
            self.insert,
            self.insert_header,
            self.count_wrongly,
            self.hide_in_data,
            self.inflate,
        )

    def fields(self, fields: Fields) -> None:
        """One to three mutations."""
        for _ in range(1 + int(self._random.random() ** 2 * 3)):
            self._random.choice(self._of_fields)(fields)

    def _at(self, fields: Fields, first: int = 1) -> int:
        return self._random.randrange(min(first, len(fields)), len(fields) + 1)

    def drop(self, fields: Fields) -> None:
        """A field is missing, perhaps the MsgType."""
        at = self._at(fields, 0 if self._random.random() < 0.02 else 1)
        del fields[at : at + 1]

    def repeat(self, fields: Fields) -> None:
        """A field stands twice, somewhere."""
        fields.insert(self._at(fields), self._random.choice(fields or [(b"58", b"")]))

    def swap(self, fields: Fields) -> None:
        """Two fields change places."""
        if len(fields) > 2:
            one, other = self._random.randrange(1, len(fields)), self._random.randrange(1, len(fields))
            fields[one], fields[other] = fields[other], fields[one]

    def set_value(self, fields: Fields) -> None:
        """A field has a value that is odd, or another field's."""
        if len(fields) > 1:
            at = self._random.randrange(1, len(fields))
            other = self._random.choice(fields)[1] if self._random.random() < 0.2 else self._random.choice(VALUES)
            fields[at] = (fields[at][0], other)

    def bend_value(self, fields: Fields) -> None:
        """A value loses, gains or changes a character."""
        if len(fields) > 1:
            at = self._random.randrange(1, len(fields))
            tag, value = fields[at]
            cut = self._random.randrange(len(value) + 1)
            more = bytes((self._random.randrange(256),)) if self._random.random() < 0.7 else b""
            fields[at] = (tag, value[:cut] + more + value[cut + self._random.randrange(2) :])

    def set_tag(self, fields: Fields) -> None:
        """A field has another tag, or none that is a number."""
        if len(fields) > 1:
            at = self._random.randrange(1, len(fields))
            odd = (b"", b"-1", b"0", b"007", b"A", b"1 ", b"55" + SOH, b"4294967351")
            tag = self._random.choice(odd) if self._random.random() < 0.2 else self._random.choice(TAGS)
            fields[at] = (tag, fields[at][1])

    def insert(self, fields: Fields) -> None:
        """A field too many."""
        fields.insert(self._at(fields), (self._random.choice(TAGS), self._random.choice(VALUES)))

    def insert_header(self, fields: Fields) -> None:
        """A field of the header too many: PossDupFlag, OrigSendingTime, routing, another number."""
        value = self._random.choice(
            (b"Y", b"N", b"20231114-22:13:19", b"20231114-22:13:21", b"1", b"X", b"", b"x" * 3_000)
        )
        fields.insert(self._random.choice((5, self._at(fields))), (self._random.choice(HEADER_TAGS), value))

    def count_wrongly(self, fields: Fields) -> None:
        """A repeating group with the wrong count, or a count without a group."""
        groups = [at for at, field in enumerate(fields) if field[0] in GROUP_TAGS]
        count = self._random.choice((b"0", b"1", b"2", b"3", b"255", b"999999999", b"-1", b""))
        if groups and self._random.random() < 0.7:
            at = self._random.choice(groups)
            fields[at] = (fields[at][0], count)
        else:
            fields.insert(self._at(fields), (self._random.choice(GROUP_TAGS), count))

    def hide_in_data(self, fields: Fields) -> None:
        """A data field that holds fields, its length right or not (VAL-07)."""
        tag = self._random.choice(DATA_LENGTH_TAGS)
        data = self._random.choice(
            (b"x\x0134=1\x0143=Y", b"\x0110=000\x01", b"8=FIX.4.4\x019=5\x0135=0\x01", b"\x01", b"")
        )
        length = len(data) + self._random.choice((0, 0, 0, 1, -1, 2**31, -(2**31)))
        at = self._at(fields)
        fields[at:at] = [(tag, b"%d" % length), (b"%d" % (int(tag) + 1), data)]

    def inflate(self, fields: Fields) -> None:
        """Much of something, now and then."""
        if self._random.random() < 0.05:
            at = self._at(fields)
            fields[at:at] = [self._random.choice(fields or [(b"58", b"x")])] * self._random.choice((10, 100, 300))

    def octets(self, message: bytes) -> bytes:
        """The bytes of a message changed without regard to what they mean: mostly garbled."""
        random = self._random
        begin = random.randrange(len(message) + 1)
        end = min(len(message), begin + random.choice((1, 1, 1, 2, 4, 20, 400)))
        match random.randrange(7):
            case 0:
                return message[:begin] + random.randbytes(end - begin) + message[end:]
            case 1:
                return message[:begin] + message[end:]
            case 2:
                return message[:end] + message[begin:]
            case 3:
                return message[:begin]
            case 4:
                return (
                    message[:begin]
                    + random.choice((SOH, b"8=FIX.4.4\x01", b"\x0110=000\x01", b"=", b"\x00" * 9))
                    + message[begin:]
                )
            case 5:
                length = random.choice((b"0", b"4", b"5", b"65535", b"16000", b"99999999999", b"-5", b"", b"007"))
                return message.replace(b"\x019=", b"\x019=" + length, 1)
            case _:
                return message[begin:] + message[:begin]
