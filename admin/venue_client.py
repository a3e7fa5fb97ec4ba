"""Asks the running venue over its control port."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gateway.control_socket import connect
from gateway.problems import SettingsError

TIMEOUT_S = 30.0
CHUNK_BYTES = 1 << 16


def ask(path: Path, do: str, **arguments: object) -> dict[str, Any]:
    """The venue's answer; SettingsError where none runs, it refuses, or it ends before it has answered."""
    request = {"do": do} | {key: value for key, value in arguments.items() if value is not None}
    line = _exchange(path, json.dumps(request).encode() + b"\n")
    if not line.endswith(b"\n"):
        raise SettingsError([f"{path}: the venue ended before it answered; whether it acted stands in the audit"])
    reply = json.loads(line)
    assert isinstance(reply, dict)
    if "error" in reply:
        raise SettingsError([reply["error"]])
    return {key: value for key, value in reply.items() if key != "ok"}


def _exchange(path: Path, request: bytes) -> bytes:
    try:
        venue = connect(path, TIMEOUT_S)
    except FileNotFoundError:
        why = f"no venue runs in {path.parent}: start one (outcry run) or name its --data-dir"
        raise SettingsError([why]) from None
    except ConnectionRefusedError:
        raise SettingsError([f"no venue runs in {path.parent} any more: start it again (outcry run)"]) from None
    except OSError as error:
        raise SettingsError([f"{path}: {error.strerror or error}"]) from None
    parts = []
    with venue:
        try:
            venue.sendall(request)
            while part := venue.recv(CHUNK_BYTES):
                parts.append(part)
                if part.endswith(b"\n"):
                    break
        except TimeoutError:
            raise SettingsError([f"{path}: the venue did not answer within {TIMEOUT_S:.0f} s"]) from None
        except ConnectionError:
            pass
    return b"".join(parts)
