"""Collisions, of codes that collide by construction."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from ganae_cli.metrics.codes.collisions import collisions, lower_lipschitz

COUNT = 400


@pytest.fixture(scope="module")
def inputs():
    """Return inputs of two far clusters, alternating, so that all pairs of the median length and more lie across."""
    random = np.random.default_rng(0)
    return random.normal(size=(COUNT, 10)) + 100 * (np.arange(COUNT) % 2)[:, None]


def test_codes_that_keep_inputs_apart_do_not_collide(inputs):
    found = collisions(inputs, inputs @ np.random.default_rng(1).normal(size=(10, 4)))
    assert found.rate == found.inputs == 0
    assert found.pairs == pytest.approx(COUNT * (COUNT - 1) / 4, rel=0.01)


def test_merged_inputs_are_counted(inputs):
    """A tenth of the inputs has the code of the input that follows it, of the other cluster: 40 pairs."""
    codes = np.random.default_rng(1).normal(size=(COUNT, 6))
    codes[:80:2] = codes[1:81:2]
    found = collisions(inputs, codes)
    assert found.rate == pytest.approx(40 / found.pairs)
    assert found.inputs == 80 / COUNT


def test_equal_inputs_may_have_equal_codes(inputs):
    doubled, codes = np.repeat(inputs, 2, axis=0), np.random.default_rng(1).normal(size=(COUNT, 6))
    assert collisions(doubled, np.repeat(codes, 2, axis=0)).rate == 0


@pytest.mark.parametrize("noise", [0, 1e-8])
def test_codes_that_are_all_alike_collide_always(inputs, noise):
    """Also where they differ by rounding alone: relative to their own spread, such codes are far apart."""
    codes = 3 + noise * np.random.default_rng(1).normal(size=(COUNT, 6))
    found = collisions(inputs, codes)
    assert (found.rate, found.inputs) == (1, 1)


def test_a_class_that_collapses_does_not_lower_the_bar(inputs):
    """Nine tenths of the codes are one: a bar by the distances of nearest codes would be 0, and see no collision."""
    codes = np.random.default_rng(1).normal(size=(COUNT, 6))
    codes[:360] = 1e-5 * codes[:360]
    found = collisions(inputs, codes)
    assert found.inputs == 0.9
    assert found.rate == pytest.approx(0.81, abs=0.01)


@pytest.mark.parametrize("scale", [1e-9, 1e6])
def test_the_scale_of_codes_does_not_matter(inputs, scale):
    codes = np.random.default_rng(1).normal(size=(COUNT, 2))
    ours, theirs = collisions(inputs, codes), collisions(inputs, scale * codes)
    assert ours[:3] == theirs[:3]
    assert ours.radius * scale == pytest.approx(theirs.radius)
    assert ours.radius == pytest.approx(0.01 * np.sqrt(np.mean(np.square(pdist(codes)))))


def test_chance_collisions_are_as_many_as_the_docstring_says():
    random = np.random.default_rng(2)
    x = random.normal(size=(2000, 20))
    assert collisions(x, random.normal(size=(2000, 1))).rate == pytest.approx(0.008, rel=0.02)
    assert collisions(x, random.normal(size=(2000, 2))).rate == pytest.approx(1e-4, rel=0.3)


def test_inputs_that_are_all_as_far_from_each_other_are_different():
    assert collisions(np.eye(5), np.zeros((5, 2))).pairs == 10
    assert collisions(np.zeros((5, 3)), np.zeros((5, 2))) is None
    assert collisions(np.zeros((1, 3)), np.zeros((1, 2))) is None


def test_many_inputs_are_looked_at_in_part(inputs):
    assert collisions(inputs, inputs, most=100).rows == 100


def test_the_lower_bound_is_that_of_the_most_shortened_direction():
    """A plane whose second axis is shortened to a tenth, or left out: |cos| < 0.0785 once in 20 directions."""
    x = np.random.default_rng(3).uniform(size=(1500, 2))
    kept = lower_lipschitz(x, 7 * x + 5)
    shortened = lower_lipschitz(x, x * [1, 0.1])
    assert kept == pytest.approx(1)
    assert 0.1 * np.sqrt(2) < shortened < 0.2 * np.sqrt(2)  # the spread is that of one axis instead of two
    assert lower_lipschitz(x, x[:, :1]) == pytest.approx(0.0785 * np.sqrt(2), rel=0.1)


def test_the_lower_bound_of_collapsed_and_of_equal_inputs():
    x = np.random.default_rng(3).normal(size=(50, 3))
    assert lower_lipschitz(x, np.ones((50, 2))) == 0
    assert lower_lipschitz(np.ones((50, 2)), x) is None
