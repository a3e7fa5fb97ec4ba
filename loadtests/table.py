"""The figures as people read them: each with its ratio to the floor and to the peers."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from loadtests.stages import STAGES

INSTALL = {
    "quickfix": "QuickFIX is not installed: make .venv/.with-interop",
    "liquibook": "liquibook is not installed: .venv/bin/pip install liquibook",
    "litebook": "litebook is not installed: .venv/bin/pip install litebook",
}
WIDTH = 110
Figures = dict[str, Any]


def show(results: Figures) -> None:
    """Print everything."""
    console = Console(width=WIDTH)
    facts = results["machine"]
    console.print(
        f"\n[bold]{facts['cores']} cores[/bold], {facts['cpu']}, {facts['system']}, Python {facts['python']}, "
        f"{'compiled' if facts['compiled'] else 'plain Python'}, commit {facts['commit']}, load before "
        f"{facts['load_before'][0]}, a durable write of 4 KiB takes {facts['durable_write_us']} µs"
    )
    console.print(_floods(results["servers"]))
    console.print(_latencies(results["servers"]))
    console.print(_stages(results))
    console.print(_engines(results["engines"]))
    console.print(_matching(results["matching"]))
    console.print(_crowded(results["crowded"]))
    for name, version in facts["peers"].items():
        if version is None:
            console.print(INSTALL[name])


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for position, column in enumerate(columns):
        table.add_column(column, justify="right" if position else "left")
    return table


def _times(value: float, base: float | None) -> str:
    return "" if not base else f"{value / base:.2f}×" if value < 10 * base else f"{value / base:,.0f}×"


def _floods(servers: Figures) -> Table:
    """Throughput: how much of the floor's, how many times QuickFIX's."""
    table = _table(
        "Flood: one client, messages as fast as they are taken, every answer verified",
        *("", "mix", "messages/s", "of floor", "× QuickFIX", "CPU µs", "all in PostgreSQL after"),
    )
    for name, figures in servers.items():
        for mix in ("rest", "cancel"):
            flood = figures[mix]
            speed = flood["messages_per_s"]
            caught_up_s = flood.get("postgres_caught_up_s")
            peer = servers["quickfix"][mix]["messages_per_s"] if "quickfix" in servers else None
            table.add_row(
                name,
                mix,
                f"{speed:,}",
                _times(speed, servers["floor"][mix]["messages_per_s"]),
                _times(speed, peer),
                f"{flood['cpu_us']:.2f}",
                "" if caught_up_s is None else f"{caught_up_s:.2f} s",
            )
    return table


def _latencies(servers: Figures) -> Table:
    """Round trips: how many times the floor's."""
    table = _table(
        "Round trips in µs, from the moment an order was due to its report",
        *("", "", "p50", "p90", "p99", "p99.9", "p50 × floor", "p50 × QuickFIX"),
    )
    for name, figures in servers.items():
        for mode in ("pingpong", "paced"):
            found = figures[mode]
            peer = servers["quickfix"][mode]["p50"] if "quickfix" in servers else None
            table.add_row(
                name,
                "ping-pong" if mode == "pingpong" else f"{found['per_s']:,}/s",
                *(f"{found[key]:,.1f}" for key in ("p50", "p90", "p99", "p999")),
                _times(found["p50"], servers["floor"][mode]["p50"]),
                _times(found["p50"], peer),
            )
    return table


def _stages(results: Figures) -> Table:
    """Where the CPU goes; what the stages do not explain is sockets, event loop and garbage."""
    table = _table("CPU of the venue's process, µs a message (orders and cancels, fsync)", "stage", "µs", "share")
    whole = results["servers"]["venue, fsync"]["cancel"]["cpu_us"]
    spent = results["stages_us"]
    rows = {stage: spent[stage] for stage in STAGES} | {"sockets, event loop, the rest": whole - sum(spent.values())}
    for stage, us in rows.items():
        table.add_row(stage, f"{us:.2f}", f"{100 * us / whole:.0f} %")
    table.add_row("all", f"{whole:.2f}", "", style="bold")
    return table


def _engines(speeds: Figures) -> Table:
    """Engines alone."""
    table = _table("Engines alone: one flow of limit orders and cancels, in process", "", "messages/s", "ratio")
    for name, speed in speeds.items():
        table.add_row(name, f"{speed:,}", _times(speed, speeds["engine, risk gate"]))
    return table


def _matching(flows: Figures) -> Table:
    """The engine, the obvious matcher and the leanest in Python."""
    table = _table("Engine alone on busy flows, CPU", "", "engine", "obvious Python", "ratio", "lean Python", "ratio")
    for flow, speeds in flows.items():
        engine, obvious, lean = (speeds[name] for name in ("engine", "obvious", "lean"))
        peers = f"{obvious:,}", _times(engine, obvious), f"{lean:,}", _times(engine, lean)
        table.add_row(flow, f"{engine:,}", *peers)
    return table


def _crowded(figures: Figures) -> Table:
    """What resting orders cost."""
    table = _table("Many resting orders", "", "")
    for name, figure in figures.items():
        table.add_row(name.replace("_", " "), f"{figure:,}")
    return table
