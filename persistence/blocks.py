"""Raw blocks of the journal in PostgreSQL, each sealed with the SHA-256 of the one before: words both sides share."""

import hashlib
from datetime import date, timedelta

DAY_NS = 86_400_000_000_000
EPOCH = date(1970, 1, 1)


def genesis(salt: bytes) -> bytes:
    """What the first block is chained to: the SHA-256 of the journal's identity."""
    return hashlib.sha256(salt).digest()


def chained(before: bytes, raw: bytes) -> bytes:
    """The SHA-256 of a block after another."""
    return hashlib.sha256(before + raw).digest()


def day_of(time_ns: int) -> int:
    """The day of a time, as days since 1970 in UTC."""
    return time_ns // DAY_NS


def partition(table: str, day: int) -> str:
    """The name of a table's partition for a day."""
    return f"{table}_{EPOCH + timedelta(days=day):%Y%m%d}"
