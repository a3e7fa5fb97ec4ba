"""Raw blocks of the journal in PostgreSQL, each sealed with the SHA-256 of the one before: words both sides share."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta

from persistence.frames import FRAME_HEAD, HEAD, Frame

DAY_NS = 86_400_000_000_000
PIECE_BYTES = 8_112  # of a block in one row of `piece`: with its head that fills a page of PostgreSQL's
EPOCH = date(1970, 1, 1)


def genesis(salt: bytes) -> bytes:
    """What the first block is chained to: the SHA-256 of the journal's identity."""
    return hashlib.sha256(salt).digest()


def chained(before: bytes, raw: bytes) -> bytes:
    """The SHA-256 of a block after another."""
    digest = hashlib.sha256(before)
    digest.update(raw)
    return digest.digest()


def day_of(time_ns: int) -> int:
    """The day of a time, as days since 1970 in UTC."""
    return time_ns // DAY_NS


def partition(table: str, day: int) -> str:
    """The name of a table's partition for a day."""
    return f"{table}_{EPOCH + timedelta(days=day):%Y%m%d}"


def frames_of(raw: bytes, position: int) -> Iterator[Frame]:
    """The frames of a block whose SHA-256 holds, so that their checksums need no look."""
    at = 0
    while at < len(raw):
        _, _, length, count, first, time_ns, _ = HEAD.unpack_from(raw, at)
        begin, end = at + FRAME_HEAD, at + FRAME_HEAD + length
        yield Frame(position + at, first, count, time_ns, raw[at:begin], raw[begin:end])
        at = end
