"""Repeating groups as objects, and the fields of a message one after the other: for what is not in a hurry."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fix.dictionary import Dictionary, GroupSpec


class Group:
    """One entry of a repeating group."""

    __slots__ = ("entries", "values")

    def __init__(self) -> None:
        self.values: dict[int, bytes] = {}
        self.entries: dict[int, list[Group]] = {}

    def get(self, tag: int) -> bytes | None:
        """The member's value; None without it."""
        return self.values.get(tag)

    def groups(self, tag: int) -> list[Group]:
        """The entries of the group inside this entry that NumInGroup field `tag` opens; empty without it."""
        return self.entries.get(tag, [])


def read_group(fields: list[tuple[int, bytes]], position: int, spec: GroupSpec) -> tuple[list[Group], int]:
    """The entries of a group whose first field is fields[position], and the position after it."""
    found: list[Group] = []
    while position < len(fields):
        tag, value = fields[position]
        if tag not in spec.members or (not found and tag != spec.delimiter):
            break
        if tag == spec.delimiter:
            found.append(Group())
        elif tag in found[-1].values:
            break
        found[-1].values[tag] = value
        position += 1
        inner = spec.groups.get(tag)
        if inner is not None:
            found[-1].entries[tag], position = read_group(fields, position, inner)
    return found, position


def fields_of(raw: bytes, dictionary: Dictionary) -> Iterator[tuple[int, bytes]]:
    """The fields of a message in order as (tag, value); a tag that is no number comes as -1.

    Data fields are cut by the length before them, so SOH inside them does no harm.
    """
    position = 0
    last = (0, b"")
    while position < len(raw):
        stop = raw.find(b"\x01", position) % (len(raw) + 1)
        name, separator, value = raw[position:stop].partition(b"=")
        tag = int(name) if name.isdigit() and len(name) < 10 else -1
        is_data = 0 < tag < dictionary.size and dictionary.length_tags[tag] == last[0]
        if is_data and last[1].isdigit() and len(last[1]) < 10:
            start = position + len(name) + len(separator)
            data_stop = start + int(last[1])
            if raw[data_stop : data_stop + 1] == b"\x01":
                stop, value = data_stop, raw[start:data_stop]
        last = (tag, value)
        yield last
        position = stop + 1
