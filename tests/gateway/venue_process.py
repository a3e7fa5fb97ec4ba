"""A real venue for tests: `outcry run` as a process of its own, on a port of its own, over a data directory."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from admin.venue_client import ask
from gateway.control_socket import control_path
from tests.gateway.told import check_told

OUTCRY = Path(sys.executable).with_name("outcry")
PACKAGED = Path(__file__).parents[2] / "config" / "venue.toml"
READY_S_MAX = 60.0
ENDING_S_MAX = 60.0
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"
"""A DSN where nothing listens: the venue trades, and its audit waits."""

LISTENS = re.compile(r"FIX 4\.4 on ([0-9.]+):([0-9]+)")
LAST_LINE = "  QuickFIX "


class VenueProcess:
    """One data directory and the process that runs on it, if one does; `port` stays the same over restarts.

    `options` are those of `outcry run`; `announced` are the lines it printed when it was ready, and `log` is where its
    standard error goes, of all its lives.
    """

    def __init__(self, data_dir: Path, *options: str) -> None:
        self.data_dir = data_dir
        self.options = options
        self.port = 0
        self.announced: list[str] = []
        self.log = data_dir.with_name(data_dir.name + ".log")
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self._process is not None, "the venue does not run"
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it says that it is open."""
        assert self._process is None, "the venue runs already"
        with self.log.open("a") as log:
            self._process = subprocess.Popen(self._command(), env=environment(), stdout=-1, stderr=log, text=True)
        watchdog = threading.Timer(READY_S_MAX, self._process.kill)
        watchdog.start()
        try:
            self.announced = list(self._announcement(self._process))
        finally:
            watchdog.cancel()
        self.port = int(self._match(LISTENS, self.announced[0])[2])

    def _command(self) -> list[str]:
        return [str(OUTCRY), "run", "--data-dir", str(self.data_dir), "--fix-port", str(self.port), *self.options]

    def _announcement(self, process: subprocess.Popen[str]) -> Iterator[str]:
        assert process.stdout is not None
        for line in process.stdout:
            yield line.rstrip("\n")
            if line.startswith(LAST_LINE):
                return
        raise AssertionError(f"the venue ended with {self._reap()} before it was open: {self.log.read_text()}")

    def _match(self, pattern: re.Pattern[str], line: str) -> re.Match[str]:
        found = pattern.search(line)
        assert found, line
        return found

    def end(self) -> int:
        """Ask it to end as Ctrl-C or `kill` would, and wait; its exit code."""
        self.terminate()
        return self.wait()

    def terminate(self) -> None:
        """Ask it to end, and do not wait."""
        self._signal(signal.SIGTERM)

    def pause(self) -> None:
        """Stop it where it is (SIGSTOP) and wait until it stands; only `kill` helps then."""
        self._signal(signal.SIGSTOP)
        assert os.WIFSTOPPED(os.waitpid(self.pid, os.WUNTRACED)[1])

    def kill(self) -> None:
        """kill -9: it has no time for anything."""
        self._signal(signal.SIGKILL)
        assert self.wait() == -signal.SIGKILL

    def restart(self) -> None:
        """kill -9, and start again on the same data and port."""
        self.kill()
        self.start()

    def close(self) -> None:
        """Let nothing of it run on, whatever happened."""
        if self._process is not None:
            self._process.kill()
            self._reap()

    def wait(self) -> int:
        """Wait until it ends by itself; its exit code."""
        assert self._process is not None, "the venue does not run"
        try:
            self._process.wait(ENDING_S_MAX)
        finally:
            code = self._reap()
        return code

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "the venue does not run"
        self._process.send_signal(number)

    def _reap(self) -> int:
        process, self._process = self._process, None
        assert process is not None
        process.kill()
        code = process.wait()
        assert process.stdout is not None
        process.stdout.close()
        return code

    def ask(self, do: str, **arguments: object) -> dict[str, Any]:
        """What the venue answers an operator."""
        return ask(control_path(self.data_dir), do, **arguments)

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """Ask again and again until it is so, for as long as a venue may take to become ready."""
        passed = threading.Event()
        watchdog = threading.Timer(READY_S_MAX, passed.set)
        watchdog.start()
        try:
            while not holds():
                assert not passed.wait(0.01), f"waited too long: {what}; log: {self.log.read_text()}"
        finally:
            watchdog.cancel()


def environment() -> dict[str, str]:
    """This process's environment without what would lead a venue, or an `outcry` command, elsewhere."""
    return {name: value for name, value in os.environ.items() if name not in ("OUTCRY_DSN", "OUTCRY_DATA_DIR")}


@contextmanager
def open_directory() -> Iterator[Path]:
    """A short directory which other users may enter, unlike tmp_path: PostgreSQL refuses to run as root."""
    path = Path(tempfile.mkdtemp(prefix="outcry-venue-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def running(data_dir: Path, *options: str) -> Iterator[VenueProcess]:
    """A venue that is open; it is gone afterwards, its data is not, and every report it told anybody was right."""
    venue = VenueProcess(data_dir, *options)
    try:
        venue.start()
        yield venue
    finally:
        venue.close()
    check_told(data_dir / "journal")


def write_settings(path: Path, changes: dict[str, str], more: str = "") -> Path:
    """The packaged settings with some lines changed (by key) and others added at the end, as a file at `path`."""
    text = PACKAGED.read_text()
    for key, value in changes.items():
        text, count = re.subn(rf"^{re.escape(key)} *=.*$", f"{key} = {value}", text, flags=re.M)
        assert count, f"the packaged settings have no {key}"
    path.write_text(text + more)
    return path
