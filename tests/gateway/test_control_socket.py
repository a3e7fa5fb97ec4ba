"""Where the control port's socket is, and for whom."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.control import ControlServer
from gateway.control_socket import connect, control_path, listen
from gateway.problems import SettingsError
from tests.gateway.control_port import Run, port
from tests.gateway.toy_venue import ToyVenue


def test_the_socket_is_the_owners_alone(tmp_path: Path, run: Run) -> None:
    async def body() -> None:
        async with port(tmp_path) as venue:
            assert stat.S_IMODE(venue.server.path.stat().st_mode) == 0o600

    before = os.umask(0)
    try:
        run(body())
    finally:
        os.umask(before)


def test_closing_takes_the_socket_away_and_cuts_the_clients_off(tmp_path: Path, run: Run) -> None:
    async def body() -> None:
        async with port(tmp_path) as venue, venue.client() as client:
            await client.ask("limits")
            await venue.server.close()
            assert await client.ended()
            assert not venue.server.path.exists()

    run(body())


def test_a_second_venue_does_not_take_the_socket_over(tmp_path: Path, run: Run) -> None:
    async def body() -> None:
        async with port(tmp_path) as venue:
            with pytest.raises(SettingsError, match="another venue is running here"):
                await ControlServer(ToyVenue(), venue.server.path).start()
            assert (await venue.ask("limits"))["ok"] is True

    run(body())


def test_a_socket_left_behind_by_a_killed_venue_is_replaced(tmp_path: Path, run: Run) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(control_path(tmp_path)))

    async def body() -> None:
        async with port(tmp_path) as venue:
            assert (await venue.ask("limits"))["ok"] is True

    run(body())


def test_a_file_that_is_no_socket_is_not_overwritten(tmp_path: Path) -> None:
    control_path(tmp_path).write_text("precious")
    with pytest.raises(SettingsError, match="cannot listen for operators"):
        asyncio.run(ControlServer(ToyVenue(), control_path(tmp_path)).start())
    assert control_path(tmp_path).read_text() == "precious"


def test_a_data_directory_too_deep_for_a_socket_works_all_the_same(tmp_path: Path, run: Run) -> None:
    deep = tmp_path / ("d" * 90) / ("e" * 90)
    deep.mkdir(parents=True)
    path = control_path(deep)

    async def body() -> None:
        listen(path).close()  # as a killed venue leaves it
        killed = path.readlink()
        async with port(deep):
            short = path.readlink()
            with connect(path, 5.0) as client:
                client.sendall(b'{"do": "limits"}\n')
                assert b'"ok":true' in await asyncio.to_thread(client.recv, 65_536)
            assert stat.S_IMODE(short.parent.stat().st_mode) == 0o700
            assert not killed.parent.exists()
        assert not short.parent.exists()
        assert not path.is_symlink()

    run(body())


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
@pytest.mark.skipif(not hasattr(socket, "SO_PEERCRED"), reason="the system does not say who connects")
def test_a_strange_user_is_named_by_number(tmp_path: Path) -> None:
    """Root can hand the socket on; who then comes is still named."""

    async def body() -> None:
        async with port(tmp_path) as venue:
            tmp_path.chmod(0o711)
            venue.server.path.chmod(0o666)
            said = await asyncio.to_thread(_halt_as, 54_321, venue.server.path)
            assert said.startswith(b'{"ok":true')
            assert venue.venue.log == [("halt", "AAPL", "x", "uid 54321")]

    asyncio.run(body())


def _halt_as(uid: int, path: Path) -> bytes:
    """What the venue answers another user, who reaches the socket through a directory inherited open."""
    code = f"""if True:
        import os, socket
        os.setuid({uid})
        client = socket.socket(socket.AF_UNIX)
        client.connect({path.name!r})
        client.sendall(b'{{"do":"halt","symbol":"AAPL","reason":"x"}}\\n')
        os.write(1, client.recv(4096))
    """
    return subprocess.run([sys.executable, "-c", code], cwd=path.parent, stdout=subprocess.PIPE, check=True).stdout
