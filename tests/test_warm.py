"""The process that forks jobs once it has imported TensorFlow: that is safe, and trains the same."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ganae_cli.storage.history import CLOCK_COLUMNS, HistoryFile
from ganae_cli.storage.run_folder import RunFolder

SMALL = ["--multirun", "model=gan", "dataset=ring", "dataset.count=200", "hardware=cpu", "train.steps=20"]
SMALL += ["train.batch_size=16", "train.log_every=10", "hardware.threads=1", "seed=1,2", "sweep.jobs=2"]


@pytest.mark.slow
def test_importing_all_that_a_training_needs_starts_no_thread():
    code = "from ganae_cli import warm; warm._import_all(); print(warm.strange_threads())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.stdout == "0\n", done.stderr


def test_a_thread_is_counted():
    code = "import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
    code += "; import numpy; from ganae_cli import warm; print(warm.strange_threads())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100)
    assert done.stdout == "1\n", done.stderr


def history(job: Path) -> list[dict]:
    return [{k: v for k, v in row.items() if k not in CLOCK_COLUMNS} for row in HistoryFile(job / "history.csv").read()]


@pytest.mark.slow
def test_a_forked_job_learns_the_same_to_the_bit(tmp_path):
    import h5py

    for name, forks in (("forked", "true"), ("fresh", "false")):
        words = [*SMALL, f"sweep.forks={forks}", f"hydra.sweep.dir={tmp_path / name}"]
        command = [sys.executable, "-m", "ganae_cli", "train", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=500, env=os.environ)
        assert done.returncode == 0, done.stderr
        assert "warning" not in done.stderr
    for number in "01":
        forked, fresh = (tmp_path / name / number for name in ("forked", "fresh"))
        assert history(forked) == history(fresh)
        files = [h5py.File(RunFolder(job).checkpoints.newest().weights) for job in (forked, fresh)]
        names: list[str] = []
        files[0].visititems(lambda name, one: names.append(name) if isinstance(one, h5py.Dataset) else None)  # noqa: B023
        assert len(names) > 10
        for name in names:
            np.testing.assert_array_equal(files[0][name][()], files[1][name][()])
