"""TLS at the FIX listener: the context made from the settings, and the names a client's certificate bears (SES-27)."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

from gateway.fix_settings import Tls
from gateway.problems import SettingsError

HANDSHAKE_S_MAX = 10.0


def server_context(tls: Tls) -> ssl.SSLContext:
    """TLS 1.2 or later with the venue's certificate; SettingsError where a file does not serve."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(tls.certificate, tls.key)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError([f"fix.tls.certificate, fix.tls.key: {_why(error)}"]) from None
    if tls.client_authorities is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        try:
            context.load_verify_locations(tls.client_authorities)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError([f"fix.tls.client_authorities: {_why(error)}"]) from None
    return context


def names(certificate: Mapping[str, Any] | None) -> list[str]:
    """The common name and the subject alternative names of a verified certificate (ssl's getpeercert)."""
    if not certificate:
        return []
    parts = [part for group in certificate.get("subject", ()) for part in group]
    common = [value for key, value in parts if key == "commonName"]
    return common + [value for _, value in certificate.get("subjectAltName", ())]


def _why(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return f"no certificate or key in PEM that fit each other ({error.reason or error})"
    return error.strerror or str(error)
