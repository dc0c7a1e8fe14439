"""A step is traced once and compiled once, however long the run: otherwise it would be slow and nobody would notice."""

import os
import subprocess
import sys

import pytest

from ganae_cli.engine import Game
from ganae_cli.training import run as training

SMALL = ("train.batch_size=16", "train.examples=100", "train.log_every=2", "train.sample_every=4", "hardware=cpu")


@pytest.mark.parametrize("jit", ["true", "false"])
def test_a_step_is_traced_once(compose, tmp_path, monkeypatch, jit):
    """Reports, pictures, checkpoints and the end of the data come between the steps: none makes a new program."""
    traces = []
    step = Game.train_step
    monkeypatch.setattr(Game, "train_step", lambda game, x: traces.append(x.shape) or step(game, x))
    words = ("model=gan", "train.steps=15", "train.checkpoint_every=5", f"hardware.jit={jit}", *SMALL)
    assert training.train(compose(*words), tmp_path / "run")[0] == 0
    assert traces == [(16, 8, 8, 1)]


def test_a_step_is_compiled_once_and_nothing_else_is(tmp_path):
    """XLA writes every program that it compiles to a folder, if the folder is set before the process begins."""
    programs, places = tmp_path / "programs", f"hydra.run.dir={tmp_path / 'run'}"
    small = [f"networks.{role}.width=16" for role in ("generator", "discriminator")]
    words = ("model=gan", "train.steps=15", "train.checkpoint_every=5", "hardware.jit=true", *SMALL, *small, places)
    environment = os.environ | {"XLA_FLAGS": f"--xla_dump_to={programs}"}
    command = [sys.executable, "-m", "ganae_cli", "train", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, done.stderr
    compiled = [path.name.split(".")[1] for path in programs.glob("*.before_optimizations.txt")]
    assert [name.partition("_on_data")[0] for name in compiled] == ["a_inference_one_step"]
