"""Cuts a byte stream into FIX messages and checks each against the dictionary in one pass, without an object per field.

Parser.parse() finds one message, and Message is the window on it: an array by tag says where each value stands in the
buffer, stamped with the number of the message, so nothing is cleared or allocated between messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cython

from fix.groups import fields_of
from fix.kinds import ABSENT
from fix.message import Message
from fix.values import (
    is_date,
    is_decimal,
    is_integer,
    is_month_year,
    is_time,
    is_timestamp,
    is_unsigned,
    scaled,
)

if not cython.compiled:  # else from constants.pxd and memory.pxd
    from fix.kinds import (
        BEGIN_BYTES_MAX,
        BOOLEAN,
        CHAR,
        CHECKED,
        DATA,
        DATE,
        DECIMAL,
        ENUMERATED,
        EQUALS,
        FRAME_TAIL,
        GARBLED,
        GROUP_COUNT,
        HEADER,
        INCOMPLETE,
        INTEGER,
        KIND_MASK,
        LENGTH_DIGITS_MAX,
        MESSAGE,
        MONTH_YEAR,
        MULTIPLE,
        NO_REASON,
        NO_TAG,
        REQUIRED,
        SECTION_MASK,
        SLOT,
        SOH,
        STRING,
        TAG_LIMIT,
        TIME,
        TIMESTAMP,
        UNSIGNED,
    )
    from fix.plain_memory import cut, find, ints, octet_sum
    from fix.tags import (
        GROUP_FIELDS_OUT_OF_ORDER,
        INCORRECT_DATA_FORMAT,
        INCORRECT_NUM_IN_GROUP,
        INVALID_MSG_TYPE,
        INVALID_TAG_NUMBER,
        REQUIRED_TAG_MISSING,
        TAG_APPEARS_MORE_THAN_ONCE,
        TAG_NOT_DEFINED_FOR_THIS_MESSAGE_TYPE,
        TAG_OUT_OF_REQUIRED_ORDER,
        TAG_SPECIFIED_WITHOUT_A_VALUE,
        VALUE_IS_INCORRECT,
    )

if TYPE_CHECKING:
    from array import array
    from collections.abc import Mapping

    from fix.dictionary import Dictionary, GroupSpec, MessageSpec

FRAME_TAGS = (8, 9, 35, 10)
GENERATION_MAX = 2**31 - 1


@cython.final
@cython.cclass
class GroupPlan:
    """What the parser needs of one GroupSpec: tables by tag, 0 in `order` for tags that are no members."""

    __slots__ = ("codes", "count_tag", "groups", "order", "required", "size")

    def __init__(self, spec: GroupSpec) -> None:
        self.count_tag = spec.count_tag
        self.codes = spec.codes
        self.order = spec.order
        self.size = len(spec.order)
        self.required = spec.required
        self.groups = plan_groups(spec.groups)


@cython.final
@cython.cclass
class Plan:
    """What the parser needs of one MessageSpec."""

    __slots__ = ("codes", "groups", "is_standard", "msg_type", "required", "required_count", "spec")

    def __init__(
        self, codes: bytes, groups: Mapping[int, GroupSpec], required: tuple[int, ...], spec: MessageSpec | None
    ) -> None:
        self.msg_type = spec.msg_type if spec is not None else b""
        self.spec = spec
        self.codes = codes
        self.groups = plan_groups(groups)
        self.required = tuple(tag for tag in required if tag not in FRAME_TAGS)
        self.required_count = len(self.required)


def plan_groups(groups: Mapping[int, GroupSpec]) -> dict[int, GroupPlan]:
    """Plans of all the groups by NumInGroup tag."""
    return {tag: GroupPlan(spec) for tag, spec in groups.items()}


def next_start(buffer: bytes, position: int) -> int:
    """Where the next "8=FIX", or a piece of it at the very end, starts; the end of the buffer if there is none."""
    found = buffer.find(b"8=FIX", position)
    if found >= 0:
        return found
    for start in range(max(position, len(buffer) - 4), len(buffer)):
        if b"8=FIX".startswith(buffer[start:]):
            return start
    return len(buffer)


def checksum_at(text: bytes, at: int) -> int:
    """The number of the three digits text[at:at + 3], or -1."""
    value = 0
    for i in range(at, at + 3):
        if text[i] < 48 or text[i] > 57:
            return -1
        value = value * 10 + text[i] - 48
    return value


def is_format(kind: int, text: bytes, start: int, end: int) -> bool:
    """Whether a value that is not empty has the format of its kind; text, data and multiple values always have."""
    if kind == DECIMAL:
        return is_decimal(text, start, end)
    if kind == TIMESTAMP:
        return is_timestamp(text, start, end)
    if kind == UNSIGNED or kind == GROUP_COUNT:  # noqa: PLR1714 (faster compiled)
        return is_unsigned(text, start, end)
    if kind == INTEGER:
        return is_integer(text, start, end)
    if kind == BOOLEAN:
        return end - start == 1 and (text[start] == 89 or text[start] == 78)  # noqa: PLR1714
    if kind == DATE:
        return is_date(text, start, end)
    if kind == TIME:
        return is_time(text, start, end)
    if kind == MONTH_YEAR:
        return is_month_year(text, start, end)
    return True


@cython.final
@cython.cclass
class Parser:
    """Finds and checks messages. It keeps nothing between calls but self.message, so one serves all connections."""

    __slots__ = (
        "body",
        "by_character",
        "by_type",
        "defined",
        "dictionary",
        "enum_characters",
        "enum_rows",
        "garbled_text",
        "length_at",
        "message",
        "message_bytes_max",
        "outcome",
        "plan",
        "prefix",
        "stated_end",
        "unchecked",
        "value",
    )

    def __init__(self, dictionary: Dictionary, message_bytes_max: int = 65_536) -> None:
        self.dictionary = dictionary
        self.message = Message(dictionary)
        self.message_bytes_max = message_bytes_max
        self.outcome = INCOMPLETE
        self.garbled_text = ""
        self.prefix = b"8=" + dictionary.begin_string + b"\x019="
        self.defined = bytes(tag in dictionary.fields for tag in range(dictionary.size))
        self.enum_rows = dictionary.enum_rows
        self.enum_characters = dictionary.enum_characters
        specs = dictionary.messages.values()
        self.by_type = {spec.msg_type: Plan(spec.codes, spec.groups, spec.required, spec) for spec in specs}
        self.by_character = [self.by_type.get(bytes((code,))) for code in range(256)]
        self.unchecked = Plan(dictionary.unchecked_codes, dictionary.header_groups, dictionary.header_required, None)
        self.plan = self.unchecked
        self.length_at = 0
        self.body = 0
        self.stated_end = 0
        self.value = 0

    def parse(self, buffer: bytes, position: int) -> int:
        """Look at the bytes from `position`: where to go on, and in self.outcome what was there.

        MESSAGE: self.message holds it. GARBLED: the bytes up to the result are to be ignored, self.garbled_text says
        why (SES-15). INCOMPLETE: the result is `position`; call again when more bytes have come. Never raises.
        """
        text = buffer
        self.outcome = INCOMPLETE
        self.stated_end = 0
        end = self.frame(text, position, len(buffer))
        if end == INCOMPLETE:
            return position
        if end < 0:
            return self.skip(buffer, position)
        message = self.message
        message.buffer = buffer
        message.begin = position
        message.end = end + FRAME_TAIL
        self.scan(text, self.open(text, position, end), end)
        self.outcome = MESSAGE
        return message.end

    def frame(self, text: bytes, position: int, size: int) -> int:
        """Where CheckSum(10) of a sound frame starts, INCOMPLETE or -1; leaves in self.body where MsgType(35) starts."""
        i = self.length_start(text, position, size)
        if i <= 0:
            return i
        start = i
        self.length_at = i
        length = 0
        while i < size and text[i] != SOH:
            if text[i] < 48 or text[i] > 57 or i - start >= LENGTH_DIGITS_MAX:
                return self.garbled("BodyLength(9) is not a number")
            length = length * 10 + text[i] - 48
            i += 1
        if i >= size:
            return INCOMPLETE
        if i == start or length < 5:
            return self.garbled("BodyLength(9) is too small")
        self.body = i + 1
        end = i + 1 + length
        if end + FRAME_TAIL - position > self.message_bytes_max:
            return self.garbled("the message is longer than allowed")
        self.stated_end = end
        if size < end + FRAME_TAIL:
            return INCOMPLETE
        return self.sound(text, position, end)

    def length_start(self, text: bytes, position: int, size: int) -> int:
        """Where the value of BodyLength(9) starts, INCOMPLETE or -1."""
        expected = self.prefix
        count = len(self.prefix)
        i = 0
        while i < count and position + i < size and text[position + i] == expected[i]:
            i += 1
        if i == count:
            return position + i
        if position + i == size:
            return INCOMPLETE
        if i < 5:
            return self.garbled("does not begin with 8=FIX")
        limit = position + BEGIN_BYTES_MAX
        stop = find(text, SOH, position, limit if limit < size else size)  # noqa: PLR1730, FURB136 (faster compiled)
        if stop == limit:
            return self.garbled("BeginString(8) is too long")
        if stop + 2 >= size:
            return INCOMPLETE
        if text[stop + 1] != 57 or text[stop + 2] != EQUALS:
            return self.garbled("BodyLength(9) is not the second field")
        return stop + 3

    def sound(self, text: bytes, position: int, end: int) -> int:
        """`end` if body, CheckSum(10) and MsgType(35) are in place, else -1."""
        if text[end - 1] != SOH or text[end] != 49 or text[end + 1] != 48 or text[end + 2] != EQUALS:
            return self.garbled("BodyLength(9) is wrong")
        if text[end + 6] != SOH or checksum_at(text, end + 3) != octet_sum(text, position, end):
            return self.garbled("CheckSum(10) is wrong")
        i = self.body
        if text[i] != 51 or text[i + 1] != 53 or text[i + 2] != EQUALS or text[i + 3] == SOH:
            return self.garbled("MsgType(35) is not the third field")
        return end

    def garbled(self, why: str) -> int:
        """-1, with the reason noted."""
        self.garbled_text = why
        return -1

    def skip(self, buffer: bytes, position: int) -> int:
        """Where to go on after a garbled start; `position` while its end is not known.

        A frame that states its length ends with the first CheckSum(10) at or after the stated end, as in QuickFIX;
        everything else ends where the next "8=FIX" starts.
        """
        if self.stated_end:
            tail = buffer.find(b"\x0110=", self.stated_end - 1)
            stop = buffer.find(b"\x01", tail + 4) if tail >= 0 else -1
            if stop >= 0:
                self.outcome = GARBLED
                return stop + 1
            if len(buffer) - position < self.message_bytes_max:
                return position
        self.outcome = GARBLED
        return next_start(buffer, position + 1)

    def open(self, text: bytes, position: int, end: int) -> int:
        """Begin a message: enter its frame's fields and choose the plan for its MsgType; where the fourth field starts."""
        message = self.message
        if message.generation == GENERATION_MAX:
            message.forget()
        message.generation += 1
        message.problem_reason = NO_REASON
        message.problem_tag = NO_TAG
        start = self.body + 3
        stop = find(text, SOH, start, end)
        plan = self.by_character[text[start]] if stop == start + 1 else self.by_type.get(cut(text, start, stop))
        if plan is None:
            message.msg_type = cut(text, start, stop)
            message.is_standard = message.msg_type in self.dictionary.standard_types
            if not message.is_standard:
                self.problem(INVALID_MSG_TYPE, NO_TAG)
            plan = self.unchecked
        else:
            message.msg_type = plan.msg_type
            message.is_standard = True
        self.plan = plan
        message.spec = plan.spec
        message.enter(8, position + 2, self.length_at - 3)
        message.enter(9, self.length_at, self.body - 1)
        message.enter(35, start, stop)
        message.enter(10, end + 3, end + 6)
        return stop + 1

    def scan(self, text: bytes, i: int, end: int) -> None:
        """Walk over the fields after MsgType(35), note where each stands, and find the first fault."""
        message = self.message
        slots = ints(message.slots)
        generation = message.generation
        size = message.size
        codes = self.plan.codes
        section = HEADER
        seen = 0
        while i < end:
            begin = i
            tag = 0
            while 48 <= text[i] <= 57 and tag < TAG_LIMIT:
                tag = tag * 10 + text[i] - 48
                i += 1
            if text[i] != EQUALS or i == begin or tag >= size or (text[begin] == 48 and i > begin + 1):
                i = self.odd(begin, end)
                continue
            start = i + 1
            i = find(text, SOH, start, end)
            code = codes[tag]
            slot = tag * SLOT
            if code == 0:
                self.undefined(tag)
            elif slots[slot] == generation:
                self.problem(TAG_APPEARS_MORE_THAN_ONCE, tag)
                i += 1
                continue
            else:
                if code & REQUIRED:
                    seen += 1
                if code & SECTION_MASK != section:
                    section = self.enter_section(section, code & SECTION_MASK, tag)
                if code & CHECKED != STRING or i == start:
                    if code & KIND_MASK == DATA:
                        i = self.data_end(text, tag, start, i, end)
                    fault = self.fault(text, tag, code, start, i)
                    if fault != NO_REASON:
                        self.problem(fault, tag)
            slots[slot] = generation
            slots[slot + 1] = start
            slots[slot + 2] = i
            i += 1
            if code & KIND_MASK == GROUP_COUNT:
                i = self.group(text, tag, start, i, end)
        self.close(seen)

    def close(self, seen: int) -> None:
        """What can be said only after the last field: MsgSeqNum(34), and whether all required fields are there.

        QuickFIX looks for missing fields before it looks into the others, so that a missing one is reported first.
        """
        message = self.message
        sequence = message.decimal(34, 0)
        message.sequence = sequence if sequence >= 0 else -1  # noqa: FURB136 (faster compiled)
        if seen != self.plan.required_count and message.problem_reason not in (TAG_OUT_OF_REQUIRED_ORDER, INVALID_MSG_TYPE):
            message.problem_reason = REQUIRED_TAG_MISSING
            message.problem_tag = self.missing()

    def missing(self) -> int:
        """The first required tag that is not there."""
        return next(tag for tag in self.plan.required if not self.message.has(tag))

    def problem(self, reason: int, tag: int) -> None:
        """Keep the first fault, but wrong order of header, body and trailer before all others, as QuickFIX does."""
        message = self.message
        if message.problem_reason == NO_REASON or (reason == TAG_OUT_OF_REQUIRED_ORDER and message.problem_reason != TAG_OUT_OF_REQUIRED_ORDER):
            message.problem_reason = reason
            message.problem_tag = tag

    def enter_section(self, section: int, entered: int, tag: int) -> int:
        """The section the message is in after a field of section `entered`: they only follow one another."""
        if entered > section:
            return entered
        self.problem(TAG_OUT_OF_REQUIRED_ORDER, tag)
        return section

    def undefined(self, tag: int) -> None:
        """A tag without a place in this message: the dictionary knows it from elsewhere, or not at all."""
        self.problem(TAG_NOT_DEFINED_FOR_THIS_MESSAGE_TYPE if self.defined[tag] else INVALID_TAG_NUMBER, tag)

    def odd(self, begin: int, end: int) -> int:
        """A field whose tag is no number of the dictionary: where the next field starts."""
        stop = self.message.buffer.index(b"\x01", begin, end)
        name = self.message.buffer[begin:stop].partition(b"=")[0]
        digits = name.removeprefix(b"-")
        is_number = digits.isdigit() and len(digits) < 10
        if self.plan is not self.unchecked or name != digits or not is_number:
            self.problem(INVALID_TAG_NUMBER, int(name) if is_number else NO_TAG)
        return stop + 1

    def fault(self, text: bytes, tag: int, code: int, start: int, end: int) -> int:
        """The first fault in presence, format and value of one field: a SessionRejectReason or NO_REASON."""
        kind = code & KIND_MASK
        if start == end:
            return TAG_SPECIFIED_WITHOUT_A_VALUE
        if kind == CHAR:
            if end - start != 1:
                return INCORRECT_DATA_FORMAT
        elif kind != STRING and not is_format(kind, text, start, end):
            return INCORRECT_DATA_FORMAT
        if code & ENUMERATED:
            rows = ints(self.enum_rows)
            characters = self.enum_characters
            if end - start != 1 or characters[rows[tag] + text[start]] == 0:
                return self.long_fault(tag, kind, cut(text, start, end))
        return NO_REASON

    def long_fault(self, tag: int, kind: int, value: bytes) -> int:
        """VALUE_IS_INCORRECT unless this value, no single character of the enumeration, is a longer one or several of it."""
        values = self.dictionary.fields[tag].values
        if value in values or (kind == MULTIPLE and all(part in values for part in value.split(b" "))):
            return NO_REASON
        return VALUE_IS_INCORRECT

    def data_end(self, text: bytes, tag: int, start: int, stop: int, end: int) -> int:
        """Where a data field ends by the length given before it: SOH inside belongs to the data (VAL-07)."""
        length_tag = self.dictionary.length_tags[tag]
        length = self.message.decimal(length_tag, 0)
        if length == ABSENT:
            self.problem(REQUIRED_TAG_MISSING, length_tag)
            return stop
        if length < 0 or length >= end - start or text[start + length] != SOH:
            self.problem(INCORRECT_DATA_FORMAT, length_tag)
            return stop
        return start + length

    def group(self, text: bytes, tag: int, start: int, position: int, end: int) -> int:
        """Check the entries of the group NumInGroup field `tag` opens; where the fields after it start."""
        plan = self.plan.groups.get(tag)
        if plan is None:
            return position
        return self.entries(text, plan, scaled(text, start, position - 1, 0), position, end)

    def entries(self, text: bytes, plan: GroupPlan, count: int, position: int, end: int) -> int:
        """Check the entries of one group (SES-16 reasons 15 and 16); where the fields after it start."""
        order = ints(plan.order)
        codes = plan.codes
        outside = self.plan.codes
        found = 0
        place = 0
        entry = position
        length = ABSENT
        while position < end:
            tag = self.tag_at(text, position)
            if tag < 0 or tag >= plan.size or order[tag] == 0:
                break
            if order[tag] == 1:
                self.complete(plan, entry, position)
                entry = position
                found += 1
            elif order[tag] <= place or found == 0:
                if outside[tag]:
                    break
                self.problem(TAG_APPEARS_MORE_THAN_ONCE if order[tag] == place else GROUP_FIELDS_OUT_OF_ORDER, tag)
                found = max(found, 1)
            place = order[tag]
            start = self.value
            stop = find(text, SOH, start, end)
            if codes[tag] & KIND_MASK == DATA and 0 <= length < end - start and text[start + length] == SOH:
                stop = start + length
            length = scaled(text, start, stop, 0)
            fault = self.fault(text, tag, codes[tag], start, stop)
            if fault != NO_REASON:
                self.problem(fault, tag)
            position = stop + 1
            if codes[tag] & KIND_MASK == GROUP_COUNT:
                position = self.entries(text, plan.groups[tag], length, position, end)
        self.complete(plan, entry, position)
        if found != count and count >= 0:
            self.problem(INCORRECT_NUM_IN_GROUP, plan.count_tag)
        return position

    def complete(self, plan: GroupPlan, entry: int, position: int) -> None:
        """Report a required member missing from the entry in buffer[entry:position], which may be none."""
        if plan.required and entry != position:
            there = {tag for tag, _ in fields_of(self.message.buffer[entry:position], self.dictionary)}
            for tag in plan.required:
                if tag not in there:
                    self.problem(REQUIRED_TAG_MISSING, tag)

    def tag_at(self, text: bytes, position: int) -> int:
        """The tag of the field at `position`, -1 if it is no number; leaves in self.value where its value starts."""
        tag = 0
        i = position
        while 48 <= text[i] <= 57 and tag < TAG_LIMIT:
            tag = tag * 10 + text[i] - 48
            i += 1
        self.value = i + 1
        return tag if text[i] == EQUALS and i > position and text[position] != 48 else -1
