"""`python -m loadtests.training`: the sample of flows by which the compiler lays out the engine.

`make` plays it once, with a build that writes down which way each branch went (setup.py).
"""

from __future__ import annotations

from engine.gate import OpenGate
from loadtests.engines import make_flow, play
from loadtests.matching import FLOWS, commands, own, play_engine
from risk.gate import RiskGate

MESSAGES = 20_000


def main() -> None:
    """The busy flows, and one more without risk and with it."""
    for flow in FLOWS:
        play_engine(commands(own(flow, MESSAGES)))
    steps = make_flow(MESSAGES)
    for gate in (OpenGate(), RiskGate()):
        play(gate, steps)


if __name__ == "__main__":
    main()
