"""A toy venue that operators can reach, in a thread of its own, and the `outcry` command against it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from admin.main import main
from gateway.control import ControlServer
from gateway.control_socket import control_path
from tests.admin.trading_day import Day, trading_day
from tests.gateway.toy_venue import ToyVenue


@dataclass(frozen=True)
class Said:
    """What a command line printed, and its exit code."""

    code: int
    out: str
    err: str


Outcry = Callable[..., Said]


@pytest.fixture
def outcry(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Outcry:
    """Runs `outcry` with these arguments for the data directory `tmp_path`, 80 columns wide."""
    monkeypatch.setenv("OUTCRY_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("OUTCRY_DSN", raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        code = main(arguments)
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return run


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[ToyVenue]:
    """A toy venue whose control port is in `tmp_path`."""
    with asyncio.Runner() as runner:
        toy = ToyVenue()
        server = ControlServer(toy, control_path(tmp_path))
        runner.run(server.start())
        loop = runner.get_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield toy
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            runner.run(server.close())


@pytest.fixture(scope="session")
def day() -> Iterator[Day]:
    """One real venue for all tests that only ask."""
    with trading_day() as happened:
        yield happened
