"""A run that is killed and resumed equals one that was not: weights, optimizers, EMA, history, bit for bit."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest

from ganae_cli.storage.history import CLOCK_COLUMNS
from ganae_cli.storage.run_folder import RunFolder

SETTINGS = [
    *(
        "model=aegan",
        "dataset=digits",
        "hardware=cpu",
        "hardware.threads=1",
        "hardware.jit=false",
        "train.batch_size=64",
    ),
    *("train.steps=60", "train.log_every=7", "train.sample_every=1000", "train.checkpoint_every=9", "train.keep=2"),
    *(f"network@networks.{role}=mlp" for role in ("encoder", "generator", "discriminator")),
    *(f"networks.{role}.width=16" for role in ("encoder", "generator", "discriminator", "code_discriminator")),
]  # 1498 images: an epoch is 23 steps, so every kill below falls within one


def ganae(*words: str, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "ganae_cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, **options)


def train(folder: Path, *more: str) -> RunFolder:
    done = ganae("train", *SETTINGS, f"hydra.run.dir={folder}", *more)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(folder)
    return RunFolder(folder)


def copy(run: RunFolder, path: Path) -> RunFolder:
    return RunFolder(shutil.copytree(run.path, path))


def arrays(checkpoint) -> dict[str, np.ndarray]:
    found = {}
    with h5py.File(checkpoint.weights) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


def history(folder: RunFolder) -> list[dict]:
    with folder.history.path.open(newline="") as file:
        return [{k: v for k, v in row.items() if k not in CLOCK_COLUMNS} for row in csv.DictReader(file)]


def assert_equal_runs(one: RunFolder, other: RunFolder) -> None:
    first, second = arrays(one.checkpoints.newest()), arrays(other.checkpoints.newest())
    assert first.keys() == second.keys()
    assert any("optimizers" in name for name in first)
    assert any("average" in name for name in first)
    for name, value in first.items():
        assert np.array_equal(value, second[name]), name
    assert history(one) == history(other)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> RunFolder:
    return train(tmp_path_factory.mktemp("whole") / "run")


def kill_at(folder: Path, step: int, number: signal.Signals, *more: str) -> subprocess.Popen:
    """Start a run and send it a signal once its checkpoint of a step is there."""
    command = [sys.executable, "-m", "ganae_cli", *(more or ("train", *SETTINGS, f"hydra.run.dir={folder}"))]
    job = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 200
    while not any(c.step >= step for c in RunFolder(folder).checkpoints.list()):
        assert job.poll() is None, f"ended before step {step}: {job.stderr.read()}"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.kill(job.pid, number)
    _, error = job.communicate(timeout=100)
    job.error = error
    return job


@pytest.mark.slow
def test_killed_twice_equals_uninterrupted(whole, tmp_path):
    folder = RunFolder(tmp_path / "killed")
    kill_at(folder.path, 9, signal.SIGKILL)
    assert folder.checkpoints.newest().step < 60
    kill_at(folder.path, 36, signal.SIGKILL, "resume", str(folder.path))
    assert folder.status()["state"] == "running"
    resumed = ganae("resume", str(folder.path))
    assert resumed.returncode == 0, resumed.stderr
    assert_equal_runs(whole, folder)
    assert folder.status()["state"] == "done"


def test_sigterm_saves_and_says_how_to_resume(whole, tmp_path):
    folder = RunFolder(tmp_path / "stopped")
    job = kill_at(folder.path, 9, signal.SIGTERM)
    assert job.returncode == 143
    assert f"ganae resume {folder.path}" in job.error
    assert folder.status()["state"] == "interrupted"
    assert folder.status()["step"] == folder.checkpoints.newest().step
    assert ganae("resume", str(folder.path)).returncode == 0
    assert_equal_runs(whole, folder)


@pytest.mark.slow
def test_more_steps_later_equal_more_steps_at_once(whole, tmp_path):
    longer = train(tmp_path / "longer", "train.steps=80")
    folder = copy(whole, tmp_path / "short")
    resumed = ganae("resume", str(folder.path), "train.steps=80")
    assert resumed.returncode == 0, resumed.stderr
    assert_equal_runs(longer, folder)


def test_finished_run_says_so(whole):
    again = ganae("resume", str(whole.path))
    assert again.returncode == 0
    assert "nothing left to do" in again.stderr
    command = [sys.executable, "-X", "importtime", "-m", "ganae_cli", "resume", str(whole.path)]
    imported = subprocess.run(command, capture_output=True, text=True, timeout=100).stderr
    assert "omegaconf" in imported
    assert "tensorflow" not in imported
    assert again.stdout.splitlines() == [str(whole.path)]


def test_changed_architecture_is_refused_with_a_diff(whole):
    before = whole.config.read_text()
    refused = ganae("resume", str(whole.path), "train.steps=70", "model.z_dim=5")
    assert refused.returncode == 2
    assert "model.z_dim: 4 -> 5" in refused.stderr.splitlines()[-1]
    assert whole.config.read_text() == before


@pytest.mark.slow
def test_damaged_newest_checkpoint_is_reported_and_the_one_before_used(whole, tmp_path):
    folder = copy(whole, tmp_path / "damaged")
    newest, before = folder.checkpoints.list()[:2]
    content = bytearray(newest.weights.read_bytes())
    content[len(content) // 2] ^= 255
    newest.weights.write_bytes(content)
    status = json.loads((folder.path / "status.json").read_text()) | {"state": "running"}
    (folder.path / "status.json").write_text(json.dumps(status))
    resumed = ganae("resume", str(folder.path))
    assert resumed.returncode == 0, resumed.stderr
    assert f"{newest.weights.name} is damaged" in resumed.stderr
    assert f"step {before.step} of 60" in resumed.stderr
    assert_equal_runs(whole, folder)
