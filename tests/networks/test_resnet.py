"""Residual blocks against the formulas of Miyato et al. 2018, written with plain layers."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.networks.resnet import ResidualBlock, ResNet, SumOfPixels


def normal(*shape):
    return tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)


def built(before, after, norm="none", **options):
    keras.utils.set_random_seed(0)
    block = ResidualBlock(before, after, norm, **options)
    block(normal(1, *before))
    for variable in block.trainable_variables:
        variable.assign(variable + 0.1 * normal(*variable.shape))  # biases, too
    return block


def convolved(x, layer):
    return tf.nn.conv2d(x, layer.kernel.value, 1, "SAME") + (0 if layer.bias is None else layer.bias.value)


def convolutions(block):
    """Return the two convolutions of the branch, then that of the shortcut."""
    return [layer for layer in block._flatten_layers() if isinstance(layer, keras.layers.Conv2D)]


def halved(x):
    return tf.nn.avg_pool2d(x, 2, 2, "SAME")


def test_down_halves_after_both_convolutions_and_beside_them():
    """pool(conv(relu(conv(relu(x))))) + pool(conv1(x)): in the paper the shortcut pools last, with the same result."""
    block, x = built((6, 5, 3), (3, 3, 4)), normal(2, 6, 5, 3)
    first, second, short = convolutions(block)
    assert (first.filters, second.filters, short.kernel_size) == (3, 4, (1, 1))
    expected = halved(convolved(tf.nn.relu(convolved(tf.nn.relu(x), first)), second)) + halved(convolved(x, short))
    np.testing.assert_allclose(block(x), expected, atol=1e-5)


def test_the_block_that_sees_pixels_rectifies_nothing_before_its_first_convolution():
    block, x = built((6, 5, 3), (3, 3, 4), sees_pixels=True), normal(2, 6, 5, 3)
    first, second, short = convolutions(block)
    assert (first.filters, second.filters) == (4, 4)
    expected = halved(convolved(tf.nn.relu(convolved(x, first)), second)) + halved(convolved(x, short))
    np.testing.assert_allclose(block(x), expected, atol=1e-5)


def test_up_doubles_before_the_first_convolution_and_beside_it():
    """conv(relu(norm(conv(up(relu(norm(x))))))) + conv1(up(x)), with odd sizes cropped."""
    block, x = built((3, 3, 4), (6, 5, 2), norm="batch"), normal(2, 3, 3, 4)
    first, second, short = convolutions(block)

    def up(features):
        return tf.repeat(tf.repeat(features, 2, 1), 2, 2)[:, :6, :5]

    def norm(features, layer):
        mean, variance = tf.nn.moments(features, (0, 1, 2))
        return (features - mean) / tf.sqrt(variance + 1e-3) * layer.gamma.value + layer.beta.value

    norms = [layer for layer in block._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)]
    y = convolved(up(tf.nn.relu(norm(x, norms[0]))), first)
    y = convolved(tf.nn.relu(norm(y, norms[1])), second)
    np.testing.assert_allclose(block(x, training=True), y + convolved(up(x), short), atol=1e-4)


def test_a_block_of_equal_shape_has_no_convolution_in_its_shortcut():
    block = built((4, 4, 3), (4, 4, 3))
    assert len(convolutions(block)) == 2


def test_pixels_are_summed():
    assert SumOfPixels()(tf.ones((2, 3, 4, 5))).numpy() == pytest.approx(12)


def test_the_papers_discriminator_is_spectrally_normalised():
    """Each layer with a kernel has one vector u."""
    model = ResNet(width=4, norm="none", spectral_norm=True).down((8, 8, 3), 1)
    inner = [layer for layer in model._flatten_layers() if hasattr(layer, "kernel")]
    assert len(inner) == 4 == len([v for v in model.non_trainable_variables if v.name == "u"])
