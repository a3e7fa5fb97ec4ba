"""Cuts a byte stream into FIX messages and checks them against the dictionary in one pass, without an object per field.

Parser.parse() finds one message, and Message is a window on it: an array by tag says where each value stands in the
buffer, stamped with the number of the message, so nothing is cleared or allocated between messages.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import cython

from fix.dictionary import Dictionary, GroupSpec, MessageSpec
from fix.kinds import (
    BOOLEAN,
    CHAR,
    DATA,
    DATE,
    DECIMAL,
    ENUMERATED,
    GROUP_COUNT,
    HEADER,
    INTEGER,
    KIND_MASK,
    MONTH_YEAR,
    MULTIPLE,
    REQUIRED,
    SECTION_MASK,
    STRING,
    TIME,
    TIMESTAMP,
    UNSIGNED,
)
from fix.tags import REJECT_TEXTS
from fix.timestamp import date_days, fraction_ns, number_at, time_seconds, timestamp_at

INCOMPLETE = 0
MESSAGE = 1
GARBLED = 2
"""Parser.outcome: no whole message yet; a message in Parser.message; bytes to be ignored (SES-15)."""

NO_REASON = -1
"""Message.problem_reason of a message without fault."""
NO_TAG = -1 << 31
"""Message.problem_tag where the fault is not one tag's: leave RefTagID(371) out."""

ABSENT = -1 << 62
INEXACT = ABSENT + 1
OUT_OF_RANGE = ABSENT + 2
"""What Message.decimal() returns instead of a value: no such field; more decimals than the scale; above DECIMAL_MAX."""
DECIMAL_MAX = 10**18
"""Greatest magnitude, in units of the scale, that decimal() returns."""
INTEGER_DIGITS_MAX = 18

SOH = 1
EQUALS = 61
ZERO = 48
FRAME_TAIL = 7
BEGIN_BYTES_MAX = 14
LENGTH_DIGITS_MAX = 9
TAG_LIMIT = 100_000
SLOT = 4

INVALID_TAG_NUMBER = 0
REQUIRED_TAG_MISSING = 1
TAG_NOT_DEFINED = 2
NO_VALUE = 4
WRONG_VALUE = 5
WRONG_FORMAT = 6
INVALID_MSG_TYPE = 11
REPEATED_TAG = 13
OUT_OF_ORDER = 14
GROUP_ORDER = 15
GROUP_COUNT_WRONG = 16


@cython.final
@cython.cclass
class Plan:
    """What the parser needs of one MessageSpec at hand."""

    __slots__ = ("codes", "groups", "required", "required_count", "spec")

    def __init__(self, codes: bytes, groups: dict[int, GroupSpec], required: tuple[int, ...], spec: MessageSpec | None) -> None:
        self.codes = codes
        self.groups = groups
        self.required = tuple(tag for tag in required if tag not in (8, 9, 35, 10))
        self.required_count = len(self.required)
        self.spec = spec


@cython.final
@cython.cclass
class Message:
    """The message the parser found last: valid until its next parse().

    begin and end are offsets in the buffer; sequence is MsgSeqNum(34) or -1; spec is None for a MsgType the dictionary
    does not hold; problem_reason is NO_REASON or the SessionRejectReason(373) of the first fault, problem_tag its tag.
    """

    __slots__ = (
        "begin",
        "buffer",
        "end",
        "generation",
        "groups_spec",
        "msg_type",
        "plain_begin_string",
        "problem_reason",
        "problem_tag",
        "sequence",
        "size",
        "slots",
        "spec",
    )

    def __init__(self, dictionary: Dictionary) -> None:
        self.buffer = b""
        self.begin = 0
        self.end = 0
        self.size = dictionary.size
        self.slots = array("i", bytes(4 * SLOT * dictionary.size))
        self.generation = 0
        self.sequence = -1
        self.msg_type = b""
        self.plain_begin_string = dictionary.begin_string
        self.spec = None
        self.groups_spec = {}
        self.problem_reason = NO_REASON
        self.problem_tag = NO_TAG

    @property
    def begin_string(self) -> bytes:
        """BeginString(8)."""
        return self.get(8) or b""

    @property
    def raw(self) -> bytes:
        """The whole message, copied."""
        return self.buffer[self.begin : self.end]

    @property
    def is_standard(self) -> bool:
        """Whether the MsgType is one of the dictionary's version of FIX at all, supported or not."""
        return self.problem_reason != INVALID_MSG_TYPE

    @property
    def problem_text(self) -> str:
        """Text(58) for the fault, empty without one."""
        return REJECT_TEXTS.get(self.problem_reason, "")

    def has(self, tag: int) -> bool:
        """Whether the field is there (with a value or without)."""
        return 0 <= tag < self.size and self.slots[SLOT * tag] == self.generation

    def get(self, tag: int) -> bytes | None:
        """The field's value, copied; None without the field. Members of repeating groups are found by groups() only."""
        if not self.has(tag):
            return None
        return self.buffer[self.slots[SLOT * tag + 1] : self.slots[SLOT * tag + 2]]

    def character(self, tag: int) -> int:
        """The code of a one-character value; 0 without the field or if it is not one character."""
        if not self.has(tag):
            return 0
        start = self.slots[SLOT * tag + 1]
        if self.slots[SLOT * tag + 2] != start + 1:
            return 0
        return self.buffer[start]

    def boolean(self, tag: int) -> bool:
        """Whether the value is Y; absent is N."""
        return self.character(tag) == 89

    def integer(self, tag: int) -> int | None:
        """The value as an integer of at most 18 digits; None without the field or if it is no such number."""
        value = self.decimal(tag, 0)
        return None if value <= OUT_OF_RANGE else value

    def decimal(self, tag: int, scale: int) -> int:
        """The exact value in units of 10**-scale (scale 0 to 18), never rounded (VAL-05, VAL-06).

        ABSENT without the field or if it is no number, INEXACT if it has more decimals than the scale (zeros at the end
        do not count), OUT_OF_RANGE above DECIMAL_MAX units.
        """
        if not self.has(tag):
            return ABSENT
        return scaled(self.buffer, self.slots[SLOT * tag + 1], self.slots[SLOT * tag + 2], scale)

    def utc_ns(self, tag: int) -> int:
        """Nanoseconds since 1970 of a UTCTimestamp, cut below nanoseconds; -1 without the field or if it is none."""
        if not self.has(tag):
            return -1
        return timestamp_at(self.buffer, self.slots[SLOT * tag + 1], self.slots[SLOT * tag + 2])

    def days(self, tag: int) -> int:
        """Days since 1970 of a LocalMktDate or UTCDateOnly (YYYYMMDD); -1 without the field or if it is none."""
        if not self.has(tag) or self.slots[SLOT * tag + 2] - self.slots[SLOT * tag + 1] != 8:
            return -1
        return date_days(self.buffer, self.slots[SLOT * tag + 1])

    def groups(self, tag: int) -> list[Group]:
        """The entries of the repeating group that NumInGroup field `tag` opens; empty without it or if it is no group."""
        spec = self.groups_spec.get(tag)
        if spec is None or not self.has(tag):
            return []
        return read_group(self.buffer, self.slots[SLOT * tag + 2] + 1, self.end, spec)[0]

    def fields(self) -> Iterator[tuple[int, bytes]]:
        """Every field in order as (tag, value), group members included; a tag that is no number comes as -1."""
        return fields_of(self.raw)


class Group:
    """One entry of a repeating group: values by tag, and the entries of the groups inside it by their NumInGroup tag."""

    __slots__ = ("nested", "values")

    def __init__(self) -> None:
        self.values: dict[int, bytes] = {}
        self.nested: dict[int, list[Group]] = {}

    def get(self, tag: int) -> bytes | None:
        """The member's value; None without it."""
        return self.values.get(tag)

    def groups(self, tag: int) -> list[Group]:
        """The entries of a group inside this entry; empty without it."""
        return self.nested.get(tag, [])


def read_group(buffer: bytes, position: int, end: int, spec: GroupSpec) -> tuple[list[Group], int]:
    """Entries of a group whose first entry starts at `position`, and where the fields after it start."""
    entries: list[Group] = []
    while position < end:
        equals = buffer.index(EQUALS, position)
        name = buffer[position:equals]
        tag = int(name) if name.isdigit() and len(name) < 7 else 0
        if tag not in spec.members or (tag != spec.delimiter and not entries):
            break
        if tag == spec.delimiter:
            entries.append(Group())
        stop = buffer.index(SOH, equals)
        entries[-1].values[tag] = buffer[equals + 1 : stop]
        position = stop + 1
        inner = spec.groups.get(tag)
        if inner is not None:
            entries[-1].nested[tag], position = read_group(buffer, position, end, inner)
    return entries, position


def fields_of(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of a message taken apart at SOH, for printing; data with SOH inside comes in pieces."""
    for part in raw.split(b"\x01")[:-1]:
        name, _, value = part.partition(b"=")
        yield (int(name) if name.isdigit() else -1), value


def scaled(text: bytes, start: int, end: int, scale: int) -> int:
    """text[start:end] as a decimal in units of 10**-scale: see Message.decimal()."""
    i = start
    negative = end > start and text[start] == 45
    if negative:
        i += 1
    value = 0
    decimals = -1
    digits = 0
    while i < end:
        digit = text[i] - ZERO
        i += 1
        if digit == -2 and decimals < 0:
            decimals = 0
            continue
        if digit < 0 or digit > 9:
            return ABSENT
        digits += 1
        if decimals == scale:
            if digit != 0:
                return INEXACT
            continue
        if value >= DECIMAL_MAX // 10 and value * 10 + digit > DECIMAL_MAX:
            return OUT_OF_RANGE
        value = value * 10 + digit
        if decimals >= 0:
            decimals += 1
    if digits == 0:
        return ABSENT
    missing = scale - (max(0, decimals))
    while missing > 0:
        if value > DECIMAL_MAX // 10:
            return OUT_OF_RANGE
        value *= 10
        missing -= 1
    return -value if negative else value


def is_decimal(text: bytes, start: int, end: int) -> bool:
    """Whether text[start:end] is a FIX float: an optional minus, digits, at most one point."""
    i = start
    if text[i] == 45:
        i += 1
    digits = 0
    points = 0
    while i < end:
        digit = text[i] - ZERO
        if 0 <= digit <= 9:
            digits += 1
        elif digit == -2:
            points += 1
        else:
            return False
        i += 1
    return digits > 0 and points < 2


def is_integer(text: bytes, start: int, end: int, signed: bool) -> bool:
    """Whether text[start:end] is an integer of at most 18 digits."""
    i = start
    if signed and text[i] == 45:
        i += 1
    if i == end or end - i > INTEGER_DIGITS_MAX:
        return False
    while i < end:
        digit = text[i] - ZERO
        if digit < 0 or digit > 9:
            return False
        i += 1
    return True


def is_time(text: bytes, start: int, end: int) -> bool:
    """Whether text[start:end] is a UTCTimeOnly."""
    return end - start >= 8 and time_seconds(text, start) >= 0 and fraction_ns(text, start + 8, end) >= 0


def is_month_year(text: bytes, start: int, end: int) -> bool:
    """Whether text[start:end] is YYYYMM, YYYYMMDD or YYYYMMWW with WW = w1 to w5."""
    size = end - start
    if size != 6 and size != 8:
        return False
    month = number_at(text, start + 4, 2)
    if number_at(text, start, 4) < 0 or month < 1 or month > 12:
        return False
    if size == 6:
        return True
    if text[start + 6] == 119:
        return 49 <= text[start + 7] <= 53
    day = number_at(text, start + 6, 2)
    return 1 <= day <= 31


def is_format(kind: int, text: bytes, start: int, end: int) -> bool:
    """Whether a value that is not empty has the format of its kind."""
    if kind == STRING:
        return True
    if kind == CHAR:
        return end - start == 1
    if kind == DECIMAL:
        return is_decimal(text, start, end)
    if kind == TIMESTAMP:
        return timestamp_at(text, start, end) >= 0
    if kind == INTEGER:
        return is_integer(text, start, end, True)
    if kind == UNSIGNED or kind == GROUP_COUNT:
        return is_integer(text, start, end, False)
    if kind == BOOLEAN:
        return end - start == 1 and (text[start] == 89 or text[start] == 78)
    if kind == DATE:
        return end - start == 8 and date_days(text, start) >= 0
    if kind == TIME:
        return is_time(text, start, end)
    if kind == MONTH_YEAR:
        return is_month_year(text, start, end)
    return True


def next_start(buffer: bytes, position: int, size: int) -> int:
    """Where the next "8=FIX", or a piece of it at the very end, starts; `size` if there is none."""
    found = buffer.find(b"8=FIX", position)
    if found >= 0:
        return found
    for start in range(max(position, size - 4), size):
        if b"8=FIX".startswith(buffer[start:size]):
            return start
    return size


@cython.final
@cython.cclass
class Parser:
    """Finds and checks messages; one per connection or one for all, since it keeps nothing between calls."""

    __slots__ = (
        "body",
        "codes",
        "defined",
        "enum_characters",
        "enum_rows",
        "enums",
        "garbled_text",
        "length_tags",
        "message",
        "message_bytes_max",
        "outcome",
        "plan",
        "plans",
        "prefix",
        "required_seen",
        "section",
        "standard",
        "stated_end",
        "unchecked",
    )

    def __init__(self, dictionary: Dictionary, message_bytes_max: int = 65_536) -> None:
        self.message = Message(dictionary)
        self.message_bytes_max = message_bytes_max
        self.outcome = INCOMPLETE
        self.garbled_text = ""
        self.prefix = b"8=" + dictionary.begin_string + b"\x019="
        self.plans = {
            spec.msg_type: Plan(spec.codes, dict(spec.groups), spec.required, spec) for spec in dictionary.messages.values()
        }
        header_required = next(iter(dictionary.messages.values())).required if dictionary.messages else ()
        header_required = tuple(tag for tag in header_required if dictionary.unchecked_codes[tag] & REQUIRED)
        self.unchecked = Plan(dictionary.unchecked_codes, dict(dictionary.header_groups), header_required, None)
        self.standard = dictionary.standard_types
        self.enum_rows = dictionary.enum_rows
        self.enum_characters = dictionary.enum_characters
        self.enums = {tag: frozenset(spec.values) for tag, spec in dictionary.fields.items() if spec.values}
        self.length_tags = dictionary.length_tags
        self.defined = bytes(tag in dictionary.fields for tag in range(dictionary.size))
        self.plan = self.unchecked
        self.codes = self.unchecked.codes
        self.body = 0
        self.stated_end = 0
        self.section = 0
        self.required_seen = 0

    def parse(self, buffer: bytes, position: int) -> int:
        """Look at the bytes from `position`: where to go on, and in self.outcome what was there.

        MESSAGE: self.message holds it. GARBLED: the bytes up to the result are to be ignored, self.garbled_text says
        why (SES-15). INCOMPLETE: the result is `position`; call again when more bytes have come. Never raises.
        """
        size = len(buffer)
        self.outcome = INCOMPLETE
        if position >= size:
            return position
        end = self.frame(buffer, position, size)
        if end == INCOMPLETE:
            return position
        if end < 0:
            return self.skip(buffer, position, size)
        message = self.message
        message.buffer = buffer
        message.begin = position
        message.end = end + FRAME_TAIL
        self.scan(buffer, end)
        self.outcome = MESSAGE
        return end + FRAME_TAIL

    def frame(self, text: bytes, position: int, size: int) -> int:
        """Where CheckSum(10) of a sound frame starts, INCOMPLETE or -1; leaves the start of the body in self.body."""
        self.stated_end = 0
        start = self.begin_string_end(text, position, size)
        if start <= 0:
            return start
        i = start
        length = 0
        while i < size and text[i] != SOH:
            digit = text[i] - ZERO
            if digit < 0 or digit > 9 or i - start >= LENGTH_DIGITS_MAX:
                return self.garbled("BodyLength(9) is not a number")
            length = length * 10 + digit
            i += 1
        if i >= size:
            return INCOMPLETE
        if i == start:
            return self.garbled("BodyLength(9) is empty")
        self.body = i + 1
        end = self.body + length
        if end + FRAME_TAIL - position > self.message_bytes_max:
            return self.garbled("the message is longer than allowed")
        self.stated_end = end
        if size < end + FRAME_TAIL:
            return INCOMPLETE
        return self.sound(text, position, end)

    def begin_string_end(self, text: bytes, position: int, size: int) -> int:
        """Where the value of BodyLength(9) starts, INCOMPLETE or -1."""
        if text[position : position + len(self.prefix)] == self.prefix:
            return position + len(self.prefix)
        stop = text.find(SOH, position, position + BEGIN_BYTES_MAX)
        head = text[position : position + 6]
        if not head.startswith(b"8=FIX"[: len(head)]):
            return self.garbled("does not begin with 8=FIX")
        if stop < 0:
            return INCOMPLETE if size - position < BEGIN_BYTES_MAX else self.garbled("BeginString(8) is too long")
        if size < stop + 3:
            return INCOMPLETE
        if text[stop + 1] != 57 or text[stop + 2] != EQUALS:
            return self.garbled("BodyLength(9) is not the second field")
        return stop + 3

    def sound(self, text: bytes, position: int, end: int) -> int:
        """`end` if the frame's body, CheckSum(10) and MsgType(35) are in place, else -1."""
        if text[end - 1] != SOH or text[end] != 49 or text[end + 1] != 48 or text[end + 2] != EQUALS or text[end + 6] != SOH:
            return self.garbled("BodyLength(9) is wrong")
        total = sum(text[position:end]) & 255
        if number_at(text, end + 3, 3) != total:
            return self.garbled("CheckSum(10) is wrong")
        i = self.body
        if end - i < 5 or text[i] != 51 or text[i + 1] != 53 or text[i + 2] != EQUALS or text[i + 3] == SOH:
            return self.garbled("MsgType(35) is not the third field")
        return end

    def garbled(self, why: str) -> int:
        """-1, with the reason noted."""
        self.garbled_text = why
        return -1

    def skip(self, buffer: bytes, position: int, size: int) -> int:
        """Where to go on after a garbled start; `position` while its end is not known.

        A frame whose length is wrong ends with the next CheckSum(10) at or after the stated end, as in QuickFIX; without
        a usable length the next "8=FIX" is waited for.
        """
        following = 0
        if self.stated_end:
            tail = buffer.find(b"\x0110=", self.stated_end - 1)
            following = buffer.find(b"\x01", tail + 4) + 1 if tail >= 0 else 0
            if following == 0 and size - position < self.message_bytes_max:
                return position
        if following == 0:
            following = next_start(buffer, position + 1, size)
        self.outcome = GARBLED
        return following

    def scan(self, text: bytes, end: int) -> None:
        """Walk over the fields from MsgType(35) on, note where each stands, and find the first fault."""
        message = self.message
        message.generation += 1
        message.problem_reason = NO_REASON
        message.problem_tag = NO_TAG
        message.sequence = -1
        i = self.open(text)
        slots = message.slots
        codes = self.codes
        size = message.size
        generation = message.generation
        self.section = HEADER
        self.required_seen = 0
        while i < end:
            tag = 0
            begin = i
            while 48 <= text[i] <= 57 and tag < TAG_LIMIT:
                tag = tag * 10 + text[i] - ZERO
                i += 1
            if text[i] != EQUALS or i == begin or tag >= size or (text[begin] == ZERO and i != begin + 1):
                i = self.odd(text, begin, end)
                continue
            i += 1
            start = i
            while text[i] != SOH:
                i += 1
            code = codes[tag]
            if code == 0:
                self.undefined(tag)
            elif slots[SLOT * tag] == generation:
                self.problem(REPEATED_TAG, tag)
                i += 1
                continue
            else:
                self.required_seen += (code & REQUIRED) >> 5
                if code & KIND_MASK == DATA:
                    i = self.data(text, tag, start, i, end)
                self.check(text, tag, code, start, i)
            slots[SLOT * tag] = generation
            slots[SLOT * tag + 1] = start
            slots[SLOT * tag + 2] = i
            i += 1
            if code & KIND_MASK == GROUP_COUNT:
                i = self.group(text, tag, start, i, end)
        self.close(end)

    def open(self, text: bytes) -> int:
        """Enter the first three fields and choose the plan for the MsgType; where the fourth field starts."""
        message = self.message
        start = self.body + 3
        stop = text.index(SOH, start)
        message.msg_type = text[start:stop]
        plan = self.plans.get(message.msg_type)
        if plan is None:
            plan = self.unchecked
            if message.msg_type not in self.standard:
                self.problem(INVALID_MSG_TYPE, NO_TAG)
        self.plan = plan
        self.codes = plan.codes
        message.spec = plan.spec
        message.groups_spec = plan.groups
        begin_stop = text.index(SOH, message.begin)
        self.enter(8, message.begin + 2, begin_stop)
        self.enter(9, begin_stop + 3, self.body - 1)
        self.enter(35, start, stop)
        self.enter(10, message.end - 4, message.end - 1)
        return stop + 1

    def enter(self, tag: int, start: int, end: int) -> None:
        """Note where a value stands."""
        slots = self.message.slots
        if tag < self.message.size:
            slots[SLOT * tag] = self.message.generation
            slots[SLOT * tag + 1] = start
            slots[SLOT * tag + 2] = end

    def close(self, end: int) -> None:
        """What can be said only after the last field: required fields, MsgSeqNum(34)."""
        message = self.message
        if self.required_seen != self.plan.required_count and message.problem_reason not in (OUT_OF_ORDER, INVALID_MSG_TYPE):
            for tag in self.plan.required:
                if not message.has(tag):
                    message.problem_reason = REQUIRED_TAG_MISSING
                    message.problem_tag = tag
                    break
        sequence = message.decimal(34, 0)
        message.sequence = -1 if sequence < 0 else sequence

    def problem(self, reason: int, tag: int) -> None:
        """Keep the first fault, but field order before all others (QuickFIX reports them so)."""
        message = self.message
        if message.problem_reason == NO_REASON or (reason == OUT_OF_ORDER and message.problem_reason != OUT_OF_ORDER):
            message.problem_reason = reason
            message.problem_tag = tag

    def undefined(self, tag: int) -> None:
        """A tag without a place in this message: defined elsewhere, or nowhere."""
        if self.defined[tag]:
            self.problem(TAG_NOT_DEFINED, tag)
        else:
            self.problem(INVALID_TAG_NUMBER, tag)

    def odd(self, text: bytes, begin: int, end: int) -> int:
        """A field whose tag is no number of the dictionary: where the next field starts."""
        stop = text.index(SOH, begin)
        name = text[begin:stop].partition(b"=")[0]
        if self.plan is not self.unchecked or not name.isdigit():
            is_number = name.removeprefix(b"-").isdigit() and len(name) < 10
            self.problem(INVALID_TAG_NUMBER, int(name) if is_number else NO_TAG)
        return stop + 1

    def check(self, text: bytes, tag: int, code: int, start: int, end: int) -> None:
        """The checks of one field: place, presence, format and value."""
        section = code & SECTION_MASK
        if section != self.section:
            if section < self.section:
                self.problem(OUT_OF_ORDER, tag)
            else:
                self.section = section
        self.check_value(text, tag, code, start, end)

    def check_value(self, text: bytes, tag: int, code: int, start: int, end: int) -> None:
        """Presence, format and value of one field."""
        if start == end:
            self.problem(NO_VALUE, tag)
        elif not is_format(code & KIND_MASK, text, start, end):
            self.problem(WRONG_FORMAT, tag)
        elif code & ENUMERATED and not (end - start == 1 and self.enum_characters[self.enum_rows[tag] + text[start]]):
            value = text[start:end]
            values = self.enums[tag]
            if value not in values and not (code & KIND_MASK == MULTIPLE and values.issuperset(value.split(b" "))):
                self.problem(WRONG_VALUE, tag)

    def data(self, text: bytes, tag: int, start: int, stop: int, end: int) -> int:
        """Where a data field ends by the length given before it, SOH inside included."""
        length_tag = self.length_tags[tag]
        length = self.message.decimal(length_tag, 0)
        if length == ABSENT:
            self.problem(REQUIRED_TAG_MISSING, length_tag)
            return stop
        if length < 0 or start + length >= end or text[start + length] != SOH:
            self.problem(WRONG_FORMAT, length_tag)
            return stop
        return start + length

    def group(self, text: bytes, tag: int, start: int, position: int, end: int) -> int:
        """Check the entries of the group NumInGroup field `tag` opens; where the fields after it start."""
        spec = self.plan.groups.get(tag)
        if spec is None:
            return position
        return self.entries(text, spec, self.count(text, start, position - 1), position, end)

    def count(self, text: bytes, start: int, end: int) -> int:
        """The value of a NumInGroup field, -1 if malformed (which was reported already)."""
        value = scaled(text, start, end, 0)
        return -1 if value < 0 else value

    def entries(self, text: bytes, spec: GroupSpec, count: int, position: int, end: int) -> int:
        """Check the entries of one group (SES-16 reasons 15 and 16); where the fields after it start."""
        found = 0
        place = 0
        entry = position
        length = 0
        while position < end:
            tag, start, stop = self.next_field(text, position, end)
            member = spec.order[tag] if 0 < tag < len(spec.order) else 0
            if member == 0 or (1 < member <= place and self.codes[tag]):
                break
            if member == 1:
                self.complete(text, spec, entry, position, found)
                entry = position
                found += 1
            elif member <= place or found == 0:
                self.problem(REPEATED_TAG if member == place else GROUP_ORDER, tag)
                found = max(found, 1)
            place = member
            code = spec.codes[tag]
            if code & KIND_MASK == DATA and 0 <= length < end - start and text[start + length] == SOH:
                stop = start + length
            length = scaled(text, start, stop, 0)
            self.check_value(text, tag, code, start, stop)
            position = stop + 1
            inner = spec.groups.get(tag)
            if inner is not None:
                position = self.entries(text, inner, self.count(text, start, stop), position, end)
        self.complete(text, spec, entry, position, found)
        if found != count and count >= 0:
            self.problem(GROUP_COUNT_WRONG, spec.count_tag)
        return position

    def complete(self, text: bytes, spec: GroupSpec, entry: int, position: int, found: int) -> None:
        """Report a required member missing from the entry in text[entry:position]."""
        if found == 0 or not spec.required:
            return
        seen = {tag for tag, _ in fields_of(text[entry:position])}
        for tag in spec.required:
            if tag not in seen:
                self.problem(REQUIRED_TAG_MISSING, tag)

    def next_field(self, text: bytes, position: int, end: int) -> tuple[int, int, int]:
        """Tag (0 if it is no number) and bounds of the value of the field at `position`."""
        stop = text.index(SOH, position)
        equals = text.find(EQUALS, position, stop)
        name = text[position:equals]
        if equals < 0 or not name.isdigit() or len(name) > 6:
            return 0, position, stop
        return int(name), equals + 1, stop
