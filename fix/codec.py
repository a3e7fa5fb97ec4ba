"""The codec in one place: the parser, its message and the constants they speak in."""

from fix.groups import Group
from fix.kinds import (
    ABSENT,
    DECIMAL_MAX,
    GARBLED,
    INCOMPLETE,
    INEXACT,
    MESSAGE,
    NO_REASON,
    NO_TAG,
    OUT_OF_RANGE,
    TIMESTAMP_MAX,
)
from fix.message import Message
from fix.parser import Parser

__all__ = [
    "ABSENT",
    "DECIMAL_MAX",
    "GARBLED",
    "INCOMPLETE",
    "INEXACT",
    "MESSAGE",
    "NO_REASON",
    "NO_TAG",
    "OUT_OF_RANGE",
    "TIMESTAMP_MAX",
    "Group",
    "Message",
    "Parser",
]
