"""Every model compiled by XLA learns what it learns uncompiled, and every page on two replicas what it learns on one.

Half a minute each, `pytest -m slow`.
"""

import subprocess
import sys

import h5py
import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.storage.run_folder import RunFolder

pytestmark = pytest.mark.slow

from_config.import_parts()
TREE = ConfTree()
MODELS = TREE.options("model")  # pages, and what is another YAML over a page
# Those with a pretrained game begin with another run.
PAGES = [name for name in registry.names("model") if not registry.find("model", name).pretrained]
SHAPE = (9, 13, 1)
# Scale-free, it divides by the variance of the codes that a replica sees.
PER_SAMPLE = {"contractive_aegan": ["loss.penalties.contractive.scale_free=false"]}
SMALL = [
    *("dataset=ring", "dataset.count=500", "train.batch_size=32", "train.steps=8", "train.sample_every=1000"),
    *("hardware=cpu", "hardware.jit=false", "hardware.threads=1", "optimizer=sgd", "optimizer.learning_rate=1e-2"),
]


def steps(play, configure, compose, model, jit):
    """The weights after three steps. A plain optimizer: Adam makes a whole step of a gradient that is all rounding."""
    config = configure(model, SHAPE)
    config.optimizer = compose("optimizer=sgd", "optimizer.learning_rate=1e-2").optimizer
    game, config = from_config.build_game(config, SHAPE)
    game.rehearse(play.batch(SHAPE, game.batches_per_step))
    game.compile(from_config.build_optimizers(config, game), jit=jit)
    play.fit(game, SHAPE, 0, 3)
    return [(v.name, v.numpy()) for v in game.variables]


@pytest.mark.parametrize("model", MODELS)
def test_compiled_steps_are_the_plain_ones(play, configure, compose, model):
    plain, compiled = (steps(play, configure, compose, model, jit) for jit in (False, True))
    for (name, value), (_, other) in zip(plain, compiled, strict=True):
        assert_near(other, value, name)


def assert_near(found, expected, name):
    """As a whole: at a kink of a loss, rounding decides which way single numbers go. Biases begin at zero, so for them
    it is 10 % of what was learned, where a gradient counted twice makes 100 %.
    """
    assert np.linalg.norm(found - expected) <= 0.1 * np.linalg.norm(expected) + 1e-5, name


def weights(folder, *words):
    """What a run of the command has learned, from its newest checkpoint."""
    command = [sys.executable, "-m", "ganae_cli", "train", *SMALL, f"hydra.run.dir={folder}", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = {}
    with h5py.File(RunFolder(folder).checkpoints.newest().weights) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_two_replicas_are_one(tmp_path, page):
    words = [
        f"model={page}",
        *PER_SAMPLE.get(page, ()),
        *(f"networks.{role}.width=8" for role in TREE.part("model", page).roles),
    ]
    one = weights(tmp_path / "one", *words)
    two = weights(tmp_path / "two", *words, "hardware.devices=2", "hardware.strategy=mirrored")
    assert one.keys() == two.keys()
    for name, value in one.items():
        if name != "vars/tally":  # terms that are only watched need not be means over rows
            assert_near(two[name], value, name)
