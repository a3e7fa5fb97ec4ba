"""`make bench` itself, as small as it goes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from loadtests.bench import MIXES, POLICIES
from loadtests.engines import make_flow
from loadtests.matching import FLOWS, PEERS, commands, own, play_engine, play_peer
from loadtests.stages import STAGES

ROOT = Path(__file__).parents[2]


def test_the_benchmark_measures_a_venue_with_everything_on_and_keeps_its_figures(tmp_path: Path) -> None:
    """A wrong answer of the venue, or engines that do not trade the same, would end it with an error."""
    kept = tmp_path / "bench.json"
    command = [sys.executable, "-m", "loadtests.bench", "-n=2000", "--pings=100", "--rounds=1", f"--json={kept}"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    figures = json.loads(kept.read_text())
    assert set(figures["stages_us"]) == set(STAGES)
    assert set(figures["matching"]) == set(FLOWS)
    assert figures["crowded"]["bytes_of_14"] > 0
    for name in ("floor", *(f"venue, {policy}" for policy in POLICIES)):
        assert name in run.stdout
        server = figures["servers"][name]
        assert all(server[mix]["messages"] == 2000 and server[mix]["messages_per_s"] > 0 for mix in MIXES)
        assert 0 < server["pingpong"]["p50"] <= server["pingpong"]["p999"]


@pytest.mark.parametrize("flow", FLOWS)
def test_the_engine_trades_as_often_as_its_peers(flow: str) -> None:
    records = own(flow, 2_000)
    trades = play_engine(commands(records))
    assert trades > 0
    assert {play_peer(peer, records) for peer in PEERS.values()} == {trades}


def test_the_engines_flow_is_the_same_every_time() -> None:
    flow = make_flow(2_000)
    assert flow == make_flow(2_000)
    assert any(step.lots == 0 for step in flow)
    assert len({step.which for step in flow if step.lots}) == sum(step.lots > 0 for step in flow)
