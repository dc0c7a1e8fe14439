"""Penalties of networks with a known gradient: w of f(x) = w.x everywhere, x of f(x) = ||x||^2 / 2."""

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from omegaconf import OmegaConf

from ganae_cli import registry
from ganae_cli.penalties import gradient
from ganae_cli.runtime.rng import Noise

POINTS, IMAGES = (2,), (3, 2, 2)


def noise_of(count):
    return Noise(seed=0, step=0, count=count)


def normal(count, shape, seed):
    return tf.constant(np.random.default_rng(seed).normal(size=(count, *shape)), tf.float32)


def linear(w):
    return lambda x, training: tf.reduce_sum(w * x, axis=list(range(1, len(x.shape))))[:, None]


def bowl(x, training):
    return tf.reduce_sum(tf.square(x), axis=list(range(1, len(x.shape))))[:, None] / 2


@pytest.mark.parametrize("shape", [POINTS, IMAGES])
def test_values_of_a_linear_network(shape):
    w = np.arange(1.0, 1 + np.prod(shape)).reshape(shape).astype(np.float32)
    norm, real, fake = np.linalg.norm(w), normal(4, shape, 0), normal(4, shape, 1)
    assert float(gradient.R1()(linear(w), real, fake, noise_of(4))) == pytest.approx(norm**2 / 2, rel=1e-6)
    assert float(gradient.R2()(linear(w), real, fake, noise_of(4))) == pytest.approx(norm**2 / 2, rel=1e-6)
    for target in (0.0, 1.0, 50.0):  # below and above the norm: two-sided
        penalty = gradient.GradientPenalty(target=target)
        assert float(penalty(linear(w), real, fake, noise_of(4))) == pytest.approx((norm - target) ** 2, rel=1e-5)


def test_r1_is_of_data_and_r2_of_samples():
    """The bowl's gradient is the input: 3^2 + 4^2 and 6^2 + 8^2, halved; the mean is over samples, not numbers."""
    real, fake = tf.constant([[3.0, 4.0], [0.0, 0.0]]), tf.constant([[6.0, 8.0], [0.0, 0.0]])
    assert float(gradient.R1()(bowl, real, fake, noise_of(2))) == 25 / 2 / 2
    assert float(gradient.R2()(bowl, real, fake, noise_of(2))) == 100 / 2 / 2


@pytest.mark.parametrize("shape", [POINTS, IMAGES])
def test_gradient_penalty_interpolates_each_pair_with_its_own_number(shape):
    real, fake = normal(5, shape, 0), normal(5, shape, 1)
    a = noise_of(5).uniform().numpy().reshape(5, *[1] * len(shape))
    between = (a * real.numpy() + (1 - a) * fake.numpy()).reshape(5, -1)
    expected = np.mean((np.linalg.norm(between, axis=1) - 1) ** 2)
    assert float(gradient.GradientPenalty()(bowl, real, fake, noise_of(5))) == pytest.approx(expected, rel=1e-5)


class Thirds:
    """Noise that is the same with and without XLA."""

    def uniform(self, *shape):
        return tf.reshape(tf.constant([0.0, 1 / 3, 2 / 3]), (3, *shape))


def _penalty_and_gradients(name, network, shape):
    penalty, real, fake = registry.find("penalty", name)(), normal(3, shape, 0), normal(3, shape, 1)
    with tf.GradientTape() as tape:
        value = penalty(network, real, fake, Thirds())
    return value, tape.gradient(value, network.trainable_variables)


def test_the_gradient_of_r1_with_respect_to_the_weights():
    """R1 of f(x) = w.x is ||w||^2 / 2, whose gradient is w."""
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, use_bias=False)])
    _, (gradient,) = _penalty_and_gradients("r1", network, (4,))
    np.testing.assert_allclose(gradient, network.layers[0].kernel, rtol=1e-5)


@pytest.mark.parametrize("name", ["gradient_penalty", "r1", "r2"])
def test_double_gradients_agree_with_and_without_jit(name):
    keras.utils.set_random_seed(0)
    network = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 4, 2, padding="same"),
            keras.layers.LayerNormalization(),
            keras.layers.LeakyReLU(0.2),
            keras.layers.Flatten(),
            keras.layers.Dense(1),
        ]
    )
    eager = _penalty_and_gradients(name, network, (8, 8, 1))
    compiled = tf.function(lambda: _penalty_and_gradients(name, network, (8, 8, 1)), jit_compile=True)()
    kernels = [i for i, variable in enumerate(network.trainable_variables) if variable.name == "kernel"]
    assert float(eager[0]) == pytest.approx(float(compiled[0]), rel=1e-4)
    for i in kernels:
        assert np.abs(eager[1][i]).max() > 0
        np.testing.assert_allclose(eager[1][i], compiled[1][i], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("jit", [False, True])
def test_a_network_with_gradient_0_gives_a_finite_gradient(jit):
    """XLA multiplies the infinite derivative of a root at 0 by 0, which is NaN; TensorFlow without XLA gives 0."""
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    step = tf.function(lambda: _penalty_and_gradients("gradient_penalty", network, (2,)), jit_compile=jit)
    value, gradients = step()
    assert float(value) == 1.0
    assert np.isfinite(gradients[0]).all()


@pytest.mark.parametrize("name", ["gradient_penalty", "r1", "r2"])
def test_the_key_on_is_not_read_as_true(name):
    """YAML 1.1 takes a bare `on` for a boolean, and so does Hydra."""
    options = OmegaConf.load(Path(__file__).parents[2] / "conf" / "penalty" / f"{name}.yaml")
    assert options["on"] == "discriminator"


def test_norms_of_a_half_precision_network_are_float32():
    """1,024 squares of 16 make 262,144, beyond float16's 65,504."""
    w = tf.fill((1024,), tf.constant(16.0, tf.float16))
    network = lambda x, training: tf.reduce_sum(w * tf.cast(x, tf.float16), axis=1, keepdims=True)  # noqa: E731
    x = tf.zeros((2, 1024))
    assert float(gradient.R1()(network, x, x, noise_of(2))) == 1024 * 256 / 2
