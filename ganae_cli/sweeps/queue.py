"""The queue of a sweep's jobs: each is begun when a place in the pool is free."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps.naming import job_of
from ganae_cli.sweeps.pool import Pool
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.terminal import tell

PATIENCE = 20.0  # seconds that a job may be held by a process that is about to end
LOOK_SECONDS = 0.5


class JobQueue:
    """Trains jobs of a sweep, so many at a time; use it in a `with` block, as `Pool`.

    is_over: a job has failed, and none is begun any more. at_once, plugins, forks: as of `Pool`. stops_on_error: a job
    that fails stops those that train, after they have saved their state; otherwise the others train all the same.
    """

    def __init__(
        self, at_once: int = 1, plugins: Sequence[str] = (), stops_on_error: bool = False, forks: bool = False
    ):
        self.pool = Pool(at_once, plugins, name_of, forks)
        self.stops_on_error, self.is_over = stops_on_error, False

    def __enter__(self) -> "JobQueue":
        self.pool.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self.pool.__exit__(kind, *error)

    def start(self, path: Path, is_told: bool = True) -> bool:
        """Start a job; return False if another process trains it: its status is theirs. There must be a place.

        is_told: tell the user of that.
        """
        try:
            self.pool.start(path)
        except UserError as error:
            if is_told:
                tell(f"{name_of(path)}  {error}", level="warning")
            return False
        return True

    def wait(self, seconds: float = float("inf")) -> list[Path]:
        """Wait until a job ends, or time is over, and return those that have; none if none trains.

        Raises SystemExit, with code 128 + its number, if a signal tells this process to stop.
        """
        ended = self.pool.wait(seconds)
        if self.pool.received:
            raise SystemExit(128 + self.pool.received[0])
        failed = [path for path in ended if RunFolder(path).status().get("state") == "failed"]
        if failed and self.stops_on_error and not self.is_over:
            self.is_over = True
            tell(f"{name_of(failed[0])} has failed, so the sweep stops (sweep.on_error=stop)")
            for path in self.pool.running:
                self.pool.stop(path)
        return ended

    def wait_for_place(self) -> list[Path]:
        """Wait until a job may start, or the sweep is over; return the jobs that have ended. Raises as `wait`."""
        ended: list[Path] = []
        while self.pool.is_full and not self.is_over:
            ended += self.wait()
        return ended

    def run(self, paths: Iterable[Path]) -> None:
        """Train jobs to their end. Raises as `wait`.

        Those that another process holds come last, and are waited for a little: it may be about to end, as a job does
        whose sweep was killed.
        """
        began, held = time.monotonic(), []
        for path in paths:
            self.wait_for_place()
            if self.is_over:
                break
            if not self.start(path, is_told=False):
                held.append(path)
        while held and not self.is_over:
            self.wait_for_place()
            is_last = time.monotonic() > began + PATIENCE
            held = [path for path in held if not self._tried(path, is_last)]
            self._pause(LOOK_SECONDS if held else 0)
        while self.pool.running:
            self.wait()

    def _tried(self, path: Path, is_last: bool) -> bool:
        """Return True once a job that another process held trains here, or is given up."""
        return not self.pool.is_full and (self.start(path, is_told=is_last) or is_last)

    def _pause(self, seconds: float) -> None:
        if self.pool.running:
            self.wait(seconds)
        else:
            time.sleep(seconds)


def name_of(path: Path) -> str:
    """Return what a job is called in messages."""
    return job_of(int(path.name), SweepFile(path.parent).count)
