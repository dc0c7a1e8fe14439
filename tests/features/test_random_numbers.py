"""Random numbers that are the same on any machine: their values, and what they are distributed like."""

import numpy as np
import pytest
from scipy import stats

from ganae_cli.features.random_numbers import normals, orthogonal, projected


def test_the_numbers_stay_the_same():
    """Philox4x64-10 with a counter of 1 and the key of NumPy's SeedSequence(0), then Box and Muller."""
    words = [int(word) for word in np.random.Philox(0).random_raw(2)]
    radius, angle = np.sqrt(-2 * np.log(1 - (words[0] >> 11) / 2**53)), 2 * np.pi * (words[1] >> 11) / 2**53
    assert normals(0, 2).tolist() == pytest.approx([radius * np.cos(angle), radius * np.sin(angle)], rel=1e-12)
    assert normals(0, 3).round(6).tolist() == [-0.008212, 0.168126, 0.948196]


def test_they_are_normal():
    drawn = normals(7, 20_000)
    assert stats.kstest(drawn, "norm").pvalue > 0.01
    assert abs(np.corrcoef(drawn[::2], drawn[1::2])[0, 1]) < 0.03
    assert not np.array_equal(normals(8, 4), normals(7, 4))


def test_columns_are_orthonormal_and_of_any_direction():
    found = orthogonal(40, 7, seed=3)
    np.testing.assert_allclose(found.T @ found, np.eye(7), atol=1e-12)
    signs = np.array([np.sign(np.diag(orthogonal(6, 6, seed))) for seed in range(200)])
    assert np.abs(signs.mean(axis=0)).max() < 0.35, "LAPACK's own signs would lean to one side"


def test_a_projection_is_no_longer_than_what_it_projects():
    rows = np.random.default_rng(0).normal(size=(50, 30))
    found = projected(rows, 10)
    assert (found.shape, found.dtype) == ((50, 10), np.float32)
    ratio = (found**2).sum(axis=1) / (rows**2).sum(axis=1)
    assert ratio.max() < 1
    assert ratio.mean() == pytest.approx(10 / 30, abs=0.03)


def test_few_dimensions_stay_as_they_are():
    rows = np.ones((4, 10), np.float32)
    assert projected(rows, 10) is rows
