"""One Gaussian with the moments of the codes."""

import numpy as np
import pytest

from ganae_cli.samplers.gaussian import Gaussian, moments


def test_moments_by_hand():
    """(0, 0), (2, 0), (0, 4), (2, 4): means 1 and 2, variances 1 and 4, no covariance."""
    mean, cholesky = moments(np.array([[0, 0], [2, 0], [0, 4], [2, 4]]))
    assert mean.tolist() == [1, 2]
    assert cholesky.ravel().tolist() == pytest.approx([1, 0, 0, 2], rel=1e-5, abs=1e-9)


def test_draws_by_hand():
    """z = mean + L e: with L = 0 it is the mean."""
    z = Gaussian().draw({"mean": np.array([3.0, -1.0]), "cholesky": np.zeros((2, 2))}, count=4, seed=0)
    assert z.tolist() == [[3, -1]] * 4


def test_a_gaussian_has_the_codes_mean_and_covariance(mixture):
    found = Gaussian().fit(mixture.codes)
    np.testing.assert_allclose(found["mean"], mixture.codes.mean(axis=0), rtol=1e-4)
    expected = np.cov(mixture.codes.T.astype(np.float64))
    np.testing.assert_allclose(found["cholesky"] @ found["cholesky"].T, expected, atol=1e-3 * np.abs(expected).max())
    assert (np.triu(found["cholesky"], 1) == 0).all()
