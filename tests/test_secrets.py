"""Values of variables that a config names reach no file, no log and no line on the terminal."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from omegaconf import OmegaConf

from ganae_cli import cli
from ganae_cli.secrets import hide_variables, without_hidden

SECRET = "t0p-s3cret"
DATA = "dataset.path=${oc.env:GANAE_TRIED_DATA}"
WORDS = ("model=gan", "dataset=arrays", "train.steps=2", "train.log_every=2", "train.sample_every=2")
CODE = """
import os, sys
from ganae_cli.cli import main
tmp, data, *words = sys.argv[1:]
run = f"{tmp}/run"
codes = [main(["train", *words, data, f"hydra.run.dir={run}"])]
codes.append(main(["resume", run, "train.steps=4"]))
codes.append(main(["sample", run, "--count", "2", "--out", f"{tmp}/samples.npz"]))
codes.append(main(["doctor", run]))
os.environ["GANAE_TRIED_DATA"] += ".gone"
codes.append(main(["resume", run, "train.steps=6"]))
codes.append(main(["train", *words, data, f"hydra.run.dir={tmp}/other"]))
codes.append(main(["doctor", run]))
print("codes", codes)
"""


@pytest.fixture
def ganae(tmp_path):
    (tmp_path / SECRET).mkdir()
    np.save(tmp_path / SECRET / "x.npy", np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32))
    (tmp_path / "runs").mkdir()

    def ganae(*words: str, data: str = "x.npy") -> subprocess.CompletedProcess:
        environ = {**os.environ, "GANAE_TRIED_DATA": str(tmp_path / SECRET / data)}
        return subprocess.run(
            [sys.executable, *words], env=environ, capture_output=True, text=True, timeout=600, check=False
        )

    return ganae


def holding(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


def test_no_file_and_no_line_holds_the_value(ganae, tmp_path):
    done = ganae("-c", CODE, str(tmp_path / "runs"), DATA, *WORDS, "train.checkpoint_every=2")
    assert done.stdout.splitlines()[-1] == "codes [0, 0, 0, 0, 2, 2, 1]", done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert "dataset.path=${oc.env:GANAE_TRIED_DATA}.gone: no such file" not in done.stderr  # it is all of the value
    assert "dataset.path=${oc.env:GANAE_TRIED_DATA}: no such file" in done.stderr
    assert len(list((tmp_path / "runs").rglob("*"))) > 10
    assert holding(tmp_path / "runs") == []
    assert "${oc.env:GANAE_TRIED_DATA}" in (tmp_path / "runs" / "run" / "config.yaml").read_text()
    assert DATA in (tmp_path / "runs" / "run" / "environment.json").read_text()  # as it was typed


@pytest.mark.slow
def test_no_file_of_a_sweep_whose_jobs_fail_holds_it(ganae, tmp_path):
    """The array has three axes too many, which the job finds out: its error is in output.log and status.json."""
    np.save(tmp_path / SECRET / "bad.npy", np.zeros((4, 3, 2, 2, 2), np.uint8))
    sweep = tmp_path / "runs" / "sweep"
    words = ("train", "--multirun", *WORDS, DATA, "seed=1,2", f"hydra.sweep.dir={sweep}")
    done = ganae("-m", "ganae_cli", *words, data="bad.npy")
    assert done.returncode == 1
    assert "${oc.env:GANAE_TRIED_DATA}" in (sweep / "0" / "output.log").read_text()
    assert "${oc.env:GANAE_TRIED_DATA}" in (sweep / "0" / "status.json").read_text()
    assert SECRET not in done.stdout + done.stderr
    assert holding(sweep) == []


def test_a_folder_is_a_place_whose_paths_must_be_ones_to_type(monkeypatch, tmp_path):
    """Also one that is made after the variable was read, as the folder of the run itself."""
    monkeypatch.setenv("GANAE_TRIED_DATA", str(tmp_path / SECRET))
    hide_variables()
    assert OmegaConf.create({"path": "${oc.env:GANAE_TRIED_DATA}/p.npy"}).path == f"{tmp_path / SECRET}/p.npy"
    line = f"more: ganae sample {tmp_path / SECRET}/runs/x"
    assert without_hidden(line) == "more: ganae sample ${oc.env:GANAE_TRIED_DATA}/runs/x"
    (tmp_path / SECRET).mkdir()
    assert without_hidden(line) == line


def test_a_value_with_line_ends_is_not_shown(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("GANAE_TRIED_DATA", f"{SECRET}\nand  more")
    assert cli.main(["train", "dataset=arrays", DATA, f"hydra.run.dir={tmp_path}/x"]) == 2
    assert capsys.readouterr().err == "ganae: error: dataset.path=${oc.env:GANAE_TRIED_DATA}: no such file\n"


def test_variables_that_are_parts_of_every_path_are_shown(monkeypatch):
    monkeypatch.setenv("GANAE_STAMP", "2026-01-31/12-00-00-c0de")
    monkeypatch.setenv("GANAE_TRIED_DATA", SECRET)
    hide_variables()
    config = OmegaConf.create({"dir": "${oc.env:GANAE_STAMP}", "path": "${oc.env:GANAE_TRIED_DATA}"})
    text = f"{config.dir}: {config.path}"
    assert without_hidden(text) == "2026-01-31/12-00-00-c0de: ${oc.env:GANAE_TRIED_DATA}"
