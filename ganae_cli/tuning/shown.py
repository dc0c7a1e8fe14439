"""What a terminal shows while a study trains: a live table of its trials, how many there will be, the time left."""

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.table import Table

from ganae_cli.sweeps.live_table import LiveTable
from ganae_cli.sweeps.overview import AROUND, job_folders
from ganae_cli.units import duration


class Shown:
    """The table of a study. metric: by which trials are judged, a column of the history; None for another number.

    wanted: how many trials there are to be. ended: how many have ended so far. best: the best so far, in words.
    """

    def __init__(self, study: Path, metric: str | None, wanted: int, ended: int):
        self.study, self.wanted, self.ended, self.best = study, wanted, ended, ""
        self.table = LiveTable(study, metric)
        self.began, self.before = time.monotonic(), ended

    def update(self, ended: int, best: str) -> None:
        """Take how many trials have ended, and the best so far."""
        self.ended, self.best = ended, best

    @contextlib.contextmanager
    def live(self) -> Iterator[None]:
        """Show the table for the time of a block, where standard error is a terminal; at its end all of it stays."""
        console = Console(file=sys.stderr)
        if not console.is_terminal:
            yield
            return

        def render() -> Table:
            return self.render(console.width, max(3, console.height - AROUND))

        try:
            with Live(console=console, get_renderable=render, transient=True):
                yield
        finally:
            console.print(self.render(console.width))

    def render(self, width: int, most: int | None = None) -> Table:
        """Return the table. most: rows, around the first trial that trains; None for all."""
        table = self.table.render(job_folders(self.study), width, most)
        table.caption = self.caption()
        return table

    def caption(self) -> str:
        """Return the line below the table."""
        now = self.ended - self.before
        left = (time.monotonic() - self.began) / now * (self.wanted - self.ended) if now else 0.0
        parts = [f"{self.ended} of {self.wanted} trials", self.best, f"about {duration(left)} left" if left else ""]
        return "; ".join(part for part in parts if part)
