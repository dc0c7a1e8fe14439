"""The grouped convolution against one convolution a group, and that it learns without XLA."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.networks.layers.grouped_conv import GroupedConvolution


@pytest.mark.parametrize(("channels", "groups"), [(8, 1), (8, 2), (12, 3), (16, 8), (10, 5), (24, 6)])
def test_each_group_is_convolved_on_its_own(channels, groups):
    """tf.nn.conv2d of each group's channels with its own kernel, side by side; eager, gradients too."""
    layer = GroupedConvolution(channels, groups, keras.initializers.RandomNormal(), use_bias=True)
    layer.build((None, None, None, channels))
    layer.bias.assign(np.arange(channels))
    x = tf.constant(np.random.default_rng(0).normal(size=(2, 5, 4, channels)), tf.float32)
    kernel = tf.constant(layer.kernel.numpy())
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, kernel])
        y = layer(x)
        pairs = zip(tf.split(x, groups, -1), tf.split(kernel, groups, -1), strict=True)
        expected = tf.concat([tf.nn.conv2d(part, own, 1, "SAME") for part, own in pairs], -1) + layer.bias.numpy()
        losses = [tf.reduce_sum(tf.square(value)) for value in (y, expected)]
    np.testing.assert_allclose(y, expected, atol=1e-4)
    np.testing.assert_allclose(*(tape.gradient(loss, x) for loss in losses), rtol=1e-3, atol=1e-3)
    found, wanted = tape.gradient(losses[0], layer.kernel.value), tape.gradient(losses[1], kernel)
    np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-3)
    assert layer.count_params() == 9 * channels * channels // groups + channels
