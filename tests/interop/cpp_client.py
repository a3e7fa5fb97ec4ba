"""QuickFIX C++ as Debian packages it (libquickfix-dev), as an initiator in a process of its own."""

from __future__ import annotations

import functools
import queue
import shutil
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

from tests.gateway.reports import Reports
from tests.interop.engine import ANSWER_S_MAX, Fields, fields_of
from tests.interop.settings_file import write_settings_file

SOURCE = Path(__file__).with_name("quickfix_client.cpp")
HEADER = "#include <quickfix/SocketInitiator.h>\n#include <ciso646>\nint main() { return 0; }\n"
BUILD_S_MAX = 240
# Its headers declare exceptions as C++14 still allowed.
OPTIONS = ("-std=c++14", "-w", "-x", "c++")


@functools.cache
def why_not() -> str:
    """Why the program cannot be built here; empty if it can. Finding out takes seconds."""
    compiler = shutil.which("g++")
    if compiler is None:
        return "QuickFIX C++: no g++ here"
    tried = subprocess.run(
        [compiler, *OPTIONS, "-fsyntax-only", "-"], input=HEADER, capture_output=True, text=True, check=False
    )
    return "QuickFIX C++: its headers are not here (Debian: apt install libquickfix-dev)" if tried.returncode else ""


def build(directory: Path) -> Path:
    """The compiled program."""
    program = directory / "quickfix_client"
    if program.exists():
        return program
    command = ["g++", *OPTIONS, str(SOURCE), "-o", str(program), "-lquickfix", "-lpthread"]
    built = subprocess.run(command, capture_output=True, text=True, check=False, timeout=BUILD_S_MAX)
    assert built.returncode == 0, built.stderr
    return program


class CppClient:
    """The program and what it tells."""

    def __init__(self, program: Path, directory: Path, comp_id: str, port: int, dictionary: Path) -> None:
        self.comp_id = comp_id
        self.came: queue.Queue[Fields] = queue.Queue()
        self.reports = Reports()
        self.complaints: list[Fields] = []
        self.resend_requests = 0
        self._events: queue.Queue[str] = queue.Queue()
        settings = write_settings_file(directory, comp_id, port, dictionary)
        self._process = subprocess.Popen(
            [program, settings], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def start(self) -> None:
        self._say("start")
        self._await("up")

    def return_anew(self) -> None:
        self._await("up")

    def stop(self, force: bool = False) -> None:
        self._say("cut" if force else "stop")
        self._await("ended")

    def send_fields(self, msg_type: str, fields: Mapping[int, str]) -> None:
        self._say("send " + "|".join([f"35={msg_type}", *(f"{tag}={value}" for tag, value in fields.items())]))

    def close(self) -> None:
        """End the program."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(ANSWER_S_MAX)
        self._reader.join()
        self._process.stdout.close()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")

    def _await(self, event: str) -> None:
        while (told := self._events.get(timeout=ANSWER_S_MAX)) != event:
            assert not told.startswith("failed"), told

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            what, _, message = line.rstrip("\n").partition(" ")
            if what not in ("in", "out"):
                self._events.put(line.strip())
                continue
            fields = fields_of(message, "|")
            if what == "out":
                self.resend_requests += fields[35] == "2"
                if fields[35] in ("3", "j"):
                    self.complaints.append(fields)
            elif fields[35] == "3" or fields[35] not in "012345A":
                self.came.put(fields)
        self._events.put("failed: the program has ended")
