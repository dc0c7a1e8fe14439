"""Pixels as they are, means of areas of large images, coordinates of points."""

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.features.pixels import Pixels
from ganae_cli.features.random_numbers import orthogonal


def ready(rows, **options):
    space = Pixels(**options)
    space.prepare(Data("some", rows, rows))
    return space


def test_few_pixels_are_both_kinds_of_features():
    images = np.array([0, 51, 102, 255], np.uint8).reshape(1, 2, 2, 1)
    space = ready(images)
    found = space.embed(images)
    np.testing.assert_allclose(found.rows, [[0, 0.2, 0.4, 1]], rtol=1e-6)
    assert found.frechet is found.rows
    assert space.facts == {"features": "pixels", "dimensions": 4}


def test_many_are_projected_for_covariances():
    images = np.random.default_rng(0).integers(0, 256, (5, 9, 9, 1), dtype=np.uint8)
    space = ready(images)
    found = space.embed(images)
    np.testing.assert_allclose(found.rows, images.reshape(5, 81) / 255, rtol=1e-6)
    np.testing.assert_allclose(found.frechet, found.rows @ orthogonal(81, 64, 0), rtol=1e-4, atol=1e-5)
    assert space.facts["frechet"] == "random orthogonal projection to 64"


def test_large_images_are_means_of_areas_and_it_is_stated():
    images = np.random.default_rng(0).integers(0, 256, (3, 128, 64, 3), dtype=np.uint8)
    space = ready(images)
    found = space.embed(images)
    expected = images.reshape(3, 64, 2, 32, 2, 3).mean(axis=(2, 4)).reshape(3, -1) / 255
    np.testing.assert_allclose(found.rows, expected, rtol=1e-5)
    assert space.facts["means_of_areas"] == [64, 32, 3]


def test_points_are_their_coordinates():
    points = np.array([[1.5, -2], [0, 300]], np.float32)
    found = ready(points).embed(points)
    np.testing.assert_array_equal(found.rows, points)
    assert found.frechet is found.rows


@pytest.mark.parametrize("options", [{"side": 0}, {"frechet": -1}])
def test_bad_options_are_refused(options):
    with pytest.raises(UserError, match="must be 1 or more"):
        Pixels(**options)
