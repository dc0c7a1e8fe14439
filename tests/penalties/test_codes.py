"""Penalties on latent codes: values by hand and against NumPy, and options that are refused."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.losses import code_statistics
from ganae_cli.penalties import codes
from ganae_cli.runtime.rng import Noise

COUNT = 6


def noise_of(count=COUNT):
    return Noise(seed=0, step=0, count=count)


@pytest.fixture
def data():
    return tf.constant(np.random.default_rng(0).normal(size=(COUNT, 2)), tf.float32)


@pytest.fixture
def encoder():
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])


def values(penalty, network, x):
    return float(penalty(network, x, None, noise_of(len(x))))


def test_code_l2_and_l1_by_hand():
    """Codes (3, 4) and (0, -1): squared norms 25 and 1, sums of absolute values 7 and 1."""
    network = keras.Sequential([keras.Input((2,)), keras.layers.Activation("linear")])
    x = tf.constant([[3.0, 4.0], [0.0, -1.0]])
    assert values(codes.CodeL2(), network, x) == (25 + 1) / 2 / 2
    assert values(codes.Sparsity(), network, x) == (7 + 1) / 2


def test_kl_needs_codes_of_a_sigmoid(encoder, data):
    active = keras.Sequential([*encoder.layers, keras.layers.Activation("sigmoid")])
    expected = code_statistics.mean_activation_kl(active(data), 0.2)
    assert values(codes.Sparsity(kind="kl", target=0.2), active, data) == pytest.approx(float(expected))
    with pytest.raises(UserError, match=r"kind=kl .*: set model.code_activation=sigmoid, or kind=l1"):
        values(codes.Sparsity(kind="kl"), encoder, data)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "l2"}, "sparsity.kind must be one of l1, kl, got 'l2'"),
        ({"target": 0.0}, "sparsity.target must lie between 0 and 1, got 0.0"),
        ({"target": 1}, "sparsity.target must lie between 0 and 1, got 1"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(UserError, match=message):
        codes.Sparsity(**options)


def test_mmd_compares_with_one_code_of_the_prior_for_each_row(encoder, data):
    expected = code_statistics.maximum_mean_discrepancy(encoder(data), noise_of().normal(3))
    assert values(codes.MMD(), encoder, data) == pytest.approx(float(expected))


def test_codes_of_a_larger_spread_have_a_lower_entropy_penalty(encoder, data):
    narrow = values(codes.Entropy(), encoder, data)
    encoder.layers[0].kernel.assign(2 * encoder.layers[0].kernel)
    wide = values(codes.Entropy(), encoder, data)
    assert wide < narrow


def test_entropy_and_code_l2_together_are_the_kl_from_the_normal_distribution():
    """KL(N(m, C) || N(0, I)) = (tr C + ||m||^2 - k - log det C) / 2."""
    z = np.random.default_rng(0).normal(size=(50, 3)) @ np.diag([0.5, 1.0, 2.0]) + [1.0, 0.0, -1.0]
    network, x = keras.Sequential([keras.Input((3,)), keras.layers.Activation("linear")]), tf.constant(z, tf.float32)
    found = values(codes.Entropy(), network, x) + values(codes.CodeL2(), network, x)
    c, m = np.cov(z.T, bias=True), z.mean(axis=0)
    kl = (np.trace(c) + m @ m - 3 - np.linalg.slogdet(c)[1]) / 2
    assert found + 3 / 2 * math.log(2 * math.pi) == pytest.approx(kl, rel=1e-4)


def test_total_correlation_is_that_of_the_codes(encoder, data):
    expected = float(code_statistics.gaussian_total_correlation(encoder(data)))
    assert values(codes.TotalCorrelation(), encoder, data) == pytest.approx(expected)
