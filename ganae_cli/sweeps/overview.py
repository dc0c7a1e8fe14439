"""The state of a sweep's jobs: lines and a live table while they train, and `results.csv` with one row per job."""

import contextlib
import csv
import io
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.run_folder import CONFIG, RESULTS, STATUS, RunFolder
from ganae_cli.sweeps.live_table import LiveTable
from ganae_cli.sweeps.naming import job_of, words_of
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.terminal import command, tell
from ganae_cli.units import duration

EARLY = "stopped early"  # a job that train.stop_when ended: measured, and nothing is left to do
FINISHED = ("done", EARLY)
OUT_OF_TIME = "out of time"  # a job that its own train.max_minutes ended: measured, and no failure, but it can go on
COLLAPSED = "collapsed"  # a job that train.stop_on_collapse ended, likewise
PRUNED = "pruned"  # a trial of a study, ended early as it did worse than others: not measured
MEASURED = (*FINISHED, OUT_OF_TIME, COLLAPSED)
REASONS = {"max_minutes": OUT_OF_TIME, "collapse": COLLAPSED, "stop_when": EARLY, "pruner": PRUNED}
ENDED = ("done", "failed", "interrupted")
LOOK_SECONDS = 0.5  # between two looks at the folders of the jobs
AROUND = 8  # lines of a terminal that are not rows of the live table


def job_folders(sweep: Path) -> list[Path]:
    """Return the run folders of a sweep, by job number; without those that were made for jobs it does not name yet."""
    found = [path.parent for path in sweep.glob(f"*/{CONFIG}") if path.parent.name.isdecimal()]
    count = SweepFile(sweep).count
    return sorted((p for p in found if count is None or int(p.name) < count), key=lambda path: int(path.name))


@contextlib.contextmanager
def shown(sweep: Path) -> Iterator[None]:
    """Show the jobs for the time of a block: a line as each ends, and on a terminal one live table below the lines.

    At the end the table stays, with every job. The jobs' folders are looked at, so it does not matter which process
    trains them.
    """
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        with _followed(_Watch(sweep)):
            yield
        return
    watch, table = _Watch(sweep), LiveTable(sweep)

    def live() -> Table:
        return table.render(job_folders(sweep), console.width, max(3, console.height - AROUND))

    try:
        with Live(console=console, get_renderable=live, transient=True), _followed(watch):
            yield
    finally:
        console.print(table.render(job_folders(sweep), console.width))


@contextlib.contextmanager
def _followed(watch: "_Watch") -> Iterator[None]:
    """Let a thread look at the jobs again and again, for the time of a block; look once more at its end."""
    is_over = threading.Event()

    def follow() -> None:
        while not is_over.wait(LOOK_SECONDS):
            watch.look()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
        watch.look()


class _Watch:
    """Prints a line for each job that ends after the watch was made, also for one that had ended before."""

    def __init__(self, sweep: Path):
        self.sweep = sweep
        self.told = {path: _changed(path) for path in job_folders(sweep)}

    def look(self) -> None:
        for path in job_folders(self.sweep):
            when = _changed(path)
            state = RunFolder(path).status().get("state")
            if self.told.get(path) != when and state in ENDED:
                self.told[path] = when
                tell(_line(path), level="error" if state == "failed" else "info")


def _changed(path: Path) -> int:
    """Return when the status of a job was written, in nanoseconds; 0 if there is none."""
    try:
        return (path / STATUS).stat().st_mtime_ns
    except OSError:
        return 0


def state_of(status: Mapping[str, Any]) -> str:
    """Return the state of a job by its status, in words for the user.

    >>> state_of({"state": "interrupted", "stopped_by": "max_minutes"}), state_of({"state": "done"}), state_of({})
    ('out of time', 'done', 'pending')
    >>> state_of({"state": "interrupted", "stopped_by": "collapse"})
    'collapsed'
    """
    state = status.get("state", "pending")
    return REASONS.get(status.get("stopped_by", ""), state) if state == "interrupted" else state


def _line(path: Path) -> str:
    status, sweep = RunFolder(path).status(), SweepFile(path.parent)
    error = f": {status['error']}" if status.get("error") else ""
    seconds = status.get("seconds")
    time = f" in {duration(seconds)}" if seconds else ""
    name, words = job_of(int(path.name), sweep.count), words_of(sweep.differing(path.name))
    return f"{name}  {words}  {state_of(status)} at step {status.get('step', 0)}{time}{error}"


def finish(sweep: Path, settings: Sequence[str] = ()) -> int:
    """Write `results.csv` and print how many jobs are done. Return the exit code.

    settings: words to go on with, such as sweep.jobs=2.

    0 if all jobs are done, out of time or collapsed (where that ends them), otherwise 1.
    """
    rows = write_results(sweep)
    done, measured = (sum(row["state"] in states for row in rows) for states in (FINISHED, MEASURED))
    counts = {state: sum(row["state"] == state for row in rows) for state in (OUT_OF_TIME, COLLAPSED)}
    late = "".join(f", {count} {state}" for state, count in counts.items() if count)
    tell(f"{done} of {len(rows)} jobs done{late}: {sweep / RESULTS}")
    tell(f"as a table: {command('list', 'results', sweep)}")
    if done < len(rows):
        tell(f"the others: {command('resume', sweep, *settings)}")
    return 0 if measured == len(rows) else 1


def write_results(sweep: Path) -> list[dict[str, Any]]:
    """Write `results.csv`, one row for each job, and return its rows."""
    file = SweepFile(sweep)
    rows = [result(path, file.differing(path.name)) for path in job_folders(sweep)]
    columns = list(dict.fromkeys(key for row in rows for key in row if key not in ("seconds", "folder")))
    columns.sort(key=lambda key: "." in key and key not in file.swept())  # the loss terms last
    text = io.StringIO()
    writer = csv.DictWriter(text, [*columns, "seconds", "folder"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomically(sweep / RESULTS, text.getvalue())
    return rows


def result(path: Path, swept: dict[str, str]) -> dict[str, Any]:
    """Return the row of a job: its state, swept keys, metrics, and the loss terms of the last row of its history.

    Metrics: those of the end of the training, and those of `ganae evaluate`, which are the newer ones; but the number
    that a study improves is the one that it has compared.
    """
    folder = RunFolder(path)
    status, last = folder.status(), (folder.history.read() or [{}])[-1]
    status |= {"state": folder.state()} if status.get("state") == "running" else {}  # interrupted, if nothing trains
    terms = {key: value for key, value in last.items() if "." in key and not key.endswith(".loss")}
    facts = {"job": path.name, "state": state_of(status)} | swept
    metrics = status.get("metrics", {}) | folder.evaluation.values(status.get("step")) | status.get("objective", {})
    end = {"seconds": status.get("seconds", ""), "folder": os.path.relpath(path, path.parent)}
    return facts | {name: value for name, value in metrics.items() if name not in facts} | terms | end
