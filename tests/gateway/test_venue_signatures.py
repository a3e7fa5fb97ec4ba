"""Signed Logons at a real venue (SES-27): RawData(96) over fields of the Logon, as crypto venues want it."""

from __future__ import annotations

import hmac
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.problems import SettingsError
from gateway.settings import load
from tests.gateway.fix_client import FixClient, GoneError, utc_now
from tests.gateway.venue_process import NO_DATABASE, VenueProcess, running, write_settings

SECRET = bytes(range(32))
PRIVATE = Ed25519PrivateKey.from_private_bytes(SECRET)
SESSIONS = """
[[fix.sessions]]
comp_id = "SECRET"
signature = {{ scheme = "hmac_sha256", key_file = "{0}/secret.key" }}
[[fix.sessions]]
comp_id = "JOINED"
signature = {{ scheme = "hmac_sha256", key_file = "{0}/secret.key", fields = [52, 35, 34], separator = "none" }}
[[fix.sessions]]
comp_id = "PUBLIC"
signature = {{ scheme = "ed25519", key_file = "{0}/public.pem" }}
"""
Sign = Callable[[bytes], bytes]


def by_secret(data: bytes, secret: bytes = SECRET) -> bytes:
    return hmac.digest(secret, data, "sha256")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys")
    (path / "secret.key").write_bytes(b64encode(SECRET) + b"\n")
    public = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (path / "public.pem").write_bytes(public)
    return path


@pytest.fixture(scope="module")
def signing(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueProcess]:
    path = tmp_path_factory.mktemp("signing")
    limits = {"failed_logons_free": "1_000"}
    config = write_settings(path / "venue.toml", limits, SESSIONS.format(keys))
    with running(path / "var", "--config", str(config), "--dsn", NO_DATABASE) as process:
        yield process


def logs_on(
    venue: VenueProcess, comp_id: str, fields: list[str], sign: Sign, join: str = "\x01", encode: Sign = b64encode
) -> bool:
    """Whether a Logon that is signed so is answered by a Logon; otherwise nothing is said (SES-02)."""
    with FixClient(venue.port, comp_id) as client:
        client.connect()
        sent = utc_now()
        known = {"52": sent, "35": "A", "34": "1", "49": comp_id, "56": "OUTCRY", "554": "phrase"}
        raw = encode(sign(join.join(known[tag] for tag in fields).encode())).decode()
        logon = {98: 0, 108: 30, 95: len(raw), 96: raw, 141: "Y", 554: "phrase"}
        client.send("A", logon, sent=sent, number=1)
        try:
            return client.read()[35] == "A"
        except GoneError:
            return False
        finally:
            client.hang_up()
            venue.wait_until(lambda: not connected(venue, comp_id), "the venue notices")


def connected(venue: VenueProcess, comp_id: str) -> bool:
    return any(row["connected"] for row in venue.ask("sessions")["sessions"] if row["comp_id"] == comp_id)


def test_a_logon_signed_with_the_shared_secret_is_let_in(signing: VenueProcess) -> None:
    """SES-27: HMAC-SHA256 of 52, 35, 34, 49, 56 and 554, or of what the settings say; either alphabet of Base64."""
    usual = ["52", "35", "34", "49", "56", "554"]
    assert logs_on(signing, "SECRET", usual, by_secret)
    assert logs_on(signing, "SECRET", usual, by_secret, encode=urlsafe_b64encode)
    assert logs_on(signing, "JOINED", ["52", "35", "34"], by_secret, join="")
    kept = b"".join(path.read_bytes() for path in signing.data_dir.glob("**/*.journal"))
    assert b"\x0196=*" in kept or b"96=*" in kept


def test_any_other_logon_is_dropped_without_a_word(signing: VenueProcess) -> None:
    """SES-02, SES-27: another secret, other fields, no Base64, or a signature that is only missing its end."""
    usual = ["52", "35", "34", "49", "56", "554"]
    assert not logs_on(signing, "SECRET", usual, lambda data: by_secret(data, b"another secret, of 32 bytes too."))
    assert not logs_on(signing, "SECRET", usual[:-1], by_secret)
    assert not logs_on(signing, "SECRET", usual, by_secret, encode=lambda signature: b"%" * len(signature))
    assert not logs_on(signing, "SECRET", usual, lambda data: by_secret(data)[:-1])
    with FixClient(signing.port, "SECRET") as client:
        client.connect()
        client.send("A", {98: 0, 108: 30})
        with pytest.raises(GoneError):
            client.read()


def test_a_logon_signed_with_a_private_key_is_let_in(signing: VenueProcess) -> None:
    """SES-27: Ed25519 of 35, 49, 56, 34 and 52; the venue has the public half only."""
    sign = PRIVATE.sign
    usual = ["35", "49", "56", "34", "52"]
    assert logs_on(signing, "PUBLIC", usual, sign)
    assert not logs_on(signing, "PUBLIC", usual, lambda data: sign(data + b"."))
    assert not logs_on(signing, "PUBLIC", usual, lambda data: bytes(64))


@pytest.mark.parametrize(
    ("scheme", "key", "words"),
    [
        ("hmac_sha256", b"c2hvcnQ=", "at least 16 bytes"),
        ("hmac_sha256", b"no base64!", "must be Base64"),
        ("ed25519", b64encode(bytes(31)), "must be an Ed25519 public key"),
        ("ed25519", None, "No such file"),
    ],
)
def test_a_key_that_is_none_is_an_error_of_the_settings(
    tmp_path: Path, scheme: str, key: bytes | None, words: str
) -> None:
    """SES-27."""
    if key is not None:
        (tmp_path / "a.key").write_bytes(key)
    session = f'[[fix.sessions]]\ncomp_id = "A"\nsignature = {{ scheme = "{scheme}", key_file = "{tmp_path}/a.key" }}\n'
    with pytest.raises(SettingsError, match=words):
        load(write_settings(tmp_path / "venue.toml", {}, session))
