"""ganae as a contender: the command that a user runs, stopped when it has been timed; its history.csv is the clock."""

import csv
import time
from itertools import pairwise
from pathlib import Path

from tests.benchmarks.child import LONGEST, Child
from tests.benchmarks.timing import Timed, enough, median_ms
from tests.benchmarks.workloads import Workload

STOPPED = 143  # exit code after SIGTERM, with the state saved


def run(workload: Workload, data: Path, folder: Path, seconds: float) -> Timed:
    """Train in a folder for `seconds` seconds after the first interval."""
    place = folder / "run"
    child = Child(
        ["ganae_cli", "train", *workload.overrides(data), f"hydra.run.dir={place}"],
        folder,
        GANAE_OUTPUTS=str(folder / "outputs"),
        GANAE_XLA_CACHE="off",
    )
    history = place / "history.csv"
    _watch(child, history, seconds)
    child.stop()
    ended = child.wait()
    rows = _rows(history)
    if ended.code != STOPPED or len(rows) < 2:
        return Timed(error=ended.last_words)
    return _timed(rows, history.stat().st_mtime - child.started, workload.interval, ended.memory)


def _watch(child: Child, history: Path, seconds: float) -> None:
    """Wait until there are enough rows, or until the process has ended."""
    since = None
    while child.is_running and time.time() - child.started < LONGEST:
        rows = len(_rows(history))
        since = time.time() if rows and since is None else since
        if since and enough(rows - 1, since, seconds):
            return
        time.sleep(0.1)


def _rows(history: Path) -> list[dict[str, str]]:
    """Return the complete rows of the history."""
    if not history.exists():
        return []
    lines = history.read_text().splitlines(keepends=True)
    return list(csv.DictReader(line for line in lines if line.endswith("\n")))


def _timed(rows: list[dict[str, str]], last_row: float, interval: int, memory: int) -> Timed:
    """last_row: seconds from the command to the last row's writing.

    A row's `seconds` count from the beginning of training. What the first interval took beyond the median of its other
    steps is the first step's.
    """
    seconds = [float(row["seconds"]) for row in rows]
    ms = median_ms([after - before for before, after in pairwise(seconds)], interval)
    first_step = max(0.0, seconds[0] - (interval - 1) * ms / 1e3)
    to_training = last_row - seconds[-1]
    losses = [float(value) for name, value in rows[-1].items() if name.endswith(".loss")]
    return Timed(ms, first_step, to_training + first_step, memory, losses=losses)
