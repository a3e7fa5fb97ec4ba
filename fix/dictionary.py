"""The FIX dictionary: fields, messages and groups by number and name, and the tables by tag that the codec reads."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fix.dictionary_file import DictionaryError, Member, RawDictionary, RawField, read_files
from fix.kinds import (
    BODY,
    BOOLEAN,
    CHAR,
    DATA,
    DATE,
    DECIMAL,
    ENUMERATED,
    GROUP_COUNT,
    HEADER,
    INTEGER,
    MONTH_YEAR,
    MULTIPLE,
    REQUIRED,
    STRING,
    TIME,
    TIMESTAMP,
    TRAILER,
    UNSIGNED,
)

__all__ = ["Dictionary", "DictionaryError", "FieldSpec", "GroupSpec", "MessageSpec"]

TAG_MAX = 65_535
"""Greatest tag number a dictionary may define: bounds the tables."""

KINDS = {
    **dict.fromkeys(("STRING", "EXCHANGE", "CURRENCY", "COUNTRY", "LANGUAGE", "XID", "XIDREF"), STRING),
    **dict.fromkeys(
        ("TZTIMEONLY", "TZTIMESTAMP", "TENOR", "LOCALMKTTIME", "TIME", "PATTERN", "RESERVED1000PLUS"), STRING
    ),
    "CHAR": CHAR,
    **dict.fromkeys(("INT", "DAYOFMONTH", "TAGNUM"), INTEGER),
    **dict.fromkeys(("SEQNUM", "LENGTH"), UNSIGNED),
    "NUMINGROUP": GROUP_COUNT,
    **dict.fromkeys(("FLOAT", "QTY", "PRICE", "PRICEOFFSET", "AMT", "PERCENTAGE", "QUANTITY"), DECIMAL),
    "BOOLEAN": BOOLEAN,
    "UTCTIMESTAMP": TIMESTAMP,
    "UTCTIMEONLY": TIME,
    **dict.fromkeys(("UTCDATEONLY", "UTCDATE", "LOCALMKTDATE", "DATE"), DATE),
    "MONTHYEAR": MONTH_YEAR,
    **dict.fromkeys(("MULTIPLEVALUESTRING", "MULTIPLECHARVALUE", "MULTIPLESTRINGVALUE"), MULTIPLE),
    **dict.fromkeys(("DATA", "XMLDATA"), DATA),
}
"""Which check each type of a dictionary file gets (FIX 4.4 Volume 1, field data types)."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field: tag number, name, type as the file spells it, and the names of its values (empty: any value)."""

    number: int
    name: str
    type: str
    values: Mapping[bytes, str]


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A repeating group: its NumInGroup tag, the tag every entry begins with, and the members in order."""

    count_tag: int
    delimiter: int
    members: tuple[int, ...]
    required: tuple[int, ...]
    groups: Mapping[int, GroupSpec]
    codes: bytes
    order: array[int]


@dataclass(frozen=True, slots=True)
class MessageSpec:
    """One message: header, body and trailer together, as a table by tag and as the tags that must be there."""

    msg_type: bytes
    name: str
    is_admin: bool
    tags: tuple[int, ...]
    required: tuple[int, ...]
    groups: Mapping[int, GroupSpec]
    codes: bytes


class Dictionary:
    """What one or more dictionary files say, resolved. Read only after load()."""

    begin_string: bytes
    fields: dict[int, FieldSpec]
    names: dict[str, int]
    messages: dict[bytes, MessageSpec]
    standard_types: frozenset[bytes]
    size: int
    unchecked_codes: bytes
    header_groups: Mapping[int, GroupSpec]
    header_required: tuple[int, ...]
    enum_rows: array[int]
    enum_characters: bytes
    length_tags: array[int]

    def __init__(self, raw: RawDictionary) -> None:
        self.raw = raw
        self.groups: dict[int, GroupSpec] = {}
        self.begin_string = raw.begin_string.encode()
        self.names = {name: spec.number for name, spec in raw.fields.items()}
        self.fields = {
            spec.number: FieldSpec(spec.number, name, spec.type, spec.values) for name, spec in raw.fields.items()
        }
        self._check_fields()
        self.size = max(self.fields, default=0) + 1
        self._enumerations()
        self.length_tags = self._data_lengths()
        self._compile_messages()
        values = self.fields[35].values if 35 in self.fields else {}
        self.standard_types = frozenset(values) | frozenset(self.messages)

    @classmethod
    def load(cls, *paths: str | Path) -> Dictionary:
        """The dictionary of these files, a later one extending or replacing an earlier one; else DictionaryError."""
        return cls(read_files(tuple(Path(path) for path in paths)))

    def field(self, name: str) -> FieldSpec:
        """The field of that name; KeyError if there is none."""
        return self.fields[self.names[name]]

    def tag_name(self, tag: int) -> str:
        """The field's name, or the bare number when it is not defined."""
        spec = self.fields.get(tag)
        return spec.name if spec else str(tag)

    def value_name(self, tag: int, value: bytes) -> str | None:
        """What the value means, e.g. BUY for Side(54)=1; None for a field without enumeration or a value outside it."""
        spec = self.fields.get(tag)
        return spec.values.get(value) if spec else None

    def message_name(self, msg_type: bytes) -> str | None:
        """NewOrderSingle for b"D"; None for a MsgType neither defined nor standard."""
        spec = self.messages.get(msg_type)
        return spec.name if spec else self.value_name(35, msg_type)

    def _check_fields(self) -> None:
        for spec in self.raw.fields.values():
            if spec.type not in KINDS:
                raise self._error(spec, f"unknown type {spec.type}")
            if spec.number > TAG_MAX:
                raise self._error(spec, f"number above {TAG_MAX}")

    def _error(self, spec: RawField, why: str) -> DictionaryError:
        return DictionaryError(f"{spec.source}: <field number='{spec.number}' name='{spec.name}'>: {why}")

    def _enumerations(self) -> None:
        """One row of 256 flags for each enumerated field: which single characters are values of it."""
        self.enum_rows = array("i", bytes(4 * self.size))
        rows = [bytes(256)]
        for spec in self.fields.values():
            if spec.values:
                self.enum_rows[spec.number] = len(rows) * 256
                row = bytearray(256)
                for value in spec.values:
                    if len(value) == 1:
                        row[value[0]] = 1
                rows.append(bytes(row))
        self.enum_characters = b"".join(rows)

    def _data_lengths(self) -> array[int]:
        """By data field: the tag of its length field (NameLen, NameLength, or the LENGTH field one tag below)."""
        tags = array("i", bytes(4 * self.size))
        for spec in self.raw.fields.values():
            if KINDS[spec.type] != DATA:
                continue
            below = self.fields.get(spec.number - 1)
            below_number = below.number if below and below.type == "LENGTH" else 0
            tag = self.names.get(spec.name + "Len") or self.names.get(spec.name + "Length") or below_number
            if not tag:
                raise self._error(spec, "no length field for this data")
            tags[spec.number] = tag
        return tags

    def _compile_messages(self) -> None:
        header = Layout(self, "<header>", self.raw.header)
        trailer = Layout(self, "<trailer>", self.raw.trailer)
        self.header_groups = header.groups
        self.header_required = tuple(sorted(header.required))
        unchecked = bytearray([STRING | BODY]) * self.size
        unchecked[0] = 0
        for tag, length_tag in enumerate(self.length_tags):
            if length_tag:
                unchecked[tag] = DATA | BODY
        header.mark(unchecked, HEADER)
        trailer.mark(unchecked, TRAILER)
        self.unchecked_codes = bytes(unchecked)
        self.messages = {}
        for raw in self.raw.messages.values():
            body = Layout(self, f"<message name='{raw.name}'>", raw.members)
            codes = bytearray(self.size)
            body.mark(codes, BODY)
            header.mark(codes, HEADER)
            trailer.mark(codes, TRAILER)
            self.messages[raw.msg_type] = MessageSpec(
                raw.msg_type,
                raw.name,
                raw.category == "admin",
                tuple(header.members) + tuple(body.members) + tuple(trailer.members),
                tuple(sorted(header.required) + sorted(trailer.required) + sorted(body.required)),
                {**header.groups, **body.groups, **trailer.groups},
                bytes(codes),
            )


class Layout:
    """The fields of one message body, group, header or trailer in order, components spread out."""

    def __init__(
        self, dictionary: Dictionary, where: str, members: dict[str, Member], inside: tuple[str, ...] = ()
    ) -> None:
        self.dictionary = dictionary
        self.where = where
        self.members: dict[int, bool] = {}
        self.groups: dict[int, GroupSpec] = {}
        self._spread(members, True, inside)
        self.required = [tag for tag, required in self.members.items() if required]

    def mark(self, codes: bytearray, section: int) -> None:
        """Enter the fields into a table by tag."""
        for tag, required in self.members.items():
            spec = self.dictionary.fields[tag]
            kind = KINDS[spec.type]
            enumerated = ENUMERATED if spec.values and kind != BOOLEAN else 0
            codes[tag] = kind | enumerated | (REQUIRED if required else 0) | section

    def _spread(self, members: dict[str, Member], required: bool, inside: tuple[str, ...]) -> None:
        """Take the members in; those of a component that is not required are not required either, as in QuickFIX."""
        for member in members.values():
            if member.kind == "component":
                content = self._component(member, inside)
                self._spread(content, member.required and required, (*inside, member.name))
                continue
            tag = self.dictionary.names.get(member.name, 0)
            if tag == 0:
                raise self._error(member, "is not defined in <fields>")
            self.members[tag] = (member.required and required) or self.members.get(tag, False)
            if member.kind == "group":
                self.groups[tag] = self._group(tag, member, inside)

    def _component(self, member: Member, inside: tuple[str, ...]) -> dict[str, Member]:
        content = self.dictionary.raw.components.get(member.name)
        if content is None:
            raise self._error(member, "is not defined in <components>")
        if member.name in inside:
            raise self._error(member, "contains itself")
        return content

    def _group(self, tag: int, member: Member, inside: tuple[str, ...]) -> GroupSpec:
        """The group; one that several messages have through a component is made once."""
        known = self.dictionary.groups.get(id(member))
        if known is not None:
            return known
        layout = Layout(self.dictionary, f"{self.where}: <group name='{member.name}'>", member.members, inside)
        if not layout.members:
            raise self._error(member, "has no members")
        codes = bytearray(self.dictionary.size)
        layout.mark(codes, BODY)
        order = array("i", bytes(4 * len(codes)))
        for place, member_tag in enumerate(layout.members, 1):
            order[member_tag] = place
        members = tuple(layout.members)
        spec = GroupSpec(tag, members[0], members, tuple(layout.required), layout.groups, bytes(codes), order)
        self.dictionary.groups[id(member)] = spec
        return spec

    def _error(self, member: Member, why: str) -> DictionaryError:
        return DictionaryError(f"{member.source}: {self.where}: <{member.kind} name='{member.name}'>: {why}")
