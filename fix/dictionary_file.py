"""Reads dictionaries in QuickFIX's XML format and merges them, a later file extending or replacing an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree


class DictionaryError(ValueError):
    """A dictionary file that cannot be used: names the file, the element and why."""


@dataclass(slots=True)
class Member:
    """What a message, component, group, header or trailer lists: a field, a component, or a group with members."""

    kind: str
    name: str
    required: bool
    source: Path
    members: dict[str, Member] = field(default_factory=dict)


@dataclass(slots=True)
class RawField:
    """One <field> of <fields>: its number, name, type and the descriptions of its values."""

    number: int
    name: str
    type: str
    values: dict[bytes, str]
    source: Path


@dataclass(slots=True)
class RawMessage:
    """One <message>: name, MsgType, category (admin or app) and what it lists."""

    name: str
    msg_type: bytes
    category: str
    members: dict[str, Member]


@dataclass(slots=True)
class RawDictionary:
    """All files together, names not yet resolved."""

    begin_string: str = ""
    fields: dict[str, RawField] = field(default_factory=dict)
    components: dict[str, dict[str, Member]] = field(default_factory=dict)
    messages: dict[bytes, RawMessage] = field(default_factory=dict)
    header: dict[str, Member] = field(default_factory=dict)
    trailer: dict[str, Member] = field(default_factory=dict)


class FileReader:
    """Reads one file into a RawDictionary."""

    def __init__(self, path: Path, into: RawDictionary) -> None:
        self.path = path
        self.into = into

    def read(self) -> None:
        """Merge the file; DictionaryError if it is not a dictionary."""
        root = self._root()
        self._version(root)
        for element in self._section(root, "fields"):
            self._field(element)
        for element in self._section(root, "components"):
            members = self.into.components.setdefault(self._attribute(element, "name"), {})
            self._members(element, members)
        for element in self._section(root, "messages"):
            self._message(element)
        self._members(root.find("header"), self.into.header)
        self._members(root.find("trailer"), self.into.trailer)

    def _error(self, element: ElementTree.Element, why: str) -> DictionaryError:
        attributes = "".join(f" {key}='{value}'" for key, value in element.attrib.items())
        return DictionaryError(f"{self.path}: <{element.tag}{attributes}>: {why}")

    def _root(self) -> ElementTree.Element:
        try:
            root = ElementTree.parse(self.path).getroot()
        except OSError as problem:
            raise DictionaryError(f"{self.path}: cannot be read: {problem.strerror}") from problem
        except ElementTree.ParseError as problem:
            raise DictionaryError(f"{self.path}: not XML: {problem}") from problem
        if root.tag != "fix":
            raise self._error(root, "the root of a dictionary is <fix>")
        return root

    def _version(self, root: ElementTree.Element) -> None:
        if "major" not in root.attrib and self.into.begin_string:
            return
        kind = root.get("type", "FIX")
        if kind not in ("FIX", "FIXT"):
            raise self._error(root, "type must be FIX or FIXT")
        begin_string = f"{kind}.{self._attribute(root, 'major')}.{self._attribute(root, 'minor')}"
        if self.into.begin_string not in ("", begin_string):
            raise self._error(root, f"is {begin_string}, the files before it are {self.into.begin_string}")
        self.into.begin_string = begin_string

    def _section(self, root: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
        expected = name[:-1]
        for element in root.iterfind(f"{name}/*"):
            if element.tag != expected:
                raise self._error(element, f"<{name}> holds <{expected}> only")
            yield element

    def _attribute(self, element: ElementTree.Element, name: str) -> str:
        value = element.get(name)
        if not value:
            raise self._error(element, f"has no {name}")
        return value

    def _field(self, element: ElementTree.Element) -> None:
        number = self._attribute(element, "number")
        if not (number.isascii() and number.isdigit() and int(number) > 0):
            raise self._error(element, "number must be a positive integer")
        values = {}
        for value in element.iterfind("value"):
            code = self._attribute(value, "enum")
            values[code.encode()] = value.get("description", code)
        name = self._attribute(element, "name")
        raw = RawField(int(number), name, self._attribute(element, "type").upper(), values, self.path)
        for other in [key for key, known in self.into.fields.items() if known.number == raw.number]:
            del self.into.fields[other]
        if name in self.into.fields:
            raise self._error(element, f"the name belongs to tag {self.into.fields[name].number}")
        self.into.fields[name] = raw

    def _message(self, element: ElementTree.Element) -> None:
        msg_type = self._attribute(element, "msgtype").encode()
        category = element.get("msgcat", "app")
        if category not in ("admin", "app"):
            raise self._error(element, "msgcat must be admin or app")
        known = self.into.messages.get(msg_type)
        members = known.members if known else {}
        self.into.messages[msg_type] = RawMessage(self._attribute(element, "name"), msg_type, category, members)
        self._members(element, members)

    def _members(self, element: ElementTree.Element | None, into: dict[str, Member]) -> None:
        for child in element if element is not None else ():
            if child.tag not in ("field", "group", "component"):
                raise self._error(child, "expected <field>, <group> or <component>")
            required = child.get("required", "N").upper()
            if required not in ("Y", "N"):
                raise self._error(child, "required must be Y or N")
            name = self._attribute(child, "name")
            known = into.get(name)
            member = Member(child.tag, name, required == "Y", self.path, known.members if known else {})
            into[name] = member
            if child.tag == "group":
                self._members(child, member.members)


def read_files(paths: tuple[Path, ...]) -> RawDictionary:
    """All files merged in order; DictionaryError names the file at fault."""
    if not paths:
        raise DictionaryError("no dictionary file is given")
    raw = RawDictionary()
    for path in paths:
        FileReader(path, raw).read()
    return raw
