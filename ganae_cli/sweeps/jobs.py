"""Sweeps: each job a run folder, trained in a process of its own; `results.csv` says what came of each.

A job is its config, written before the first one starts, so that a sweep that was cut short can be finished from its
folder alone: a job starts, and starts again, as `ganae resume` of its folder.
"""

import contextlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.runtime import process
from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.run_folder import SWEEP, RunFolder
from ganae_cli.sweeps.overview import FINISHED, finish, job_folders, live

OUTPUT = "output.log"  # what a job printed
POLL_SECONDS = 0.5


def prepare(sweep: Path, jobs: list[tuple[list[str], DictConfig]]) -> None:
    """Make each job's folder, with its config. jobs: overrides and composed config, in the order of job numbers."""
    if (sweep / SWEEP).exists():
        raise UserError(f"{sweep} already holds a sweep; `ganae resume {sweep}` continues it")
    sweep.mkdir(parents=True, exist_ok=True)
    for number, (_, config) in enumerate(jobs):
        _make_job(sweep / str(number), config)
    text = json.dumps({"jobs": [overrides for overrides, _ in jobs]}, indent=2)
    write_atomically(sweep / SWEEP, text + "\n")


def _make_job(path: Path, config: DictConfig) -> None:
    path.mkdir(parents=True, exist_ok=True)
    kept = OmegaConf.masked_copy(config, [key for key in config if key != "plugins"])
    write_atomically(path / "config.yaml", OmegaConf.to_yaml(kept, resolve=False))
    RunFolder(path).write_status("pending", step=0, steps=config.train.steps)


def run_job(path: Path, config: DictConfig, overrides: list[str]) -> None:
    """Train one job in a process of its own. A job that fails is recorded and raises nothing.

    Raises SystemExit, 130 or 143, when this process is told to stop, after the job has saved its state.
    """
    if not (path / "config.yaml").exists():  # a sweeper that makes up its jobs as it goes
        _make_job(path, config)
    _train(path, plugins=list(config.get("plugins") or []))


def resume(sweep: Path, plugins: list[str] = ()) -> int:
    """Run what is missing or unfinished; returns the exit code. plugins: by the user's word, no folder names any."""
    if all(_state(path) in FINISHED for path in job_folders(sweep)):
        print(f"nothing left to do: every job of {sweep} is done", file=sys.stderr)
    with claim(sweep):
        try:
            for path in job_folders(sweep):
                if _state(path) not in FINISHED:
                    _train(path, plugins)
        finally:
            code = finish(sweep)
    return code


def claim(sweep: Path):
    """Hold the sweep for this process: two would train the same jobs. Raises UserError if another holds it."""
    return RunFolder(sweep).claim()


def _state(path: Path) -> str:
    return RunFolder(path).status().get("state", "pending")


def _train(path: Path, plugins: list[str] = ()) -> None:
    folder, told = RunFolder(path), []
    try:
        folder.claim().close()
    except UserError as error:  # somebody resumes this job alone: its status is theirs
        print(f"job {path.name}  {error}", file=sys.stderr)
        return
    named = [f"plugins=[{','.join(plugins)}]"] if plugins else []
    command = [sys.executable, "-m", "ganae_cli", "resume", str(path), *named]
    folder.write_status("pending", error=None)  # what an earlier attempt left is not what became of this one
    with open(path / OUTPUT, "ab") as log, signals(told.append), live(path.parent) as show:
        # A session of its own: a Ctrl-C reaches the job once, from here.
        job = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        passed_on = 0
        while job.poll() is None:
            for number in told[passed_on:]:
                job.send_signal(number)
                passed_on += 1
            show()
            time.sleep(POLL_SECONDS)
        _record(folder, job.returncode, is_told=bool(told))
        show(path)
    if told:
        raise SystemExit(128 + told[0])


@contextlib.contextmanager
def signals(act):
    """A block in which SIGINT, SIGTERM and SIGHUP, if it is not ignored, call `act(number)`."""
    caught = [n for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) != signal.SIG_IGN]
    terminals = process.terminals()

    def on_signal(number, frame):
        if number == signal.SIGHUP:
            process.leave(terminals)
        act(number)

    before = {n: signal.signal(n, on_signal) for n in caught}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _record(folder: RunFolder, code: int, is_told: bool) -> None:
    """What the job could not say itself: that it was killed, or never began. is_told: the sweep is to stop."""
    state = folder.status().get("state")
    if code == 0 or state in ("failed", "interrupted"):
        return
    if is_told:
        folder.write_status("interrupted", error="stopped before it began")
        return
    said = [
        line
        for line in (folder.path / OUTPUT).read_text(errors="replace").splitlines()
        if line.startswith("ganae: error: ")
    ]
    folder.write_status("failed", error=said[-1] if said and code > 0 else how_it_ended(code))


def how_it_ended(code: int) -> str:
    """Of a process that could not say it itself."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
