"""Checks of options, normalisation, activations, convolutions and initial weights that all networks share."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.networks.layers import common
from ganae_cli.networks.layers.common import group_count
from ganae_cli.networks.layers.spectral_norm import SpectralNorm


@pytest.mark.parametrize(
    ("check", "good", "bad", "message"),
    [
        (
            lambda value: common.check_choice("norm", value, common.NORMS),
            ["none", "group"],
            ["Batch", None, 1],
            "one of",
        ),
        (lambda value: common.check_count("width", value), [1, 512], [0, -1, 1.0, True, "2"], "whole number from 1 up"),
        (lambda value: common.check_count("depth", value, least=0), [0], [-1], "whole number from 0 up"),
        (lambda value: common.check_share("ratio", value), [1, 0.125], [0, 1.5, True, "1"], "above 0 and at most 1"),
        (common.check_gain, [None, 1, 0.5], [0, -1.0, True, "1", math.nan], "above 0 or null"),
        (lambda value: common.check_flags(tanh=value), [True, False], [0, 1, None, "true"], "true or false"),
    ],
    ids=["choice", "count", "count from 0", "share", "gain", "flags"],
)
def test_options_are_checked(check, good, bad, message):
    for value in good:
        check(value)
    for value in bad:
        with pytest.raises(UserError, match=message):
            check(value)


def test_a_misspelt_choice_gets_a_hint():
    with pytest.raises(UserError, match=r"activation must be one of .*, got 'rellu'; did you mean 'relu'"):
        common.check_choice("activation", "rellu", common.ACTIVATIONS)


@pytest.mark.parametrize(
    ("norm", "expected"),
    [
        ("layer", [[[-1, 1], [-1, 1]]]),  # the two features of each pixel
        ("group", [[[-3, -1], [1, 3]] / np.sqrt(5)]),  # one group: all four numbers, of mean 5 and variance 5
    ],
)
def test_normalisation_by_hand(norm, expected):
    """One image of 1x2 pixels with two features: (2, 4) and (6, 8)."""
    (layer,) = common.normalization(norm, 2)
    x = tf.constant([[[[2.0, 4.0], [6.0, 8.0]]]])
    np.testing.assert_allclose(layer(x)[0], expected, atol=1e-3)


def test_batch_normalisation_is_over_batch_and_pixels_and_none_is_nothing():
    (layer,) = common.normalization("batch", 1)
    x = tf.reshape(tf.constant([1.0, 3.0, 5.0, 7.0]), (2, 1, 2, 1))  # mean 4, variance 5
    np.testing.assert_allclose(np.ravel(layer(x, training=True)), np.array([-3, -1, 1, 3]) / np.sqrt(5), atol=1e-3)
    assert common.normalization("none", 1) == []


@pytest.mark.parametrize(
    ("size", "features", "groups"), [(16, 64, 4), (16, 8, 1), (16, 24, 1), (16, 40, 2), (16, 37, 1), (5, 5, 1)]
)
def test_groups_divide_their_features(size, features, groups):
    assert group_count(size, features) == groups


def test_activations_by_hand():
    x = tf.constant([[-1.0, 2.0]])
    assert common.activation("leaky_relu")(x).numpy().tolist() == [[pytest.approx(-0.2), 2.0]]
    assert common.activation("relu")(x).numpy().tolist() == [[0.0, 2.0]]
    assert common.activation("silu")(x).numpy()[0, 1] == pytest.approx(2 / (1 + math.exp(-2)))


@pytest.mark.parametrize(("nonlinear", "variance"), [(True, 2 / 50), (False, 1 / 50)])
def test_scaled_normal_weights_keep_the_size_of_activations(nonlinear, variance):
    keras.utils.set_random_seed(0)
    weights = np.asarray(common.scaled_normal(50, nonlinear)((50, 4000)))
    assert weights.var() == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize(("inputs", "variance"), [(2, 2.0), (7, 2.0), (8, 0.0)])
def test_biases_are_wide_only_for_few_inputs(inputs, variance):
    keras.utils.set_random_seed(0)
    biases = np.asarray(common.spread_biases(inputs)((20_000,)))
    assert biases.var() == pytest.approx(variance, rel=0.05)


def test_a_convolution_has_a_bias_unless_a_normalisation_follows():
    plain, normalised = common.convolution(3, 5, 3, stride=2), common.convolution(3, 5, 3, stride=2, norm="layer")
    assert plain(tf.zeros((1, 9, 8, 3))).shape == (1, 5, 4, 5)
    normalised.build((None, 9, 8, 3))
    assert (plain.count_params(), normalised.count_params()) == (9 * 3 * 5 + 5, 9 * 3 * 5)
    assert isinstance(common.convolution(3, 5, 3, spectral_norm=True), SpectralNorm)


def test_a_dense_start_makes_the_smallest_features():
    model = keras.Sequential([keras.Input((7,)), *common.dense_start(7, (4, 3, 2), "none", spectral_norm=False)])
    assert model.output_shape == (None, 4, 3, 2)
    assert model.count_params() == 7 * 24 + 24


def test_numbers_of_a_shape():
    assert (common.numbers((28, 28, 3)), common.numbers((2,)), common.numbers(())) == (2352, 2, 1)
