"""The mixture of Gaussians: components and likelihood of known mixtures."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from ganae_cli.samplers import components
from ganae_cli.samplers.gmm import GMM

COUNT = 20_000


def of(count):
    """A game whose option `components` is set."""
    return SimpleNamespace(components=count)


def test_draws_by_hand():
    """Components without spread: draws are their means, in proportion to the weights."""
    means = np.array([[0.0, 5.0], [2.0, 1.0]])
    z = GMM().draw({"weights": np.array([0.25, 0.75]), "means": means, "cholesky": np.zeros((2, 2, 2))}, 4000)
    is_second = (z == means[1]).all(axis=1)
    assert (is_second | (z == means[0]).all(axis=1)).all()
    assert is_second.mean() == pytest.approx(0.75, abs=0.03)


def test_a_mixture_is_found_component_by_component(mixture):
    """Three well-separated Gaussians, of numbers of very different scales."""
    random = np.random.default_rng(1)
    means = np.array([[0.0, 0.0], [50.0, 0.0], [0.0, 1.0]])
    lower = np.array([[1.0, 0.0], [0.0125, 0.02]])
    chosen = random.choice(3, COUNT, p=mixture.weights)
    codes = (means[chosen] + random.normal(size=(COUNT, 2)) @ lower.T).astype(np.float32)
    found = GMM().fit(codes, game=of(3), seed=0)
    order = [int(np.argmin(np.linalg.norm((found["means"] - mean) / [50, 1], axis=1))) for mean in means]
    assert sorted(order) == [0, 1, 2]
    np.testing.assert_allclose(found["weights"][order], mixture.weights, atol=0.02)
    np.testing.assert_allclose(found["means"][order], means, atol=0.06)
    for cholesky in found["cholesky"][order]:
        np.testing.assert_allclose(cholesky, lower, rtol=0.05, atol=0.002)


@pytest.mark.parametrize(("wanted", "expected"), [(3, 3), (None, 10)])
def test_a_mixture_has_the_likelihood_of_the_true_one(mixture, wanted, expected):
    """Three or ten components for three Gaussians, on codes that were not fitted to."""
    found = GMM().fit(mixture.codes[: COUNT // 2], game=of(wanted), seed=0)
    assert len(found["weights"]) == expected
    fresh = mixture.codes[COUNT // 2 :]

    def mean_log(weights, means, choleskies):
        densities = [multivariate_normal(m, c @ c.T).pdf(fresh) for m, c in zip(means, choleskies, strict=True)]
        return np.log(np.dot(weights, densities)).mean()

    true = mean_log(mixture.weights, mixture.means, [mixture.mix] * 3)
    assert true - 0.02 < mean_log(found["weights"], found["means"], found["cholesky"]) < true + 0.02


@pytest.mark.parametrize(("count", "expected"), [(5, 1), (79, 1), (80, 2), (399, 9), (400, 10), (1000, 10)])
def test_few_codes_get_few_components(count, expected):
    """At least 40 codes for each component; where a number is asked for, 6, two for each number and one more."""
    codes = np.random.default_rng(0).normal(size=(count, 2)).astype(np.float32)
    assert len(GMM().fit(codes, game=of(10))["weights"]) == (1 if count == 5 else 10)
    assert len(GMM().fit(codes)["weights"]) == expected


def test_a_component_has_two_codes_for_each_number_and_one_more():
    codes = np.random.default_rng(0).normal(size=(200, 24)).astype(np.float32)
    assert len(GMM().fit(codes)["weights"]) == 4


def test_one_component_has_the_moments_of_the_codes():
    codes = np.random.default_rng(0).multivariate_normal([3, -2], [[4, 1], [1, 2]], 500).astype(np.float32)
    found = GMM().fit(codes, game=of(1))
    assert found["weights"].tolist() == [1]
    np.testing.assert_allclose(found["means"][0], codes.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(found["cholesky"][0] @ found["cholesky"][0].T, np.cov(codes.T), rtol=1e-2)


def test_of_many_codes_the_size_is_chosen_by_some_and_fitted_to_all(monkeypatch, mixture):
    """The mean of the mixture is that of all codes, not of the 500 by which its size was chosen."""
    monkeypatch.setattr(components, "TRIED", 500)
    found, scale = GMM().fit(mixture.codes, seed=0), mixture.codes.std(axis=0)
    assert len(found["weights"]) == 10
    np.testing.assert_allclose(found["weights"] @ found["means"] / scale, mixture.codes.mean(axis=0) / scale, atol=1e-3)
