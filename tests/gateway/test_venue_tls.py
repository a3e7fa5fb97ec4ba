"""TLS and mutual TLS at a real venue (SES-27); certificates are made by openssl where it is."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.problems import SettingsError
from gateway.settings import load
from gateway.tls import server_context
from tests.gateway.fix_client import FixClient, GoneError
from tests.gateway.venue_process import NO_DATABASE, VenueProcess, running, write_settings

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here to make certificates")
NAMES = ("authority", "venue", "ALICE", "bob", "CAROL", "stranger")


def openssl(path: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=path, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with NAME.pem and NAME.key of each; all but the stranger's are signed by the authority."""
    path = tmp_path_factory.mktemp("certificates")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    for name in ("authority", "stranger"):
        openssl(path, "req", "-x509", *key, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}")
    for name in ("venue", "ALICE", "bob", "CAROL"):
        alternative = {"venue": "DNS:localhost", "bob": "DNS:desk.example,DNS:BOB"}.get(name, f"DNS:{name}.example")
        (path / "extra").write_text(f"subjectAltName={alternative}\n")
        openssl(path, "req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        signing = ("-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-extfile", "extra")
        openssl(path, "x509", "-req", "-in", f"{name}.csr", *signing, "-out", f"{name}.pem")
    return path


@pytest.fixture(scope="module")
def venue(certificates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueProcess]:
    """A venue that knows its clients by their certificates."""
    path = tmp_path_factory.mktemp("tls")
    more = f"""
[fix.tls]
certificate = "{certificates}/venue.pem"
key = "{certificates}/venue.key"
client_authorities = "{certificates}/authority.pem"
certificate_names_comp_id = true
[[fix.sessions]]
comp_id = "HOUSE"
certificate = "CAROL.example"
"""
    config = write_settings(path / "venue.toml", {}, more)
    with running(path / "var", "--config", str(config), "--dsn", NO_DATABASE) as process:
        yield process


def context(certificates: Path, name: str = "") -> ssl.SSLContext:
    """A client's, with a certificate of its own if it is given a name."""
    made = ssl.create_default_context(cafile=str(certificates / "authority.pem"))
    if name:
        made.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
    return made


def refused(client: FixClient) -> bool:
    """Whether the venue ends the connection, in the handshake or after the Logon, without a word of FIX."""
    try:
        client.connect()
        client.send("A", {98: 0, 108: 30})
        client.read()
    except (GoneError, ssl.SSLError, ConnectionError):
        return True
    return False


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_session_is_bound_to_the_names_of_its_certificate(
    venue: VenueProcess, certificates: Path, version: ssl.TLSVersion
) -> None:
    """SES-27: its common name, one of its alternative names, or the name the settings demand; then it trades."""
    for comp_id, name in (("ALICE", "ALICE"), ("BOB", "bob"), ("HOUSE", "CAROL")):
        tls = context(certificates, name)
        tls.minimum_version = tls.maximum_version = version
        with FixClient(venue.port, comp_id, tls=tls) as client:
            client.log_on(reset=True)
            client.write(b"".join(client.order(f"{version}-{n}", "buy", 1, "149.00") for n in range(500)))
            client.reports_of(500)
            client.log_out()


@pytest.mark.parametrize(
    ("comp_id", "name"), [("BOB", "ALICE"), ("HOUSE", "ALICE"), ("ALICE", ""), ("ALICE", "stranger")]
)
def test_another_certificate_or_none_is_refused(
    venue: VenueProcess, certificates: Path, comp_id: str, name: str
) -> None:
    """SES-02, SES-27."""
    with FixClient(venue.port, comp_id, tls=context(certificates, name)) as client:
        assert refused(client)


def test_old_versions_and_plain_text_are_refused(venue: VenueProcess, certificates: Path) -> None:
    """SES-27: TLS 1.2 or later."""
    old = context(certificates, "ALICE")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    for tls in (old, None):
        with FixClient(venue.port, "ALICE", tls=tls) as client:
            assert refused(client)
    with FixClient(venue.port, "ALICE", tls=context(certificates, "ALICE")) as client:
        client.log_on(reset=True)


def test_files_that_do_not_serve_are_named(tmp_path: Path, certificates: Path) -> None:
    tls = {"certificate": "venue.pem", "key": "venue.key", "client_authorities": "authority.pem"}
    for key, wrong, error in (
        ("certificate", "nowhere.pem", "fix.tls.certificate, fix.tls.key: No such file"),
        ("key", "ALICE.key", "fix.tls.certificate, fix.tls.key: no certificate or key in PEM that fit each other"),
        ("client_authorities", "venue.key", "fix.tls.client_authorities: no certificate"),
    ):
        lines = [f'{name} = "{certificates}/{file}"' for name, file in (tls | {key: wrong}).items()]
        config = write_settings(tmp_path / "venue.toml", {}, "\n".join(["[fix.tls]", *lines]))
        settings = load(config, environ={}).fix.tls
        assert settings is not None
        with pytest.raises(SettingsError, match=error):
            server_context(settings)
