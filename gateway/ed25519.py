"""Whether an Ed25519 signature is right (RFC 8032, section 5.1): all values here are public."""

from __future__ import annotations

from functools import cache
from hashlib import sha512

KEY_BYTES = 32
SIGNATURE_BYTES = 64
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, PRIME) % PRIME
SQRT_OF_MINUS_1 = pow(2, (PRIME - 1) // 4, PRIME)
BASE_Y = 4 * pow(5, -1, PRIME) % PRIME

Point = tuple[int, int, int, int]
"""Extended homogeneous coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, x*y = T/Z."""

ZERO: Point = (0, 1, 1, 0)


def is_signed(key: bytes, data: bytes, signature: bytes) -> bool:
    """Whether `signature` of `data` was made with the private half of the public `key`; takes some milliseconds."""
    if len(key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    public, nonce = _point(key), _point(signature[:KEY_BYTES])
    scalar = int.from_bytes(signature[KEY_BYTES:], "little")
    if public is None or nonce is None or scalar >= ORDER:
        return False
    digest = int.from_bytes(sha512(signature[:KEY_BYTES] + key + data).digest(), "little") % ORDER
    return _same(_times(scalar, _base()), _sum(nonce, _times(digest, public)))


def is_key(key: bytes) -> bool:
    """Whether these bytes are a public key: a point of the curve."""
    return len(key) == KEY_BYTES and _point(key) is not None


@cache
def _base() -> Point:
    found = _point(BASE_Y.to_bytes(KEY_BYTES, "little"))
    assert found is not None
    return found


def _point(octets: bytes) -> Point | None:
    """The point whose y and sign of x these are (5.1.3), if it is one of the curve."""
    number = int.from_bytes(octets, "little")
    y, odd = number & ((1 << 255) - 1), number >> 255
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * SQRT_OF_MINUS_1 % PRIME
    if (x * x - square) % PRIME or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = PRIME - x
    return x, y, 1, x * y % PRIME


def _sum(one: Point, other: Point) -> Point:
    """Addition, of a point to itself too (5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c = 2 * one[3] * other[3] * CURVE % PRIME
    d = 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def _times(scalar: int, point: Point) -> Point:
    found = ZERO
    while scalar:
        if scalar & 1:
            found = _sum(found, point)
        point = _sum(point, point)
        scalar >>= 1
    return found


def _same(one: Point, other: Point) -> bool:
    return not ((one[0] * other[2] - other[0] * one[2]) % PRIME or (one[1] * other[2] - other[1] * one[2]) % PRIME)
