"""The live table of a sweep's jobs, as wide as the terminal allows."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps.naming import words_of
from ganae_cli.sweeps.progress import LOSS, Progress
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.terminal import one_line
from ganae_cli.units import duration

JOB, SETTINGS, STATE, STEP, RATE, TIME, LEFT = "job", "settings", "state", "step", "rate", "time", "left"
SPACED = 3  # columns of the terminal between two columns of the table

Row = dict[str, str]


class LiveTable:
    """The table of the jobs of a sweep.

    metric: by which jobs are judged, a column of the history; None for `train.best_by` of the first job, or the loss.
    """

    def __init__(self, sweep: Path, metric: str | None = None):
        self.sweep, self.progress = sweep, Progress()
        self._metric = metric
        self._knows_metric = metric is not None

    def render(self, folders: Sequence[Path], width: int, most: int | None = None) -> Table:
        """Return the table. most: rows, around the first job that trains; None for all. width: of the terminal."""
        file, jobs = SweepFile(self.sweep), [RunFolder(path) for path in folders]
        states = [job.state() for job in jobs]
        lefts = [self.progress.left(job.path, job.status()) for job in jobs]
        rows = [self._row(job, state, file) for job, state in near(list(zip(jobs, states, strict=True)), most)]
        caption = counted(states) + total_left(jobs, states, lefts)
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption=caption, caption_justify="left")
        shown = columns(rows, width)
        for name in shown:
            if name == SETTINGS:
                table.add_column(name, overflow="fold")
            else:
                table.add_column(name, justify="left" if name == STATE else "right", no_wrap=True)
        for row in rows:
            table.add_row(*(Text(one_line(row[name])) for name in shown))  # text in which [brackets] are no markup
        return table

    def _row(self, job: RunFolder, state: str, file: SweepFile) -> Row:
        status = job.status()
        cells = self.progress.cells(job, status, self._judged_by(job))
        return {
            JOB: job.path.name,
            SETTINGS: words_of(file.differing(job.path.name)),
            STATE: state,
            STEP: f"{status.get('step', 0)}/{status.get('steps', '?')}",
            RATE: cells.rate,
            self._metric or LOSS: cells.judged,
            TIME: duration(status.get("seconds") or 0),
            LEFT: cells.left,
        }

    def _judged_by(self, job: RunFolder) -> str | None:
        if not self._knows_metric:
            self._knows_metric = True
            try:
                self._metric = (job.read_config().get("train") or {}).get("best_by")
            except UserError:
                self._metric = None
        return self._metric


def columns(rows: Sequence[Row], width: int) -> list[str]:
    """Return the columns that a terminal has room for, in their order: without time left, loss and rate if need be.

    Words of the settings stay whole.

    >>> columns([{"job": "0", "settings": "seed=1", "state": "running", "rate": "9,000/s"}], 20)
    ['job', 'settings', 'state']
    """
    if not rows:
        return [JOB, SETTINGS, STATE, STEP, TIME]
    names = list(rows[0])
    needed = {name: max(len(name), *(_length(row[name], name) for row in rows)) + SPACED for name in names}
    droppable = [name for name in names if name not in (JOB, SETTINGS, STATE, STEP, TIME, LEFT)] + [LEFT]
    while droppable and sum(needed[name] for name in names) > width:
        name = droppable.pop(0)
        names = [one for one in names if one != name]
    return names


def _length(text: str, column: str) -> int:
    return max(map(len, text.split()), default=0) if column == SETTINGS else len(text)


def near(jobs: list[tuple[RunFolder, str]], most: int | None) -> Sequence[tuple[RunFolder, str]]:
    """Return at most so many jobs, around the first that trains; all for None."""
    if most is None or len(jobs) <= most:
        return jobs
    first = next((i for i, (_, state) in enumerate(jobs) if state == "running"), 0)
    start = min(max(0, first - most // 2), len(jobs) - most)
    return jobs[start : start + most]


def counted(states: Sequence[str]) -> str:
    """Return how many jobs are in each state.

    >>> counted(["done", "done", "running"])
    '3 jobs: 2 done, 1 running'
    """
    counts = ", ".join(f"{count} {state}" for state, count in Counter(states).items())
    return f"{len(states)} jobs: {counts}"


def total_left(jobs: Sequence[RunFolder], states: Sequence[str], lefts: Sequence[float | None]) -> str:
    """Return the time that all jobs still take, by the pace of those that have trained; "" if nothing is known.

    A job whose steps are not known yet takes the time of its `train.budget`.
    """
    known = [left for left in lefts if left is not None]
    statuses = [job.status() for job in jobs]
    paces = [one["seconds"] / one["step"] for one in statuses if one.get("seconds") and one.get("step")]
    if not known or not paces:
        return ""
    pace = sum(paces) / len(paces)
    waiting = [one for one, state in zip(statuses, states, strict=True) if state == "pending"]
    later = sum(pace * one["steps"] if "steps" in one else one.get("budget", 0) for one in waiting)
    return f"; about {duration((sum(known) + later) / len(known))} left"
