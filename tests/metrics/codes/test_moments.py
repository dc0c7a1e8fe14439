"""Moments beside NumPy's, in blocks and far from 0."""

import numpy as np
import pytest

from ganae_cli.metrics.codes import moments as module
from ganae_cli.metrics.codes.moments import eigenvalues, moments, spread


@pytest.mark.parametrize("numbers", [2_000_000, 100])
def test_as_numpy_says(monkeypatch, numbers):
    monkeypatch.setattr(module, "BLOCK_NUMBERS", numbers)
    rows = np.random.default_rng(0).normal(50.0, 2.0, (301, 4, 3))
    mean, covariance = moments(rows)
    assert mean == pytest.approx(rows.reshape(301, -1).mean(axis=0), rel=1e-12)
    assert covariance == pytest.approx(np.cov(rows.reshape(301, -1).T), rel=1e-10, abs=1e-12)
    distances = np.linalg.norm(rows.reshape(301, 1, 12) - rows.reshape(1, 301, 12), axis=2)
    assert spread(rows) == pytest.approx(np.sqrt(np.square(distances).sum() / (301 * 300)), rel=1e-10)


def test_a_far_mean_costs_no_digits():
    """A variance of 1e-6 beside a mean of 1e4: the mean of the squares less the squared mean would be noise."""
    rows = 1e4 + 1e-3 * np.random.default_rng(0).normal(size=(1000, 2))
    assert moments(rows)[1] == pytest.approx(np.cov(rows.T), rel=1e-6)


def test_equal_rows_have_exactly_no_spread():
    rows = np.full((1000, 3), 0.1, np.float32)
    assert moments(rows)[1].tolist() == np.zeros((3, 3)).tolist()
    assert spread(rows) == 0


def test_eigenvalues_ascend():
    assert eigenvalues(np.array([[2.0, 1.0], [1.0, 2.0]])) == pytest.approx([1, 3])
