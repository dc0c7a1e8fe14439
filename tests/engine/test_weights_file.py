"""Weights files made in memory: the bytes are those that Keras writes, and no saving costs memory for good."""

import gc
import sys

import keras
import pytest

from ganae_cli.engine import weights_file
from ganae_cli.runtime import process


@pytest.fixture
def model():
    made = keras.Sequential([keras.layers.Dense(30), keras.layers.BatchNormalization(), keras.layers.Dense(3)])
    made.build((None, 5))
    made.optimizers = {name: keras.optimizers.Adam(0.01) for name in ("one", "two")}
    for optimizer in made.optimizers.values():
        optimizer.build(made.trainable_variables)
    return made


def test_the_bytes_are_those_of_keras(model, tmp_path):
    model.save_weights(tmp_path / "x.weights.h5")
    expected = (tmp_path / "x.weights.h5").read_bytes()
    assert weights_file.content(model) == expected
    assert weights_file.content(model) == expected  # from what Keras remembers
    model.save_weights(tmp_path / "again.weights.h5")
    assert (tmp_path / "again.weights.h5").read_bytes() == expected


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems tell other facts")
@pytest.mark.slow
def test_no_saving_costs_memory_for_good(model):
    """Keras' own saving takes 72 kB per optimizer each time: here 15 MB in 100 savings."""
    for _ in range(20):
        weights_file.content(model)
    gc.collect()
    before = process.memory()
    for _ in range(100):
        weights_file.content(model)
    gc.collect()
    assert process.memory() - before < 4e6
