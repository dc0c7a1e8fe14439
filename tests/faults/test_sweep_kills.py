"""A sweep whose parent and jobs are killed, and that is resumed, gives the same table and the same runs."""

import csv
import os
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
