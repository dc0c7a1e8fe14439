"""Pixels move where NumPy moves them, and what comes in is 0."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.augmentations import moves

X = np.random.default_rng(0).uniform(-1, 1, (3, 5, 7, 2)).astype(np.float32)


def test_shifts_are_those_of_scipy():
    from scipy import ndimage

    down, right = np.array([2, 0, -7]), np.array([-1, 3, 1])  # the last one leaves nothing
    found = moves.shifted(X, tf.constant(down, tf.int32), tf.constant(right, tf.int32)).numpy()
    for i in range(3):
        assert np.array_equal(found[i], ndimage.shift(X[i], (down[i], right[i], 0), order=0, cval=0))
    assert not found[2].any()


def test_chosen_images_are_mirrored_as_pillow_mirrors_them():
    from PIL import Image, ImageOps

    found = moves.flipped(X, tf.constant([True, False, True])).numpy()
    for i in (0, 2):
        mirrored = [np.asarray(ImageOps.mirror(Image.fromarray(X[i, ..., c]))) for c in range(2)]
        assert np.array_equal(found[i], np.stack(mirrored, axis=-1))
    assert np.array_equal(found[1], X[1])


@pytest.mark.parametrize(
    ("y", "x", "rows", "columns"),
    [
        (0.0, 0.0, range(0, 2), range(0, 2)),  # 3 of 5 rows around row 0; 4 of 7 columns around edge 0
        (0.5, 0.5, range(1, 4), range(2, 6)),  # around row 2; around edge 4 of 0 … 7
        (0.99, 0.99, range(3, 5), range(5, 7)),
    ],
)
def test_a_rectangle_of_half_the_sides_is_cut_out(y, x, rows, columns):
    wanted = X[:1].copy()
    wanted[0, rows.start : rows.stop, columns.start : columns.stop] = 0
    assert np.array_equal(moves.cut_out(X[:1], 0.5, tf.constant([y]), tf.constant([x])), wanted)


def test_whole_numbers_are_never_the_count_itself():
    largest = np.nextafter(np.float32(1), np.float32(0))
    assert moves.whole(tf.constant([0.0, 0.5, largest]), 2**24).numpy().tolist() == [0, 2**23, 2**24 - 1]
