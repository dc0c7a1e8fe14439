"""Measures of samples from mixtures with known modes, for samplers with known answers."""

import math

import numpy as np
import pytest

from ganae_cli.datasets.points import grid, ring
from ganae_cli.metrics.modes import modes_3std, modes_of_classes

CORNERS = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])
STD = 0.5


def around(counts, scale=1.0, seed=0):
    """Return `counts` points around the corners, with `scale` times the true standard deviation."""
    centres = np.repeat(CORNERS, counts, axis=0)
    return centres + scale * STD * np.random.default_rng(seed).standard_normal(centres.shape)


def test_a_perfect_sampler():
    """P(r <= 3 std) = 1 - exp(-9/2) in the plane; the expected spread is that of a normal cut there, too."""
    found = modes_3std(around([10_000] * 4), CORNERS, STD)
    assert found["modes"] == 4
    assert found["high_quality"] == pytest.approx(1 - math.exp(-4.5), abs=4 * math.sqrt(0.011 / 40_000))
    assert found["spread"] == pytest.approx(1, abs=0.01)
    assert 0.97 < found["smallest_spread"] <= found["spread"] <= found["largest_spread"] < 1.03
    assert found["reverse_kl"] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("dataset", [ring, grid])
def test_real_points_are_perfect(dataset):
    """2,500 fresh points of our own datasets, as in the protocol."""
    data = dataset(count=1)
    found = modes_3std(data.test[:2500], data.modes, data.mode_std)
    assert found["modes"] == len(data.modes)
    assert found["high_quality"] == pytest.approx(0.9889, abs=4 * math.sqrt(0.011 / 2500))
    assert found["spread"] == pytest.approx(1, abs=0.03)


def test_a_sampler_without_spread():
    found = modes_3std(around([50] * 4, scale=0.0), CORNERS, STD)
    expected = {"modes": 4, "high_quality": 1, "reverse_kl": 0, "spread": 0, "smallest_spread": 0, "largest_spread": 0}
    assert found == pytest.approx(expected, abs=1e-9)


def test_spread_is_a_ratio_of_distances():
    """Half the standard deviation: nothing is cut off at 6 of them, so E r^2 = 2 (std / 2)^2.

    A whole normal in the plane has E r^2 = 2 std^2; cut at R = 3 std it keeps 2 - R^2 e^(-R^2/2) / (1 - e^(-R^2/2)).
    """
    cut = 9 * math.exp(-4.5)
    expected = math.sqrt(0.5 / (2 - cut / (1 - math.exp(-4.5))))
    assert modes_3std(around([10_000] * 4, scale=0.5), CORNERS, STD)["spread"] == pytest.approx(expected, rel=0.01)


def test_spread_is_about_a_modes_own_mean():
    """Samples of a mode all 2 std off its centre: the mode is covered, of high quality and without spread."""
    found = modes_3std(np.repeat(CORNERS + np.array([2 * STD, 0]), 30, axis=0), CORNERS, STD)
    assert (found["modes"], found["high_quality"]) == (4, 1)
    assert found["spread"] == pytest.approx(0, abs=1e-9)


def test_missing_modes_and_bad_samples_by_hand():
    """Corners hit 40, 20, 20 and 0 times; 20 more lie 3.1 std from the last corner and count as bad.

    Shares 1/2, 1/4, 1/4 of the good ones: KL to uniform is 1/2 log 2 + 1/4 log 1 + 1/4 log 1.
    """
    bad = np.tile(CORNERS[3] + [3.1 * STD, 0], (20, 1))
    found = modes_3std(np.concatenate([around([40, 20, 20, 0], scale=0.0), bad]), CORNERS, STD)
    assert found["modes"] == 3
    assert found["high_quality"] == 0.8
    assert found["reverse_kl"] == pytest.approx(0.5 * math.log(2))


def test_the_border_is_at_three_standard_deviations():
    inside, outside = (np.array([[share * STD, 0.0]]) for share in (2.99, 3.01))
    assert modes_3std(inside, CORNERS, STD)["high_quality"] == 1
    assert modes_3std(outside, CORNERS, STD)["high_quality"] == 0


def test_modes_with_few_samples_do_not_count_in_the_spread():
    """19 samples are too few to measure a spread; that of the fourth corner would be 0."""
    samples = np.concatenate([around([1000, 1000, 1000, 0]), around([0, 0, 0, 19], scale=0.0)])
    found = modes_3std(samples, CORNERS, STD)
    assert found["modes"] == 4
    assert found["smallest_spread"] > 0.9


def test_a_sampler_that_covers_no_mode_scores_badly():
    found = modes_3std(np.full((100, 2), 5.0), CORNERS, STD)
    assert (found["modes"], found["high_quality"], found["spread"]) == (0, 0, 0)
    assert found["reverse_kl"] >= math.log(4)  # as far from uniform as one mode alone; not 0, which is perfect


def test_modes_of_labelled_triples():
    """Six samples of the 2 ^ 3 = 8 triples of two kinds, 3/4 and 1/4 of all channels: p = 27/64, 9/64, 3/64 or 1/64."""
    triples = np.array([[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 1, 0], [1, 0, 1], [1, 1, 1]])
    one = np.array([3 / 4, 1 / 4])
    shares = np.einsum("i,j,k->ijk", one, one, one).reshape(-1)
    found = modes_of_classes(triples @ [4, 2, 1], shares)
    expected = 1 / 2 * np.log(1 / 2 * 64 / 27) + 1 / 6 * sum(np.log(1 / 6 * 64 / k) for k in (9, 3, 1))
    assert found == {"modes": 4, "reverse_kl": pytest.approx(expected)}


def test_what_is_no_mode_does_not_count():
    found = modes_of_classes(np.array([0, 1]), np.array([1.0, 0.0]))
    assert found == {"modes": 1, "reverse_kl": np.inf}


def test_perfect_samples_are_as_far_off_as_their_number_says():
    """2 N KL is close to chi-squared with K - 1 = 99 degrees of freedom: 99, and a standard deviation of 14."""
    rng = np.random.default_rng(0)
    shares = rng.dirichlet(np.full(100, 10.0))
    found = modes_of_classes(rng.choice(100, 20_000, p=shares), shares)
    assert found["modes"] == 100
    assert 2 * 20_000 * found["reverse_kl"] == pytest.approx(99, abs=45)
