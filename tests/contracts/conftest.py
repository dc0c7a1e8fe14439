"""Fixtures of the contracts: the tiny games of `ganae_cli.testing`, each model composed once."""

from functools import cache

import pytest

from ganae_cli.testing.games import TinyModel

tiny_model = cache(TinyModel)


@pytest.fixture
def model_of():
    """`model_of("gan")` -> the model with tiny networks."""
    return tiny_model


@pytest.fixture
def configure():
    """`configure(model, shape, **changes)` -> its config with tiny networks; changes: dotted key -> value."""
    return lambda model, shape, **changes: tiny_model(model).config(shape, **changes)


@pytest.fixture
def build():
    """`build(model, shape, **changes)` -> the rehearsed game of the config."""
    return lambda model, shape=(2,), **changes: tiny_model(model).built(shape, **changes)


@pytest.fixture
def ready():
    """`ready(model, shape, **changes)` -> the game, compiled with the optimizers of the config."""
    return lambda model, shape=(2,), **changes: tiny_model(model).ready(shape, **changes)
