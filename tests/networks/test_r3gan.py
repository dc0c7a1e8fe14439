"""R3GAN: blocks that begin as the identity, initial weights, parameters by a hand formula, unbounded images."""

from itertools import pairwise

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.networks.r3gan import R3GAN, Bottleneck


def normal(*shape):
    return tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)


def blocks(model):
    return [layer for layer in model.layers if isinstance(layer, Bottleneck)]


@pytest.mark.parametrize("norm", ["none", "layer"])
def test_a_block_begins_as_the_identity(norm):
    block, x = Bottleneck(8, 4, 16, norm, spectral_norm=False), normal(2, 5, 4, 8)
    np.testing.assert_array_equal(block(x), x)
    bounded = Bottleneck(8, 4, 16, norm, spectral_norm=True)
    assert np.abs(bounded(x) - x).max() > 0.1  # a weight divided by its own size cannot be zero


def test_a_block_by_formula():
    """x + conv1(leaky(conv3(leaky(conv1(x) + b)) + b)), no activation behind the sum."""
    block, x = Bottleneck(4, 1, None, "none", spectral_norm=False), normal(2, 5, 4, 4)
    block(x)
    for variable in block.trainable_variables:
        variable.assign(normal(*variable.shape))
    w1, b1, w2, b2, w3 = (v.value for v in block.trainable_variables)
    y = tf.nn.leaky_relu(tf.nn.conv2d(x, w1, 1, "SAME") + b1, 0.2)
    y = tf.nn.leaky_relu(tf.nn.conv2d(y, w2, 1, "SAME") + b2, 0.2)
    np.testing.assert_allclose(block(x), x + tf.nn.conv2d(y, w3, 1, "SAME"), rtol=1e-4, atol=1e-3)


def test_initial_weights_follow_the_paper():
    """N(0, gain^2 / inputs), gain sqrt(2 / 1.04) L^(-1/4) in blocks, 1 elsewhere; biases and last convolutions zero."""
    keras.utils.set_random_seed(0)
    model = R3GAN(width=64, depth=2).up(64, (28, 28, 3))
    count = len(blocks(model))
    assert count == 8
    gain = np.sqrt(2 / 1.04) * count**-0.25
    for block in blocks(model):
        widen, mix, narrow = (v for v in block.trainable_variables if v.name == "kernel")
        channels = widen.shape[2]
        assert np.std(widen) == pytest.approx(gain / np.sqrt(channels), rel=0.05)
        assert np.std(mix) == pytest.approx(gain / np.sqrt(9 * 16), rel=0.05)
        assert not np.any(narrow)
        assert not any(np.any(v) for v in block.trainable_variables if v.name == "bias")
    basis, scale = model.layers[0].basis, model.layers[0].scale.kernel
    assert np.std(basis) == pytest.approx(1, rel=0.1)
    assert np.std(scale) == pytest.approx(1 / 8, rel=0.1)


def hand_count(channels, image, units, height, width, depth, group, ends):
    """Count the weights of blocks, of 1x1 convolutions where channels change or at pixels, and of the two ends."""
    total = ends + image * channels[0]
    total += sum(before * after for before, after in pairwise(channels) if before != after)
    for c in channels:
        total += depth * (c * 2 * c + 2 * c + 9 * group * 2 * c + 2 * c + 2 * c * c)
    return total + height * width * channels[-1]  # the basis, or the weights of the pixels


def test_parameters_by_hand():
    channels = [32, 32, 64, 128]  # of 28x28, 14x14, 7x7, 4x4
    network = R3GAN(width=32, depth=2, group_size=16)
    down = hand_count(channels, 1, 5, 4, 4, 2, 16, ends=128 * 5)  # a dense layer to 5 numbers
    up = hand_count(channels, 1, 7, 4, 4, 2, 16, ends=7 * 128)  # a dense layer that scales the basis
    assert network.down((28, 28, 1), 5).count_params() == down
    assert network.up(7, (28, 28, 1)).count_params() == up


def test_the_paper_at_its_own_size():
    """Stacked MNIST: 768 channels at four sizes, two blocks each, a code of 64: 20.73 M and 20.68 M parameters."""
    network = R3GAN(width=768, max_width=768, depth=2, group_size=16)
    blocks_only = 8 * (768 * 1536 * 2 + 2 * 1536 + 9 * 16 * 1536)
    generator = blocks_only + 64 * 768 + 16 * 768 + 768 * 3
    discriminator = blocks_only + 3 * 768 + 16 * 768 + 768
    assert (round(generator / 1e6, 2), round(discriminator / 1e6, 2)) == (20.73, 20.68)
    assert hand_count([768] * 4, 3, 64, 4, 4, 2, 16, ends=64 * 768) == generator
    assert hand_count([768] * 4, 3, 1, 4, 4, 2, 16, ends=768) == discriminator
    assert network._sizes((32, 32, 3)) == [(32, 32, 768), (16, 16, 768), (8, 8, 768), (4, 4, 768)]


def test_images_are_unbounded_without_tanh():
    network = R3GAN(width=4, depth=1, tanh=False)
    made = network.up(3, (9, 13, 3))(50 * normal(4, 3)).numpy()
    assert np.abs(made).max() > 1
    assert made.dtype == np.float32


def test_the_code_zero_gives_the_image_zero():
    """Neither the scale of the basis nor the pixels have a bias, as in the paper."""
    assert not R3GAN(width=4).up(3, (8, 8, 1))(tf.zeros((1, 3))).numpy().any()
