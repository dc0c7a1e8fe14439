"""The progress of an evaluation on stderr: a live bar on a terminal, nothing elsewhere but what is said."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


@contextmanager
def shown(title: str) -> Iterator[Callable[[float, str], None]]:
    """Show a bar for the time of a block, which is told the share that is done, and the name of what is measured."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield lambda share, name: None
        return
    columns = (BarColumn(20), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.description}"), console=console, transient=True) as bar:
        task = bar.add_task(f"{title}: opening", total=1.0)
        yield lambda share, name: bar.update(task, completed=share, description=f"{title}: {name.replace('_', ' ')}")
