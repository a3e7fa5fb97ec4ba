"""The process beside the venue that fills PostgreSQL from the journal, and owns the embedded server if there is one.

It lives exactly as long as the venue: its standard input ends when the venue does, however that ends, and then it stops
at once and takes the server with it. SIGTERM lets it finish what is in the journal first. It also prepares the
journal's next segment, so that the venue never waits for zeros.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from persistence.courtesy import NiceChildren, step_back
from persistence.embedded import Embedded
from persistence.errors import DatabaseError, EmbeddedError, JournalError
from persistence.projection import POSTGRES_FAULTS, Progress, project
from persistence.segments import SEGMENT_BYTES, prepare_ahead

NICE = 10
DRAIN_S = 5.0
PREPARE_S = 0.05
SAVE_S = 0.1
WATCH_S = 0.5
GRACE_S = 0.02  # a SIGTERM sent before the end of standard input may be seen after it
RETRY_FIRST_S = 0.1
RETRY_LAST_S = 5.0
FAULTS = (JournalError, DatabaseError, EmbeddedError, *POSTGRES_FAULTS)


def spawn(
    journal: Path, status: Path, *, dsn: str | None, postgres: Path, segment_bytes: int = SEGMENT_BYTES
) -> "subprocess.Popen[bytes]":
    """Start it as a child: projects `journal` into `dsn`, or where None into a server of its own under `postgres`.

    `status` is the file in which it says how far it is (persistence.projection.Progress). Keep the child's `stdin` open
    while the venue lives, `terminate()` it to let it finish, and `wait()` for it.
    """
    arguments = [str(journal), str(status), str(postgres), f"--segment-bytes={segment_bytes}"]
    environment = {name: value for name, value in os.environ.items() if name != "OUTCRY_DSN"}
    if dsn is not None:
        environment["OUTCRY_DSN"] = dsn  # not an argument: it may hold a password
    return subprocess.Popen(
        [sys.executable, "-m", "persistence.projector", *arguments],
        stdin=subprocess.PIPE,
        env={**environment, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        start_new_session=True,
    )


class Projector:
    """One run of the process."""

    def __init__(self, journal: Path, status: Path, dsn: str | None, postgres: Path, segment_bytes: int) -> None:
        self._journal = journal
        self._status = status
        self._server = None if dsn else Embedded(postgres)
        self._dsn = dsn or Embedded(postgres).dsn
        self._segment_bytes = segment_bytes
        self._nice_server = NiceChildren()
        self._ending = asyncio.Event()
        self._progress = Progress()

    async def run(self) -> None:
        """Project until told to end."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._ending.set)
        loop.add_signal_handler(signal.SIGINT, lambda: None)
        loop.add_reader(sys.stdin.fileno(), self._parent_ended)
        beside = [asyncio.create_task(self._prepare()), asyncio.create_task(self._save())]
        try:
            await self._keep_projecting()
        finally:
            for task in beside:
                task.cancel()
            self._progress.fault = self._progress.fault or "ended"
            self._progress.save(self._status)
            if self._server is not None:
                self._server.stop()

    async def _keep_projecting(self) -> None:
        pause_s = RETRY_FIRST_S
        while True:
            before = self._progress.record
            try:
                self._keep_server()
                await self._project()
            except FAULTS as error:
                self._tell(error)
            if self._ending.is_set():
                return
            pause_s = RETRY_FIRST_S if self._progress.record > before else min(pause_s * 2, RETRY_LAST_S)
            try:
                await asyncio.wait_for(self._ending.wait(), pause_s)
            except TimeoutError:
                continue

    async def _project(self) -> None:
        """Project until that ends, or our server does: what was asked of a killed one may never be answered."""
        projecting = asyncio.create_task(project(self._dsn, self._journal, self._progress, self._ending, DRAIN_S))
        while not (await asyncio.wait([projecting], timeout=WATCH_S))[0]:
            if self._server is not None and self._server.pid is None:
                projecting.cancel()
                await asyncio.wait([projecting])
                raise EmbeddedError("PostgreSQL has ended")
            if self._server is not None and self._server.pid is not None:
                self._nice_server.look(self._server.pid)
        projecting.result()

    def _keep_server(self) -> None:
        if self._server is not None and self._server.pid is None:
            self._server.stop()
            self._server.start()

    def _tell(self, error: Exception) -> None:
        fault = f"{type(error).__name__}: {error}" if not str(error) or isinstance(error, OSError) else str(error)
        if fault != self._progress.fault:
            print(f"projector: {fault}", file=sys.stderr, flush=True)
            self._progress.fault = fault

    async def _prepare(self) -> None:
        """The journal's next segment, in a thread, for it waits for the disk; the venue makes its own if that fails."""
        while True:
            try:
                await asyncio.to_thread(prepare_ahead, self._journal, self._segment_bytes)
            except (OSError, JournalError) as error:
                print(f"projector: cannot prepare the journal's next segment: {error}", file=sys.stderr, flush=True)
                await asyncio.sleep(RETRY_LAST_S)
            await asyncio.sleep(PREPARE_S)

    async def _save(self) -> None:
        saved = None
        while True:
            if self._progress != saved:
                saved = replace(self._progress)
                saved.save(self._status)
            await asyncio.sleep(SAVE_S)

    def _parent_ended(self) -> None:
        loop = asyncio.get_running_loop()
        if not os.read(sys.stdin.fileno(), 1):
            loop.remove_reader(sys.stdin.fileno())
            loop.call_later(GRACE_S, self._end_at_once)

    def _end_at_once(self) -> None:
        """The venue is gone without a word: stop, so that the next one finds everything free."""
        if not self._ending.is_set():
            if self._server is not None:
                self._server.stop()
            os._exit(0)


def main() -> None:
    """Entry of the child process."""
    parser = argparse.ArgumentParser(prog="persistence.projector", description=__doc__)
    parser.add_argument("journal", type=Path)
    parser.add_argument("status", type=Path)
    parser.add_argument("postgres", type=Path)
    parser.add_argument("--segment-bytes", type=int, default=SEGMENT_BYTES)
    given = parser.parse_args()
    step_back(NICE)
    projector = Projector(
        given.journal, given.status, os.environ.get("OUTCRY_DSN"), given.postgres, given.segment_bytes
    )
    asyncio.run(projector.run())


if __name__ == "__main__":
    main()
