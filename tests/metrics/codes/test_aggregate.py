"""Distances to the prior: closed forms, SciPy, and codes that differ from it in known ways."""

import numpy as np
import pytest
from scipy.stats import norm, wasserstein_distance

from ganae_cli.metrics.codes.aggregate import (
    fitted_kl,
    mean_kernel,
    mismatch,
    sliced_wasserstein,
    wasserstein_to_normal,
)


@pytest.fixture(scope="module")
def prior():
    return np.random.default_rng(0).normal(size=(3000, 6))


def test_the_kernel_is_its_formula(prior):
    x, y = prior[:30], prior[1000:1500]
    pairs = [12 / (12 + np.sum((a - b) ** 2)) for a in x for b in y]
    assert mean_kernel(x, y) == pytest.approx(np.mean(pairs))
    others = [12 / (12 + np.sum((a - b) ** 2)) for i, a in enumerate(x) for j, b in enumerate(x) if i != j]
    assert mean_kernel(x) == pytest.approx(np.mean(others))
    assert mean_kernel(np.full((700, 6), 3.0)) == pytest.approx(1)


def test_kl_of_a_known_gaussian():
    """σ = 0.5, 1, 3 and μ = 1, 0, 0: ½ Σ (σ² + μ² - 1 - log σ²), rotated, and exact moments."""
    random = np.random.default_rng(1)
    rows = random.normal(size=(200, 3))
    rows, _ = np.linalg.qr(rows - rows.mean(axis=0))
    rotation, _ = np.linalg.qr(random.normal(size=(3, 3)))
    deviations = np.array([0.5, 1, 3])
    codes = (rows * np.sqrt(199) * deviations + [1, 0, 0]) @ rotation
    expected = 0.5 * (np.sum(deviations**2 - 1 - 2 * np.log(deviations)) + 1)
    assert fitted_kl(codes) == pytest.approx(expected)


def test_kl_of_real_draws_is_the_cost_of_estimation(prior):
    draws = [fitted_kl(np.random.default_rng(seed).normal(size=(1000, 10))) for seed in range(20)]
    assert np.mean(draws) == pytest.approx(10 * 13 / 4000, rel=0.1)
    assert fitted_kl(prior[:, [0, 1, 1]]) == np.inf
    assert fitted_kl(np.zeros((9, 2))) == np.inf


@pytest.mark.parametrize(("mean", "deviation"), [(0, 1), (3, 1), (-1, 0.2), (0.5, 4)])
def test_wasserstein_beside_scipy(mean, deviation):
    """SciPy's of the numbers and of 200,001 quantiles of N(0, 1)."""
    numbers = np.random.default_rng(2).normal(mean, deviation, (57, 1))
    quantiles = norm.ppf((np.arange(200_001) + 0.5) / 200_001)
    expected = wasserstein_distance(numbers[:, 0], quantiles)
    assert wasserstein_to_normal(numbers)[0] == pytest.approx(expected, abs=2e-5)


def test_sliced_wasserstein_of_moved_and_of_stretched_codes():
    """A code moved by m is m · θ from the prior along θ: |m| E|θ_1|, which in 3 dimensions is |m| / 2."""
    prior = np.random.default_rng(3).normal(size=(5000, 3))
    assert sliced_wasserstein(prior + np.array([0, 40, 0]), 500) == pytest.approx(20, rel=0.05)
    assert sliced_wasserstein(3 * prior) == pytest.approx(2 * np.sqrt(2 / np.pi), rel=0.03)
    assert sliced_wasserstein(prior[:, :1] + 2) == pytest.approx(2, abs=0.05)


def test_real_draws_score_what_real_draws_score(prior):
    found = mismatch(prior)
    for measure in found:
        assert len(measure.prior) == 5
        assert abs(measure.value - measure.prior.mean()) < 5 * measure.prior.std(ddof=1) + 1e-12
    assert abs(found.mmd.value) < 1e-3
    assert (found.mmd.rows, found.gaussian_kl.rows) == (2000, 3000)


@pytest.mark.parametrize(
    "change",
    [lambda z: z + 0.3, lambda z: 1.3 * z, lambda z: 0.7 * z, lambda z: z * [1, 1, 1, 1, 1, 0.1], lambda z: 0 * z],
    ids=["moved", "wide", "narrow", "flat", "collapsed"],
)
def test_whatever_is_not_the_prior_scores_more_than_it(prior, change):
    found = mismatch(change(prior))
    for measure in found:
        assert measure.value > measure.prior.max()


def test_a_shape_that_has_the_moments_of_the_prior_is_seen_by_the_others(prior):
    """Codes on two spheres' worth of corners, ±1 in each dimension: mean 0 and covariance I, but no Gaussian."""
    found = mismatch(np.sign(prior))
    assert found.gaussian_kl.value == pytest.approx(found.gaussian_kl.prior.mean(), abs=0.01)
    assert found.mmd.value > 3 * found.mmd.prior.max()
    assert found.sliced_wasserstein.value > found.sliced_wasserstein.prior.max()


def test_progress(prior):
    shares = []
    mismatch(prior[:50], draws=1, progress=shares.append)
    assert shares == [0.5, 1]
