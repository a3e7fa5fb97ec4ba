"""A process to be measured: started, awaited, its CPU time read, ended with all it has started."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import asyncpg

from admin.venue_client import ask
from gateway.control_socket import control_path
from tests.gateway.told import check_told

ROOT = Path(__file__).resolve().parents[1]
OUTCRY = Path(sys.executable).with_name("outcry")
ENDING_S_MAX = 30
POLL_S = 0.02
REPORTS_CHECKED = 20_000


class Server:
    """A child that names its port in a line of its output when it is ready; ended on leaving `with`.

    What it says besides goes to `log`.
    """

    def __init__(self, command: list[str], log: Path) -> None:
        """Start it and wait until it listens; RuntimeError if it ends instead."""
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT, text=True, start_new_session=True
            )
        assert self._process.stdout is not None
        self.port = 0
        for line in self._process.stdout:
            if found := re.search(r"(?:port |127\.0\.0\.1:)(\d+)\b", line):
                self.port = int(found[1])
                return
        raise RuntimeError(f"{' '.join(command)} ended with {self._process.wait()}: {log.read_text()}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.communicate(timeout=ENDING_S_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def cpu_ns(self) -> int:
        """CPU time of all its threads so far; 0 where the system does not say."""
        spent = 0
        for task in Path(f"/proc/{self._process.pid}/task").glob("*/schedstat"):
            spent += int(task.read_text().split()[0])
        return spent


class Venue(Server):
    """`outcry run` with the packaged settings and all its parts, over `data_dir`, on a free port.

    When it has ended, the first REPORTS_CHECKED reports it told must be right, each alone and after those before it.
    """

    def __init__(self, data_dir: Path, ack_policy: str) -> None:
        """Start it; RuntimeError if it ends instead."""
        self._control = control_path(data_dir)
        self._journal = data_dir / "journal"
        options = ["--fix-port=0", f"--data-dir={data_dir}", f"--ack={ack_policy}"]
        super().__init__([str(OUTCRY), "run", *options], data_dir.with_suffix(".log"))

    def __exit__(self, *raised: object) -> None:
        super().__exit__(*raised)
        check_told(self._journal, REPORTS_CHECKED)

    def status(self) -> dict[str, Any]:
        """What `outcry status --json` shows."""
        return ask(self._control, "status")

    def caught_up_s(self, within_s: float = 60.0) -> float:
        """Seconds until PostgreSQL holds all that the journal holds now; TimeoutError."""
        begun = time.perf_counter()
        status = self.status()
        asyncio.run(asyncio.wait_for(_projected(status["postgres"]["dsn"], status["journal"]["events"]), within_s))
        return time.perf_counter() - begun


async def _projected(dsn: str, event: int) -> None:
    """Return when event number `event` stands in the audit; the server and its schema may not be there yet."""
    while True:
        try:
            connection = await asyncpg.connect(dsn)
            try:
                while await connection.fetchval("select coalesce(max(event), -1) from projection") < event:
                    await asyncio.sleep(POLL_S)
                return
            finally:
                await connection.close()
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(POLL_S)
