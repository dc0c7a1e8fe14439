"""Real commands in folders that two processes want, that somebody deletes, or that a stranger has made."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ganae_cli.storage.run_folder import RunFolder

ROOT = Path(__file__).parents[2]
# As the script `ganae` does: the current folder is not searched for modules.
GANAE = [sys.executable, "-P", "-c", "import sys; from ganae_cli.cli import main; sys.exit(main())"]
SMALL = [
    *("model=gan", "dataset=ring", "dataset.count=500", "hardware=cpu", "hardware.jit=false", "hardware.threads=1"),
    *("networks.generator.width=16", "networks.discriminator.width=16", "train.batch_size=16", "train.log_every=10"),
]
KNOWN = os.environ | {"PYTHONPATH": str(ROOT)}


def start(*words, **options) -> subprocess.Popen:
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": KNOWN} | options
    return subprocess.Popen([*GANAE, *words], **options)


def wait_for(condition, seconds: float = 200) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def one_alone(*words) -> None:
    """Start a command twice at once: one does the work, the other one names it and leaves."""
    both = [start(*words) for _ in range(2)]
    said = {process: process.communicate(timeout=300)[1] for process in both}
    assert sorted(process.returncode for process in both) == [0, 2], said
    done, refused = sorted(both, key=lambda process: process.returncode)
    lines = [line for line in said[refused].splitlines() if "error" in line]
    assert len(lines) == 1
    # Where TensorFlow took the second one very long to import, the run was there before it.
    assert f"is in use by process {done.pid} on" in lines[0] or "already holds" in lines[0]


@pytest.mark.parametrize("rounds", [1, pytest.param(8, marks=pytest.mark.slow)])
def test_two_trainings_of_one_fresh_folder(tmp_path, rounds):
    for number in range(rounds):
        folder = RunFolder(tmp_path / str(number))
        one_alone("train", *SMALL, "train.steps=30", "train.checkpoint_every=10", f"hydra.run.dir={folder.path}")
        assert [row["step"] for row in folder.history.read()] == ["10", "20", "30"]
        assert folder.checkpoints.newest().step == 30
        assert not (folder.path / ".lock").exists()


@pytest.mark.slow
def test_two_sweeps_into_one_fresh_folder(tmp_path):
    sweep = tmp_path / "sweep"
    one_alone("train", "--multirun", *SMALL, "seed=1,2", "train.steps=20", f"hydra.sweep.dir={sweep}")
    for number in (0, 1):
        assert [row["step"] for row in RunFolder(sweep / str(number)).history.read()] == ["10", "20"]
    RunFolder(sweep / "1").write_status("failed")
    one_alone("resume", str(sweep))


def test_what_cannot_be_built_leaves_the_folder_as_it_was(tmp_path):
    (tmp_path / "there").mkdir()
    run = start("train", *SMALL, "train.best_by=no.such", f"hydra.run.dir={tmp_path / 'there' / 'new' / 'run'}")
    said = run.communicate(timeout=200)[1]
    assert (run.returncode, "train.best_by: no term or metric 'no.such'" in said) == (2, True), said
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == ["there"]


def test_a_folder_that_is_deleted_while_a_run_trains(tmp_path):
    folder = RunFolder(tmp_path / "run")
    often = ("train.sample_every=50", "train.checkpoint_every=50", "train.steps=9000000")
    run = start("train", *SMALL, *often, f"hydra.run.dir={folder.path}")
    wait_for(lambda: folder.checkpoints.list() or run.poll() is not None)
    moved = folder.path.rename(tmp_path / "moved")
    shutil.rmtree(moved)
    said = run.communicate(timeout=100)[1].splitlines()
    line = f"ganae: error: {folder.path} was deleted or moved while the run trained: nothing more was written"
    assert (run.returncode, said[-1]) == (1, line), said
    assert list(tmp_path.iterdir()) == []


# a stranger's --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["history.csv", "train.log", "samples", "checkpoints/step-00000010.json", ".lock"])
@pytest.mark.parametrize("command", ["resume", "sample"])
def test_a_received_run_with_a_link_is_refused(tmp_path, command, name):
    mine, run = tmp_path / "mine", tmp_path / "run"
    mine.write_text("mine")
    (run / name).parent.mkdir(parents=True)
    (run / "config.yaml").write_text("model: {name: gan}\n")
    (run / name).symlink_to(mine)
    refused = start(command, str(run))
    said = refused.communicate(timeout=100)[1]
    assert (refused.returncode, said.count("\n")) == (2, 1), said
    assert said.startswith(f"ganae: error: {run / name} is a link where a ")
    assert mine.read_text() == "mine"


def test_a_sweep_runs_nothing_that_lies_in_the_current_folder(tmp_path):
    """Neither a module by the name of a library, nor the program that the repository names for git."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{tmp_path / 'ran-program'}'\n")
    program.chmod(0o755)
    for name in ("yaml", "tensorflow", "signal"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran-module')!r}, 'w')\nraise SystemExit(7)\n")
    for words in (["init", "--quiet"], ["config", "core.fsmonitor", str(program)]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    words = ["--multirun", *SMALL, "train.steps=10", "seed=1", f"hydra.sweep.dir={tmp_path / 'sweep'}"]
    sweep = start("train", *words, cwd=tmp_path)
    said = sweep.communicate(timeout=200)[1]
    assert sorted(path.name for path in tmp_path.glob("ran-*")) == []
    assert sweep.returncode == 0, said
