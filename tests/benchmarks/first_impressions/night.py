"""The night: runs are carried out, some at a time, with a bar; Ctrl-C ends them in good order."""

import concurrent.futures
import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ganae_cli.runtime import process
from ganae_cli.units import duration
from tests.benchmarks.first_impressions import rows
from tests.benchmarks.first_impressions.plan import Run, Settings
from tests.benchmarks.first_impressions.processes import Processes, Stopped, tied
from tests.benchmarks.first_impressions.stages import carry_out

BESIDES = 90.0  # seconds that a run takes besides its training, before one has been seen
RESULTS = "results.csv"


class Watch:
    """What is done, what runs, and how long the rest will take. expected: seconds of a run, before any was seen."""

    def __init__(self, runs: Sequence[Run], jobs: int, expected: float):
        self.count, self.jobs, self.expected = len(runs), jobs, expected
        self.done, self.skipped, self.took = 0, 0, [0.0]
        self.running: dict[str, float] = {}
        self.lock = threading.Lock()

    def begin(self, run: Run) -> None:
        with self.lock:
            self.running[str(run)] = time.monotonic()

    def end(self, run: Run, is_new: bool) -> None:
        with self.lock:
            seconds = time.monotonic() - self.running.pop(str(run))
            self.done, self.skipped = self.done + 1, self.skipped + (not is_new)
            self.took += [seconds] if is_new else []

    @property
    def seconds_left(self) -> float:
        """Return the seconds until all is done, at the mean of the runs that were carried out now."""
        seen = self.took[1:]
        each = sum(seen) / len(seen) if seen else self.expected
        now = time.monotonic()
        begun = sum(min(each, now - since) for since in self.running.values())
        return max(0.0, (self.count - self.done) * each - begun) / self.jobs

    @property
    def facts(self) -> str:
        """Return the rate, the time left, and what runs."""
        hours = sum(self.took) / self.jobs / 3600
        rate = f"{(len(self.took) - 1) / hours:.1f} runs/h, " if len(self.took) > 1 else ""
        now = time.monotonic()
        running = ", ".join(f"{name} {duration(now - since)}" for name, since in list(self.running.items()))
        return f"{rate}{duration(self.seconds_left)} left" + (f"; {running}" if running else "")


def night(runs: Sequence[Run], settings: Settings, code: Path, jobs: int, say: Callable[[str], object]) -> int:
    """Carry out all runs; return the exit code: 0, 1 if some failed, 130 or 143 after a signal."""
    watch = Watch(runs, jobs, 60 * settings.minutes + BESIDES)
    say(f"{len(runs)} runs of {settings.minutes:g} minutes, {jobs} at a time: about {duration(watch.seconds_left)}")
    found: dict[Run, dict[str, str]] = {}

    def one(run: Run) -> None:
        is_new = not run.row.exists()
        watch.begin(run)
        found[run] = carry_out(run, settings, processes)
        watch.end(run, is_new)
        if is_new:
            say(f"{watch.done}/{watch.count} {run}: {summary(found[run])}; {watch.facts}")

    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    with tied(code) as processes, _stopping(processes, say) as signals, _bar(watch), pool:
        waiting = {pool.submit(one, run) for run in runs}
        while waiting:
            ended, waiting = concurrent.futures.wait(waiting, 0.5, concurrent.futures.FIRST_COMPLETED)
            _write(runs, found)
            _raise_all(ended)
    _write(runs, found)
    if signals:
        say("stopped; the same command goes on")
        return 128 + signals[0]
    failed = [run for run in found if found[run]["error"]]
    for run in failed:
        say(f"failed: {run}: {found[run]['error']}")
    return 1 if failed else 0


def _raise_all(ended: set[concurrent.futures.Future]) -> None:
    """Raise what a run raised; that the program was told to stop is no error."""
    for one in ended:
        with contextlib.suppress(Stopped, concurrent.futures.CancelledError):
            one.result()


def _write(runs: Sequence[Run], found: dict[Run, dict[str, str]]) -> None:
    """Write the rows so far, those of earlier nights too, in the order of the runs."""
    known = [found[run] for run in runs if run in found]
    path = runs[0].place / RESULTS
    others = rows.read(path) if path.exists() else []
    keys = {run.key for run in runs}
    kept = [row for row in others if (row["set"], row["model"], int(row["seed"])) not in keys]
    rows.write(path, [*known, *kept])


def summary(row: dict[str, str]) -> str:
    """Return the numbers of a row that are looked at first."""
    if row["error"]:
        return f"failed: {row['error']}"
    shown = [f"{name} {float(row[name]):.3g}" for name in ("density", "coverage", "fid", "psnr") if row[name]]
    wrong = [part.partition(":")[0] for part in row["accused"].split(" | ") if part]
    return ", ".join([f"{row['steps']} steps", *shown, *wrong])


@contextlib.contextmanager
def _stopping(processes: Processes, say: Callable[[str], object]) -> Iterator[list[int]]:
    """Tell the runs to end on a signal, and kill them on a second one; give the signals that came."""
    came: list[int] = []

    def act(number: int) -> None:
        came.append(number)
        processes.stop(signal.SIGTERM if len(came) == 1 else signal.SIGKILL)
        if len(came) == 1:
            say("stopping: runs save their state …")

    with process.handling_signals(act):
        yield came


@contextlib.contextmanager
def _bar(watch: Watch) -> Iterator[None]:
    """Show a bar on a terminal for the time of a block; elsewhere there is a line for each run."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield
        return
    columns = (BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    over = threading.Event()
    with Progress(*columns, console=console, redirect_stderr=True) as bar:
        task = bar.add_task("", total=watch.count)

        def follow() -> None:
            while not over.wait(0.5):
                bar.update(task, completed=watch.done, description=watch.facts)

        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            bar.update(task, completed=watch.done, description=watch.facts)
