"""Ed25519 signatures against the standard's own examples and against OpenSSL."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from gateway.ed25519 import ORDER, is_key, is_signed

# RFC 8032, section 7.1, tests 1 to 3: public key, message, signature.
EXAMPLES = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_standards_examples_are_signed(example: tuple[str, str, str]) -> None:
    """SES-27: RFC 8032, section 7.1; and nothing that differs from them in a bit."""
    key, data, signature = (bytes.fromhex(part) for part in example)
    assert is_signed(key, data, signature)
    assert not is_signed(key, data + b"\x00", signature)
    for bit in range(0, 512, 37):
        spoilt = bytearray(signature)
        spoilt[bit // 8] ^= 1 << bit % 8
        assert not is_signed(key, data, bytes(spoilt))


def test_what_is_no_signature_is_none() -> None:
    """SES-27: wrong lengths, a key that is no point, and a scalar that is not reduced (RFC 8032, section 8.4)."""
    key, data, signature = (bytes.fromhex(part) for part in EXAMPLES[1])
    assert not is_signed(key[1:], data, signature)
    assert not is_signed(key, data, signature[1:])
    no_point = bytes([2]) + bytes(31)
    assert not is_key(no_point)
    assert not is_signed(no_point, data, signature)
    grown = int.from_bytes(signature[32:], "little") + ORDER
    assert not is_signed(key, data, signature[:32] + grown.to_bytes(32, "little"))


def test_what_openssl_signs_is_signed(tmp_path: Path) -> None:
    """SES-27: another implementation decides."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here")
    secret, data, signature, public = (str(tmp_path / name) for name in ("secret", "data", "signature", "public"))
    Path(data).write_bytes(b"A\x01CLIENT\x01OUTCRY\x011\x0120260102-03:04:05.678")
    for command in (
        ["genpkey", "-algorithm", "ed25519", "-out", secret],
        ["pkeyutl", "-sign", "-inkey", secret, "-rawin", "-in", data, "-out", signature],
        ["pkey", "-in", secret, "-pubout", "-outform", "DER", "-out", public],
    ):
        subprocess.run([openssl, *command], check=True, capture_output=True)
    key = Path(public).read_bytes()[-32:]
    assert is_signed(key, Path(data).read_bytes(), Path(signature).read_bytes())
