"""Contract of every loss and penalty: finite for huge logits, smaller for better networks, differentiable."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.networks.mlp import MLP
from ganae_cli.runtime.rng import Noise

from_config.import_parts()


def column(*logits):
    return tf.constant([[value] for value in logits], tf.float32)


def discriminators(loss, real, fake):
    return float(sum(loss.discriminator(column(real), column(fake)).values()))


def generators(loss, fake, real):
    return float(sum(loss.generator(column(fake), column(real)).values()))


@pytest.mark.parametrize("name", registry.names("adversarial"))
def test_adversarial_losses_fall_in_the_right_direction(name):
    """The discriminator's falls with a higher real and a lower fake logit, the generator's with a higher fake one."""
    loss = registry.build("adversarial", name)
    assert discriminators(loss, real=1, fake=0) < discriminators(loss, real=0, fake=0)
    assert discriminators(loss, real=0, fake=0) < discriminators(loss, real=0, fake=1)
    assert generators(loss, fake=1, real=0) < generators(loss, fake=0, real=0)


@pytest.mark.parametrize("size", [1e4, -1e4])
@pytest.mark.parametrize("name", registry.names("adversarial"))
def test_adversarial_losses_are_finite_and_so_are_their_gradients(name, size):
    loss, real, fake = registry.build("adversarial", name), column(size, 0.0), column(-size, size)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([real, fake])
        discriminator, generator = loss.discriminator(real, fake), loss.generator(fake, real)
        totals = [sum(discriminator.values()), sum(generator.values())]
    assert list(generator) == ["fool"]
    for term in (*discriminator.values(), *generator.values()):
        assert (term.shape, term.dtype) == ((), tf.float32)
        assert np.isfinite(term)
    for gradient in (*tape.gradient(totals[0], [real, fake]), tape.gradient(totals[1], fake)):
        assert np.isfinite(gradient).all()


@pytest.mark.parametrize("name", registry.names("reconstruction"))
def test_reconstruction_losses_are_smallest_at_the_data(name):
    """Along a line through the data, and finite at both ends of the range, where tanh has saturated."""
    loss = registry.build("reconstruction", name)
    x = tf.constant(np.random.default_rng(0).uniform(-0.9, 0.9, (4, 3, 2, 1)), tf.float32)
    away = tf.constant(np.random.default_rng(1).uniform(-0.1, 0.1, x.shape), tf.float32)
    values = [float(loss(x, x + share * away)) for share in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    assert values[0] > values[1] > values[2] < values[3] < values[4]
    ends = tf.sign(away)
    with tf.GradientTape() as tape:
        tape.watch(ends)
        worst = loss(-tf.sign(away), ends)
    assert (worst.shape, worst.dtype) == ((), tf.float32)
    assert np.isfinite(worst)
    assert np.isfinite(tape.gradient(worst, ends)).all()


@pytest.mark.parametrize("name", registry.names("penalty"))
def test_penalties_are_differentiable_in_the_weights(name):
    """A second derivative, of a network whose gradient depends on its weights; and finite where the gradient is 0."""
    is_of_discriminators = registry.find("penalty", name).acts_on == "discriminator"
    network = MLP(width=8, depth=1, activation="tanh").down((2,), 1 if is_of_discriminators else 3)
    real, fake = (tf.constant(np.random.default_rng(seed).normal(size=(5, 2)), tf.float32) for seed in (0, 1))
    for flat in (False, True):
        if flat:
            network.layers[-1].kernel.assign(0 * network.layers[-1].kernel)
        with tf.GradientTape() as tape:
            value = registry.build("penalty", name)(network, real, fake, Noise(0, 0, 5))
        kernels = [v for v in network.trainable_variables if v.path.endswith("kernel")]
        gradients = tape.gradient(value, kernels)
        assert value.shape == ()
        assert float(value) >= 0 or not is_of_discriminators
        assert all(np.isfinite(g).all() for g in gradients)
        assert flat or all(np.abs(g).max() > 0 for g in gradients)
