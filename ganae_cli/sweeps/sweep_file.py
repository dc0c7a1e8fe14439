"""`sweep.json` of a sweep's folder: the overrides of every job, by job number."""

import fcntl
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import open_plain, write_atomically
from ganae_cli.storage.plain_file import read_object
from ganae_cli.storage.run_folder import SWEEP
from ganae_cli.sweeps.naming import differing
from ganae_cli.terminal import command

SEAL = "seal"  # in the file: the folder's own (`runtime.seal`)
VARIED = "varied"  # in the file of a sweep that grows: the keys that its sweeper varies


class SweepFile:
    """The jobs of a sweep as its file names them: `{"jobs": [["model=gan", "seed=1"], …]}`; none without a file.

    A sweep grows if its sweeper makes up the jobs as it goes.

    jobs: the overrides of each. count: number of jobs; None for a sweep that grows. seal: what stands where that of the
    folder does.

    Raises UserError, when it is made, for a file that names no jobs.
    """

    def __init__(self, sweep: Path):
        self.path = sweep / SWEEP
        try:
            content = read_object(self.path)
        except FileNotFoundError:
            content = {}
        self.jobs: list[list[str]] = content.get("jobs", [])
        self.varied: list[str] | None = content.get(VARIED)
        self.seal: object = content.get(SEAL)
        are_words = isinstance(self.jobs, list) and all(map(_are_words, self.jobs))
        if not are_words or not (self.varied is None or _are_words(self.varied)):
            raise UserError(
                f'cannot read {self.path}: expected {{"jobs": [["KEY=VALUE", …], …]}}; '
                f"its jobs may be whole: {command('resume', sweep / '0')} continues one of them"
            )
        self.count = len(self.jobs) if content and self.varied is None else None
        self._differing = differing(self.jobs, self.varied)

    def swept(self) -> list[str]:
        """Return the keys that differ between jobs."""
        return list(self._differing[0]) if self._differing else []

    def every_key(self) -> set[str]:
        """Return the keys that the overrides of the jobs set."""
        return {word.lstrip("+").partition("=")[0] for words in self.jobs for word in words}

    def differing(self, number: str) -> dict[str, str]:
        """Return the settings of a job that differ between jobs; {} for a job that the file does not name."""
        place = int(number) if number.isdecimal() else len(self.jobs)
        return self._differing[place] if place < len(self.jobs) else {}

    @classmethod
    def write(
        cls, sweep: Path, jobs: Iterable[Sequence[str]], varied: Sequence[str] | None = None, seal: object = None
    ) -> None:
        """Write the jobs of a sweep. varied: for one that grows, the keys that its sweeper varies."""
        more = {VARIED: None if varied is None else list(varied), SEAL: seal}
        content = {"jobs": [list(words) for words in jobs]} | {key: one for key, one in more.items() if one is not None}
        write_atomically(sweep / SWEEP, json.dumps(content, indent=2) + "\n")

    @classmethod
    def add(cls, sweep: Path, number: int, overrides: Sequence[str]) -> None:
        """Add a job to a sweep that grows; processes that add jobs at the same time wait for each other."""
        with os.fdopen(open_plain(sweep / f".{SWEEP}.lock", os.O_RDWR | os.O_CREAT), "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            before = cls(sweep)
            jobs = before.jobs + [[] for _ in range(number + 1 - len(before.jobs))]
            jobs[number] = list(overrides)
            cls.write(sweep, jobs, before.varied or [], before.seal)


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)
