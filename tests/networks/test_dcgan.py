"""DCGAN: up is the transpose of down at odd sizes too, and makes no checkerboard pattern."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.networks.dcgan import DCGAN, _shrink
from ganae_cli.networks.layers.image_sizes import NO_MARGIN


@pytest.mark.parametrize(
    ("side", "margin"), [(8, NO_MARGIN), (9, ((0, 1), (0, 1))), (13, ((1, 0), (0, 1))), (10, ((1, 1), (0, 2)))]
)
def test_up_is_the_transpose_of_down(side, margin):
    """<shrink(x), y> = <x, grow(y)> for one kernel: what is cut after doubling is what is added before halving."""
    half = (side + sum(margin[0])) // 2
    big, small = (side, side, 2), (half, half, 3)
    shrink, grow = (
        _shrink(big, small, "layer"),
        keras.Sequential([keras.Input(small), *DCGAN()._grow(small, big, "layer", margin)]),
    )
    random = np.random.default_rng(0)
    x, y = (tf.constant(random.normal(size=(1, *shape)), tf.float32) for shape in (big, small))
    down = shrink(keras.layers.ZeroPadding2D(margin)(x))
    grow.layers[0].kernel.assign(shrink.kernel)
    up = grow(y)
    assert up.shape == x.shape
    assert float(tf.reduce_sum(down * y)) == pytest.approx(float(tf.reduce_sum(x * up)), rel=1e-4)


def test_upsampling_makes_no_checkerboard():
    """A constant kernel on a constant image: all inner pixels are sums of equally many numbers."""
    grow = keras.Sequential([keras.Input((6, 6, 1)), *DCGAN()._grow((6, 6, 1), (12, 12, 1), "layer", NO_MARGIN)])
    grow.layers[0].kernel.assign(tf.ones((4, 4, 1, 1)))
    inside = grow(tf.ones((1, 6, 6, 1)))[0, 1:-1, 1:-1, 0]
    assert (inside.numpy() == 4.0).all()


def test_a_network_that_begins_smoothly_has_no_pattern_of_two_pixels():
    """Of the energy of images, the share that alternates from pixel to pixel: large with independent weights."""
    codes = tf.constant(np.random.default_rng(0).normal(size=(64, 16)), tf.float32)

    def alternating(smooth: bool) -> float:
        keras.utils.set_random_seed(0)
        x = DCGAN(norm="none", smooth=smooth).up(16, (32, 32, 1))(codes).numpy()
        signs = (-1.0) ** np.arange(32)[:, None, None]
        return float(((x * signs).mean(axis=1) ** 2).mean() / (x**2).mean())

    assert alternating(True) < 0.1 * alternating(False)
