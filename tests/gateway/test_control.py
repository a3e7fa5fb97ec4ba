"""The control port over real unix sockets: what it answers, and who it says acted."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
from pathlib import Path

import pytest

from gateway.control_requests import DEPTH_MAX, ORDERS_MAX, REASON_CHARS_MAX
from tests.gateway.control_port import Run, port

ME = pwd.getpwuid(os.getuid()).pw_name


def test_queries_are_answered_with_what_the_venue_says(tmp_path: Path, run: Run) -> None:
    async def body() -> None:
        async with port(tmp_path) as venue, venue.client() as client:
            assert await client.ask("status") == {"ok": True, **venue.venue.status()}
            assert await client.ask("sessions") == {"ok": True, "sessions": venue.venue.sessions()}
            assert await client.ask("limits") == {"ok": True, "limits": venue.venue.limits()}
            book = await client.ask("book", symbol="AAPL", depth=3)
            assert [level["price"] for level in book["bids"]] == ["149.99", "149.98", "149.97"]
            mine = await client.ask("orders", session="BETA1", symbol="AAPL")
            assert [order["order_id"] for order in mine["orders"]] == ["2"]
            assert len((await client.ask("orders", limit=1))["orders"]) == 1

    run(body())


def test_an_action_says_who_by_the_kernels_word_and_why(tmp_path: Path, run: Run) -> None:
    """PHA-06: what the client claims to be is not a setting it may give."""

    async def body() -> None:
        async with port(tmp_path) as venue, venue.client() as client:
            assert await client.ask("halt", symbol="AAPL", reason="fat finger") == {
                "ok": True,
                "command": 1,
                "symbols": ["AAPL"],
                "orders": 0,
            }
            assert (await client.ask("halt", all=True, reason="drill"))["symbols"] == ["TSLA"]
            assert (await client.ask("resume", all=True))["symbols"] == ["AAPL", "TSLA"]
            assert (await client.ask("cancel_orders", session="BETA1", reason="  asked  "))["orders"] == 2
            assert venue.venue.log == [
                ("halt", "AAPL", "fat finger", ME),
                ("halt", None, "drill", ME),
                ("resume", None, "", ME),
                ("cancel", "BETA1", "asked", ME),
            ]
            assert "who" in (await client.ask("halt", symbol="AAPL", reason="x", who="god"))["error"]

    run(body())


def test_an_action_is_answered_only_once_it_is_durable(tmp_path: Path, run: Run) -> None:
    async def body() -> None:
        async with port(tmp_path) as venue, venue.client() as client:
            venue.venue.durable.clear()
            answer = asyncio.create_task(client.ask("halt", symbol="AAPL", reason="x"))
            await venue.venue.acted.wait()
            await venue.ask("status")  # a whole round trip later
            assert not answer.done()
            venue.venue.durable.set()
            assert (await answer)["ok"] is True

    run(body())


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({"do": "fly"}, "do must be one of status, sessions"),
        ({}, "do must be one of status"),
        ({"do": ["halt"]}, "do must be one of status"),
        ({"do": "status", "x": 1}, "x: is not a setting"),
        ({"do": "book"}, "symbol: is required"),
        ({"do": "book", "symbol": "XYZ"}, "XYZ is not traded here; traded are AAPL, TSLA"),
        ({"do": "book", "symbol": "AAPL", "depth": 0}, "depth: 0 must be at least 1"),
        ({"do": "book", "symbol": "AAPL", "depth": DEPTH_MAX + 1}, "depth: 1001 must be at most 1000"),
        ({"do": "orders", "limit": ORDERS_MAX + 1}, "limit: 10001 must be at most 10000"),
        ({"do": "halt", "symbol": "AAPL"}, "reason: is required"),
        ({"do": "halt", "symbol": "AAPL", "reason": " "}, "reason: is required"),
        ({"do": "halt", "symbol": "AAPL", "reason": "a\nb"}, "reason: must be at most 200 printable ASCII characters"),
        ({"do": "halt", "symbol": "AAPL", "reason": "x" * (REASON_CHARS_MAX + 1)}, "reason: must be at most 200"),
        ({"do": "halt", "reason": "x"}, "give a symbol or all, one of them"),
        ({"do": "halt", "symbol": "AAPL", "all": True, "reason": "x"}, "give a symbol or all, one of them"),
        ({"do": "halt", "symbol": 7, "reason": "x"}, "symbol: 7 must be a string"),
        ({"do": "cancel_orders"}, "give a session, a symbol or both, or all"),
        ({"do": "cancel_orders", "all": True, "symbol": "AAPL"}, "give a session, a symbol or both, or all"),
    ],
)
def test_a_request_that_cannot_be_gets_one_line_that_says_why(
    tmp_path: Path, request_: dict[str, object], error: str
) -> None:
    async def body() -> None:
        async with port(tmp_path) as venue, venue.client() as client:
            await client.send(json.dumps(request_).encode() + b"\n")
            reply = await client.reply()
            assert list(reply) == ["error"]
            assert error in reply["error"]
            assert "\n" not in reply["error"]
            assert venue.venue.log == []

    asyncio.run(body())


def test_requests_that_come_together_are_answered_in_order(tmp_path: Path, run: Run) -> None:
    async def body() -> None:
        async with port(tmp_path) as venue, venue.client() as client:
            await client.send(
                b'{"do":"halt","symbol":"AAPL","reason":"a"}\n{"do":"book","symbol":"AAPL"}\n{"do":"x"}\n'
            )
            assert [sorted(await client.reply())[0] for _ in range(3)] == ["command", "asks", "error"]

    run(body())
