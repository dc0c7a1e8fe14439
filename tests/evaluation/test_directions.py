"""Directions of codes against what is known of the matrices that they come from."""

import numpy as np
import pytest

from ganae_cli.evaluation import directions


def test_singular_directions_are_those_of_the_whole_matrix():
    """Against NumPy's SVD, with the sign that makes the largest component positive."""
    jacobian = np.random.default_rng(0).standard_normal((50, 6)) * [5, 1, 3, 1, 0.1, 2]
    _, values, rows = np.linalg.svd(jacobian)
    found = directions.of_gram(directions.gram(jacobian.T, block=7), 4)
    assert found.values == pytest.approx(values[:4])
    assert np.abs(np.sum(found.vectors * rows[:4], axis=1)) == pytest.approx(np.ones(4))
    assert (found.vectors[np.arange(4), np.abs(found.vectors).argmax(axis=1)] > 0).all()
    assert found.what == "singular values"


def test_principal_components_of_a_stretched_cloud():
    """Standard deviation 3 along (0.6, 0.8) and 0.5 across."""
    along, across = np.random.default_rng(1).standard_normal((2, 20_000))
    codes = 3 * along[:, None] * [0.6, 0.8] + 0.5 * across[:, None] * [-0.8, 0.6] + [7, -7]
    found = directions.principal(codes, 5)
    assert found.vectors == pytest.approx(np.array([[0.6, 0.8], [0.8, -0.6]]), abs=0.01)
    assert found.values == pytest.approx([3, 0.5], rel=0.02)
    assert found.what == "standard deviations"


def test_a_code_of_one_number():
    codes = np.array([[1.0], [2.0], [3.0]])
    assert directions.covariance(codes).tolist() == [[1]]
    assert directions.principal(codes, 1)[:2] == (np.array([[1.0]]), np.array([1.0]))


def test_a_direction_that_changes_nothing_has_the_value_0():
    found = directions.of_gram(directions.gram(np.array([[1.0, 2.0], [2.0, 4.0], [0.0, 0.0]])), 3)
    assert found.values == pytest.approx([5, 0, 0], abs=1e-7)


def test_dimensions_keep_their_order():
    found = directions.dimensions(np.array([1.0, 9.0, 4.0]), 2)
    assert found.vectors.tolist() == [[1, 0, 0], [0, 1, 0]]
    assert found.values.tolist() == [1, 9]
