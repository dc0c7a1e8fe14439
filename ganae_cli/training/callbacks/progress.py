"""Progress on stderr: a live bar on a terminal, one line per reporting interval elsewhere."""

import sys
import time

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from ganae_cli.runtime.log import say
from ganae_cli.units import duration


class _Bar(Progress):
    """The bar with a line of facts below it, which a narrow terminal cuts off instead of squeezing the bar."""

    facts = ""

    def get_renderables(self):
        yield self.make_tasks_table(self.tasks)
        yield Text(self.facts, no_wrap=True, overflow="ellipsis")


class _TimeLeft(ProgressColumn):
    """Time until the last step, or until the run's time is over if that is sooner."""

    max_refresh = 0.5

    def __init__(self, deadline: float | None):
        super().__init__()
        self.deadline = deadline

    def render(self, task: Task) -> Text:
        return Text(_time_left(task.time_remaining, self.deadline) or "-:--", style="progress.remaining")


def _time_left(seconds: float | None, deadline: float | None) -> str:
    """Return the time left, of steps that take so many more seconds (None: not known yet), until the deadline.

    deadline: of `time.monotonic`, or None. Names `train.max_minutes` where it ends the run first. "" if unknown.
    """
    if deadline is not None:
        limit = max(0.0, deadline - time.monotonic())
        if seconds is None or limit < seconds:
            return f"{duration(limit)} (train.max_minutes)"
    return "" if seconds is None else duration(seconds)


class ProgressBar(keras.callbacks.Callback):
    """Steps, rate, time left and the players' losses.

    deadline: when `train.max_minutes` end the run, on the clock `time.monotonic`; None: no limit.
    """

    def __init__(self, first_step: int, steps: int, title: str, deadline: float | None = None):
        super().__init__()
        self.step, self.steps, self.title, self.deadline = first_step, steps, title, deadline
        self.began: float | None = None  # when the first step was done: compiling is behind
        console = Console(file=sys.stderr)
        columns = (
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            _TimeLeft(deadline),
        )
        self.bar = _Bar(*columns, console=console, refresh_per_second=4)
        self.bar.facts = f"{title}: compiling the step …"
        self.task = self.bar.add_task("", total=steps, completed=first_step, rate="")
        self.live = console.is_terminal

    def on_train_begin(self, logs=None):
        if self.live:
            self.bar.start()
        else:
            say(f"{self.title}: step {self.step} of {self.steps}; compiling the step …")

    def on_train_batch_end(self, batch, logs=None):
        self.step = self.model.state.steps_done
        if self.began is None:
            self.began, self.first_step = time.perf_counter(), self.step
            self.bar.reset(self.task, total=self.steps, completed=self.step, rate="")
        if self.live:
            self.bar.update(self.task, completed=self.step)

    def on_train_end(self, logs=None):
        self.close()

    def close(self) -> None:
        """Leave the terminal as it was; also after an error."""
        if self.live:
            self.bar.stop()

    def show(self, row: dict) -> None:
        """A row of the history."""
        losses = "  ".join(f"{name[:-5]} {value:.3g}" for name, value in row.items() if name.endswith(".loss"))
        rate = f"{row['images_per_second']:,.0f}/s"
        self.bar.facts = f"{self.title}  loss: {losses}"
        self.bar.update(self.task, rate=rate)
        if not self.live:
            line = f"step {row['step']}/{self.steps}  {rate}  loss: {losses}  {self._left(row['step'])}"
            facts = {key: row.get(key) for key in ("step", "seconds", "images_per_second")}
            values = {key: row[key] for key in row if key not in facts}
            say(
                line,
                event="progress",
                **facts,
                steps=self.steps,
                seconds_left=self._seconds(row["step"]),
                values=values,
            )

    def _left(self, step: int) -> str:
        seconds = self._seconds(step)
        return "" if seconds is None else f"{_time_left(seconds, self.deadline)} left"

    def _seconds(self, step: int) -> float | None:
        """Return the seconds that the steps left take at the rate so far; None if none is left, or no rate known."""
        if step == self.steps or self.began is None or step == self.first_step:
            return None
        return (time.perf_counter() - self.began) / (step - self.first_step) * (self.steps - step)
