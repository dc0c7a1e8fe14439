"""Common behaviour of all samplers: moments of draws, draws that do not depend on the count, fits that repeat."""

import numpy as np
import pytest

COUNT = 20_000
DENSITIES = ("gaussian", "gmm", "kde")


def build(parts, name):
    return parts.build("sampler", name)


def covariance(rows):
    return np.cov(rows.T.astype(np.float64))


def test_names_of_samplers_and_which_are_fitted(parts):
    fits = {name: build(parts, name).fits for name in parts.names("sampler")}
    assert fits | {"gaussian": True, "gmm": True, "kde": True, "prior": False, "walk": True} == fits


@pytest.mark.parametrize(("name", "widening"), [("gaussian", 1.0), ("gmm", 1.0), ("kde", 1 + (COUNT ** (-1 / 7)) ** 2)])
def test_draws_have_the_moments_of_the_codes(parts, mixture, name, widening):
    """A kernel of h^2 times the codes' covariance, h by Scott's rule, widens it by 1 + h^2."""
    sampler = build(parts, name)
    z = sampler.draw(sampler.fit(mixture.codes, seed=0), COUNT, seed=1)
    scale = mixture.codes.std(axis=0)
    np.testing.assert_allclose(z.mean(axis=0) / scale, mixture.codes.mean(axis=0) / scale, atol=0.04)
    wanted = widening * covariance(mixture.codes) / np.outer(scale, scale)
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
def test_the_first_draws_are_the_same_for_every_count(parts, mixture, name):
    sampler = build(parts, name)
    fitted = sampler.fit(mixture.codes[:500], seed=0)
    z = sampler.draw(fitted, 1001, seed=5)
    assert (z.shape, z.dtype) == ((1001, 3), np.float32)
    for count in (1, 7, 1000):
        assert np.array_equal(sampler.draw(fitted, count, seed=5), z[:count])
    assert not np.array_equal(sampler.draw(fitted, 7, seed=6), z[:7])
    assert len(np.unique(z, axis=0)) == 1001


@pytest.mark.parametrize("name", DENSITIES)
def test_a_fit_repeats_bit_for_bit(parts, mixture, name):
    first, second = (build(parts, name).fit(mixture.codes[:500], seed=4) for _ in range(2))
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[key], second[key]) for key in first)


@pytest.mark.parametrize("name", DENSITIES)
@pytest.mark.parametrize("codes", [np.ones((50, 2)), np.ones((1, 2)), np.eye(2)], ids=["equal", "one", "two"])
def test_codes_that_are_few_or_equal_can_be_fitted(parts, name, codes):
    """Such codes occur early in training and in a collapsed encoder; draws are near them."""
    sampler = build(parts, name)
    z = sampler.draw(sampler.fit(codes.astype(np.float32), seed=0), 20)
    assert np.isfinite(z).all()
    assert np.abs(z - codes.mean(axis=0)).max() < (0.1 if len(codes) != 2 else 5)
