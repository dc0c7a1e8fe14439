"""Samplers of codes: what they find in known mixtures, the moments of what they draw, and that draws do not shift."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import kstest, multivariate_normal

COUNT = 20_000
MEANS = np.array([[0.0, 0.0, 0.0], [10.0, 0.0, 0.0], [0.0, 200.0, 0.0]])  # the second number has another scale
WEIGHTS = np.array([0.5, 0.3, 0.2])
MIX = np.array([[1.0, 0.0, 0.0], [0.5, 30.0, 0.0], [-0.3, 5.0, 0.7]])  # lower triangular, one for all
DENSITIES = ("gaussian", "gmm", "kde")


@pytest.fixture(scope="module")
def mixture():
    random = np.random.default_rng(0)
    chosen = random.choice(3, COUNT, p=WEIGHTS)
    return (MEANS[chosen] + random.normal(size=(COUNT, 3)) @ MIX.T).astype(np.float32)


def build(parts, name):
    return parts.build("sampler", name)


def covariance(rows):
    return np.cov(rows.T.astype(np.float64))


def test_the_samplers_that_there_are(parts):
    assert parts.names("sampler") == ["gaussian", "gmm", "kde", "prior", "walk"]
    assert [build(parts, name).fits for name in parts.names("sampler")] == [True, True, True, False, True]


def test_the_prior_is_standard_normal_and_keeps_nothing(parts):
    prior = build(parts, "prior")
    z = prior.draw(prior.fit(None), 5000, seed=3, game=SimpleNamespace(z_dim=2))
    assert prior.fit(None) == {}
    assert all(kstest(column, "norm").pvalue > 1e-3 for column in z.T)


def test_a_gaussian_has_the_codes_mean_and_covariance(parts, mixture):
    found = build(parts, "gaussian").fit(mixture)
    np.testing.assert_allclose(found["mean"], mixture.mean(axis=0), rtol=1e-4)
    expected = covariance(mixture)
    np.testing.assert_allclose(found["cholesky"] @ found["cholesky"].T, expected, atol=1e-3 * np.abs(expected).max())
    assert (np.triu(found["cholesky"], 1) == 0).all()


def test_a_mixture_is_found_component_by_component(parts, monkeypatch):
    """Three well-separated Gaussians, of numbers of very different scales."""
    monkeypatch.setattr("ganae_cli.samplers.gmm.COMPONENTS", 3)
    random = np.random.default_rng(1)
    means = np.array([[0.0, 0.0], [50.0, 0.0], [0.0, 1.0]])
    lower = np.array([[1.0, 0.0], [0.0125, 0.02]])
    chosen = random.choice(3, COUNT, p=WEIGHTS)
    codes = (means[chosen] + random.normal(size=(COUNT, 2)) @ lower.T).astype(np.float32)
    found = build(parts, "gmm").fit(codes, seed=0)
    order = [int(np.argmin(np.linalg.norm((found["means"] - mean) / [50, 1], axis=1))) for mean in means]
    assert sorted(order) == [0, 1, 2]
    np.testing.assert_allclose(found["weights"][order], WEIGHTS, atol=0.02)
    np.testing.assert_allclose(found["means"][order], means, atol=0.06)
    for cholesky in found["cholesky"][order]:
        np.testing.assert_allclose(cholesky, lower, rtol=0.05, atol=0.002)


def test_a_mixture_has_the_likelihood_of_the_true_one(parts, mixture):
    """Ten components for three, on codes that it has not seen."""
    found = build(parts, "gmm").fit(mixture[: COUNT // 2], seed=0)
    assert len(found["weights"]) == 10
    fresh = mixture[COUNT // 2 :]

    def mean_log(weights, means, choleskies):
        densities = [multivariate_normal(m, c @ c.T).pdf(fresh) for m, c in zip(means, choleskies, strict=True)]
        return np.log(np.dot(weights, densities)).mean()

    true = mean_log(WEIGHTS, MEANS, [MIX] * 3)
    assert true - 0.02 < mean_log(found["weights"], found["means"], found["cholesky"]) < true + 0.02


@pytest.mark.parametrize(("name", "widening"), [("gaussian", 1.0), ("gmm", 1.0), ("kde", 1 + (COUNT ** (-1 / 7)) ** 2)])
def test_draws_have_the_moments_of_the_codes(parts, mixture, name, widening):
    """A kernel of h^2 times the codes' covariance, h by Scott's rule, widens it by 1 + h^2."""
    sampler = build(parts, name)
    z = sampler.draw(sampler.fit(mixture, seed=0), COUNT, seed=1)
    scale = mixture.std(axis=0)
    np.testing.assert_allclose(z.mean(axis=0) / scale, mixture.mean(axis=0) / scale, atol=0.04)
    wanted = widening * covariance(mixture) / np.outer(scale, scale)
    np.testing.assert_allclose(covariance(z) / np.outer(scale, scale), wanted, atol=0.04)


def test_a_mixture_keeps_clusters_apart_where_one_gaussian_does_not(parts):
    codes = np.concatenate([np.full((500, 1), -1.0), np.full((500, 1), 1.0)]).astype(np.float32)
    codes += np.random.default_rng(0).normal(0, 0.05, codes.shape).astype(np.float32)
    between = {}
    for name in DENSITIES:
        sampler = build(parts, name)
        between[name] = np.mean(np.abs(sampler.draw(sampler.fit(codes, seed=0), 2000)) < 0.5)
    assert between["gmm"] < 0.01
    assert between["gaussian"] > 0.3


@pytest.mark.parametrize("name", DENSITIES)
def test_the_first_draws_are_the_same_whatever_the_count(parts, mixture, name):
    sampler = build(parts, name)
    fitted = sampler.fit(mixture[:500], seed=0)
    z = sampler.draw(fitted, 1001, seed=5)
    assert (z.shape, z.dtype) == ((1001, 3), np.float32)
    for count in (1, 7, 1000):
        assert np.array_equal(sampler.draw(fitted, count, seed=5), z[:count])
    assert not np.array_equal(sampler.draw(fitted, 7, seed=6), z[:7])
    assert len(np.unique(z, axis=0)) == 1001


@pytest.mark.parametrize("name", DENSITIES)
def test_a_fit_repeats_bit_for_bit(parts, mixture, name):
    first, second = (build(parts, name).fit(mixture[:500], seed=4) for _ in range(2))
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[key], second[key]) for key in first)


@pytest.mark.parametrize("name", DENSITIES)
@pytest.mark.parametrize("codes", [np.ones((50, 2)), np.ones((1, 2)), np.eye(2)], ids=["equal", "one", "two"])
def test_codes_that_are_few_or_equal_can_be_fitted(parts, name, codes):
    """As early in training, or of a collapsed encoder: what is drawn is near the codes."""
    sampler = build(parts, name)
    z = sampler.draw(sampler.fit(codes.astype(np.float32), seed=0), 20)
    assert np.isfinite(z).all()
    assert np.abs(z - codes.mean(axis=0)).max() < (0.1 if len(codes) != 2 else 5)


@pytest.mark.parametrize(("count", "components"), [(5, 1), (25, 4), (60, 10), (5000, 10)])
def test_few_codes_get_few_components(parts, count, components):
    """Two codes at least for each number of a component and its mean: here 2 * (2 + 1)."""
    codes = np.random.default_rng(0).normal(size=(count, 2)).astype(np.float32)
    assert len(build(parts, "gmm").fit(codes)["weights"]) == components


def test_a_kernel_estimate_keeps_the_codes(parts, mixture):
    found = build(parts, "kde").fit(mixture[:300])
    assert np.array_equal(found["codes"], mixture[:300])
    lower = found["cholesky"]
    expected = 300 ** (-2 / 7) * covariance(mixture[:300])
    np.testing.assert_allclose(lower @ lower.T, expected, rtol=0.01, atol=0.004 * np.abs(expected).max())
