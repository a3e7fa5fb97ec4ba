"""What every test shares: the seed, and the proof that the suite runs in the form it was asked to run in."""

import os
import random
import signal
from collections.abc import Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
SEED = int(os.environ.get("OUTCRY_SEED") or random.randrange(2**32))
FORM = os.environ.get("OUTCRY_FORM", "")

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has it ignored by what runs in the background
settings.register_profile("outcry", deadline=None, print_blob=True)
settings.load_profile("outcry")


def hot_modules() -> Iterator[tuple[str, bool]]:
    """The name of every module that has a `.pxd` beside it, and whether Python would load it compiled."""
    for package in sorted(init.parent for init in ROOT.glob("*/__init__.py")):
        for source in sorted(filter(Path.exists, (pxd.with_suffix(".py") for pxd in package.glob("**/*.pxd")))):
            name = ".".join(source.relative_to(ROOT).with_suffix("").parts)
            spec = find_spec(name)
            yield name, str(spec and spec.origin).endswith(tuple(EXTENSION_SUFFIXES))


def pytest_report_header() -> str:
    """One line with what is needed to repeat a failure."""
    compiled = [compiled for _, compiled in hot_modules()]
    return f"outcry: {sum(compiled)} of {len(compiled)} hot modules compiled, OUTCRY_SEED={SEED}"


def pytest_sessionstart() -> None:
    """Refuse to run in another form than OUTCRY_FORM (compiled or plain) names: it would prove nothing."""
    wrong = [name for name, compiled in hot_modules() if FORM and compiled != (FORM == "compiled")]
    if wrong:
        raise pytest.UsageError(f"OUTCRY_FORM={FORM}, but these are not: {', '.join(wrong)}")


@pytest.fixture
def seed() -> int:
    """The run's seed for tests that draw cases; pytest shows it beside a failure, and OUTCRY_SEED repeats it."""
    return SEED
