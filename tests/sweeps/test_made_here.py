"""A folder of the user's own, and one that was sent, copied or moved."""

import shutil

import pytest

from ganae_cli import cli
from ganae_cli.runtime import seal
from ganae_cli.storage.tracker_file import TrackerFile
from ganae_cli.sweeps import jobs
from ganae_cli.sweeps.made_here import is_own
from ganae_cli.sweeps.sweep_file import SweepFile


def test_a_run(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    assert not is_own(run)
    TrackerFile(run).settle(tmp_path, seal.of(run))
    assert is_own(run)
    shutil.copytree(run, tmp_path / "copy")
    assert not is_own(tmp_path / "copy")
    run.rename(tmp_path / "moved")
    assert not is_own(tmp_path / "moved")


@pytest.fixture
def config(compose):
    return compose("model=gan", "dataset=ring", "tracker=wandb")


def test_jobs_of_a_sweep(tmp_path, config):
    sweep = tmp_path / "sweep"
    jobs.prepare(sweep, [(["seed=1"], config)])
    jobs.add(sweep, [(["seed=2"], config)])
    assert is_own(sweep / "0")
    assert is_own(sweep / "1")
    shutil.copytree(sweep, tmp_path / "sent")
    jobs.add(tmp_path / "sent", [(["seed=3"], config)])
    assert not any(is_own(tmp_path / "sent" / str(number)) for number in range(3))
    (sweep / "sweep.json").write_text("[")
    assert not is_own(sweep / "0")


def test_jobs_of_a_sweep_that_grows(tmp_path, config):
    sweep = tmp_path / "sweep"
    jobs.prepare(sweep, [], ["seed"])
    jobs.make(sweep / "0", config, ["seed=1"])
    assert is_own(sweep / "0")
    assert SweepFile(sweep).varied == ["seed"]


def test_a_sweep_without_trackers_needs_no_key(tmp_path, compose):
    jobs.prepare(tmp_path / "sweep", [(["seed=1"], compose("model=gan", "dataset=ring"))])
    assert SweepFile(tmp_path / "sweep").seal is None


def test_a_run_that_is_prepared(tmp_path):
    pytest.importorskip("wandb")
    words = ["--prepare", "model=gan", "dataset=ring", "hardware=cpu", f"hydra.run.dir={tmp_path}/run"]
    assert cli.main(["train", *words, "tracker=wandb"]) == 0
    assert is_own(tmp_path / "run")
