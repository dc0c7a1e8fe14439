"""The jobs of a sweep: each has a run folder and is trained in a process of its own.

The config of every job is written before the first one starts, so that a sweep that was cut short can be finished from
its folder alone: a job is started, for the first time too, as `ganae resume` of its folder.
"""

from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import TEMPORARY, make_folder, remove_leftovers, write_atomically
from ganae_cli.storage.claim import Claim
from ganae_cli.storage.run_folder import CONFIG, MULTIRUN, RESULTS, STATUS, SWEEP, RunFolder
from ganae_cli.sweeps.naming import job_of
from ganae_cli.sweeps.overview import FINISHED, MEASURED, finish, job_folders, shown, state_of
from ganae_cli.sweeps.pool import Pool
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.terminal import command, tell


def prepare(sweep: Path, jobs: list[tuple[list[str], DictConfig]], swept: Sequence[str] | None = None) -> None:
    """Make the folder of each job, with its config; for the process that holds the sweep's folder (`claim`).

    Raises UserError, before anything is written, if the folder holds a sweep already, or something where one would
    write. jobs: overrides and composed config, in the order of job numbers. swept: the keys that a sweeper varies which
    makes up its jobs as it goes; None for another.
    """
    if (sweep / SWEEP).exists():
        raise UserError(f"{sweep} already holds a sweep; `{command('resume', sweep)}` continues it")
    found = [name for name in (RESULTS, MULTIRUN) if (sweep / name).exists()]
    if found:
        raise UserError(f"{sweep} already holds {', '.join(found)}, where a sweep would write: choose another folder")
    make_folder(sweep, parents=True)
    for number in range(len(jobs)):
        if not _only_prepared(sweep / str(number)):
            RunFolder(sweep / str(number)).refuse_old()
    for number, (_, config) in enumerate(jobs):
        _make_job(sweep / str(number), config)
    SweepFile.write(sweep, [overrides for overrides, _ in jobs], swept)


def _make_job(path: Path, config: DictConfig) -> None:
    make_folder(path)
    # A run folder must not name code, so `plugins` stays out of it.
    saved = OmegaConf.masked_copy(config, [str(key) for key in config if key != "plugins"])
    RunFolder(path).write_status("pending", step=0, steps=config.train.steps)  # first: see `_only_prepared`
    write_atomically(path / CONFIG, OmegaConf.to_yaml(saved, resolve=False))


def _only_prepared(path: Path) -> bool:
    """Return True for a job that `prepare` made before it was killed: there is no sweep yet, and nothing to lose."""
    names = {file.name for file in path.glob("*") if not file.name.startswith(TEMPORARY)}
    return names <= {STATUS, CONFIG} and RunFolder(path).status().get("state") == "pending"


def run_job(path: Path, config: DictConfig, overrides: Sequence[str] = ()) -> float | None:
    """Train one job in a process of its own. A job that fails is recorded and raises nothing.

    Return the best value of `train.best_by`, that of the best checkpoint; None if it is null, or the job is not done.
    Raises SystemExit, with code 128 + its number, if this process is told to stop, after the job has saved its state.

    overrides: of the job, if a sweeper made it up.
    """
    if not (path / CONFIG).exists():  # a sweeper that makes up its jobs as it goes
        RunFolder(path).refuse_old()
        SweepFile.add(path.parent, int(path.name), overrides)
        _make_job(path, config)
    _train(path, plugins=list(config.get("plugins") or []))
    metric = config.train.get("best_by")
    if metric is None or state_of(RunFolder(path).status()) not in MEASURED:
        return None
    return RunFolder(path).checkpoints.best(metric).value(metric)


def make(path: Path, config: DictConfig, overrides: Sequence[str]) -> None:
    """Make the folder of a job that is not yet there: its sweeper makes up the jobs as it goes."""
    if not (path / CONFIG).exists():
        RunFolder(path).refuse_old()
        SweepFile.add(path.parent, int(path.name), overrides)
        _make_job(path, config)


def resume(sweep: Path, plugins: Sequence[str] = ()) -> int:
    """Train the jobs that are missing or unfinished. Return the exit code: 0 if all are done then, otherwise 1.

    plugins: given by the user, as no run folder names any.
    """
    with claim(sweep):
        if all(_state(path) in FINISHED for path in job_folders(sweep)):
            tell(f"nothing left to do: every job of {sweep} is done")
        try:
            with shown(sweep):
                for path in job_folders(sweep):
                    if _state(path) not in FINISHED:
                        _train(path, plugins)
        finally:
            code = finish(sweep)
    return code


def claim(sweep: Path) -> Claim:
    """Lock the sweep for this process: two would train the same jobs. Raises UserError if another process holds it."""
    claim = RunFolder(sweep).claim()
    remove_leftovers(sweep)
    return claim


def _state(path: Path) -> str:
    return state_of(RunFolder(path).status())


def _train(path: Path, plugins: Sequence[str] = ()) -> None:
    """Train a job, passing signals on to it. Raises SystemExit if there was one, after the job has ended."""
    with Pool(1, plugins, name_of) as pool:
        _start(pool, path)


def _start(pool: Pool, path: Path) -> None:
    """Start a job, unless another process trains it: its status is theirs."""
    try:
        pool.start(path)
    except UserError as error:
        tell(f"{name_of(path)}  {error}")


def name_of(path: Path) -> str:
    """Return what a job is called in messages."""
    return job_of(int(path.name), SweepFile(path.parent).count)
