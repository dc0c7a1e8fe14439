"""`ganae train --prepare`: folders that a scheduler's jobs begin and go on with by one and the same command."""

import numpy as np
import pytest
from omegaconf import OmegaConf

from ganae_cli import cli
from ganae_cli.storage.run_folder import RunFolder

SMALL = ("model=gan", "dataset=ring", "train.steps=20")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_run_is_checked_and_written_and_not_trained(here, capsys):
    assert cli.main(["train", *SMALL, "--prepare", "plugins=[]", "hydra.run.dir=run"]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("run\n", "prepared; begin, and go on, with: ganae resume run\n")
    folder = RunFolder("run")
    assert folder.status() == {"state": "pending", "step": 0, "steps": 20}
    assert {path.name for path in folder.path.iterdir()} == {"config.yaml", "status.json"}
    saved = OmegaConf.load(folder.config)
    assert (saved.model.name, "plugins" in saved, "hydra" in saved) == ("gan", False, False)
    assert cli.main(["train", *SMALL, "--prepare", "hydra.run.dir=run"]) == 2
    assert "run already holds a run; `ganae resume run` continues it" in capsys.readouterr().err


def test_a_mistake_is_found_before_the_job_waits_in_a_queue(here, capsys):
    assert cli.main(["train", "model=gann", "--prepare"]) == 2
    assert "did you mean 'gan'?" in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_workers_need_not_be_there_yet(here, monkeypatch):
    """On the machine where users log in."""
    assert cli.main(["train", *SMALL, "--prepare", "hardware=multi_worker", "hydra.run.dir=run"]) == 0
    assert RunFolder("run").read_config().hardware.strategy == "multi_worker"


def test_the_latest_run_is_named_before_this_one_is(here):
    for name in ("first", "second"):
        words = [f"hydra.run.dir=outputs/train/2026-01-31/{name}", "--prepare"]
        more = ["train.init_from=latest"] if name == "second" else []
        assert cli.main(["train", *SMALL, *words, *more]) == 0
    second = RunFolder("outputs/train/2026-01-31/second").read_config()
    assert second.train.init_from == str(here / "outputs/train/2026-01-31/first")


def test_the_jobs_of_a_sweep(here, capsys):
    words = [*SMALL, "--multirun", "--prepare", "seed=1,2", "hydra.sweep.dir=sweep"]
    assert cli.main(["train", *words]) == 0
    said = capsys.readouterr()
    assert said.out == "sweep\n"
    assert " ".join(said.err.split()).startswith("prepared jobs 0 to 1; train one with ganae resume sweep/0, and all")
    assert [RunFolder(f"sweep/{job}").read_config().seed for job in range(2)] == [1, 2]
    assert cli.main(["train", *words]) == 2
    assert "sweep already holds a sweep" in capsys.readouterr().err


def test_what_it_does_not_go_with(here, capsys):
    assert cli.main(["train", "--prepare", "--dry-run"]) == 2
    assert "--dry-run and --prepare exclude each other" in capsys.readouterr().err


@pytest.mark.parametrize("flags", [["hydra.run.dir=made"], ["--multirun", "seed=1,2", "hydra.sweep.dir=made"]])
def test_files_and_runs_are_found_from_any_folder(here, flags):
    """Jobs begin in other folders, and later, when the latest run is another one."""
    np.save("points.npy", np.zeros((64, 2), np.float32))
    parent = ["--prepare", "hydra.run.dir=outputs/train/2026-01-31/parent"]
    assert cli.main(["train", *SMALL, *parent]) == 0
    words = ["model=gan", "train.steps=20", "dataset=arrays", "dataset.path=points.npy", "train.init_from=latest"]
    assert cli.main(["train", *words, "--prepare", *flags]) == 0
    for job in ["made"] if len(flags) == 1 else ["made/0", "made/1"]:
        config = RunFolder(job).read_config()
        assert config.dataset.path == str(here / "points.npy")
        assert config.train.init_from == str(here / "outputs/train/2026-01-31/parent")
