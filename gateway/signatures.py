"""Signed Logons: RawData(96) is a signature over some of the Logon's other fields (SES-27), as crypto venues want it.

With hmac_sha256 venue and client share a secret; for ed25519 (the package cryptography) the venue has the public half.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode
from collections.abc import Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from fix.message import Message
from gateway.fields import Section

RAW_DATA = 96
SECRET_BYTES_MIN = 16
PUBLIC_BYTES = 32
KEY_FILE_BYTES_MAX = 4_096
ALPHABET = bytes.maketrans(b"-_", b"+/")
USUAL_FIELDS: Mapping[str, tuple[int, ...]] = {
    "hmac_sha256": (52, 35, 34, 49, 56, 554),
    "ed25519": (35, 49, 56, 34, 52),
}
SEPARATORS = {"soh": b"\x01", "none": b""}


class Signature(Section):
    """How a session signs its Logons; `key_file` has the key in Base64, that of ed25519 as openssl writes it or bare.

    Signed are the values of `fields`, in this order (none given: what is usual with the scheme), `separator` between
    them; RawData(96) is the signature in Base64.
    """

    scheme: Literal["hmac_sha256", "ed25519"]
    key_file: Path
    fields: Annotated[tuple[Annotated[int, Field(strict=True, ge=1)], ...], Field(max_length=16)] = ()
    separator: Literal["soh", "none"] = "soh"
    _key: bytes = PrivateAttr(b"")

    @model_validator(mode="after")
    def _read_key(self) -> Self:
        try:
            with self.key_file.open("rb") as file:
                self._key = _key(file.read(KEY_FILE_BYTES_MAX), self.scheme)
        except OSError as error:
            raise ValueError(f"key_file {self.key_file}: {error.strerror}") from None
        except ValueError as error:
            raise ValueError(f"key_file {self.key_file}: {error}") from None
        if any(tag in (9, 10, RAW_DATA) for tag in self.fields):
            raise ValueError("fields: 9, 10 and 96 cannot be signed")
        return self

    def signed(self, logon: Message) -> tuple[bytes, bytes]:
        """What the client should have signed, and RawData(96) as it came."""
        tags = self.fields or USUAL_FIELDS[self.scheme]
        return SEPARATORS[self.separator].join(logon.get(tag) or b"" for tag in tags), logon.get(RAW_DATA) or b""

    def is_right(self, data: bytes, given: bytes) -> bool:
        """Whether `given` is the signature of `data`, in Base64 of either alphabet."""
        try:
            signature = b64decode(given.translate(ALPHABET), validate=True)
        except binascii.Error:
            return False
        if self.scheme == "ed25519":
            return _is_signed(self._key, data, signature)
        return hmac.compare_digest(hmac.digest(self._key, data, sha256), signature)


def _key(text: bytes, scheme: str) -> bytes:
    """The key in a file; ValueError in words if there is none."""
    lines = [line.strip() for line in text.splitlines() if not line.startswith(b"-----")]
    try:
        key = b64decode(b"".join(lines).translate(ALPHABET), validate=True)
    except binascii.Error:
        raise ValueError("must be Base64") from None
    if scheme == "ed25519":
        if find_spec("cryptography") is None:
            raise ValueError("ed25519 needs cryptography: pip install 'openoutcry[signatures]'")
        if len(key) < PUBLIC_BYTES:
            raise ValueError("must be an Ed25519 public key")
        return key[-PUBLIC_BYTES:]
    if len(key) < SECRET_BYTES_MIN:
        raise ValueError(f"must be at least {SECRET_BYTES_MIN} bytes in Base64")
    return key


def _is_signed(key: bytes, data: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature (RFC 8032) is right."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except InvalidSignature:
        return False
    return True
