"""Variation of rows, against the mean over all pairs, which the formula does not compute."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from ganae_cli.metrics.variation import total_variance, variation


def test_it_is_the_ratio_of_root_mean_square_distances_between_pairs():
    rng = np.random.default_rng(0)
    rows, real = rng.normal(size=(30, 4, 4, 1)), rng.normal(0, 3, size=(20, 4, 4, 1))
    expected = np.sqrt(np.mean(pdist(rows.reshape(30, -1)) ** 2) / np.mean(pdist(real.reshape(20, -1)) ** 2))
    assert variation(rows, real) == pytest.approx(expected)


def test_bytes_do_not_overflow():
    """Two images of two pixels, 0 and 255: their squared distance is 2 * 255^2, half of it the variance."""
    assert total_variance(np.array([[0, 0], [255, 255]], np.uint8)) == 255**2


def test_rows_that_are_all_alike_have_none():
    real = np.random.default_rng(0).normal(size=(20, 3))
    assert variation(np.tile(real[:1], (50, 1)), real) == pytest.approx(0, abs=1e-12)
    assert variation(real, np.tile(real[:1], (50, 1))) is None
    assert variation(real[:1], real) is variation(real, real[:1]) is None


def test_real_rows_beside_others_score_one():
    real = np.random.default_rng(0).normal(size=(4000, 8))
    assert variation(real[:2000], real[2000:]) == pytest.approx(1, abs=0.02)
