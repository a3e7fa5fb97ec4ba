"""The venue's hold on the process that fills PostgreSQL: started with it, revived if it dies, let finish at the end."""

from __future__ import annotations

import asyncio
import shlex
import subprocess
import sys
from pathlib import Path

from gateway.operations import Database
from gateway.settings import Settings
from persistence.embedded import Embedded
from persistence.projection import Progress
from persistence.projector import spawn

ENDING_S_MAX = 10.0
REVIVE_TICKS = 20


class ProjectorProcess:
    """One projector process at a time; the venue trades on whether it lives or not."""

    def __init__(self, settings: Settings, data_dir: Path, journal_dir: Path) -> None:
        self._dsn = settings.postgres.dsn
        self._postgres = data_dir / "postgres"
        self._embedded = Embedded(self._postgres)
        self._progress = data_dir / "projection.json"
        self._journal_dir = journal_dir
        self._segment_bytes = settings.journal.segment_bytes
        self._child: subprocess.Popen[bytes] | None = None
        self._ticks_dead = 0

    def start(self) -> None:
        """Start the process; it waits for the journal and PostgreSQL by itself."""
        self._child = spawn(
            self._journal_dir, self._progress, dsn=self._dsn, postgres=self._postgres, segment_bytes=self._segment_bytes
        )

    def revive(self) -> None:
        """Called with every tick: start it again some ticks after it died."""
        if self._child is None or self._child.poll() is None:
            self._ticks_dead = 0
            return
        self._ticks_dead += 1
        if self._ticks_dead == 1:
            print(f"the projector ended with {self._child.returncode}, starting another", file=sys.stderr, flush=True)
        if self._ticks_dead >= REVIVE_TICKS:
            self._ticks_dead = 0
            self.start()

    async def stop(self) -> None:
        """Let it carry over what is in the journal, then end it, and the server it owns."""
        child = self._child
        if child is None:
            return
        child.terminate()
        try:
            await asyncio.to_thread(child.wait, ENDING_S_MAX)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def describe(self) -> str:
        """Where the audit is, for people."""
        if self._child is None:
            return "no audit: the journal is in memory"
        if self._dsn is not None:
            return "at the given DSN"
        return f"embedded: {self._embedded.psql_command}"

    def database(self) -> Database:
        """Where the audit is and how far, for the status."""
        progress = Progress.load(self._progress)
        return {
            "dsn": self._dsn or self._embedded.dsn,
            "embedded": self._dsn is None,
            "psql": self._embedded.psql_command if self._dsn is None else shlex.join(["psql", self._dsn]),
            "commands": progress.command,
            "records": progress.record,
            "written_ns": progress.time_ns,
            "fault": progress.fault,
            "chain": progress.chain,
        }
