"""A step is traced once and compiled once, however long the run: what would slow it down unnoticed."""

import pytest

from ganae_cli import runs
from ganae_cli.models.base import Game

SMALL = ("train.batch_size=16", "train.examples=100", "train.log_every=2", "train.sample_every=4", "hardware=cpu")


@pytest.mark.parametrize("jit", ["true", "false"])
def test_a_step_is_traced_once(compose, tmp_path, monkeypatch, jit):
    """Reports, pictures, checkpoints and the end of the data lie between the steps: none makes a new program."""
    traces = []
    step = Game.train_step
    monkeypatch.setattr(Game, "train_step", lambda game, x: traces.append(x.shape) or step(game, x))
    words = ("model=gan", "train.steps=15", "train.checkpoint_every=5", f"hardware.jit={jit}", *SMALL)
    assert runs.train(compose(*words), tmp_path / "run")[0] == 0
    assert traces == [(16, 8, 8, 1)]
