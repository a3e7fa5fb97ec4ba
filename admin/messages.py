"""FIX messages for people: every field with the names of its tag and of its value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from admin.tables import visible
from fix.dictionary import Dictionary

SOH = b"\x01"
SECRET = frozenset({554, 925})  # Password and NewPassword
HIDDEN = b"***"
DIGITS_MAX = 9
DICTIONARY = Path(__file__).resolve().parent.parent / "specs" / "fix44_outcry.xml"


def load_dictionary() -> Dictionary:
    """The venue's dictionary."""
    return Dictionary.load(DICTIONARY)


def fields(dictionary: Dictionary, raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and value of every field as they stand on the wire; passwords are hidden, a piece that is no field is tag 0.

    A data field is as long as the length field before it says (FIX 4.4 Vol. 1, type data), so it may hold an SOH.
    """
    at, last_tag, last_value = 0, 0, b""
    while at < len(raw):
        mark = raw.find(b"=", at)
        tag = _number(raw[at:mark]) if mark > 0 else 0
        begin = mark + 1 if tag else at
        end = raw.find(SOH, begin)
        if tag and _length_tag(dictionary, tag) == last_tag != 0:
            end = max(end, begin + _number(last_value))
        end = len(raw) if end < 0 else end
        last_tag, last_value = tag, raw[begin:end]
        yield tag, HIDDEN if tag in SECRET else last_value
        at = end + 1


def describe(dictionary: Dictionary, raw: bytes) -> list[str]:
    """One text for each field: "35=D NewOrderSingle", "54=1 Side BUY", "38=100 OrderQty"."""
    return [_describe(dictionary, tag, value) for tag, value in fields(dictionary, raw)]


def message_name(dictionary: Dictionary, raw: bytes) -> str:
    """NewOrderSingle; for a type without a name the type itself, for none "no message"."""
    for tag, value in fields(dictionary, raw):
        if tag == 35:
            return dictionary.message_name(value) or _text(value)
    return "no message"


def without_secrets(dictionary: Dictionary, raw: bytes) -> str:
    """The message with | between its fields, for machines that would stumble over SOH."""
    return "|".join(f"{tag}={_text(value)}" if tag else _text(value) for tag, value in fields(dictionary, raw))


def _describe(dictionary: Dictionary, tag: int, value: bytes) -> str:
    if tag == 0:
        return _text(value)
    if tag == 35:
        return f"35={_text(value)} {dictionary.message_name(value) or 'MsgType'}"
    name = dictionary.tag_name(tag) if tag in dictionary.fields else ""
    return f"{tag}={_text(value)} {name} {_value_names(dictionary, tag, value)}".rstrip()


def _value_names(dictionary: Dictionary, tag: int, value: bytes) -> str:
    """BUY, or for a field of several values all their names."""
    return " ".join(dictionary.value_name(tag, one) or "" for one in value.split(b" "))


def _length_tag(dictionary: Dictionary, tag: int) -> int:
    return dictionary.length_tags[tag] if tag < dictionary.size else 0


def _number(digits: bytes) -> int:
    return int(digits) if digits.isdigit() and len(digits) <= DIGITS_MAX else 0


def _text(value: bytes) -> str:
    return visible(value.decode(errors="backslashreplace"))
