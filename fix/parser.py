"""Cuts a byte stream into FIX messages and checks each against the dictionary in one pass, without an object per field.

Parser.parse() finds one message, and Message is the window on it: an array by tag says where each value stands in the
buffer, stamped with the number of the message, so nothing is cleared or allocated between messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cython

from fix.frames import Frames
from fix.groups import fields_of
from fix.kinds import (
    ABSENT,
    ANY_GROUP_ORDER,
    ANY_SECTION_ORDER,
    BODY,
    CHAR,
    CHECKED,
    DATA,
    EMPTY_VALUES,
    ENUMERATED,
    EQUALS,
    FRAME_TAIL,
    GARBLED,
    GROUP_COUNT,
    HEADER,
    INCOMPLETE,
    KIND_MASK,
    MESSAGE,
    MULTIPLE,
    NO_REASON,
    NO_TAG,
    REQUIRED,
    SECTION_MASK,
    SLOT,
    SOH,
    STRING,
    TAG_LIMIT,
    UNKNOWN_FIELDS,
    USER_FIELDS,
    USER_TAG_MIN,
)
from fix.message import Message
from fix.plan import GroupPlan, Plan
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
from fix.values import is_format, scaled

if not cython.compiled:  # else from memory.pxd
    from fix.memory import cut, find, ints

if TYPE_CHECKING:
    from fix.dictionary import Dictionary

GENERATION_MAX = 2**31 - 1


@cython.final
@cython.cclass
class Parser:
    """Finds and checks messages. It keeps nothing between calls but self.message, so one serves all connections.

    `lenience` is what it lets pass though the dictionary does not, in bits of fix.kinds: whoever calls sets it.
    """

    __slots__ = (
        "by_character",
        "by_type",
        "defined",
        "dictionary",
        "enum_characters",
        "enum_rows",
        "frames",
        "lenience",
        "message",
        "outcome",
        "plan",
        "unchecked",
        "value",
    )

    def __init__(self, dictionary: Dictionary, message_bytes_max: int = 65_536) -> None:
        self.dictionary = dictionary
        self.message = Message(dictionary)
        self.frames = Frames(dictionary.begin_string, message_bytes_max)
        self.outcome = INCOMPLETE
        self.lenience = 0
        self.defined = bytes(tag in dictionary.fields for tag in range(dictionary.size))
        self.enum_rows = dictionary.enum_rows
        self.enum_characters = dictionary.enum_characters
        specs = dictionary.messages.values()
        self.by_type = {spec.msg_type: Plan(spec.codes, spec.groups, spec.required, spec) for spec in specs}
        self.by_character = [self.by_type.get(bytes((code,))) for code in range(256)]
        self.unchecked = Plan(dictionary.unchecked_codes, dictionary.header_groups, dictionary.header_required, None)
        self.plan = self.unchecked
        self.value = 0

    @property
    def garbled_text(self) -> str:
        """Why the bytes last skipped were no message."""
        return self.frames.garbled_text

    def parse(self, buffer: bytes, position: int) -> int:
        """Look at the bytes from `position`: where to go on, and in self.outcome what was there.

        MESSAGE: self.message holds it. GARBLED: the bytes up to the result are to be ignored, garbled_text says why
        (SES-15). INCOMPLETE: the result is `position`; call again when more bytes have come. Never raises.
        """
        self.outcome = INCOMPLETE
        end = self.frames.look(buffer, position)
        if end == INCOMPLETE:
            return position
        if end < 0:
            self.outcome = GARBLED
            return self.frames.resume
        text = buffer
        message = self.message
        message.buffer = buffer
        message.begin = position
        message.end = end + FRAME_TAIL
        self._scan(text, self._open(text, position, end), end)
        self.outcome = MESSAGE
        return message.end

    def _open(self, text: bytes, position: int, end: int) -> int:
        """Begin a message: enter the frame's fields, choose the plan for its MsgType; where the fourth field starts."""
        message = self.message
        if message.generation == GENERATION_MAX:
            message.forget()
        message.generation += 1
        message.problem_reason = NO_REASON
        message.problem_tag = NO_TAG
        start = self.frames.body + 3
        stop = find(text, SOH, start, end)
        plan = self.by_character[text[start]] if stop == start + 1 else self.by_type.get(cut(text, start, stop))
        if plan is None:
            message.msg_type = cut(text, start, stop)
            message.is_standard = message.msg_type in self.dictionary.standard_types
            if not message.is_standard:
                self._problem(INVALID_MSG_TYPE, NO_TAG)
            plan = self.unchecked
        else:
            message.msg_type = plan.msg_type
            message.is_standard = True
        self.plan = plan
        message.spec = plan.spec
        message.enter(8, position + 2, self.frames.length_at - 3)
        message.enter(9, self.frames.length_at, self.frames.body - 1)
        message.enter(35, start, stop)
        message.enter(10, end + 3, end + 6)
        return stop + 1

    def _scan(self, text: bytes, i: int, end: int) -> None:
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
                i = self._odd(begin, end)
                continue
            start = i + 1
            i = find(text, SOH, start, end)
            code = codes[tag]
            slot = tag * SLOT
            if code == 0:
                self._undefined(tag)
            elif slots[slot] == generation:
                self._repeated(tag, code & SECTION_MASK, section)
                i += 1
                continue
            else:
                if code & REQUIRED:
                    seen += 1
                if code & SECTION_MASK != section:
                    section = self._enter_section(section, code & SECTION_MASK, tag)
                if code & CHECKED != STRING or i == start:
                    if code & KIND_MASK == DATA:
                        i = self._data_end(text, tag, start, i, end)
                    fault = self._fault(text, tag, code, start, i)
                    if fault != NO_REASON:
                        self._problem(fault, tag)
            slots[slot] = generation
            slots[slot + 1] = start
            slots[slot + 2] = i
            i += 1
            if code & KIND_MASK == GROUP_COUNT:
                i = self._group(text, tag, start, i, end)
        self._close(seen)

    def _close(self, seen: int) -> None:
        """What can be said only after the last field: MsgSeqNum(34), and whether all required fields are there.

        QuickFIX looks for missing fields before it looks into the others, so that a missing one is reported first.
        """
        message = self.message
        sequence = message.decimal(34, 0)
        message.sequence = sequence if sequence >= 0 else -1
        reason = message.problem_reason
        if seen != self.plan.required_count and reason != TAG_OUT_OF_REQUIRED_ORDER and reason != INVALID_MSG_TYPE:
            message.problem_reason = REQUIRED_TAG_MISSING
            message.problem_tag = self._missing()

    def _missing(self) -> int:
        """The first required tag that is not there."""
        return next(tag for tag in self.plan.required if not self.message.has(tag))

    def _problem(self, reason: int, tag: int) -> None:
        """Keep the first fault, but wrong order of header, body and trailer before all others, as QuickFIX does."""
        message = self.message
        before = message.problem_reason
        if before == NO_REASON or (reason == TAG_OUT_OF_REQUIRED_ORDER and before != TAG_OUT_OF_REQUIRED_ORDER):
            message.problem_reason = reason
            message.problem_tag = tag

    def _enter_section(self, section: int, entered: int, tag: int) -> int:
        """The section the message is in after a field of section `entered`: they only follow one another."""
        if entered >= section:
            return entered
        if not self.lenience & ANY_SECTION_ORDER:
            self._problem(TAG_OUT_OF_REQUIRED_ORDER, tag)
        return section

    def _repeated(self, tag: int, entered: int, section: int) -> None:
        """A tag seen before; in the body of a message that is not in the dictionary it may be of a group."""
        self._enter_section(section, entered, tag)
        if self.plan is not self.unchecked or entered != BODY:
            self._problem(TAG_APPEARS_MORE_THAN_ONCE, tag)

    def _undefined(self, tag: int) -> None:
        """A tag without a place in this message: the dictionary knows it from elsewhere, or not at all."""
        if not self._passes(tag):
            self._problem(TAG_NOT_DEFINED_FOR_THIS_MESSAGE_TYPE if self.defined[tag] else INVALID_TAG_NUMBER, tag)

    def _passes(self, tag: int) -> bool:
        """Whether a tag is let pass that has no place where it stands."""
        return tag > 0 and self.lenience & (UNKNOWN_FIELDS if tag < USER_TAG_MIN else USER_FIELDS) != 0

    def _odd(self, begin: int, end: int) -> int:
        """A field whose tag is no number of the dictionary: where the next field starts."""
        stop = self.message.buffer.index(b"\x01", begin, end)
        name = self.message.buffer[begin:stop].partition(b"=")[0]
        digits = name.removeprefix(b"-")
        is_number = digits.isdigit() and len(digits) < 10
        lawful = is_number and name == digits and name[:1] != b"0"
        passes = self.plan is self.unchecked or (lawful and self._passes(int(name)))
        if not passes or name != digits or not is_number:
            self._problem(INVALID_TAG_NUMBER, int(name) if is_number else NO_TAG)
        return stop + 1

    def _fault(self, text: bytes, tag: int, code: int, start: int, end: int) -> int:
        """The first fault in presence, format and value of one field: a SessionRejectReason or NO_REASON."""
        kind = code & KIND_MASK
        if start == end:
            return NO_REASON if self.lenience & EMPTY_VALUES else TAG_SPECIFIED_WITHOUT_A_VALUE
        if kind == CHAR:
            if end - start != 1:
                return INCORRECT_DATA_FORMAT
        elif kind != STRING and not is_format(kind, text, start, end):
            return INCORRECT_DATA_FORMAT
        if code & ENUMERATED:
            rows = ints(self.enum_rows)
            characters = self.enum_characters
            if end - start != 1 or characters[rows[tag] + text[start]] == 0:
                return self._long_fault(tag, kind, cut(text, start, end))
        return NO_REASON

    def _long_fault(self, tag: int, kind: int, value: bytes) -> int:
        """VALUE_IS_INCORRECT unless this value, no single character of the enumeration, is another of it or several."""
        values = self.dictionary.fields[tag].values
        if value in values or (kind == MULTIPLE and all(part in values for part in value.split(b" "))):
            return NO_REASON
        return VALUE_IS_INCORRECT

    def _data_end(self, text: bytes, tag: int, start: int, stop: int, end: int) -> int:
        """Where a data field ends by the length given before it: SOH inside belongs to the data (VAL-07)."""
        length_tag = self.dictionary.length_tags[tag]
        length = self.message.decimal(length_tag, 0)
        if length == ABSENT:
            self._problem(REQUIRED_TAG_MISSING, length_tag)
            return stop
        if length < 0 or length >= end - start or text[start + length] != SOH:
            self._problem(INCORRECT_DATA_FORMAT, length_tag)
            return stop
        return start + length

    def _group(self, text: bytes, tag: int, start: int, position: int, end: int) -> int:
        """Check the entries of the group NumInGroup field `tag` opens; where the fields after it start."""
        plan = self.plan.groups.get(tag)
        if plan is None:
            return position
        return self._entries(text, plan, scaled(text, start, position - 1, 0), position, end)

    def _entries(self, text: bytes, plan: GroupPlan, count: int, position: int, end: int) -> int:
        """Check the entries of one group (SES-16 reasons 15 and 16); where the fields after it start."""
        order = ints(plan.order)
        codes = plan.codes
        outside = self.plan.codes
        found = 0
        place = 0
        entry = position
        length = ABSENT
        while position < end:
            tag = self._tag_at(text, position)
            if tag < 0 or tag >= plan.size or order[tag] == 0:
                if found and tag > 0 and self._passes(tag) and (tag >= plan.size or not self.defined[tag]):
                    position = find(text, SOH, self.value, end) + 1
                    continue
                break
            if order[tag] == 1:
                self._complete(plan, entry, position)
                entry = position
                found += 1
            elif order[tag] <= place or found == 0:
                if outside[tag]:
                    break
                if found == 0:
                    self._problem(GROUP_FIELDS_OUT_OF_ORDER, tag)
                    found = 1
                elif order[tag] == place or self._is_among(tag, entry, position):
                    self._problem(TAG_APPEARS_MORE_THAN_ONCE, tag)
                elif not self.lenience & ANY_GROUP_ORDER:
                    self._problem(GROUP_FIELDS_OUT_OF_ORDER, tag)
            if order[tag] == 1 or order[tag] > place:
                place = order[tag]
            start = self.value
            stop = find(text, SOH, start, end)
            if codes[tag] & KIND_MASK == DATA and 0 <= length < end - start and text[start + length] == SOH:
                stop = start + length
            length = scaled(text, start, stop, 0)
            fault = self._fault(text, tag, codes[tag], start, stop)
            if fault != NO_REASON:
                self._problem(fault, tag)
            position = stop + 1
            if codes[tag] & KIND_MASK == GROUP_COUNT:
                position = self._entries(text, plan.groups[tag], length, position, end)
        self._complete(plan, entry, position)
        if found != count and count >= 0:
            self._problem(INCORRECT_NUM_IN_GROUP, plan.count_tag)
        return position

    def _is_among(self, tag: int, entry: int, position: int) -> bool:
        """Whether the entry in buffer[entry:position] has the field, or a group in it."""
        return any(tag == there for there, _ in fields_of(self.message.buffer[entry:position], self.dictionary))

    def _complete(self, plan: GroupPlan, entry: int, position: int) -> None:
        """Report a required member missing from the entry in buffer[entry:position], which may be none."""
        if plan.required and entry != position:
            there = {tag for tag, _ in fields_of(self.message.buffer[entry:position], self.dictionary)}
            for tag in plan.required:
                if tag not in there:
                    self._problem(REQUIRED_TAG_MISSING, tag)

    def _tag_at(self, text: bytes, position: int) -> int:
        """The tag of the field at `position`, -1 if it is no number; leaves in self.value where its value starts."""
        tag = 0
        i = position
        while 48 <= text[i] <= 57 and tag < TAG_LIMIT:
            tag = tag * 10 + text[i] - 48
            i += 1
        self.value = i + 1
        return tag if text[i] == EQUALS and i > position and text[position] != 48 else -1
