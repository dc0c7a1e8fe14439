"""FID of an evaluation: that of `metrics.distribution.frechet`, against training rows, beside held-out rows."""

import numpy as np
import pytest

from ganae_cli.metrics.distribution import frechet


def by_scipy(one, other):
    """Return the Fréchet distance by the matrix square root of SciPy."""
    from scipy.linalg import sqrtm

    means = [rows.mean(axis=0, dtype=np.float64) for rows in (one, other)]
    covariances = [np.cov(rows.astype(np.float64), rowvar=False) for rows in (one, other)]
    root = np.real(sqrtm(covariances[0] @ covariances[1]))
    return np.square(means[0] - means[1]).sum() + np.trace(covariances[0] + covariances[1] - 2 * root)


def test_of_points_it_is_the_distance_of_the_coordinates(of_points, given, scores, made_of):
    rows = made_of.points(40, 5, shift=2)
    found = scores("fid", given(of_points, rows))["fid"]
    assert found.value == pytest.approx(by_scipy(rows, of_points.train), rel=1e-6)
    assert found.beside == pytest.approx(by_scipy(of_points.test, of_points.train), rel=1e-6)
    assert found.low < found.value < found.high
    assert found.value > 10 * found.beside


def test_of_images_it_sees_what_the_space_keeps_for_it(of_images, given, scores, made_of):
    subject = given(of_images, made_of.images(40, 5, high=128))
    found = scores("fid", subject)["fid"]
    reference = frechet.statistics(subject.of_train.frechet)
    assert found.value == pytest.approx(frechet.fid(subject.of_samples.frechet, reference).value)
    assert found.about["features"] == "pixels"
    assert found.about["fid_dimensions"] == 64
    assert found.about["enough"] is False, "40 rows cannot tell a covariance of 64 dimensions"


def test_points_of_two_numbers_are_enough(of_points, given, scores, made_of):
    assert scores("fid", given(of_points, made_of.points(40)))["fid"].about["enough"] is True
