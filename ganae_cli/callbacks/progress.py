"""Progress on stderr: a live bar on a terminal, one line per reporting interval elsewhere."""

import sys

import keras
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ganae_cli.callbacks import say


class ProgressBar(keras.callbacks.Callback):
    """Steps, rate, time left and the players' losses."""

    def __init__(self, first_step: int, steps: int, title: str):
        super().__init__()
        self.step, self.steps = first_step, steps
        self.console = Console(file=sys.stderr)
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        self.bar = Progress(*columns, TextColumn("{task.fields[facts]}"), console=self.console, refresh_per_second=4)
        self.task = self.bar.add_task(title, total=steps, completed=first_step, facts="compiling the step …")
        self.live = self.console.is_terminal

    def on_train_begin(self, logs=None):
        if self.live:
            self.bar.start()
        else:
            say(f"{self.bar.tasks[0].description}: step {self.step} of {self.steps}; compiling the step …")

    def on_train_batch_end(self, batch, logs=None):
        self.step += 1
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
        facts = f"{row['images_per_second']:,.0f}/s  loss: {losses}"
        self.bar.update(self.task, facts=facts)
        if not self.live:
            left = self.bar.tasks[0].total - row["step"]
            seconds = row["seconds"] / row["step"] * left
            say(f"step {row['step']}/{self.steps}  {facts}  {_duration(seconds)} left")


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
