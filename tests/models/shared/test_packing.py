"""Packs of PacGAN: successive rows joined along the last axis."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.models.shared.packing import packed, packed_shape


def test_packs_are_successive_rows_joined_along_the_channels():
    x = np.random.default_rng(0).normal(size=(7, 3, 2, 2)).astype(np.float32)
    found = packed(tf.constant(x), 3)
    assert found.shape == (2, 3, 2, 6)
    for i in range(2):  # row 6 fills no pack
        assert np.array_equal(found[i], np.concatenate([x[3 * i], x[3 * i + 1], x[3 * i + 2]], axis=-1))
    points = packed(tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]), 2)
    assert points.numpy().tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_a_pack_of_one_is_the_sample_itself():
    x = tf.ones((5, 2))
    assert packed(x, 1) is x


@pytest.mark.parametrize(
    ("shape", "m", "expected"), [((9, 8, 3), 1, (9, 8, 3)), ((9, 8, 3), 4, (9, 8, 12)), ((2,), 3, (6,))]
)
def test_the_shape_of_a_pack(shape, m, expected):
    assert packed_shape(shape, m) == expected
    assert packed(tf.zeros((2 * m, *shape)), m).shape == (2, *expected)


def test_a_batch_smaller_than_a_pack_is_refused():
    with pytest.raises(UserError, match="packing 8 samples needs a batch of 8 or more a device, got 7"):
        packed(tf.zeros((7, 2)), 8)
