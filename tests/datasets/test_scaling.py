"""Conversion between uint8 images and floats in [-1, 1]."""

import numpy as np

from ganae_cli.datasets.scaling import to_float, to_uint8


def test_scaling_of_images():
    """-1 and 1 are black and white; what lies outside is cut; 0 is rounded to the even 128."""
    given = np.array([-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 7.0])
    assert to_uint8(given).tolist() == [0, 0, 64, 128, 191, 255, 255]
    assert to_uint8(given).dtype == np.uint8


def test_every_grey_value_comes_back():
    grey = np.arange(256, dtype=np.uint8)
    floats = to_float(grey)
    assert floats.dtype == np.float32
    assert (floats[0], floats[255]) == (-1.0, 1.0)
    assert (to_uint8(floats) == grey).all()


def test_points_keep_their_units():
    assert to_float(np.array([[1e4, -7.5]])).tolist() == [[1e4, -7.5]]
