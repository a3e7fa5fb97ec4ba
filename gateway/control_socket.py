"""Where the control port's unix socket is, also when the data directory's path is longer than a socket's may be.

Then the socket stands in a directory of its own under /tmp, and a symbolic link stands in its place.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from pathlib import Path

from gateway.problems import SettingsError

SOCKET_NAME = "control.sock"
PATH_BYTES_MAX = 100  # Linux allows 107, macOS 103
BACKLOG = 32
SHORT_PREFIX = "outcry-socket-"


def control_path(data_dir: Path) -> Path:
    """Where the venue of a data directory listens for operators."""
    return data_dir / SOCKET_NAME


def connect(path: Path, timeout_s: float) -> socket.socket:
    """A connection to the venue at `path`; OSError where none listens."""
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.settimeout(timeout_s)
    try:
        path.stat()  # says what is missing, also where the path is too long for a socket's
        client.connect(os.fspath(_target(path)))
    except OSError:
        client.close()
        raise
    return client


def listen(path: Path) -> socket.socket:
    """A listening socket at `path`, for its owner alone; SettingsError where a venue is there or it cannot be made."""
    path = path.absolute()
    if _answers(path):
        raise SettingsError([f"{path}: another venue is running here"])
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        remove(path)
        _bind(server, _place(path))
        server.listen(BACKLOG)
    except OSError as error:
        server.close()
        raise SettingsError([f"{path}: cannot listen for operators: {error.strerror or error}"]) from None
    server.setblocking(False)
    return server


def _bind(server: socket.socket, path: Path) -> None:
    umask = os.umask(0o177)  # the socket is never, not for a moment, open to others
    try:
        server.bind(os.fspath(path))
    finally:
        os.umask(umask)


def remove(path: Path) -> None:
    """Take away the socket at `path`, and where it stands elsewhere that too; what is no socket stays."""
    target = _target(path)
    if target != path and target.parent.name.startswith(SHORT_PREFIX):
        shutil.rmtree(target.parent, ignore_errors=True)
    if path.is_symlink() or path.is_socket():
        path.unlink()


def _place(path: Path) -> Path:
    if len(os.fsencode(path)) <= PATH_BYTES_MAX:
        return path
    short = Path(tempfile.mkdtemp(prefix=SHORT_PREFIX, dir="/tmp")) / SOCKET_NAME
    path.symlink_to(short)
    return short


def _target(path: Path) -> Path:
    return path.readlink() if path.is_symlink() else path


def _answers(path: Path) -> bool:
    try:
        connect(path, 1.0).close()
    except OSError:
        return False
    return True
