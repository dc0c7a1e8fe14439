"""Density and coverage beside the package `prdc` and plain NumPy, and what a perfect sampler scores."""

import numpy as np
import pytest

from ganae_cli.metrics.distribution.density_coverage import density_coverage, estimates, expected_coverage
from ganae_cli.metrics.distribution.neighbourhoods import compare


def clouds(count, others, dimensions):
    rng = np.random.default_rng(0)
    real, samples = rng.normal(size=(count, dimensions)), rng.normal(size=(others, dimensions)) * 0.9 + 0.2
    return real.astype(np.float32), samples.astype(np.float32)


@pytest.mark.parametrize(("dimensions", "k"), [(3, 5), (64, 3), (300, 5)])
def test_it_agrees_with_the_package_prdc(dimensions, k):
    prdc = pytest.importorskip("prdc")
    real, samples = clouds(500, 400, dimensions)
    expected = prdc.compute_prdc(real, samples, k)
    found = estimates(compare(real, samples, k))
    assert {name: one.value for name, one in found.items()} == pytest.approx(
        {name: expected[name] for name in found}, abs=1e-6
    )


def test_rows_are_the_formula_of_the_paper():
    real, samples = clouds(200, 150, 4)
    across = np.linalg.norm(real[:, None].astype(float) - samples[None].astype(float), axis=2)
    radii = np.sort(np.linalg.norm(real[:, None].astype(float) - real[None].astype(float), axis=2), axis=1)[:, 5]
    found = density_coverage(compare(real, samples))
    assert found.density.tolist() == ((across < radii[:, None]).sum(axis=0) / 5).tolist()
    assert found.coverage.tolist() == (across.min(axis=1) < radii).tolist()


@pytest.mark.parametrize(("real", "samples", "k"), [(300, 300, 5), (300, 100, 3), (100, 300, 2)])
def test_a_perfect_sampler_scores_what_is_expected(real, samples, k):
    """Density 1 whatever the numbers, less the N - 1 of N rows that are others; coverage by the formula."""
    rng = np.random.default_rng(1)
    draws = [compare(rng.normal(size=(real, 3)), rng.normal(size=(samples, 3)), k) for _ in range(60)]
    found = [estimates(draw) for draw in draws]
    assert np.mean([one["density"].value for one in found]) == pytest.approx(real / (real - 1), abs=0.02)
    expected = expected_coverage(real, samples, k)
    assert np.mean([one["coverage"].value for one in found]) == pytest.approx(expected, abs=0.01)


def test_the_expected_coverage_of_few_rows():
    """Of 7 real rows and 3 samples with k = 2: 1 - (6 · 5) / (9 · 8)."""
    assert expected_coverage(7, 3, k=2) == pytest.approx(1 - 30 / 72)


def test_a_row_far_away_does_not_spoil_density():
    """Its ball holds everything: precision is 1, but the density only 1 / k."""
    real, samples = clouds(200, 100, 4)
    real[0] = 1000
    found = density_coverage(compare(real, samples + 50))
    assert set(found.density) == {0.2}


def test_the_intervals_hold_the_mean_of_many_draws():
    rng = np.random.default_rng(1)
    real = rng.normal(size=(300, 3))
    found = [estimates(compare(real, rng.normal(size=(200, 3)) * 0.7 + 0.4)) for _ in range(100)]
    for name in ("density", "coverage"):
        mean = np.mean([one[name].value for one in found])
        assert np.mean([one[name].low <= mean <= one[name].high for one in found]) >= 0.9
        spread = np.std([one[name].value for one in found])
        assert np.mean([one[name].high - one[name].low for one in found]) < 2.5 * 3.92 * spread
