"""Batches of one shape, and what a network of ImageNet does not take."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.features.pretrained import at_once, checked_size, refused, through


class Forward:
    """Return the sum and the first pixel of each image; note the shapes it is called with, and TensorFloat-32."""

    def __init__(self):
        self.shapes, self.rounds = [], []

    def __call__(self, images):
        self.shapes.append(images.shape)
        self.rounds.append(tf.config.experimental.tensor_float_32_execution_enabled())
        x = tf.cast(images, tf.float32)
        return tf.reduce_sum(x, axis=(1, 2)), x[:, 0, 0]


@pytest.mark.parametrize(("count", "calls"), [(1, 1), (8, 2), (9, 3), (0, 1)])
def test_all_batches_have_one_shape(count, calls):
    rows = np.random.default_rng(0).integers(0, 256, (count, 3, 2, 1), dtype=np.uint8)
    forward, told = Forward(), []
    sums, firsts = through(forward, rows, 4, told.append)
    assert forward.shapes == [(4, 3, 2, 1)] * calls
    assert (sums.shape, sums.dtype) == ((count, 1), np.float32)
    assert (sums[:, 0] == rows.sum(axis=(1, 2, 3))).all()
    assert (firsts == rows[:, 0, 0]).all()
    assert len(told) == calls
    assert told == sorted(told)
    assert told[-1] == 1


@pytest.mark.parametrize("was", [True, False])
def test_float32_is_not_rounded_meanwhile(was):
    before = tf.config.experimental.tensor_float_32_execution_enabled()
    tf.config.experimental.enable_tensor_float_32_execution(was)
    try:
        forward = Forward()
        through(forward, np.zeros((1, 2, 2, 1), np.uint8), 1, lambda share: None)
        assert forward.rounds == [False]
        assert tf.config.experimental.tensor_float_32_execution_enabled() is was
    finally:
        tf.config.experimental.enable_tensor_float_32_execution(before)


def test_large_images_come_few_at_once():
    """At most 64; 256x256 as given, or 300x300 for the network, bound them otherwise."""
    assert at_once((32, 32, 3), 96) == 64
    assert at_once((512, 512, 3), 96) == 16
    assert at_once((32, 32, 3), 300) == 16
    assert at_once((5000, 5000, 3), 1024) == 1


@pytest.mark.parametrize("given", [31, 1025, 96.0, "96", True, None])
def test_a_size_is_checked(given):
    assert checked_size("x", 32) == 32
    with pytest.raises(UserError, match=r"^features=x: image_size must be a whole number from 32 to 1024, got "):
        checked_size("x", given)


def test_points_and_channels_that_are_images_are_refused():
    points, images = np.zeros((3, 2), np.float32), np.zeros((3, 8, 8, 1), np.uint8)
    assert refused(Data("ring", points, points)) == "points are no images; features=pixels takes their coordinates"
    assert refused(Data("digits", images, images)) is None
    labels, names = np.zeros(3, np.int64), ("0", "1")
    apart = Data("stacked", images, images, labels, labels, classes=names, channel_classes=2)
    assert refused(apart).startswith("each channel is an image of its own")
