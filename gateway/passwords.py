"""Passwords as Argon2id hashes: made for the settings, checked at Logon (SES-27). Each takes tens of milliseconds."""

from __future__ import annotations

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import Argon2Error, InvalidHashError

PASSWORD_BYTES_MIN = 8
PASSWORD_BYTES_MAX = 64
MEMORY_KIB_MAX = 1 << 20
HINT = "must be an Argon2id hash: `outcry password` makes one"


def hash_of(password: bytes) -> str:
    """The Argon2id hash to keep instead of a password, with a salt of its own; strength as RFC 9106 recommends."""
    return PasswordHasher().hash(password)


def is_right(hashed: str, password: bytes) -> bool:
    """Whether this is the password of a hash."""
    try:
        return PasswordHasher().verify(hashed, password)
    except (Argon2Error, InvalidHashError):
        return False


def argon2id(text: str) -> str:
    """The text itself, or ValueError for what is no Argon2id hash, or one that nobody could check."""
    try:
        found = extract_parameters(text)
    except InvalidHashError:
        raise ValueError(HINT) from None
    if found.type is not Type.ID or found.memory_cost > MEMORY_KIB_MAX:
        raise ValueError(HINT)
    return text


def fault(password: bytes) -> str:
    """Why this cannot be a password, empty if it can: PASSWORD_BYTES_MIN to PASSWORD_BYTES_MAX printable characters."""
    printable = all(32 < byte < 127 for byte in password)
    if printable and PASSWORD_BYTES_MIN <= len(password) <= PASSWORD_BYTES_MAX:
        return ""
    return f"must be {PASSWORD_BYTES_MIN} to {PASSWORD_BYTES_MAX} printable ASCII characters without a space"
