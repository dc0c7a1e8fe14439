"""Straight lines and great arcs between codes, worked out by hand."""

import numpy as np
import pytest

from ganae_cli.evaluation.paths import between, linear, slerp

QUARTERS = np.linspace(0, 1, 5)


def one(function, a, b, shares=QUARTERS):
    return function(np.array([a], float), np.array([b], float), shares)[0]


def test_a_straight_line():
    assert one(linear, [0, 8], [4, 0]).tolist() == [[0, 8], [1, 6], [2, 4], [3, 2], [4, 0]]


def test_an_arc_keeps_length_and_speed():
    """From 0 to 90 degrees in quarters: 22.5 degrees each."""
    found = one(slerp, [2, 0, 0], [0, 2, 0])
    angles = np.radians([0, 22.5, 45, 67.5, 90])
    assert found == pytest.approx(2 * np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1))


def test_the_formula_for_vectors_of_other_lengths():
    """60 degrees, halfway: sin 30 / sin 60 = 1 / sqrt 3 of each."""
    a, b = np.array([1.0, 0]), 3 * np.array([0.5, np.sqrt(0.75)])
    assert one(slerp, a, b, np.array([0.5]))[0] == pytest.approx((a + b) / np.sqrt(3))


def test_in_many_dimensions_the_middle_is_as_far_from_0_as_the_ends():
    random = np.random.default_rng(0)
    a, b = random.standard_normal((2, 50, 256))
    ends = np.sqrt((a**2).sum(axis=1)), np.sqrt((b**2).sum(axis=1))
    arc, line = (np.linalg.norm(path(a, b, np.array([0.5]))[:, 0], axis=1) for path in (slerp, linear))
    assert arc / np.mean(ends, axis=0) == pytest.approx(np.ones(50), abs=0.05)
    assert line / np.mean(ends, axis=0) == pytest.approx(np.full(50, np.sqrt(0.5)), abs=0.1)


@pytest.mark.parametrize("b", [[2, 4], [1, 2], [1 + 1e-12, 2]], ids=["parallel", "equal", "nearly equal"])
def test_where_there_is_no_angle_it_is_a_line(b):
    assert one(slerp, [1, 2], b) == pytest.approx(one(linear, [1, 2], b))


def test_from_0_it_is_a_line():
    assert one(slerp, [0, 0], [4, 8]).tolist() == [[0, 0], [1, 2], [2, 4], [3, 6], [4, 8]]


def test_opposite_vectors_go_round_by_the_axis_that_they_share_least_with():
    """(3, 0, 0) to (-1, 0, 0): by (0, 1, 0), the first of two axes that they share nothing with; radius 3 to 1."""
    found = one(slerp, [3, 0, 0], [-1, 0, 0], np.array([0, 0.5, 1]))
    assert found == pytest.approx(np.array([[3, 0, 0], [0, 2, 0], [-1, 0, 0]]), abs=1e-12)
    askew = one(slerp, [1, 1, 5], [-1, -1, -5])
    assert np.linalg.norm(askew, axis=1) == pytest.approx(np.full(5, np.sqrt(27)))
    assert askew[-1] == pytest.approx(np.array([-1, -1, -5]))


def test_opposite_numbers_in_one_dimension_go_through_0():
    assert one(slerp, [2], [-2]).ravel().tolist() == [2, 1, 0, -1, -2]


@pytest.mark.parametrize(("path", "middle"), [("linear", [0.5, 0.5]), ("slerp", [np.sqrt(0.5)] * 2)])
def test_steps_with_both_ends(path, middle):
    found = between(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), 3, path)
    assert (found.dtype, found.shape) == (np.float32, (1, 3, 2))
    assert found[0] == pytest.approx(np.array([[1, 0], middle, [0, 1]]), abs=1e-7)
