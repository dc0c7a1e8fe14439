"""Images of any size in every network of convolutions: no pixel is left out, and both sides of an image are alike."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.networks.dcgan import DCGAN
from ganae_cli.networks.layers.strided_conv import Doubling
from ganae_cli.networks.r3gan import R3GAN
from ganae_cli.networks.resnet import ResNet
from ganae_cli.networks.squeeze import Squeeze

CONVOLVING = (DCGAN, ResNet, R3GAN, Squeeze)
UNEVEN = (29, 22, 3)  # 29 and 22 pixels in grids of 32 and 24


def normal(*shape):
    return tf.constant(np.random.default_rng(0).normal(size=shape), tf.float32)


def symmetric(network):
    """Give every weight that has a place in the image the same value in mirrored places; return the network.

    So the network must treat an image and its mirror images alike, if its grids do.
    """
    for layer in network._flatten_layers(include_self=False):
        kernel = getattr(layer, "kernel", getattr(layer, "basis", None))
        if kernel is None:
            continue
        value = kernel.numpy()
        if layer.name == "start":  # from codes to features: (units, height * width * channels)
            size = next(one.target_shape for one in network.layers if isinstance(one, keras.layers.Reshape))
            value = value.reshape(-1, *size)
            value = sum(value[:, ::a, ::b] for a in (1, -1) for b in (1, -1)).reshape(kernel.shape) / 4
        elif value.ndim >= 3 or "pixels" in layer.name:
            value = sum(value[::a, ::b] for a in (1, -1) for b in (1, -1)) / 4
        kernel.assign(value + (0.1 if not value.any() else 0.0))
    return network


def is_symmetric(images):
    images = np.asarray(images)
    size = np.abs(images).max()
    return all(np.abs(images - mirrored).max() < 1e-4 * size for mirrored in (images[:, ::-1], images[:, :, ::-1]))


@pytest.mark.parametrize(("grids", "even"), [("centre", True), ("corner", False)])
@pytest.mark.parametrize("network", CONVOLVING)
def test_up_treats_both_sides_alike(network, grids, even):
    """28 and 44 pixels in grids of 32 and 48: in the corner the cut is at one side, so the sides differ."""
    images = symmetric(network(width=4, grids=grids).up(3, (44, 28, 3)))(normal(2, 3))
    assert is_symmetric(images) == even


@pytest.mark.parametrize(("grids", "even"), [("centre", True), ("corner", False)])
@pytest.mark.parametrize("network", [DCGAN, ResNet, R3GAN])  # squeeze halves with kernels of 3 and of 1, which are not
def test_down_treats_both_sides_alike(network, grids, even):
    model, x = symmetric(network(width=4, grids=grids).down((44, 28, 3), 1)), normal(1, 44, 28, 3)
    x = sum(tf.reverse(x, axes) for axes in ([], [1], [2], [1, 2]))
    if network is DCGAN:  # its last layer sees each pixel of the smallest grid: the same for all
        model.layers[-1].kernel.assign(tf.ones_like(model.layers[-1].kernel))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = model(x)
    assert is_symmetric(tape.gradient(y, x)) == even


@pytest.mark.parametrize("network", CONVOLVING)
def test_every_pixel_counts(network):
    """Two codes give other images in every pixel; every pixel of an image changes what down says."""
    up, down = network(width=4).up(3, UNEVEN), network(width=4).down(UNEVEN, 8)
    codes, x = normal(2, 3), normal(1, *UNEVEN)
    images = up(codes).numpy()
    assert images.shape == (2, *UNEVEN)
    assert (np.abs(images[0] - images[1]).max(axis=2) > 1e-6).all()
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(down(x) ** 2)
    assert down(x).shape == (1, 8)
    assert (np.abs(tape.gradient(y, x)[0]).max(axis=2) > 1e-7).all()


@pytest.mark.parametrize("shape", [(29, 22, 3), (13, 30, 3), (46, 56, 1)])
def test_inner_pixels_are_sums_of_equally_many_numbers(shape):
    """Kernels of ones on features of ones, without the parts between: 4 of each step's 2x2 in every inner pixel.

    Only the outermost cells have a border of zeros next to them; none of the cuts leaves a mark within.
    """
    model = DCGAN(width=4, norm="none").up(1, shape)
    steps = [layer for layer in model.layers if isinstance(layer, Doubling | keras.layers.Cropping2D)]
    x = tf.ones((1, *next(one.target_shape for one in model.layers if isinstance(one, keras.layers.Reshape))))
    for layer in steps:
        if isinstance(layer, Doubling):
            layer.kernel.assign(tf.ones_like(layer.kernel) / (4 * layer.kernel.shape[3]))
        x = layer(x)
    border = sum(2**step for step in range(sum(isinstance(layer, Doubling) for layer in steps)))
    inside = x[0, border:-border, border:-border].numpy()
    assert inside.size
    np.testing.assert_allclose(inside, 1.0, rtol=1e-5)
    assert x.numpy().min() > 0


def test_256x192_gives_networks_of_a_size_that_fits():
    """Counted by hand: 16 channels, doubled to 8x6 cells of 256, which the first dense layer makes of 192 numbers."""
    up, down = DCGAN().up(192, (256, 192, 3)), DCGAN().down((256, 192, 3), 192)
    kernels = [16 * a * b for a, b in [(256, 128), (128, 64), (64, 32), (32, 16)]]
    norms = 4 * (256 + 128 + 64 + 32 + 16)  # scale, shift and two moving moments of each channel
    assert up.count_params() == 192 * 8 * 6 * 256 + sum(kernels) + norms + 16 * 16 * 3 + 3
    assert down.count_params() < 4e6
