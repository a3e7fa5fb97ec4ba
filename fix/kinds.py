"""The integers the codec's modules share: bits of the tables by tag, outcomes of the parser, what stands for no value.

They are kept where nothing is compiled, because a compiled module keeps its own integers to itself.
"""

# One byte per tag: how a field's value is checked, and where in the message it belongs

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
CHECKED = KIND_MASK | ENUMERATED
"""What says whether a value is checked at all: STRING alone takes any."""
REQUIRED = 32
"""The message is wrong without this field."""

HEADER = 64
BODY = 128
TRAILER = 192
SECTION_MASK = 192
"""Header, body and trailer follow one another in this order; 0: the field has no place in this message."""

# Frames
SOH = 1
EQUALS = 61
FRAME_TAIL = 7
"""Bytes of CheckSum(10), SOH included."""
BEGIN_BYTES_MAX = 14
"""Bytes of BeginString(8) that are looked at, tag and SOH included."""
LENGTH_DIGITS_MAX = 9
TAG_LIMIT = 100_000
"""Where reading a tag's digits stops: above any tag a dictionary may define."""

# What a lenient parser lets pass (VAL-01); the settings are named as QuickFIX's users know them
ANY_SECTION_ORDER = 1
"""Fields of header, body and trailer mixed."""
EMPTY_VALUES = 2
"""Fields without a value."""
UNKNOWN_FIELDS = 4
"""Tags below USER_TAG_MIN that the dictionary does not have, or not in this message."""
USER_FIELDS = 8
"""The same for tags from USER_TAG_MIN on."""
ANY_GROUP_ORDER = 16
"""Members of a group's entry in another order than the dictionary's, after the first."""
USER_TAG_MIN = 5_000

INCOMPLETE = 0
MESSAGE = 1
GARBLED = 2
"""Parser.outcome: no whole message yet; a message in Parser.message; bytes to be ignored (SES-15)."""

NO_REASON = -1
"""Message.problem_reason of a message without fault."""
NO_TAG = -(1 << 31)
"""Message.problem_tag where the fault is not one tag's: leave RefTagID(371) out."""
SLOT = 4
"""Numbers per tag in Message.slots: the message's generation, start and end of the value, and one to spare."""

ABSENT = -(1 << 62)
INEXACT = ABSENT + 1
OUT_OF_RANGE = ABSENT + 2
"""Instead of a decimal: no field or no number; more decimals than the scale; above DECIMAL_MAX. All below any value."""
DECIMAL_MAX = 10**18 - 1
"""Greatest magnitude of a decimal, in units of its scale."""
TIMESTAMP_MAX = 9_223_372_036_854_775_807
"""Nanoseconds since 1970 that fit 64 bits: what any instant from 2262-04-11 on counts as."""
