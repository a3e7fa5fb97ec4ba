"""Snapshots: the state as it stood after some frame of the journal, so that a start need not replay what came before.

A snapshot is a file of its own under the journal's directory, complete or not there at all. Its head names the journal
it belongs to and the place in it; its body is persistence.state's. Its checksum is the state's hash, so a damaged one
is never taken for a good one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from persistence.errors import StateError
from persistence.frames import Frame, frame_at
from persistence.segments import Stream, sync_directory
from persistence.state import Roots, capture, restore

DIRECTORY: Final = "snapshots"
SUFFIX: Final = ".snapshot"
MAGIC: Final = b"outcry snapshot 1\n"
HEAD_BYTES_MAX: Final = 4_096
KEPT: Final = 2
NO_END: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state after `record` records, `command` commands and `event` events of the journal with this identity.

    The last of them are in the frame at `frame`, written at `time_ns`, which ends at `position`. The body has
    `size_bytes` and the SHA-256 `state_hash`.
    """

    journal: str
    frame: int
    position: int
    record: int
    command: int
    event: int
    time_ns: int
    size_bytes: int
    state_hash: str


def directory_of(journal: Path) -> Path:
    """Where the snapshots of a journal are."""
    return journal / DIRECTORY


def path_of(journal: Path, position: int) -> Path:
    """The file of the snapshot at a position."""
    return directory_of(journal) / f"{position:019d}{SUFFIX}"


def write(journal: Path, salt: bytes, last: Frame, roots: Roots, command: int, event: int) -> Snapshot:
    """Write the state of `roots` after the frame `last`, whose last command and event have these numbers."""
    body = capture(roots)
    record = last.first + last.count - 1
    checksum = hashlib.sha256(body).hexdigest()
    snapshot = Snapshot(salt.hex(), last.position, last.end, record, command, event, last.time_ns, len(body), checksum)
    head = json.dumps(asdict(snapshot)).encode() + b"\n"
    assert len(head) <= HEAD_BYTES_MAX, "a snapshot's head is short"
    path = path_of(journal, last.end)
    path.parent.mkdir(exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    with fresh.open("wb") as file:
        file.write(MAGIC + head)
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_directory(path.parent)
    return snapshot


def paths(journal: Path) -> list[Path]:
    """The files of all snapshots, the newest first."""
    return sorted(directory_of(journal).glob(f"*{SUFFIX}"), reverse=True)


def read_head(path: Path, salt: bytes) -> Snapshot:
    """What a snapshot says it is; StateError if it is none, or of another journal."""
    with path.open("rb") as file:
        if file.readline(len(MAGIC)) != MAGIC:
            raise StateError("is no snapshot that this version reads")
        try:
            snapshot = Snapshot(**json.loads(file.readline(HEAD_BYTES_MAX)))
        except (ValueError, TypeError):
            raise StateError("its head is damaged") from None
    if snapshot.journal != salt.hex():
        raise StateError("belongs to another journal")
    if path.stem != f"{snapshot.position:019d}":
        raise StateError("its name is another place's")
    return snapshot


def read_body(path: Path, snapshot: Snapshot) -> bytes:
    """The state in a snapshot; StateError if it is damaged."""
    with path.open("rb") as file:
        file.readline()
        file.readline()
        body = file.read()
    if hashlib.sha256(body).hexdigest() != snapshot.state_hash:
        raise StateError("is damaged: its checksum is another")
    return body


def restore_newest(stream: Stream, salt: bytes, roots: Roots, to: int = NO_END) -> tuple[Snapshot | None, list[str]]:
    """Bring fresh `roots` to the state of the newest good snapshot not after position `to`; None if there is none.

    A good one is whole, of this version and journal, and the journal goes on where it stands: the frame it was taken
    after is there. The second value says what was wrong with those that were passed over.
    """
    passed_over = []
    for path in paths(stream.directory):
        try:
            snapshot = read_head(path, salt)
            if snapshot.position > to:
                continue
            last = frame_at(stream, salt, snapshot.frame)
            if last is None or last.end != snapshot.position:
                raise StateError("the journal does not hold the frame it was taken after")
            restore(read_body(path, snapshot), roots)
        except (StateError, OSError) as error:
            passed_over.append(f"{path.name}: {error}")
        else:
            return snapshot, passed_over
    return None, passed_over


def good(journal: Path, salt: bytes) -> Iterator[Snapshot]:
    """Those whose heads can be read, the newest first."""
    for path in paths(journal):
        try:
            yield read_head(path, salt)
        except (StateError, OSError):
            continue


def drop_old(journal: Path, kept: int = KEPT) -> None:
    """Remove all but the newest."""
    for path in paths(journal)[kept:]:
        path.unlink(missing_ok=True)
