"""What every test shares: the seed, and the proof that the suite runs in the form it was asked to run in."""

import os
import random
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SEED = int(os.environ.get("OUTCRY_SEED") or random.randrange(2**32))
PACKAGES = ("admin", "engine", "fix", "gateway", "marketdata", "persistence", "risk")


def hot_modules() -> dict[str, bool]:
    """Every module that has a `.pxd` beside it, and whether Python would load it compiled."""
    sources = sorted(pxd for package in PACKAGES for pxd in ROOT.glob(f"{package}/**/*.pxd"))
    names = [".".join(pxd.relative_to(ROOT).with_suffix("").parts) for pxd in sources if pxd.with_suffix(".py").exists()]
    specs = {name: find_spec(name) for name in names}
    return {name: spec is not None and str(spec.origin).endswith(tuple(EXTENSION_SUFFIXES)) for name, spec in specs.items()}


def pytest_report_header() -> str:
    """One line with what a failure needs to be repeated."""
    forms = hot_modules()
    return f"outcry: {sum(forms.values())} of {len(forms)} hot modules compiled, OUTCRY_SEED={SEED}"


def pytest_sessionstart() -> None:
    """Refuse to run in another form than OUTCRY_FORM (compiled or plain) names: a suite must not prove the wrong thing."""
    wanted = {"compiled": True, "plain": False}.get(os.environ.get("OUTCRY_FORM", ""))
    wrong = [name for name, compiled in hot_modules().items() if wanted not in (None, compiled)]
    if wrong:
        raise pytest.UsageError(f"OUTCRY_FORM={os.environ['OUTCRY_FORM']}, but these are not: {', '.join(wrong)}")


@pytest.fixture
def seed(record_property: pytest.FixtureRequest) -> int:
    """The run's seed for tests that draw random cases; set OUTCRY_SEED to repeat a run."""
    return SEED
