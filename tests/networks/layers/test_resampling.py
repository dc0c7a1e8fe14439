"""Resampling against NumPy: filters, borders, odd sizes; second derivatives, which penalties need."""

import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from scipy.signal import convolve2d

from ganae_cli.networks.layers.resampling import BilinearDown, BilinearUp, MaxPool, Nearest

SIZES = [(4, 6), (5, 7), (9, 4)]
FILTER = np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 64


def images(height, width):
    return np.random.default_rng(0).normal(size=(2, height, width, 3)).astype(np.float32)


def each_channel(function, x):
    return np.stack([[function(x[n, ..., c]) for c in range(x.shape[3])] for n in range(len(x))]).transpose(0, 2, 3, 1)


@pytest.mark.parametrize("size", SIZES)
def test_bilinear_down_is_the_filter_at_every_other_pixel(size):
    x = images(*size)
    expected = each_channel(lambda plane: convolve2d(plane, FILTER)[2::2, 2::2], x)
    rows, columns = ((side + 1) // 2 for side in size)
    np.testing.assert_allclose(BilinearDown()(x), expected[:, :rows, :columns], atol=1e-6)


@pytest.mark.parametrize("size", SIZES)
def test_bilinear_up_is_the_filter_over_zeros_between_pixels(size):
    def up(plane):
        spread = np.zeros([2 * side for side in plane.shape])
        spread[::2, ::2] = plane
        return convolve2d(spread, 4 * FILTER)[1:-2, 1:-2]

    x, whole = images(*size), (2 * size[0], 2 * size[1])
    np.testing.assert_allclose(BilinearUp(whole)(x), each_channel(up, x), atol=1e-6)
    odd = (whole[0] - 1, whole[1])
    np.testing.assert_allclose(BilinearUp(odd)(x), each_channel(up, x)[:, : odd[0]], atol=1e-6)


def test_a_constant_stays_itself_inside():
    """The filter's weights sum to one at every pixel away from the border, where zeros come in."""
    constant = np.full((1, 8, 8, 1), 3.0, np.float32)
    np.testing.assert_allclose(BilinearUp((16, 16))(constant)[:, 1:-1, 1:-1], 3.0, rtol=1e-6)
    np.testing.assert_allclose(BilinearDown()(constant)[:, 1:-1, 1:-1], 3.0, rtol=1e-6)


def test_bilinear_up_is_four_times_the_transpose_of_bilinear_down():
    """<down(x), y> = <x, up(y)> / 4."""
    x, y = images(8, 6), images(4, 3)
    assert np.sum(BilinearDown()(x) * y) == pytest.approx(np.sum(x * BilinearUp((8, 6))(y)) / 4, rel=1e-4)


@pytest.mark.parametrize("size", SIZES)
def test_nearest_repeats_each_pixel(size):
    x = images(*size)
    expected = x.repeat(2, axis=1).repeat(2, axis=2)
    assert (Nearest((2 * size[0], 2 * size[1]))(x).numpy() == expected).all()
    assert (Nearest((2 * size[0] - 1, 2 * size[1]))(x).numpy() == expected[:, :-1]).all()


@pytest.mark.parametrize("size", SIZES)
def test_max_pool_is_that_of_keras(size):
    x = images(*size)
    assert (MaxPool()(x).numpy() == layers.MaxPooling2D(3, 2, padding="same")(x).numpy()).all()


@pytest.mark.parametrize("layer", [BilinearDown(), BilinearUp((10, 13)), MaxPool(), Nearest((10, 14))])
@pytest.mark.parametrize("jit", [False, True])
def test_it_can_be_differentiated_twice(layer, jit):
    """The gradient of |d/dx sum w f(k x)^2|^2 by k is the derivative of a polynomial of degree 4 in k: 4 P / k."""
    x = tf.constant(images(5, 7))

    @tf.function(jit_compile=jit)
    def penalty(k):
        with tf.GradientTape() as outer:
            outer.watch(k)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.reduce_sum(tf.square(layer(k * x)))
            total = tf.reduce_sum(tf.square(inner.gradient(y, x)))
        return total, outer.gradient(total, k)

    total, slope = penalty(tf.constant(1.5))
    assert float(slope) == pytest.approx(4 * float(total) / 1.5, rel=1e-4)
