"""A client of the control port that is silent, deaf, greedy or talks nonsense harms nobody."""

from __future__ import annotations

import asyncio
import select
import socket
from pathlib import Path
from typing import Any

import pytest

from gateway.control import CLIENTS_MAX, REQUEST_BYTES_MAX
from gateway.control_socket import connect
from tests.gateway.control_port import Client, Run, port


@pytest.mark.parametrize(
    "garbage", [b"\n", b"nonsense\n", b"\xff\xfe\n", b"[]\n", b"3\n", b"null\n", b"[" * 9000 + b"\n", b'{"do":\n']
)
def test_garbage_is_answered_and_the_connection_goes_on(tmp_path: Path, garbage: bytes) -> None:
    async def body() -> None:
        async with port(tmp_path) as venue, venue.client() as client:
            await client.send(garbage)
            assert list(await client.reply()) == ["error"]
            assert (await client.ask("status"))["ok"] is True

    asyncio.run(body())


def test_a_line_has_a_largest_length(tmp_path: Path, run: Run) -> None:
    async def body() -> None:
        async with port(tmp_path) as venue, venue.client() as client:
            await client.send(b" " * (REQUEST_BYTES_MAX + 1))
            assert (await client.reply())["error"] == "a request has at most 16384 bytes"
            assert await client.ended()

    run(body())


def test_a_client_that_stops_writing_still_gets_its_answer(tmp_path: Path, run: Run) -> None:
    async def body() -> None:
        async with port(tmp_path) as venue, venue.client() as client:
            await client.send(b'{"do": "sessions"}\n')
            client.writer.write_eof()
            assert (await client.reply())["ok"] is True
            assert await client.ended()

    run(body())


def test_a_request_without_its_newline_is_not_obeyed(tmp_path: Path, run: Run) -> None:
    async def body() -> None:
        async with port(tmp_path) as venue, venue.client() as client:
            await client.send(b'{"do": "halt", "symbol": "AAPL", "reason": "x"}')
            client.writer.write_eof()
            assert (await client.reply())["error"] == "a request ends with a newline"
            assert await client.ended()
            assert venue.venue.log == []

    run(body())


def test_a_client_that_goes_while_it_waits_harms_nobody_and_its_action_stands(tmp_path: Path, run: Run) -> None:
    async def body() -> None:
        async with port(tmp_path) as venue:
            venue.venue.durable.clear()
            async with venue.client() as gone:
                await gone.send(b'{"do": "halt", "symbol": "AAPL", "reason": "x"}\n')
                await venue.venue.acted.wait()
            venue.venue.durable.set()
            assert (await venue.ask("status"))["instruments"][0]["state"] == "halted"

    run(body())


def test_a_client_that_does_not_read_is_cut_off_and_others_are_served_meanwhile(tmp_path: Path, run: Run) -> None:
    async def body() -> None:
        async with port(tmp_path, idle_s_max=1.0) as venue:
            venue.venue.open |= {str(n): ("ALPHA1", "AAPL") for n in range(5_000)}
            deaf = connect(venue.server.path, 5.0)
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            deaf.sendall(b'{"do": "orders", "limit": 5000}\n' * 20)
            assert (await venue.ask("book", symbol="AAPL"))["ok"] is True
            hang_up = select.poll()
            hang_up.register(deaf, select.POLLHUP)
            await asyncio.to_thread(hang_up.poll)
            got = await asyncio.to_thread(_read, deaf)
            assert 0 < len(got) < 500_000  # of 20 answers of a megabyte each

    run(body())


def _read(deaf: socket.socket) -> bytes:
    parts = []
    with deaf:
        try:
            while part := deaf.recv(65_536):
                parts.append(part)
        except ConnectionError:
            pass
    return b"".join(parts)


def test_a_silent_client_is_cut_off(tmp_path: Path, run: Run) -> None:
    async def body() -> None:
        async with port(tmp_path, idle_s_max=0.05) as venue, venue.client() as client:
            assert await client.ended()

    run(body())


def test_only_so_many_operators_are_let_in_and_a_place_becomes_free(tmp_path: Path, run: Run) -> None:
    async def body() -> None:
        async with port(tmp_path) as venue:
            crowd = [Client(*await asyncio.open_unix_connection(str(venue.server.path))) for _ in range(CLIENTS_MAX)]
            for client in crowd:
                assert (await client.ask("limits"))["ok"] is True
            async with venue.client() as late:
                assert (await late.reply())["error"] == "32 operators are connected, no more are let in"
                assert await late.ended()
            for client in crowd:
                await client.close()
            while "error" in (reply := await venue.ask("limits")):
                assert "no more are let in" in reply["error"]  # until the venue has seen them go

    run(body())


def test_our_own_fault_ends_that_connection_and_is_told_to_the_loop(tmp_path: Path) -> None:
    """Assertions stay on: they are not answered as if the operator were wrong."""

    async def body() -> None:
        told: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
        async with port(tmp_path) as venue:
            venue.venue.open["9"] = None  # type: ignore[assignment]
            async with venue.client() as client:
                await client.send(b'{"do": "orders"}\n')
                assert await client.ended()
            assert isinstance(told[0]["exception"], TypeError)
            assert (await venue.ask("limits"))["ok"] is True

    asyncio.run(body())
