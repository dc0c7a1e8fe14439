"""A sweep whose parent and jobs are killed, and that is resumed, gives the same table and the same runs."""

import csv
import os
import random
import signal
import time
from pathlib import Path

import pytest

from ganae_cli.storage.run_folder import RunFolder
from tests.faults import runs
from tests.faults.compare import CLOCKS, differences
from tests.faults.harness import Trial

WORDS = ("--multirun", "seed=1,2", *runs.GAN, runs.PLAIN)


def rows(sweep: Path) -> list[dict]:
    with (sweep / "results.csv").open(newline="") as file:
        return [{k: v for k, v in row.items() if k not in (*CLOCKS, "folder")} for row in csv.DictReader(file)]


def until_nothing_runs(sweep: Path) -> None:
    """Wait until the jobs have ended that a killed parent has left."""
    deadline = time.monotonic() + 60
    while any(RunFolder(sweep / name).state() == "running" for name in "01"):
        assert time.monotonic() < deadline, "a job trains on without its parent"
        time.sleep(0.1)
    time.sleep(1)


def kill_job(sweep: Path, name: str, step: int, number: int) -> None:
    """Send a signal to a job once its history has a row of a step."""
    job, deadline = RunFolder(sweep / name), time.monotonic() + 200
    while job.status().get("step", 0) < step or job.status()["state"] != "running":
        assert time.monotonic() < deadline
        time.sleep(0.002)
    os.kill(job.status()["pid"], number)


@pytest.mark.slow
def test_killed_sweep_equals_a_whole_one(forker, tmp_path):
    whole = Trial(forker, WORDS, tmp_path / "whole")
    whole.finish()
    run = Trial(forker, WORDS, tmp_path / "run")
    assert run.killed(match=r"rename \S+ 1/config\.yaml$")  # while the jobs are prepared
    assert run.killed(match=r"rename \S+ sweep\.json$")
    pid = run.start()
    kill_job(run.path, "0", 12, signal.SIGKILL)
    kill_job(run.path, "1", 12, signal.SIGKILL)
    assert forker.wait(pid) == 1, run.printed()
    assert [row["state"] for row in rows(run.path)] == ["failed", "failed"]
    pid = run.start()
    kill_job(run.path, "0", 24, signal.SIGSTOP)  # it would be done before its parent is
    os.kill(pid, signal.SIGKILL)
    os.kill(RunFolder(run.path / "0").status()["pid"], signal.SIGCONT)
    assert forker.wait(pid) == -signal.SIGKILL
    until_nothing_runs(run.path)
    assert run.killed(match=r"rename \S+ results\.csv$")
    run.finish()
    assert rows(run.path) == rows(whole.path)
    for name in "01":
        different = differences(whole.path / name, run.path / name)
        assert [line for line in different if "output.log" not in line] == []
    assert list(run.path.rglob(".tmp-*")) == []


MANY = ("--multirun", "seed=1,2,3,4", "sweep.jobs=2", *runs.GAN, runs.PLAIN)
KILLS = 10


@pytest.mark.slow
def test_jobs_at_once_survive_ten_kills_at_random_times(forker, tmp_path):
    """Each is followed by a resume at once, while the jobs of the killed sweep still save their state."""
    sweep, dice = tmp_path / "sweep", random.Random(7)
    done: dict[str, int] = {}  # job -> when its history was written last
    for number in range(KILLS + 1):
        has_begun = (sweep / "sweep.json").exists()
        words = ["resume", str(sweep), "sweep.jobs=2"] if has_begun else ["train", *MANY, f"hydra.sweep.dir={sweep}"]
        pid = forker.start(*words, log=tmp_path / f"{number}.log")
        if number < KILLS:
            time.sleep(dice.uniform(0.2, 20))
            os.kill(pid, signal.SIGKILL)
            assert forker.wait(pid) in (0, -signal.SIGKILL), (tmp_path / f"{number}.log").read_text()
        else:
            assert forker.wait(pid) == 0, (tmp_path / f"{number}.log").read_text()
        for name in "0123":
            job = RunFolder(sweep / name)
            written = job.history.path.stat().st_mtime_ns if job.status().get("state") == "done" else None
            assert done.get(name, written) == written, f"job {name} was done, and trained again"
            done |= {name: written} if written else {}
    assert [(row["job"], row["state"], row["seed"]) for row in rows(sweep)] == [
        (str(number), "done", str(number + 1)) for number in range(4)
    ]
    for name in "0123":
        assert [int(row["step"]) for row in RunFolder(sweep / name).history.read()] == [6, 12, 18, 24, 30, 36, 40]
    assert list(sweep.rglob(".tmp-*")) == []
