"""The jobs of a sweep: each has a run folder and is trained in a process of its own.

The config of every job is written before the first one starts, so that a sweep that was cut short can be finished from
its folder alone: a job is started, for the first time too, as `ganae resume` of its folder.
"""

import contextlib
import platform
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from ganae_cli.config import budget
from ganae_cli.errors import UserError
from ganae_cli.runtime import seal
from ganae_cli.runtime.messages import TEXT
from ganae_cli.storage.atomic import TEMPORARY, make_folder, remove_leftovers, write_atomically
from ganae_cli.storage.claim import Claim
from ganae_cli.storage.owner import is_alive
from ganae_cli.storage.run_folder import CONFIG, MULTIRUN, RESULTS, STATUS, SWEEP, RunFolder
from ganae_cli.sweeps import at_once
from ganae_cli.sweeps.overview import FINISHED, MEASURED, finish, job_folders, shown, state_of
from ganae_cli.sweeps.queue import JobQueue
from ganae_cli.sweeps.settings import SweepSettings
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.terminal import command, tell

LOOK_SECONDS = 1.0  # between two looks whether the process of the sweep is still there
Owner = tuple[int, str]
Planned = Sequence[tuple[list[str], DictConfig]]  # overrides and config of jobs


def prepare(sweep: Path, jobs: Planned, swept: Sequence[str] | None = None) -> None:
    """Make the folder of each job, with its config; for the process that holds the sweep's folder (`claim`).

    Raises UserError, before anything is written, if the folder holds a sweep already, or something where one would
    write. jobs: overrides and composed config, in the order of job numbers. swept: the keys that a sweeper varies which
    makes up its jobs as it goes; None for another.
    """
    refuse_old(sweep)
    make_folder(sweep, parents=True)
    _make_all(sweep, [config for _, config in jobs])
    tracked = not jobs or any(OmegaConf.select(config, "tracker.name") not in (None, "none") for _, config in jobs)
    own = seal.of(sweep) if tracked else None  # its jobs may tell the trackers that they name
    SweepFile.write(sweep, [overrides for overrides, _ in jobs], swept, own)


def refuse_old(sweep: Path) -> None:
    """Raise UserError if a folder holds a sweep already, or something where one would write."""
    if (sweep / SWEEP).exists():
        raise UserError(f"{sweep} already holds a sweep; `{command('resume', sweep)}` continues it")
    found = [name for name in (RESULTS, MULTIRUN) if (sweep / name).exists()]
    if found:
        raise UserError(f"{sweep} already holds {', '.join(found)}, where a sweep would write: choose another folder")


def add(sweep: Path, jobs: Planned) -> None:
    """Make the folders of jobs behind those that are there; for the process that holds the sweep's folder.

    Raises UserError, before anything is written, if something is in the way. jobs: as of `prepare`.
    """
    file = SweepFile(sweep)
    _make_all(sweep, [config for _, config in jobs], first=len(file.jobs))
    SweepFile.write(sweep, [*file.jobs, *(overrides for overrides, _ in jobs)], seal=file.seal)


def _make_all(sweep: Path, configs: Sequence[DictConfig], first: int = 0) -> None:
    """Make the folders of jobs, from a number up. They belong to the sweep once its file names them."""
    paths = [sweep / str(number) for number in range(first, first + len(configs))]
    for path in paths:
        if not _only_prepared(path):
            RunFolder(path).refuse_old()
    for path, config in zip(paths, configs, strict=True):
        _make_job(path, config)


def _make_job(path: Path, config: DictConfig) -> None:
    make_folder(path)
    # A run folder must not name code, and says nothing of the sweep that it is part of.
    saved = OmegaConf.masked_copy(config, [str(key) for key in config if key not in ("plugins", "sweep")])
    RunFolder(path).write_status("pending", step=0, **budget.length(config.train))  # first: see `_only_prepared`
    write_atomically(path / CONFIG, OmegaConf.to_yaml(saved, resolve=False))


def _only_prepared(path: Path) -> bool:
    """Return True for a job that `prepare` made before it was killed: there is no sweep yet, and nothing to lose."""
    names = {file.name for file in path.glob("*") if not file.name.startswith(TEMPORARY)}
    return names <= {STATUS, CONFIG} and RunFolder(path).status().get("state") == "pending"


def run_job(path: Path, config: DictConfig, overrides: Sequence[str] = (), sweep: Owner | None = None) -> None:
    """Train one job in a process of its own. A job that fails is recorded and raises nothing.

    Raises SystemExit, with code 128 + its number, if this process is told to stop, after the job has saved its state;
    with that of SIGTERM if the process of the sweep has gone, on the same machine: some launchers leave their workers
    behind, and those would train all that is left.

    overrides: of the job, if a sweeper made it up. sweep: pid and host of the process that runs the sweep.
    """
    if is_gone(sweep):
        raise SystemExit(128 + signal.SIGTERM)
    make(path, config, overrides)
    with JobQueue(plugins=list(config.get("plugins") or [])) as queue:
        queue.start(path)
        while queue.pool.running:
            queue.wait(LOOK_SECONDS)
            if is_gone(sweep):
                raise SystemExit(128 + signal.SIGTERM)


def is_gone(sweep: Owner | None) -> bool:
    """Return True if the process of a sweep, of this machine, has ended. sweep: its pid and its host."""
    return sweep is not None and sweep[1] == platform.node() and not is_alive(sweep[0])


def make(path: Path, config: DictConfig, overrides: Sequence[str]) -> None:
    """Make the folder of a job that is not yet there: its sweeper makes up the jobs as it goes."""
    if not (path / CONFIG).exists():
        RunFolder(path).refuse_old()
        SweepFile.add(path.parent, int(path.name), overrides)
        _make_job(path, config)


def value(path: Path, metric: str | None) -> float | None:
    """Return the best value of a metric, that of the job's best checkpoint; None for no metric, or a job not done."""
    if metric is None or state_of(RunFolder(path).status()) not in MEASURED:
        return None
    return RunFolder(path).checkpoints.best(metric).value(metric)


def resume(sweep: Path, given: SweepSettings | None = None, more: Callable[[], Planned] | None = None) -> int:
    """Train the jobs that are missing or unfinished. Return the exit code: 0 if all are done then, otherwise 1.

    more: returns jobs to be added, once nobody else changes the sweep.
    """
    given = given or SweepSettings()
    with claim(sweep):
        if more:
            add(sweep, more())
        waiting = [path for path in job_folders(sweep) if _state(path) not in FINISHED]
        if not waiting:
            tell(f"nothing left to do: every job of {sweep} is done")
            given = replace(given, jobs=1)
        try:
            together = at_once.of_pool(given.jobs, len(waiting) or None, _hardware(waiting), _needed(sweep))
            with shown(sweep), JobQueue(together, given.plugins, given.stops_on_error, given.forks) as queue:
                queue.run(waiting)
        finally:
            code = finish(sweep, given.words())
    return code


def form(sweep: Path) -> str:
    """Return the form of lines, `log.format`, of the first job whose config can be read; text without one."""
    for path in job_folders(sweep):
        with contextlib.suppress(UserError):
            log = RunFolder(path).read_config().get("log")
            return str(log.get("format", TEXT)) if isinstance(log, Mapping) else TEXT
    return TEXT


def claim(sweep: Path) -> Claim:
    """Lock the sweep for this process: two would train the same jobs. Raises UserError if another process holds it."""
    claim = RunFolder(sweep).claim()
    remove_leftovers(sweep)
    return claim


def _hardware(paths: Sequence[Path]) -> list[Mapping[str, Any]]:
    """Return the section of each config that can be read."""
    found = []
    for path in paths:
        with contextlib.suppress(UserError):
            found.append(RunFolder(path).read_config().get("hardware") or {})
    return found


def _needed(sweep: Path) -> int:
    """Return the bytes of memory that a job takes: what the largest so far has taken, and a tenth more."""
    peaks = [RunFolder(path).status().get("metrics", {}).get("peak_memory_mb") for path in job_folders(sweep)]
    known = [peak for peak in peaks if isinstance(peak, int | float) and peak > 0]
    return int(1.1 * 2**20 * max(known)) if known else at_once.NEEDED


def _state(path: Path) -> str:
    return state_of(RunFolder(path).status())
