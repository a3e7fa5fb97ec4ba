"""The bits of one byte per tag: how the codec checks a field's value, and where in the message the field belongs."""

STRING = 1
CHAR = 2
INTEGER = 3
UNSIGNED = 4
DECIMAL = 5
BOOLEAN = 6
TIMESTAMP = 7
DATE = 8
TIME = 9
MONTH_YEAR = 10
MULTIPLE = 11
DATA = 12
GROUP_COUNT = 13
KIND_MASK = 15

ENUMERATED = 16
"""Only the values the dictionary lists are right."""
REQUIRED = 32
"""The message is wrong without this field."""

HEADER = 64
BODY = 128
TRAILER = 192
SECTION_MASK = 192
"""Header, body and trailer follow one another in this order; 0: the field has no place in this message."""
