"""Kernel decay: the sum of the squares of kernels, without biases and gains."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.penalties.weights import L2


def network():
    keras.utils.set_random_seed(0)
    hidden = [keras.layers.Conv2D(3, 3), keras.layers.BatchNormalization(), keras.layers.Flatten()]
    built = keras.Sequential([keras.Input((4, 4, 2)), *hidden, keras.layers.Dense(1)])
    for variable in built.trainable_variables:
        variable.assign(np.random.default_rng(len(variable.shape)).normal(size=variable.shape))
    return built


def test_it_is_the_sum_of_the_squares_of_the_kernels():
    built = network()
    kernels = [built.layers[0].kernel.numpy(), built.layers[3].kernel.numpy()]
    assert [kernel.shape for kernel in kernels] == [(3, 3, 2, 3), (12, 1)]
    expected = sum((kernel.astype(np.float64) ** 2).sum() for kernel in kernels)
    assert float(L2()(built, None, None, None)) == pytest.approx(expected, rel=1e-6)


def test_its_gradient_is_twice_the_kernel_and_none_for_biases_and_gains():
    built = network()
    with tf.GradientTape() as tape:
        value = L2()(built, None, None, None)
    for variable, gradient in zip(
        built.trainable_variables, tape.gradient(value, built.trainable_variables), strict=True
    ):
        if variable.name == "kernel":
            np.testing.assert_allclose(gradient, 2 * variable.numpy(), rtol=1e-6)
        else:
            assert gradient is None


def test_a_network_without_kernels_is_refused():
    with pytest.raises(UserError, match=r"loss.penalties.l2: the network has no kernels"):
        L2()(keras.Sequential([keras.Input((2,)), keras.layers.LayerNormalization()]), None, None, None)
