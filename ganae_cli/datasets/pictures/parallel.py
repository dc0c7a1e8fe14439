"""Many files at once, in threads (Pillow decodes without Python's lock), and how far that has come."""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from ganae_cli.runtime.process import processors
from ganae_cli.terminal import tell

Item = TypeVar("Item")
Result = TypeVar("Result")
AHEAD = 4  # blocks per thread that wait to be taken: memory stays constant


def threads() -> int:
    """Return the number of threads that decode: one for each processor, and 16 at most."""
    return min(16, processors())


def mapped(
    act: Callable[[Item], Result], items: Sequence[Item], title: str, size: int = 32, what: str = "pictures"
) -> Iterator[Result]:
    """Yield act(item) of each item, in order, computed by threads in blocks of `size`, with a bar on a terminal.

    title: of the bar; where there is no terminal, one line says it with the count of `what`, if there is much to do.
    """

    def block(start: int) -> list[Result]:
        return [act(item) for item in items[start : start + size]]

    starts = iter(range(0, len(items), size))
    with Progress(title, len(items), what) as progress, ThreadPoolExecutor(threads()) as pool:
        waiting: deque[Future[list[Result]]] = deque()
        try:
            for start in starts:
                waiting.append(pool.submit(block, start))
                if len(waiting) >= AHEAD * threads():
                    yield from progress.counted(waiting.popleft().result())
            while waiting:
                yield from progress.counted(waiting.popleft().result())
        finally:  # an error, or nobody wants more
            for left in waiting:
                left.cancel()


class Progress:
    """A bar with rate and time left on stderr where that is a terminal; one line elsewhere."""

    MUCH = 2.0  # seconds after which something is shown

    def __init__(self, title: str, total: int, what: str = "pictures"):
        self.title, self.total, self.what, self.done = title, total, what, 0
        self.began, self.is_shown = time.perf_counter(), False
        self.bar: Any = None

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar:
            self.bar.stop()

    def counted(self, results: list[Result]) -> list[Result]:
        """Count results as done, and return them."""
        self.done += len(results)
        if not self.is_shown and time.perf_counter() - self.began > self.MUCH and self.done < self.total:
            self._show()
        if self.bar:
            self.bar.update(self.task, completed=self.done, rate=f"{self._speed()}/s")
        return results

    def _rate(self) -> float:
        return self.done / max(1e-9, time.perf_counter() - self.began)

    def _speed(self) -> str:
        rate = self._rate()
        return f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"

    def _show(self) -> None:
        self.is_shown = True
        if not sys.stderr.isatty():
            left = (self.total - self.done) / self._rate()
            tell(f"{self.title}: {self.total:,} {self.what}, {self._speed()} a second, {left:.0f} s left …")
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (BarColumn(bar_width=20), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
        words = TextColumn("{task.description}")
        self.bar = Bar(words, *columns, TimeRemainingColumn(), console=Console(file=sys.stderr))
        self.task = self.bar.add_task(self.title, total=self.total, completed=self.done, rate="")
        self.bar.start()
