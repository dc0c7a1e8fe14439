"""A sweep goes on past a job that is killed, says so, and is finished from its folder alone."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from ganae_cli.storage.run_folder import RunFolder

SETTINGS = [
    *("model=gan", "dataset=ring", "dataset.count=500", "hardware=cpu", "hardware.jit=false", "hardware.threads=1"),
    *("train.batch_size=16", "train.log_every=10", "train.sample_every=100000", "train.checkpoint_every=10"),
]


def results(sweep: Path) -> list[dict]:
    with (sweep / "results.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def wait_for(condition, job: subprocess.Popen, seconds: float = 200):
    deadline = time.monotonic() + seconds
    while not condition():
        assert job.poll() is None, job.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_killed_job_is_recorded_and_only_it_is_run_again(tmp_path):
    sweep = tmp_path / "sweep"
    # The middle one would take for ever, were it not killed.
    swept = ["--multirun", "train.steps=20,1000000,30", f"hydra.sweep.dir={sweep}"]
    command = [sys.executable, "-m", "ganae_cli", "train", *SETTINGS, *swept]
    job = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    middle = RunFolder(sweep / "1")
    wait_for(lambda: middle.status().get("state") == "running" and middle.checkpoints.list(), job)
    os.kill(middle.status()["pid"], signal.SIGKILL)
    out, error = job.communicate(timeout=200)
    assert job.returncode == 1, error
    assert out.splitlines()[-1] == str(sweep)
    assert "2 of 3 jobs done" in error

    rows = results(sweep)
    assert [row["job"] for row in rows] == ["0", "1", "2"]
    assert [row["state"] for row in rows] == ["done", "failed", "done"]
    assert [row["train.steps"] for row in rows] == ["20", "1000000", "30"]
    assert float(rows[0]["generator.fool"]) > 0
    assert [bool(row["modes"]) for row in rows] == [True, False, True]
    assert float(rows[0]["peak_memory_mb"]) > 100
    assert not {"compile_seconds", "seconds_to_first_step"} & set(rows[0])
    columns = list(rows[0])
    assert columns.index("train.steps") < columns.index("parameters") < columns.index("discriminator.real")
    assert "killed by SIGKILL" in middle.status()["error"]

    finished = (sweep / "0" / "history.csv").stat().st_mtime_ns
    config = middle.config.read_text()
    assert "steps: 1000000" in config
    reached = middle.checkpoints.newest().step
    middle.config.write_text(config.replace("steps: 1000000", f"steps: {reached + 10}"))
    again = subprocess.run(
        [sys.executable, "-m", "ganae_cli", "resume", str(sweep)], capture_output=True, text=True, timeout=300
    )
    assert again.returncode == 0, again.stderr
    assert [row["state"] for row in results(sweep)] == ["done"] * 3
    assert middle.status()["step"] == reached + 10
    assert (sweep / "0" / "history.csv").stat().st_mtime_ns == finished


def test_bad_value_in_one_job_stops_the_sweep_before_it_begins(tmp_path):
    sweep = tmp_path / "sweep"
    command = [sys.executable, "-m", "ganae_cli", "train", "--multirun", "model.z_dim=8,0", f"hydra.sweep.dir={sweep}"]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert refused.returncode == 2
    assert (
        refused.stderr.strip() == "ganae: error: job 1 (2 of 2), model.z_dim=0: model.z_dim must be at least 1, got 0"
    )
    assert not sweep.exists()
