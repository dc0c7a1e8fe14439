"""Sizes and channels of the convolutional network, and the arithmetic of its crops."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.networks.dcgan import DCGAN, _grow, _shrink


@pytest.mark.parametrize(
    ("shape", "options", "sizes"),
    [
        ((28, 28, 1), {}, [(28, 28, 1), (14, 14, 32), (7, 7, 64), (4, 4, 128)]),
        ((33, 20, 3), {}, [(33, 20, 3), (17, 10, 32), (9, 5, 64)]),
        (
            (64, 64, 3),
            {"width": 64, "max_width": 256},
            [(64, 64, 3), (32, 32, 64), (16, 16, 128), (8, 8, 256), (4, 4, 256)],
        ),
        ((8, 8, 1), {}, [(8, 8, 1), (4, 4, 32), (4, 4, 64)]),
        ((8, 8, 1), {"depth": 1}, [(8, 8, 1), (4, 4, 32)]),
        ((8, 70, 1), {"depth": 1}, [(8, 70, 1), (4, 35, 32)]),
    ],
)
def test_sizes(shape, options, sizes):
    network = DCGAN(**options)
    assert network._sizes(shape) == sizes
    down = [layer.output.shape[1:] for layer in network.down(shape, 1).layers if hasattr(layer, "strides")]
    assert down == sizes[1:]
    up = [layer.output.shape[1:] for layer in network.up(1, shape).layers if isinstance(layer, keras.layers.LeakyReLU)]
    assert up == sizes[:0:-1]


@pytest.mark.parametrize("side", [8, 9, 13])
def test_up_is_the_transpose_of_down(side):
    """<shrink(x), y> = <x, grow(y)> for one kernel: the crop falls on the right side."""
    big, small = (side, side, 2), ((side + 1) // 2, (side + 1) // 2, 3)
    shrink, grow = _shrink(big, small, "layer"), keras.Sequential([keras.Input(small), *_grow(small, big, "layer")])
    random = np.random.default_rng(0)
    x, y = (tf.constant(random.normal(size=(1, *shape)), tf.float32) for shape in (big, small))
    down = shrink(x)
    grow.layers[0].kernel.assign(shrink.kernel)
    up = grow(y)
    assert up.shape == x.shape
    assert float(tf.reduce_sum(down * y)) == pytest.approx(float(tf.reduce_sum(x * up)), rel=1e-4)


def test_upsampling_builds_in_no_checkerboard():
    """A constant kernel on a constant image: every pixel inside sums equally many numbers."""
    grow = keras.Sequential([keras.Input((6, 6, 1)), *_grow((6, 6, 1), (12, 12, 1), "layer")])
    grow.layers[0].kernel.assign(tf.ones((4, 4, 1, 1)))
    inside = grow(tf.ones((1, 6, 6, 1)))[0, 1:-1, 1:-1, 0]
    assert (inside.numpy() == 4.0).all()
