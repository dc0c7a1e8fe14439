"""DRAGAN's penalty of f(x) = ||x||^2 / 2, whose gradient is x: norms of the perturbed data, computed in NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.penalties import gradient
from ganae_cli.runtime.rng import Noise


def noise_of(count):
    return Noise(seed=0, step=0, count=count)


def normal(count, shape):
    return tf.constant(np.random.default_rng(0).normal(3.0, 2.0, size=(count, *shape)), tf.float32)


def in_order(source, *shapes):
    """Return uniform numbers of these shapes, as a penalty draws them one after another."""
    return [source.uniform(*shape).numpy().astype(np.float64) for shape in shapes]


def bowl(x, training):
    """Return f(x) = ||x||^2 / 2 as logits."""
    return tf.reduce_sum(tf.square(x), axis=list(range(1, len(x.shape))))[:, None] / 2


@pytest.mark.parametrize(("target", "noise"), [(1.0, 0.5), (0.0, 2.0)])
@pytest.mark.parametrize("shape", [(2,), (3, 2, 2)])
def test_it_is_the_gradient_norm_at_perturbed_data(shape, target, noise):
    x = normal(5, shape)
    u, a = in_order(noise_of(5), shape, [1] * len(shape))
    y = x.numpy() + a * noise * x.numpy().std() * u
    expected = np.mean((np.linalg.norm(y.reshape(5, -1), axis=1) - target) ** 2)
    found = gradient.Dragan(target=target, noise=noise)(bowl, x, None, noise_of(5))
    assert float(found) == pytest.approx(expected, rel=1e-5)
    assert 0.3 < u.mean() < 0.7  # from 0 to 1, as the authors' program draws it, and not around 0
    assert a.size == 5  # one for each sample


@pytest.mark.parametrize("name", ["dragan", "gradient_penalty"])
@pytest.mark.parametrize(("count", "rows"), [(7, 3), (8, 4), (8, 2), (5, 5)])
def test_packs_have_the_random_numbers_of_their_first_samples(name, count, rows):
    """PacGAN's packs are fewer than the rows of the batch. So two replicas of half the batch have the same as one."""
    x = normal(rows, (2,))
    shapes = [(2,), (1,)] if name == "dragan" else [(1,)]
    u, *a = (drawn[:: count // rows][:rows] for drawn in in_order(noise_of(count), *shapes))
    moved = x.numpy() + a[0] * 0.5 * x.numpy().std() * u if a else u * x.numpy() + (1 - u) * (-x.numpy())
    expected = np.mean((np.linalg.norm(moved, axis=1) - 1) ** 2)
    found = registry.build("penalty", name)(bowl, x, -x, noise_of(count))
    assert float(found) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("jit", [False, True])
def test_a_network_with_gradient_0_gives_a_finite_gradient(jit):
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])

    @tf.function(jit_compile=jit)
    def step():
        with tf.GradientTape() as tape:
            value = gradient.Dragan()(network, normal(3, (2,)), None, noise_of(3))
        return value, tape.gradient(value, network.trainable_variables)

    value, gradients = step()
    assert float(value) == 1.0
    assert np.isfinite(gradients[0]).all()
