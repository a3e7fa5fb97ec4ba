"""As whom PostgreSQL runs, which refuses to run as root.

An ordinary user stays who they are. Root becomes an ordinary user inside a user namespace (its files stay root's) or,
where the system forbids namespaces, the user `postgres` or `nobody` (who must then own the files and reach them).
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

RootMode = Literal["namespace", "setuid"]


class Become(TypedDict, total=False):
    """Arguments of `subprocess.Popen` that make the child another user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Identity:
    """`prefix` goes before a command line, `become` into `Popen`; `uid` and `gid` own the files."""

    prefix: tuple[str, ...]
    become: Become
    uid: int
    gid: int

    @property
    def advice(self) -> str:
        """What to add to an error that may come from not being root any more."""
        if not self.become:
            return ""
        return (
            f" [running as root without user namespaces, so PostgreSQL runs as user {self.uid}, who must be able to "
            "reach the data directory and the Python environment: place both where others may enter, run as an "
            "ordinary user, or give --dsn]"
        )

    def give(self, root: Path) -> None:
        """Make a directory of ours and all in it this identity's."""
        for directory, _, files in os.walk(root):
            for name in (directory, *(os.path.join(directory, file) for file in files)):
                os.lchown(name, self.uid, self.gid)


def identity(root_mode: RootMode | None = None) -> Identity | None:
    """As whom to run; as root in the given mode or the better one allowed; None if there is nobody to become."""
    if os.geteuid() != 0:
        return Identity((), {}, os.geteuid(), os.getegid())
    user = _ordinary_user()
    if user is None:
        return None
    # initdb wants a name for the user it sees, so inside the namespace too the number must be that of a known user.
    prefix = ("unshare", "--user", f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}")
    if root_mode == "namespace" or (root_mode is None and _works(prefix)):
        return Identity(prefix, {}, 0, 0)
    return Identity((), {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}, user.pw_uid, user.pw_gid)


def _ordinary_user() -> pwd.struct_passwd | None:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _works(prefix: tuple[str, ...]) -> bool:
    try:
        return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
