"""Precision and recall beside the package `prdc` and scikit-learn's neighbours, and cases that can be counted."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from ganae_cli.metrics.distribution.neighbourhoods import compare
from ganae_cli.metrics.distribution.precision_recall import estimates, precision_recall


def clouds(count, others, dimensions):
    rng = np.random.default_rng(0)
    real, samples = rng.normal(size=(count, dimensions)), rng.normal(size=(others, dimensions)) * 0.9 + 0.2
    return real.astype(np.float32), samples.astype(np.float32)


def by_scikit_learn(centres, rows, k=5):
    """Return whether each row lies in the ball of a centre, by two exact searches."""
    radii = NearestNeighbors(n_neighbors=k + 1).fit(centres).kneighbors(centres)[0][:, -1]
    near = NearestNeighbors().fit(centres).radius_neighbors(rows, radius=radii.max())
    return [bool((d < radii[who]).any()) for d, who in zip(*near, strict=True)]


@pytest.mark.parametrize("dimensions", [2, 20, 300])
def test_rows_are_those_of_scikit_learn(dimensions):
    real, samples = clouds(400, 300, dimensions)
    found = precision_recall(compare(real, samples))
    assert found.precision.tolist() == by_scikit_learn(real, samples)
    assert found.recall.tolist() == by_scikit_learn(samples, real)


@pytest.mark.parametrize(("dimensions", "k"), [(3, 5), (64, 3), (300, 5)])
def test_it_agrees_with_the_package_prdc(dimensions, k):
    prdc = pytest.importorskip("prdc")
    real, samples = clouds(500, 400, dimensions)
    expected = prdc.compute_prdc(real, samples, k)
    found = estimates(compare(real, samples, k))
    assert {name: one.value for name, one in found.items()} == pytest.approx(
        {name: expected[name] for name in found}, abs=1e-6
    )


def test_samples_of_one_of_two_classes_have_half_the_recall():
    real = clouds(400, 2, 4)[0]
    real[200:] += 100
    samples = clouds(2, 400, 4)[1] / np.float32(0.9) - np.float32(0.2)
    found = estimates(compare(real, samples))
    assert found["precision"].value > 0.95
    assert found["recall"].value == pytest.approx(0.5, abs=0.03)


def test_copies_lie_in_the_balls_of_their_originals():
    real, _ = clouds(100, 2, 4)
    found = estimates(compare(real, real.copy()))
    assert (found["precision"].value, found["recall"].value) == (1, 1)
    assert found["precision"].low == pytest.approx(100 / (100 + 1.96**2), abs=1e-4)  # Wilson


def test_the_intervals_hold_the_mean_of_many_draws():
    rng = np.random.default_rng(1)
    real = rng.normal(size=(300, 3))
    found = [estimates(compare(real, rng.normal(size=(200, 3)) * 0.7 + 0.4)) for _ in range(100)]
    for name in ("precision", "recall"):
        mean = np.mean([one[name].value for one in found])
        assert np.mean([one[name].low <= mean <= one[name].high for one in found]) >= 0.9
        spread = np.std([one[name].value for one in found])
        assert np.mean([one[name].high - one[name].low for one in found]) < 2.5 * 3.92 * spread
