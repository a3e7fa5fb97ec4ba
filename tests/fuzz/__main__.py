"""`make fuzz`: millions of mutated messages through parser and session in process, or thousands to a real venue."""

from __future__ import annotations

import argparse
import faulthandler
import gc
import os
import random
import sys
import tempfile
import time
from pathlib import Path

import fix.session
from loadtests.machine import resident_kb
from tests.fuzz.life import Life, Tools
from tests.fuzz.over_sockets import play

LIFE_MESSAGES = 500
HANG_S = 120
GROWTH_KB_MAX = 16_384
"""What a process may grow after its first tenth, in which caches fill: far less than a byte a message."""


def main() -> int:
    """Live lives until enough messages are sent; 0 if all held, 1 with the seed of the first life that did not."""
    parser = argparse.ArgumentParser(prog="make fuzz ARGS=…", description=__doc__)
    parser.add_argument("-n", type=int, default=1_000_000, help="messages (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=random.randrange(2**32), help="of the first life; others follow")
    parser.add_argument("--sockets", action="store_true", help="to a real venue, a healthy client beside the others")
    options = parser.parse_args()
    if options.sockets:
        with tempfile.TemporaryDirectory(prefix="outcry-fuzz-") as name:
            figures = play(Path(name) / "var", options.n, options.seed)
        print(f"fuzz: seed {options.seed}, over sockets: {figures}")
        return 0 if figures["grown_kb"] <= GROWTH_KB_MAX else 1
    form = "plain" if str(fix.session.__file__).endswith(".py") else "compiled"
    print(f"fuzz: {options.n} messages, first seed {options.seed}, {form}", flush=True)
    tools = Tools()
    sent = heard = early_kb = 0
    begun = shown = time.monotonic()
    seed = options.seed
    while sent < options.n:
        faulthandler.dump_traceback_later(HANG_S, exit=True)
        life = Life(tools, seed)
        try:
            life.run(min(LIFE_MESSAGES, options.n - sent))
        except Exception:
            print(f"fuzz: seed {seed} broke after {life.sent} messages", file=sys.stderr, flush=True)
            raise
        sent, heard, seed = sent + life.sent, heard + life.heard, seed + 1
        if not early_kb and sent * 10 >= options.n:
            gc.collect()
            early_kb = resident_kb(os.getpid())
        if time.monotonic() - shown > 30:
            shown = time.monotonic()
            print(f"fuzz: {sent} sent, {heard} heard, {resident_kb(os.getpid())} KB", flush=True)
    faulthandler.cancel_dump_traceback_later()
    gc.collect()
    grown_kb = resident_kb(os.getpid()) - early_kb
    elapsed = time.monotonic() - begun
    print(f"fuzz: {sent} sent, {heard} whole and heard, in {elapsed:.0f} s; memory grew by {grown_kb} KB", flush=True)
    return 0 if grown_kb <= GROWTH_KB_MAX else 1


if __name__ == "__main__":
    sys.exit(main())
