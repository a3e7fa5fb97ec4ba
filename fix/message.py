"""The window on a message the parser found: values by tag, straight from the buffer it arrived in."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import cython

from fix.groups import Group, fields_of, read_group
from fix.kinds import ABSENT, NO_REASON, NO_TAG, OUT_OF_RANGE, SLOT
from fix.tags import REJECT_TEXTS
from fix.timestamp import date_days, timestamp_at
from fix.values import is_printable, scaled

if not cython.compiled:  # else from memory.pxd
    from fix.memory import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fix.dictionary import Dictionary, MessageSpec


@cython.final
@cython.cclass
class Message:
    """The message the parser found last: valid until its next parse().

    begin and end are offsets in the buffer; msg_type is MsgType(35); sequence is MsgSeqNum(34), -1 if that is absent or
    no number; spec is None for a MsgType the dictionary does not hold, and is_standard then says whether FIX knows it;
    problem_reason is NO_REASON or the SessionRejectReason(373) of the first fault, problem_tag its tag or NO_TAG.
    """

    __slots__ = (
        "begin",
        "buffer",
        "dictionary",
        "end",
        "generation",
        "is_standard",
        "msg_type",
        "problem_reason",
        "problem_tag",
        "sequence",
        "size",
        "slots",
        "spec",
    )

    def __init__(self, dictionary: Dictionary) -> None:
        self.dictionary = dictionary
        self.buffer = b""
        self.begin = 0
        self.end = 0
        self.size = dictionary.size
        self.slots = array("i", bytes(4 * SLOT * dictionary.size))
        self.generation = 0
        self.sequence = -1
        self.msg_type = b""
        self.spec: MessageSpec | None = None
        self.is_standard = False
        self.problem_reason = NO_REASON
        self.problem_tag = NO_TAG

    @property
    def begin_string(self) -> bytes:
        """BeginString(8)."""
        return self.get(8) or b""

    @property
    def raw(self) -> bytes:
        """The whole message, copied."""
        return cut(self.buffer, self.begin, self.end)

    @property
    def problem_text(self) -> str:
        """Text(58) for the fault; empty without one."""
        return REJECT_TEXTS.get(self.problem_reason, "")

    def enter(self, tag: int, start: int, end: int) -> None:
        """For the parser: note where a value stands."""
        if tag < self.size:
            self.slots[SLOT * tag] = self.generation
            self.slots[SLOT * tag + 1] = start
            self.slots[SLOT * tag + 2] = end

    def forget(self) -> None:
        """For the parser: begin to count generations anew."""
        self.slots = array("i", bytes(4 * SLOT * self.size))
        self.generation = 0

    def has(self, tag: int) -> bool:
        """Whether the field is there, with a value or without."""
        return 0 <= tag < self.size and self.slots[SLOT * tag] == self.generation

    def get(self, tag: int) -> bytes | None:
        """The field's value, copied; None without the field. Members of repeating groups are found by groups() only."""
        if not self.has(tag):
            return None
        return cut(self.buffer, self.slots[SLOT * tag + 1], self.slots[SLOT * tag + 2])

    def identifier(self, tag: int, bytes_max: int) -> bytes | None:
        """The field's value if it is 1 to `bytes_max` characters of printable ASCII; else None (VAL-07)."""
        if not self.has(tag):
            return None
        start = self.slots[SLOT * tag + 1]
        end = self.slots[SLOT * tag + 2]
        if start == end or end - start > bytes_max or not is_printable(self.buffer, start, end):
            return None
        return cut(self.buffer, start, end)

    def equals(self, tag: int, value: bytes) -> bool:
        """Whether the field is there with exactly this value."""
        if not self.has(tag):
            return False
        start = self.slots[SLOT * tag + 1]
        size = self.slots[SLOT * tag + 2] - start
        if size != len(value):
            return False
        text = self.buffer
        for i in range(size):  # noqa: SIM110 (faster compiled)
            if text[start + i] != value[i]:
                return False
        return True

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
        do not count), OUT_OF_RANGE above DECIMAL_MAX units. All three are below any value.
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
        """The entries of the repeating group that NumInGroup field `tag` opens; empty without it."""
        groups = self.spec.groups if self.spec is not None else self.dictionary.header_groups
        group = groups.get(tag)
        if group is None or not self.has(tag):
            return []
        start = self.slots[SLOT * tag + 2] + 1
        fields = list(fields_of(self.buffer[start : self.end], self.dictionary))
        return read_group(fields, 0, group)[0]

    def fields(self) -> Iterator[tuple[int, bytes]]:
        """Every field in order as (tag, value), members of groups included: see fields_of()."""
        return fields_of(self.raw, self.dictionary)
