"""What was said in one session and became of it, read from the journal; the venue has nothing to do with it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.commands import RegisterSession
from gateway.problems import SettingsError
from persistence.errors import JournalError
from persistence.frames import Frame, FrameReader
from persistence.kinds import (
    COMMAND,
    COMMANDS,
    CONNECTED,
    DISCONNECTED,
    INBOUND,
    LOGGED_ON,
    LOGGED_OUT,
    MESSAGE_HEAD,
    OUTBOUND,
    RECORD_HEAD,
    RESENT,
    RESET,
    SESSION,
)
from persistence.segments import IDENTITY_FILE, Stream, identity
from persistence.unpacking import Reader, take_command

HEAD = struct.Struct("<IBBBx")
OWNER = struct.Struct("<I")
MESSAGE = struct.Struct("<Iqq")
CHANGED = struct.Struct("<IqqqH")
REGISTER_SESSION = next(code for code, kind in COMMANDS.items() if kind is RegisterSession)
CHANGES = {
    CONNECTED: "connected",
    LOGGED_ON: "logged on",
    LOGGED_OUT: "Logout sent",
    DISCONNECTED: "disconnected",
    RESET: "numbers begin again",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened in a session: a message (`raw`), or a change in words; `direction` is in, out or --."""

    time_ns: int
    direction: str
    raw: bytes = b""
    words: str = ""
    resent: bool = False


class SessionLog:
    """Tails a journal for one session; `number` is the session's, 0 as long as it is not known.

    With `begins_late` the journal's old segments were removed, perhaps with what says the number.
    """

    def __init__(self, directory: Path, comp_id: bytes) -> None:
        """SettingsError where there is no journal, or it may not be read."""
        if not (directory / IDENTITY_FILE).is_file():
            raise SettingsError([f"{directory}: no journal is here; name the venue's --data-dir"])
        self.number = 0
        self._comp_id = comp_id
        try:
            self._stream = Stream(directory)
            self._reader = FrameReader(self._stream, identity(directory))
            self.begins_late = self._stream.begin > 0
            if self.begins_late:
                self._reader.seek(self._stream.begin)
        except (OSError, JournalError) as error:
            raise SettingsError([str(error)]) from None

    def close(self) -> None:
        """Let go of the files."""
        self._stream.close()

    def read(self) -> Iterator[Entry]:
        """What is there that has not been read yet."""
        for frame in self._reader:
            yield from self._entries(frame)

    def _entries(self, frame: Frame) -> Iterator[Entry]:
        body = frame.body
        at = 0
        while at < len(body):
            length, kind, code, flags = HEAD.unpack_from(body, at)
            start, at = at + RECORD_HEAD, at + RECORD_HEAD + length
            if kind == COMMAND:
                if code == REGISTER_SESSION and self.number == 0:
                    self._learn(body, start)
            elif (
                self.number
                and kind in (INBOUND, OUTBOUND, SESSION)
                and OWNER.unpack_from(body, start)[0] == self.number
            ):
                entry = _change(body, start, code) if kind == SESSION else _message(body, start, at, kind, flags)
                if entry is not None:
                    yield entry

    def _learn(self, body: bytes, start: int) -> None:
        reader = Reader(body, start)
        reader.i64()
        command = take_command(reader, REGISTER_SESSION)
        if isinstance(command, RegisterSession) and command.comp_id == self._comp_id:
            self.number = command.number


def _message(body: bytes, start: int, end: int, kind: int, flags: int) -> Entry:
    _, _, time_ns = MESSAGE.unpack_from(body, start)
    raw = body[start + MESSAGE_HEAD : end]
    return Entry(time_ns, "in" if kind == INBOUND else "out", raw, resent=bool(flags & RESENT))


def _change(body: bytes, start: int, code: int) -> Entry | None:
    if code not in CHANGES:
        return None
    _, next_in, next_out, time_ns, count = CHANGED.unpack_from(body, start)
    text = body[start + CHANGED.size : start + CHANGED.size + count].decode("latin-1")
    numbers = f"next number in {next_in}, out {next_out}"
    return Entry(time_ns, "--", words=f"{CHANGES[code]}{f': {text}' if text else ''} ({numbers})")
