"""Train the jobs of a planned sweep: in ganae's own pool, or with the launcher of Hydra that the user chose."""

import os
import platform
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from ganae_cli.command_line import launcher, sweepers
from ganae_cli.command_line.hydra_app import HydraApp, environment
from ganae_cli.command_line.overrides import OF_SWEEPS, pinned, without_sign
from ganae_cli.errors import UserError
from ganae_cli.runtime import children
from ganae_cli.runtime.streams import announce
from ganae_cli.storage.run_folder import MULTIRUN
from ganae_cli.sweeps import at_once, jobs, overview
from ganae_cli.sweeps import queue as queues
from ganae_cli.sweeps.settings import SweepSettings

if TYPE_CHECKING:
    from ganae_cli.command_line.plan import Plan

Task = Callable[[DictConfig], Any]


def start(app: HydraApp, planned: "Plan") -> int:
    """Let Hydra's sweeper start the jobs; each trains in a process of its own. Return the exit code.

    Raises UserError, before anything is written, for settings of the pool beside another launcher.
    """
    together = _at_once(planned)
    for job in planned.jobs:
        at_once.share_threads(job.config, together)
    sweep = planned.folder
    swept = None if planned.jobs else sweepers.swept_keys(planned.overrides, planned.composed)
    folders = [pinned("hydra.sweep.dir", sweep), "hydra.sweep.subdir='${hydra:job.num}'"]
    with jobs.claim(sweep):  # before anything in it is looked at
        jobs.prepare(sweep, [(_of_jobs(job.overrides), job.config) for job in planned.jobs], swept)
        try:
            with overview.shown(sweep), environment(**children.environment()), _task(planned, together) as task:
                app.multirun([*planned.overrides, *folders], task, is_plain=_has_own_launcher(planned) and not swept)
        finally:
            (sweep / MULTIRUN).unlink(missing_ok=True)
            code = overview.finish(sweep, _settings(planned).words())
            announce(sweep)
    return code


def _of_jobs(words: Sequence[str]) -> list[str]:
    """Return the overrides of a job without settings of the sweep."""
    return [word for word in words if not word.startswith(OF_SWEEPS)]


def _has_own_launcher(planned: "Plan") -> bool:
    return str(planned.composed.hydra.launcher._target_) == launcher.STAND_IN_FOR


def _settings(planned: "Plan") -> SweepSettings:
    given = planned.composed
    return SweepSettings(plugins=list(given.get("plugins") or []), **given.sweep)


def _at_once(planned: "Plan") -> int:
    """Return how many jobs train at the same time."""
    given, hydra, count = _settings(planned), planned.composed.hydra, len(planned.jobs) or None
    if _has_own_launcher(planned):
        hardware = [job.config.hardware for job in planned.jobs] or [planned.composed.hardware]
        return at_once.of_pool(given.jobs, count or hydra.sweeper.get("n_jobs"), hardware)
    others = given.words()
    if others:
        name = hydra.runtime.choices.get("hydra/launcher")
        raise UserError(
            f"{others[0]} goes with ganae's own pool, and hydra/launcher={name} starts the jobs here: leave one of "
            "both out"
        )
    return at_once.of_launcher(hydra.launcher, hydra.sweeper, count)


@contextmanager
def _task(planned: "Plan", together: int) -> Iterator[Task]:
    """Give the task that Hydra runs for each job: of a pool, which is there for the time of the block, or alone."""
    if not _has_own_launcher(planned):
        yield _alone(planned.folder, None if planned.jobs else together)
        return
    first, is_made_up = planned.composed, not planned.jobs
    metric = first.train.best_by if is_made_up else None
    given = _settings(planned)
    with queues.JobQueue(together, given.plugins, given.stops_on_error, given.forks) as queue:

        def begin(config: DictConfig) -> Path:
            folder, config, words = _job(planned.folder, config, together if is_made_up else None)
            jobs.make(folder, config, words)
            queue.start(folder)
            return folder

        with launcher.launching(queue, lambda folder: _value(folder, metric)):
            yield begin


def _alone(sweep: Path, made_up: int | None) -> Task:
    """Return a task that trains a job to its end, in whatever process a launcher runs it.

    made_up: number of jobs at once, of a sweep whose sweeper makes them up; None for another.
    """

    owner = os.getpid(), platform.node()

    def train(config: DictConfig) -> float | None:
        folder, config, words = _job(sweep, config, made_up)
        try:
            jobs.run_job(folder, config, words, owner)
        except SystemExit:
            if jobs.is_gone(owner):  # nobody is left to report to, and a worker of joblib would wait for more
                os._exit(128 + signal.SIGTERM)
            raise
        return _value(folder, config.train.best_by if made_up else None)

    return train


def _job(sweep: Path, config: DictConfig, made_up: int | None) -> tuple[Path, DictConfig, list[str]]:
    """Return folder, config and overrides of the job that Hydra runs at the moment."""
    job: Any = HydraConfig.get()
    words = [without_sign(word) for word in job.overrides.task]
    if made_up:
        config = sweepers.job_config(config, job.runtime.choices, made_up, words)
    return sweep / str(job.job.num), config, words


def _value(folder: Path, metric: str | None) -> float | None:
    """Return what a sweeper gets that looks for the best job. Raises RuntimeError, as Hydra has it, for none."""
    value = jobs.value(folder, metric)
    if metric is not None and value is None:
        raise RuntimeError(f"job {folder.name} gives no value of {metric}: see {folder}")
    return value
