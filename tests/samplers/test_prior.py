"""The prior as a sampler."""

from types import SimpleNamespace

import numpy as np
from scipy.stats import kstest

from ganae_cli.samplers.prior import Prior


def test_the_prior_is_standard_normal_and_keeps_nothing():
    prior = Prior()
    z = prior.draw(prior.fit(None), 5000, seed=3, game=SimpleNamespace(z_dim=2))
    assert prior.fit(None) == {}
    assert all(kstest(column, "norm").pvalue > 1e-3 for column in z.T)


def test_the_first_draws_are_the_same_for_every_count():
    game = SimpleNamespace(z_dim=3)
    z = Prior().draw({}, 100, seed=5, game=game)
    assert (z.shape, z.dtype) == ((100, 3), np.float32)
    assert np.array_equal(Prior().draw({}, 7, seed=5, game=game), z[:7])
    assert not np.array_equal(Prior().draw({}, 7, seed=6, game=game), z[:7])
