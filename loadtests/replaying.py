"""`python -m loadtests.replaying`: how fast a day's commands are executed again from the journal, every event compared.

The day is loadtests.audit_fill's: eight clients of four firms with limit orders near the price, cancels, replaces,
icebergs, immediate orders, some refused. Time is the process's CPU, reading and checking the journal included.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from pathlib import Path

from engine.exchange import Exchange
from gateway.huge_pages import begin_with_huge_pages
from loadtests.audit_fill import trade
from persistence.journal import Journal
from persistence.recovery import replay
from risk.gate import RiskGate

ROUNDS = 3


def seconds(directory: Path) -> tuple[float, Exchange]:
    """CPU seconds of one replay, and the exchange it made."""
    journal, exchange = Journal(directory, "os"), Exchange(RiskGate())
    gc.collect()
    begun = time.process_time()
    replay(journal, exchange)
    taken = time.process_time() - begun
    journal.close()
    return taken, exchange


def main() -> None:
    """Print the best of some rounds."""
    begin_with_huge_pages()
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
    with tempfile.TemporaryDirectory(prefix="outcry-replaying-") as name:
        directory = Path(name) / "journal"
        trade(directory, events, 1)
        taken, exchange = min((seconds(directory) for _ in range(ROUNDS)), key=lambda found: found[0])
    tape = exchange.tape
    print(f"{tape.command:,} commands, {tape.event:,} events, {tape.match:,} trades: ", end="")
    print(f"{tape.command / taken:,.0f} commands/s, {taken / tape.command * 1e6:.2f} us a command")


if __name__ == "__main__":
    main()
