"""The jobs of a sweep: each has a run folder and is trained in a process of its own.

The config of every job is written before the first one starts, so that a sweep that was cut short can be finished from
its folder alone: a job is started, for the first time too, as `ganae resume` of its folder.
"""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.runtime import children, lifeline, process
from ganae_cli.runtime.messages import error_in
from ganae_cli.storage.atomic import TEMPORARY, make_folder, open_to_append, remove_leftovers, write_atomically
from ganae_cli.storage.claim import Claim
from ganae_cli.storage.plain_file import read_end
from ganae_cli.storage.run_folder import CONFIG, MULTIRUN, RESULTS, STATUS, SWEEP, RunFolder
from ganae_cli.sweeps.naming import job_of
from ganae_cli.sweeps.overview import FINISHED, MEASURED, finish, job_folders, shown, state_of
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.terminal import command, tell

OUTPUT = "output.log"  # what a job printed
END = 2**16  # bytes of it that may tell why the job ended
POLL_SECONDS = 0.5


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
    return RunFolder(path).status().get("state", "pending")


def _train(path: Path, plugins: Sequence[str] = ()) -> None:
    """Train a job, passing signals on to it. Raises SystemExit if there was one, after the job has ended."""
    folder = RunFolder(path)
    received: list[int] = []
    try:
        with folder.claim():
            folder.write_status("pending", error=None)  # the error of an earlier attempt is not that of this one
    except UserError as error:  # somebody resumes this job alone: its status is theirs
        tell(f"{job_of(int(path.name), SweepFile(path.parent).count)}  {error}")
        return
    with (
        os.fdopen(open_to_append(path / OUTPUT), "ab") as log,
        process.handling_signals(received.append),
        lifeline.tied() as tied,
    ):
        # A session of its own: a Ctrl-C reaches the job once, from here.
        streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
        job = subprocess.Popen(_command(path, plugins), **streams, start_new_session=True, **tied)
        passed_on = 0
        while job.poll() is None:
            for number in received[passed_on:]:
                job.send_signal(number)
                passed_on += 1
            time.sleep(POLL_SECONDS)
        _record(folder, job.returncode, is_stopped=bool(received))
    if received:
        raise SystemExit(128 + received[0])


def _command(path: Path, plugins: Sequence[str]) -> list[str]:
    """Return the command line that starts a job, or starts it again."""
    named = [f"plugins=[{','.join(plugins)}]"] if plugins else []
    return children.command("ganae_cli", "resume", str(path), *named)


def _record(folder: RunFolder, code: int, is_stopped: bool) -> None:
    """Write the state of a job that could not write it itself: it was killed, or never began.

    is_stopped: the whole sweep was told to stop.
    """
    try:
        with folder.claim():
            _record_alone(folder, code, is_stopped)
    except UserError as error:  # somebody was faster, and resumes this job
        tell(f"{job_of(int(folder.path.name), SweepFile(folder.path.parent).count)}  {error}")


def _record_alone(folder: RunFolder, code: int, is_stopped: bool) -> None:
    state = folder.status().get("state")
    if code == 0 or state in ("failed", "interrupted"):
        return
    if is_stopped:
        folder.write_status("interrupted", error="stopped before it began")
        return
    lines = read_end(folder.path / OUTPUT, END).decode(errors="replace").splitlines()
    errors = [found for line in lines if (found := error_in(line))]
    hint = ", as the system does when it runs out of memory" if code == -signal.SIGKILL else ""
    folder.write_status("failed", error=errors[-1] if errors and code > 0 else how_it_ended(code) + hint)


def how_it_ended(code: int) -> str:
    """Return the reason why a process ended that could not state it itself.

    code: as of `subprocess`, negative for a signal.

    >>> how_it_ended(1), how_it_ended(-9)
    ('exit code 1', 'killed by SIGKILL')
    """
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
