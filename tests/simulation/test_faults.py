"""A venue under every fault that one machine can produce, by seeds; each seed is a whole history of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from fix.dictionary import Dictionary
from gateway.desk import is_compiled
from gateway.dictionaries import DICTIONARY
from tests.simulation.faulty_days import FaultyDays, Told

SEEDS = int(os.environ.get("OUTCRY_FAULT_SEEDS") or (200 if is_compiled() else 25))
MEMORY = Path("/dev/shm")


def test_nothing_acknowledged_is_lost_or_doubled_whatever_fails(seed: int) -> None:
    """AUD-01 to AUD-04: kill -9, torn writes, a full and a broken disk, flipped bits, jumps of the clock, lost commits
    of the projection.
    """
    told = Told()
    dictionary = Dictionary.load(DICTIONARY)
    for number in range(seed, seed + SEEDS):
        directory = Path(tempfile.mkdtemp(prefix="outcry-faults-", dir=MEMORY if MEMORY.is_dir() else None))
        try:
            FaultyDays(directory, dictionary, number, told).run()
        except BaseException:
            print(f"seed {number}")
            raise
        finally:
            shutil.rmtree(directory)
    print(dict(told.counts))
    for what in ("killed", "stopped: full", "stopped: broken", "stopped: short", "damaged", "snapshot", "trades"):
        assert told.counts[what] > 0, f"no seed had this: {what}"
