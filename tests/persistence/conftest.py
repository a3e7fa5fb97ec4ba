"""One PostgreSQL server for the whole run, one fresh schema for each test that asks."""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from persistence.embedded import Embedded

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def open_directory() -> Iterator[Path]:
    """A short directory which other users may enter, unlike tmp_path."""
    path = Path(tempfile.mkdtemp(prefix="outcry-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def server(open_directory: Path) -> Iterator[Embedded]:
    running = Embedded(open_directory / "postgres", settings={"fsync": "off", "max_connections": "40"})
    running.start()
    yield running
    running.stop(timeout_s=0.5)  # its files are thrown away, so it need not tidy them


@pytest.fixture
def dsn(server: Embedded) -> str:
    """The connection string of an empty database: a schema of its own, which is made a hundred times faster."""
    name = f"test{next(NUMBERS)}"

    async def create() -> None:
        connection = await asyncpg.connect(server.dsn)
        try:
            await connection.execute(f"create schema {name}")
        finally:
            await connection.close()

    asyncio.run(create())
    return f"{server.dsn}&search_path={name}"
