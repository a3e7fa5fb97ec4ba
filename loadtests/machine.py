"""Facts about the machine and the checkout, without which a figure means nothing."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from gateway.desk import is_compiled

ROOT = Path(__file__).resolve().parents[1]
PEERS = ("quickfix", "liquibook", "litebook")
WRITES = 200
WRITE_BYTES = 4096


def facts(directory: Path) -> dict[str, object]:
    """What was measured on; `durable_write_us` is the median of 4 KiB writes into zeros under `directory`."""
    return {
        "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "commit": commit(),
        "compiled": is_compiled(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "cpu": cpu(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "durable_write_us": durable_write_us(directory),
        "peers": {name: installed(name) for name in PEERS},
    }


def resident_kb(pid: int) -> int:
    """The memory a process holds; 0 where the system does not say."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def commit() -> str:
    """The checkout's commit, with a + if files differ from it; empty where git cannot tell."""
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--abbrev=12", "--dirty=+"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return told.stdout.strip()


def cpu() -> str:
    """The processor's name."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def installed(name: str) -> str | None:
    """The version of a distribution."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def durable_write_us(directory: Path) -> float:
    """How long the disk takes for what the journal does: the least a durable answer can take."""
    path = directory / "durable"
    path.write_bytes(bytes(WRITES * WRITE_BYTES))
    block = b"\x01" * WRITE_BYTES
    descriptor = os.open(path, os.O_WRONLY | os.O_DSYNC)
    os.fsync(descriptor)
    took = []
    for at in range(0, WRITES * WRITE_BYTES, WRITE_BYTES):
        begun = time.perf_counter_ns()
        os.pwrite(descriptor, block, at)
        took.append(time.perf_counter_ns() - begun)
    os.close(descriptor)
    path.unlink()
    return round(sorted(took)[WRITES // 2] / 1000, 1)
