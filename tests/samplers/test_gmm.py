"""The mixture of Gaussians: components and likelihood of known mixtures."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from ganae_cli.samplers.gmm import GMM

COUNT = 20_000


def test_draws_by_hand():
    """Components without spread: draws are their means, in proportion to the weights."""
    means = np.array([[0.0, 5.0], [2.0, 1.0]])
    z = GMM().draw({"weights": np.array([0.25, 0.75]), "means": means, "cholesky": np.zeros((2, 2, 2))}, 4000)
    is_second = (z == means[1]).all(axis=1)
    assert (is_second | (z == means[0]).all(axis=1)).all()
    assert is_second.mean() == pytest.approx(0.75, abs=0.03)


def test_a_mixture_is_found_component_by_component(monkeypatch, mixture):
    """Three well-separated Gaussians, of numbers of very different scales."""
    monkeypatch.setattr("ganae_cli.samplers.gmm.COMPONENTS", 3)
    random = np.random.default_rng(1)
    means = np.array([[0.0, 0.0], [50.0, 0.0], [0.0, 1.0]])
    lower = np.array([[1.0, 0.0], [0.0125, 0.02]])
    chosen = random.choice(3, COUNT, p=mixture.weights)
    codes = (means[chosen] + random.normal(size=(COUNT, 2)) @ lower.T).astype(np.float32)
    found = GMM().fit(codes, seed=0)
    order = [int(np.argmin(np.linalg.norm((found["means"] - mean) / [50, 1], axis=1))) for mean in means]
    assert sorted(order) == [0, 1, 2]
    np.testing.assert_allclose(found["weights"][order], mixture.weights, atol=0.02)
    np.testing.assert_allclose(found["means"][order], means, atol=0.06)
    for cholesky in found["cholesky"][order]:
        np.testing.assert_allclose(cholesky, lower, rtol=0.05, atol=0.002)


def test_a_mixture_has_the_likelihood_of_the_true_one(mixture):
    """Ten components for three Gaussians, on codes that were not fitted to."""
    found = GMM().fit(mixture.codes[: COUNT // 2], seed=0)
    assert len(found["weights"]) == 10
    fresh = mixture.codes[COUNT // 2 :]

    def mean_log(weights, means, choleskies):
        densities = [multivariate_normal(m, c @ c.T).pdf(fresh) for m, c in zip(means, choleskies, strict=True)]
        return np.log(np.dot(weights, densities)).mean()

    true = mean_log(mixture.weights, mixture.means, [mixture.mix] * 3)
    assert true - 0.02 < mean_log(found["weights"], found["means"], found["cholesky"]) < true + 0.02


@pytest.mark.parametrize(("count", "components"), [(5, 1), (25, 4), (60, 10), (5000, 10)])
def test_few_codes_get_few_components(count, components):
    """At least 2 * (z_dim + 1) codes for each component: here 2 * (2 + 1)."""
    codes = np.random.default_rng(0).normal(size=(count, 2)).astype(np.float32)
    assert len(GMM().fit(codes)["weights"]) == components
