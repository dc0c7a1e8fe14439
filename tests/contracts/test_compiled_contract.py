"""Contract of compiled steps: XLA changes no step of any model, and two replicas equal one on every page.

Half a minute each, `pytest -m slow`.
"""

import subprocess
import sys

import h5py
import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.config.chosen import AUTO
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.testing.games import first_batch, fit

pytestmark = pytest.mark.slow

from_config.import_parts()
TREE = ConfTree()
MODELS = [name for name in TREE.options("model") if name != AUTO]  # pages, and YAML files over a page
# Pages with a pretrained game start from another run.
PAGES = [name for name in registry.names("model") if not registry.find("model", name).pretrained]
SHAPE = (9, 13, 1)
# The scale-free form divides by the variance of the codes of each replica.
PER_SAMPLE = {"contractive_aegan": ["loss.penalties.contractive.scale_free=false"]}
SMALL = [
    *("dataset=ring", "dataset.count=500", "train.batch_size=32", "train.steps=8", "train.sample_every=1000"),
    *("hardware=cpu", "hardware.jit=false", "hardware.threads=1", "optimizer=sgd", "optimizer.learning_rate=1e-2"),
]


def steps(configure, compose, model, jit):
    """Return the weights after three steps of SGD: Adam would turn a gradient of rounding errors into a whole step."""
    config = configure(model, SHAPE)
    config.optimizer = compose("optimizer=sgd", "optimizer.learning_rate=1e-2").optimizer
    game, config = from_config.build_game(config, SHAPE)
    game.rehearse(first_batch(SHAPE, game.batches_per_step))
    game.compile(from_config.build_optimizers(config, game), jit=jit)
    fit(game, SHAPE, 0, 3)
    return [(v.name, v.numpy()) for v in game.variables]


@pytest.mark.parametrize("model", MODELS)
def test_compiled_steps_are_the_plain_ones(configure, compose, model):
    plain, compiled = (steps(configure, compose, model, jit) for jit in (False, True))
    for (name, value), (_, other) in zip(plain, compiled, strict=True):
        assert_near(other, value, name)


def assert_near(found, expected, name):
    """Assert that two arrays are within 10 % as a whole: at a kink of a loss, rounding decides where single numbers go.

    Biases start at zero, so for them it is 10 % of the change, where a gradient counted twice makes 100 %.
    """
    assert np.linalg.norm(found - expected) <= 0.1 * np.linalg.norm(expected) + 1e-5, name


def weights(folder, *words):
    """Train with the command; return all arrays of the newest checkpoint."""
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
        if name != "vars/tally":  # terms of weight 0 need not be means over rows
            assert_near(two[name], value, name)
