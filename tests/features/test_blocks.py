"""Blocks of rows: any number of them, one program, and nothing of what fills up the last block."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.datasets.rows import Rows
from ganae_cli.errors import UserError
from ganae_cli.features.blocks import MOST_ROWS, Blocks


@pytest.fixture
def traced():
    return []


@pytest.fixture
def sums(traced):
    def compute(images):
        traced.append(images.shape)
        return tf.reduce_sum(images, axis=(1, 2, 3)), images[:, 0, 0]

    return Blocks(compute, (2, 3, 1), widest=2**23 // 4, name="sums")


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 9])
def test_any_number_of_rows(sums, traced, count):
    images = np.random.default_rng(0).integers(0, 256, (count, 2, 3, 1), dtype=np.uint8)
    told = []
    total, first = sums(images, told.append)
    np.testing.assert_allclose(total, (images / 127.5 - 1).sum(axis=(1, 2, 3)), atol=1e-5)
    np.testing.assert_allclose(first, images[:, 0, 0] / 127.5 - 1, atol=1e-6)
    assert traced == [(4, 2, 3, 1)]
    assert (len(told), told[-1]) == (max(1, -(-count // 4)), 1.0)


def test_the_program_is_traced_once(sums, traced):
    for count in (3, 8, 1):
        sums(np.zeros((count, 2, 3, 1), np.uint8))
    assert len(traced) == 1


def test_rows_that_are_read_when_they_are_needed(sums):
    images = np.random.default_rng(0).integers(0, 256, (9, 2, 3, 1), dtype=np.uint8)
    lazy = Rows(images, lambda block: 255 - block)
    np.testing.assert_array_equal(sums(lazy)[0], sums(255 - images)[0])


def test_blocks_of_large_images_are_small():
    compute = lambda images: (images,)  # noqa: E731
    assert Blocks(compute, (2, 2, 1), 4, "x").size == MOST_ROWS
    assert Blocks(compute, (2, 2, 1), 2**30, "x").size == 1


def test_other_rows_are_refused_in_words(sums):
    with pytest.raises(UserError, match="for uint8 rows of 2 x 3 x 1, got uint8 rows of 3 x 2 x 1"):
        sums(np.zeros((4, 3, 2, 1), np.uint8))
    with pytest.raises(UserError, match="got float32 rows"):
        sums(np.zeros((4, 2, 3, 1), np.float32))
