"""Sweeps: each job a run folder, trained in a process of its own; `results.csv` says what came of each.

A job is its config, written before the first one starts, so that a sweep that was cut short can be finished from its
folder alone: a job starts, and starts again, as `ganae resume` of its folder.
"""

import contextlib
import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from omegaconf import DictConfig, OmegaConf
from rich.console import Console
from rich.live import Live
from rich.table import Table

from ganae_cli.checkpoint_files import write_atomically
from ganae_cli.errors import UserError
from ganae_cli.run_folder import RESULTS, SWEEP, RunFolder

FINISHED = ("done",)
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


def job_folders(sweep: Path) -> list[Path]:
    """The run folders of a sweep, by job number."""
    return sorted((path.parent for path in sweep.glob("*/config.yaml")), key=lambda path: (len(path.name), path.name))


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
    with open(path / OUTPUT, "ab") as log, signals(told.append), _overview(path.parent) as show:
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
    before = {n: signal.signal(n, lambda number, frame: act(number)) for n in caught}
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


@contextlib.contextmanager
def _overview(sweep: Path):
    """A live table of all jobs on a terminal; elsewhere a line as each job ends."""
    console = Console(file=sys.stderr)
    if not console.is_terminal:
        yield lambda ended=None: ended and print(_line(ended), file=sys.stderr, flush=True)
        return
    with Live(console=console, auto_refresh=False) as live:
        yield lambda ended=None: live.update(_table(sweep), refresh=True)


def _line(path: Path) -> str:
    status = RunFolder(path).status()
    error = f": {status['error']}" if status.get("error") else ""
    named = " ".join(f"{key}={value}" for key, value in _swept(path.parent).get(path.name, {}).items())
    return f"job {path.name}  {named}  {status.get('state')} at step {status.get('step', 0)}{error}"


def _table(sweep: Path) -> Table:
    swept = _swept(sweep)
    keys = list(next(iter(swept.values()), {}))
    table = Table("job", *keys, "state", "step", "seconds", "error")
    for path in job_folders(sweep):
        status = RunFolder(path).status()
        step = f"{status.get('step', 0)}/{status.get('steps', '?')}"
        facts = (status.get("state", ""), step, f"{status.get('seconds') or 0:.0f}", status.get("error") or "")
        table.add_row(path.name, *(str(swept.get(path.name, {}).get(key, "")) for key in keys), *facts)
    return table


def _swept(sweep: Path) -> dict[str, dict[str, str]]:
    """job -> the keys that differ between jobs, and their values."""
    jobs = json.loads((sweep / SWEEP).read_text())["jobs"] if (sweep / SWEEP).exists() else []
    return {str(number): swept for number, swept in enumerate(differing(jobs))}


def differing(jobs: list[list[str]]) -> list[dict[str, str]]:
    """Of the overrides of each job those whose values are not the same in all; of a single job all."""
    given = [dict(override.lstrip("+").split("=", 1) for override in job if "=" in override) for job in jobs]
    keys = [key for key in (given[0] if given else {}) if len(given) == 1 or len({job.get(key) for job in given}) > 1]
    return [{key: job.get(key, "") for key in keys} for job in given]


def finish(sweep: Path) -> int:
    """Write `results.csv` and say how many jobs are done; 0 if all are, 1 otherwise."""
    swept = _swept(sweep)
    rows = [_result(path, swept.get(path.name, {})) for path in job_folders(sweep)]
    columns = list(dict.fromkeys(key for row in rows for key in row if key not in ("seconds", "folder")))
    columns.sort(key=lambda key: "." in key and key not in next(iter(swept.values()), {}))  # the losses' terms last
    text = io.StringIO()
    writer = csv.DictWriter(text, [*columns, "seconds", "folder"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomically(sweep / RESULTS, text.getvalue())
    done = sum(row["state"] in FINISHED for row in rows)
    print(f"{done} of {len(rows)} jobs done: {sweep / RESULTS}", file=sys.stderr)
    print(f"as a table: ganae list results {sweep}", file=sys.stderr)
    if done < len(rows):
        print(f"the others: ganae resume {sweep}", file=sys.stderr)
    return 0 if done == len(rows) else 1


def _result(path: Path, swept: dict[str, str]) -> dict:
    folder = RunFolder(path)
    status, last = folder.status(), (folder.read_history() or [{}])[-1]
    terms = {key: value for key, value in last.items() if "." in key and not key.endswith(".loss")}
    facts = {"job": path.name, "state": status.get("state", "pending")} | swept
    end = {"seconds": status.get("seconds", ""), "folder": os.path.relpath(path, path.parent)}
    return facts | status.get("metrics", {}) | terms | end
