"""The launcher that stands in for Hydra's basic one: a batch of jobs trains in a pool, so many at a time.

Hydra's sweeper, its callbacks and what a config says of a job's environment and folder stay as they are: Hydra runs a
task for each job, which only begins it and returns its folder.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from hydra._internal.callbacks import Callbacks
from hydra._internal.core_plugins.basic_launcher import BasicLauncher
from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn, JobStatus, configure_log, run_job, setup_globals
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, open_dict

from ganae_cli.sweeps.queue import JobQueue

STAND_IN_FOR = f"{BasicLauncher.__module__}.{BasicLauncher.__qualname__}"


class PoolLauncher(Launcher):
    """Begins the jobs of a batch as places are free, and returns when all have ended.

    queue: trains them. value: returns what a job's sweeper gets, by the job's folder.
    """

    queue: ClassVar[JobQueue]
    value: ClassVar[Callable[[Path], float | None]]

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        self.context, self.task, self.config = hydra_context, task_function, config
        self.begun: dict[Path, tuple[DictConfig, JobReturn]] = {}  # the jobs that train

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        setup_globals()
        configure_log(self.config.hydra.hydra_logging, self.config.hydra.verbose)
        returned: list[JobReturn] = []
        for number, overrides in enumerate(job_overrides, initial_job_idx):
            self._end_all(self.queue.wait_for_place())
            if self.queue.is_over:
                break
            returned.append(self._begin(number, overrides))
        while self.begun:
            self._end_all(self.queue.wait())
        return returned

    def _begin(self, number: int, overrides: Sequence[str]) -> JobReturn:
        """Compose the config of a job, and let Hydra run its task, which begins it."""
        config = self.context.config_loader.load_sweep_config(self.config, list(overrides))
        with open_dict(config):
            config.hydra.job.id = config.hydra.job.num = number
        done = run_job(
            task_function=self.task,
            config=config,
            job_dir_key="hydra.sweep.dir",
            job_subdir_key="hydra.sweep.subdir",
            hydra_context=HydraContext(self.context.config_loader, _WithoutEnd(self.context.callbacks)),
        )
        folder = done.return_value if done.status == JobStatus.COMPLETED else None
        if folder in self.queue.pool.running:
            self.begun[folder] = config, done
        else:  # it was refused
            self._end(config, done, folder)
        return done

    def _end_all(self, folders: Sequence[Path]) -> None:
        for folder in folders:
            self._end(*self.begun.pop(folder), folder)

    def _end(self, config: DictConfig, done: JobReturn, folder: Path | None) -> None:
        """Give a job its result, and tell Hydra's callbacks. folder: None for one that could not be begun."""
        if folder:
            try:
                done.return_value = type(self).value(folder)
            except RuntimeError as error:
                done.return_value, done.status = error, JobStatus.FAILED
        self.context.callbacks.on_job_end(config=config, job_return=done)
        configure_log(self.config.hydra.hydra_logging, self.config.hydra.verbose)


class _WithoutEnd(Callbacks):
    """Hydra's callbacks, except that a job which has begun has not ended."""

    def __init__(self, callbacks: Callbacks):
        super().__init__()
        self.callbacks = callbacks.callbacks

    def on_job_end(self, config: DictConfig, job_return: JobReturn, **_: Any) -> None:
        """Do nothing: the launcher calls it when the job's process has ended."""


@contextlib.contextmanager
def launching(queue: JobQueue, value: Callable[[Path], float | None]) -> Iterator[None]:
    """Let Hydra's basic launcher be the pool's for the time of a block."""
    known = Plugins.instance().class_name_to_class
    before = known[STAND_IN_FOR]
    PoolLauncher.queue, PoolLauncher.value = queue, staticmethod(value)
    known[STAND_IN_FOR] = PoolLauncher
    try:
        yield
    finally:
        known[STAND_IN_FOR] = before
        del PoolLauncher.queue, PoolLauncher.value
