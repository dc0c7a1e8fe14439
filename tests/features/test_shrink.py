"""Means of areas, worked out by hand."""

import numpy as np
import pytest

from ganae_cli.features.shrink import shrunk, shrunk_size


def test_halves_are_means_of_four_pixels():
    image = np.arange(16, dtype=np.uint8).reshape(1, 4, 4, 1)
    assert shrunk(image, 2, 2).ravel().tolist() == [2.5, 4.5, 10.5, 12.5]


def test_parts_of_pixels_count_by_their_area():
    """Three pixels as two: each takes one whole and half of the middle."""
    image = np.array([0, 30, 90], np.uint8).reshape(1, 3, 1, 1)
    assert shrunk(image, 2, 1).ravel().tolist() == pytest.approx([(0 + 15) / 1.5, (15 + 90) / 1.5])


def test_the_mean_of_each_channel_stays():
    images = np.random.default_rng(0).integers(0, 256, (3, 37, 23, 2), dtype=np.uint8)
    found = shrunk(images, 10, 7)
    assert (found.shape, found.dtype) == ((3, 10, 7, 2), np.float32)
    np.testing.assert_allclose(found.mean(axis=(1, 2)), images.mean(axis=(1, 2)), rtol=1e-5)


def test_small_images_keep_their_size():
    assert shrunk_size(64, 10, 64) == (64, 10)
    assert shrunk_size(65, 10, 64) == (64, 10)
    images = np.random.default_rng(0).integers(0, 256, (2, 5, 6, 1), dtype=np.uint8)
    np.testing.assert_allclose(shrunk(images, 5, 6), images, rtol=1e-6)
