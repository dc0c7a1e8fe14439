"""Layers between encoder and decoder: linear maps and an activation of the latent code."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.networks.layers.code_layers import with_code_layers
from ganae_cli.networks.mlp import MLP

SHAPE, UNITS = (4, 3, 1), 5


def data(*shape):
    return tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)


def test_nothing_added_is_the_encoder_itself():
    encoder = MLP(width=8).down(SHAPE, UNITS)
    assert with_code_layers(encoder, 0, "linear") is encoder


@pytest.mark.parametrize("activation", ["linear", "relu", "sigmoid", "tanh"])
def test_linear_layers_multiply_the_code_and_the_activation_comes_last(activation):
    x, encoder = data(2, *SHAPE), MLP(width=8).down(SHAPE, UNITS)
    z = encoder(x).numpy()
    whole = with_code_layers(encoder, 2, activation)
    added = [v.numpy() for v in whole.trainable_variables[len(encoder.trainable_variables) :]]
    assert [v.shape for v in added] == [(UNITS, UNITS)] * 2  # no biases
    linear = z @ added[0] @ added[1]
    expected = {"relu": np.maximum(linear, 0), "sigmoid": 1 / (1 + np.exp(-linear)), "tanh": np.tanh(linear)}
    np.testing.assert_allclose(whole(x), expected.get(activation, linear), rtol=1e-4, atol=1e-6)
    assert isinstance(whole, keras.Sequential)
    assert whole.name == encoder.name


def test_linear_layers_begin_like_those_of_the_papers_program():
    """U(-1, 1) / sqrt(k), each layer with its own numbers: variance 1 / (3 k)."""
    keras.utils.set_random_seed(0)
    encoder = with_code_layers(MLP(width=8, depth=1).down((2,), 100), 2, "linear")
    first, second = (layer.kernel.numpy() for layer in encoder.layers[-2:])
    for kernel in (first, second):
        assert np.abs(kernel).max() <= 0.1
        assert kernel.var() == pytest.approx(1 / 300, rel=0.05)
    assert np.abs(first - second).max() > 0.1


def test_an_unknown_activation_is_refused():
    with pytest.raises(UserError, match=r"code_activation must be one of linear, .*; did you mean 'sigmoid'"):
        with_code_layers(MLP().down(SHAPE, UNITS), 0, "sigmod")
