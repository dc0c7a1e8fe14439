"""Pictures of pairs: each upper image stands above the lower one that belongs to it."""

import numpy as np

from ganae_cli.training.callbacks.samples import _in_rows


def test_rows_of_eight_alternate():
    """20 pairs of 2x2 images: two whole rows of eight, each with its partners below; the other four are left out."""
    upper = np.arange(20, dtype=np.uint8).reshape(20, 1, 1, 1) * np.ones((1, 2, 2, 1), np.uint8)
    picture = np.asarray(_in_rows(upper, upper + 100))
    times = picture.shape[1] // 25  # eight columns of two pixels, and a line of one pixel around each
    small = picture[::times, ::times]
    assert small.shape[:2] == (13, 25)
    assert small[1::3, 1::3].tolist() == [
        list(range(0, 8)),
        list(range(100, 108)),
        list(range(8, 16)),
        list(range(108, 116)),
    ]


def test_fewer_than_eight_are_one_row():
    upper = np.full((3, 2, 2, 1), 7, np.uint8)
    assert np.asarray(_in_rows(upper, upper)).ndim == 2
