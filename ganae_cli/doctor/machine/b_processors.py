"""Processors: how many there are, and how many this process may use."""

import os
from collections.abc import Iterator
from pathlib import Path

from ganae_cli.doctor.finding import Finding, ok, warning
from ganae_cli.runtime import process

CPU_MAX = Path("/sys/fs/cgroup/cpu.max")  # of the control group: "150000 100000" are 1.5 processors


def check() -> Iterator[Finding]:
    """Yield the processors of the machine and of the process, and the limit of its control group."""
    usable, model = process.processors(), _model()
    yield ok(f"{usable} of {os.cpu_count()} processors can be used{f' ({model})' if model else ''}")
    limit = quota(CPU_MAX)
    if limit is not None and limit < usable:
        threads = max(1, int(limit))
        yield warning(f"the control group allows {limit:g} processors", f"hardware.threads={threads} is faster")


def quota(path: Path) -> float | None:
    """Return how many processors a control group may use; None without a limit."""
    try:
        most, period = path.read_text().split()
        return int(most) / int(period)
    except (OSError, ValueError, ZeroDivisionError):  # "max 100000", or no control groups
        return None


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
