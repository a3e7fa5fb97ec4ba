"""The engines that others wrote, each made with its own dictionary or the venue's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.interop import cpp_client
from tests.interop.engine import Engine
from tests.interop.quickfix_client import STOCK_DICTIONARY, QuickFixClient
from tests.interop.simplefix_client import SimplefixClient

VENUE_DICTIONARY = Path(__file__).parents[2] / "specs" / "fix44_outcry.xml"
ENGINES = (
    "quickfix under its own dictionary",
    "quickfix-c++ under QuickFIX's dictionary",
    "quickfix-c++ under the venue's dictionary",
    "fixcore-engine under its own dictionary",
    "fixcore-engine under the venue's dictionary",
    "simplefix by hand",
)
ONE_EACH = tuple(name for name in ENGINES if not name.endswith("the venue's dictionary"))


def prepare(name: str, path: Path) -> None:
    """What takes long, before it matters; making() uses it."""
    if name.startswith("quickfix-c++") and not cpp_client.why_not():
        cpp_client.build(path)


@contextmanager
def making(name: str, port: int, path: Path) -> Iterator[Engine]:
    """One of ENGINES as the client ENGINE, not started; it must not complain of anything the venue says."""
    made: Any
    dictionary = VENUE_DICTIONARY if name.endswith("the venue's dictionary") else STOCK_DICTIONARY
    if name.startswith("quickfix-c++"):
        if why := cpp_client.why_not():
            pytest.skip(why)
        made = cpp_client.CppClient(cpp_client.build(path), path / "cpp", "ENGINE", port, dictionary)
    elif name.startswith("fixcore"):
        module = pytest.importorskip("tests.interop.fixcore_client", reason="fixcore-engine is not installed")
        bundled = Path("FIX44.xml") if dictionary == STOCK_DICTIONARY else dictionary
        made = module.FixcoreClient(path / "fixcore", "ENGINE", port, bundled)
    elif name.startswith("quickfix"):
        made = QuickFixClient(path / "quickfix", "ENGINE", port, dictionary)
    else:
        made = SimplefixClient("ENGINE", port)
    try:
        yield made
    finally:
        made.close()
    assert made.complaints == []
