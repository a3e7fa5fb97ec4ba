"""Small objects lie in huge pages, and what they leave behind is used again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine import pages

ENABLED = Path("/sys/kernel/mm/transparent_hugepage/enabled")
MANY_OBJECTS = """
import json
from pathlib import Path
from engine.pages import stay_ahead, use_huge_pages

stays_ahead = stay_ahead()

def kilobytes(name):
    return int(Path("/proc/self/smaps_rollup").read_text().split(name + ":")[1].split()[0])

def deep(calls):
    return 1 + deep(calls - 1) if calls else 0

figures = []
for _ in range(3):
    assert deep(900) == 900  # Python's stack comes out of the same hands, in other sizes
    held = [[number] for number in range(1_000_000)]
    figures.append((kilobytes("AnonHugePages"), kilobytes("Rss")))
    assert sum(each[0] for each in held) == 499_999_500_000
    del held
print(json.dumps({"taken": use_huge_pages() and stays_ahead, "figures": figures}))
"""


@pytest.mark.skipif(not ENABLED.exists() or "[never]" in ENABLED.read_text(), reason="there are no huge pages here")
def test_what_python_takes_for_small_objects_is_huge_pages() -> None:
    """Compiled: a million lists of 88 bytes and more, while a thread touches what comes next; uncompiled Python's own
    pages serve as ever.
    """
    run = subprocess.run([sys.executable, "-c", MANY_OBJECTS], capture_output=True, text=True, check=True)
    found = json.loads(run.stdout)
    (huge_kb, resident_kb), *later = found["figures"]
    assert found["taken"] is not pages.__file__.endswith(".py")
    if found["taken"]:
        assert huge_kb > 10_000  # of some 96 MB: all of it, unless memory is too scattered for whole pages
        assert all(again_kb < resident_kb + 50_000 for _, again_kb in later)
