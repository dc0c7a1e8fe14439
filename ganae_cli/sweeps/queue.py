"""The queue of a sweep's jobs: each is begun when a place in the pool is free."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps.naming import job_of
from ganae_cli.sweeps.pool import Pool
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.terminal import tell


class JobQueue:
    """Trains jobs of a sweep, so many at a time; use it in a `with` block, as `Pool`.

    is_over: a job has failed, and none is begun any more. at_once, plugins: as of `Pool`. stops_on_error: a job that
    fails stops those that train, after they have saved their state; otherwise the others train all the same.
    """

    def __init__(self, at_once: int = 1, plugins: Sequence[str] = (), stops_on_error: bool = False):
        self.pool = Pool(at_once, plugins, name_of)
        self.stops_on_error, self.is_over = stops_on_error, False

    def __enter__(self) -> "JobQueue":
        self.pool.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        self.pool.__exit__(kind, *error)

    def start(self, path: Path) -> bool:
        """Start a job; return False if another process trains it: its status is theirs. There must be a place."""
        try:
            self.pool.start(path)
        except UserError as error:
            tell(f"{name_of(path)}  {error}")
            return False
        return True

    def wait(self) -> list[Path]:
        """Wait until a job ends, and return those that have; none if none trains.

        Raises SystemExit, with code 128 + its number, if a signal tells this process to stop.
        """
        ended = self.pool.wait()
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
        """Train jobs to their end. Raises as `wait`."""
        for path in paths:
            self.wait_for_place()
            if self.is_over:
                break
            self.start(path)
        while self.pool.running:
            self.wait()


def name_of(path: Path) -> str:
    """Return what a job is called in messages."""
    return job_of(int(path.name), SweepFile(path.parent).count)
