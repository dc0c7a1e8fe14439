"""One forward pass for logits and input gradient: fewer operations, the same numbers."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.costs.flops import graph_flops
from ganae_cli.penalties.gradient import R1
from ganae_cli.penalties.input_gradient import SharedForward


@pytest.fixture
def network():
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(5, "tanh"), keras.layers.Dense(1)])


@pytest.fixture
def x():
    return tf.constant(np.random.default_rng(0).normal(size=(4, 3)), tf.float32)


def test_the_input_gradient_of_a_tanh_network_by_hand(network, x):
    """d/dx w2 tanh(W1 x + b1) = W1 (w2 (1 - tanh^2))."""
    inner, outer = network.layers
    hidden = np.tanh(x.numpy() @ inner.kernel.numpy() + inner.bias.numpy())
    expected = (outer.kernel.numpy()[:, 0] * (1 - hidden**2)) @ inner.kernel.numpy().T
    assert np.allclose(SharedForward(network).input_gradient(x), expected, atol=1e-6)


def gradients(network, x, share: bool):
    """Return the gradient of mean logits + 3 R1 by the weights."""
    with tf.GradientTape() as tape:
        discriminator = SharedForward(network) if share else network
        loss = tf.reduce_mean(discriminator(x, training=True)) + 3.0 * R1()(discriminator, x, None, None)
    return tape.gradient(loss, network.trainable_variables[:3])  # R1 does not reach the last bias


def test_sharing_changes_no_gradient(network, x):
    for own, other in zip(gradients(network, x, True), gradients(network, x, False), strict=True):
        assert np.allclose(own, other, atol=1e-6)


def test_sharing_saves_a_forward_and_a_backward_pass(network, x):
    def flops(share: bool) -> int:
        return graph_flops(tf.function(lambda: gradients(network, x, share)).get_concrete_function().graph)

    shared, apart = flops(True), flops(False)
    forward = 2 * 4 * (3 * 5 + 5)
    assert apart - shared >= forward


def test_passes_in_training_and_inference_mode_are_cached_apart(x):
    dropout = keras.Sequential([keras.Input((3,)), keras.layers.Dropout(0.9, seed=0)])
    shared = SharedForward(dropout)
    assert not np.array_equal(shared(x, training=True), shared(x, training=False))
    assert shared(x, training=True) is shared(x, training=True)
