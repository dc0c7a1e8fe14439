"""One pass forward for logits and slope: fewer products, the same numbers."""

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


def test_the_slope_is_that_of_tanh_by_hand(network, x):
    """d/dx w2 tanh(W1 x + b1) = W1 (w2 (1 - tanh^2))."""
    inner, outer = network.layers
    hidden = np.tanh(x.numpy() @ inner.kernel.numpy() + inner.bias.numpy())
    expected = (outer.kernel.numpy()[:, 0] * (1 - hidden**2)) @ inner.kernel.numpy().T
    assert np.allclose(SharedForward(network).input_gradient(x), expected, atol=1e-6)


def gradients(network, x, share: bool):
    """Of mean logits and R1 together, by the weights."""
    with tf.GradientTape() as tape:
        judge = SharedForward(network) if share else network
        loss = tf.reduce_mean(judge(x, training=True)) + 3.0 * R1()(judge, x, None, None)
    return tape.gradient(loss, network.trainable_variables[:3])  # R1 does not reach the last bias


def test_sharing_changes_no_gradient(network, x):
    for own, other in zip(gradients(network, x, True), gradients(network, x, False), strict=True):
        assert np.allclose(own, other, atol=1e-6)


def test_sharing_saves_a_pass_forward_and_one_back(network, x):
    def flops(share: bool) -> int:
        return graph_flops(tf.function(lambda: gradients(network, x, share)).get_concrete_function().graph)

    shared, apart = flops(True), flops(False)
    forward = 2 * 4 * (3 * 5 + 5)
    assert apart - shared >= forward


def test_training_and_sampling_are_different_questions(x):
    dropout = keras.Sequential([keras.Input((3,)), keras.layers.Dropout(0.9, seed=0)])
    asked = SharedForward(dropout)
    assert not np.array_equal(asked(x, training=True), asked(x, training=False))
    assert asked(x, training=True) is asked(x, training=True)
