"""Codes that are drawn from sampler.npz by the card's lines have the distribution that the run's sampler has."""

from types import SimpleNamespace

import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.export import density
from ganae_cli.samplers import of_classes
from ganae_cli.samplers.fitted import CodeSource

from_config.import_parts()
COUNT = 20_000


def codes():
    random = np.random.default_rng(0)
    two = np.concatenate([random.normal(3, 0.5, (200, 2)), random.normal(-2, 1, (200, 2)) @ [[1, 0.5], [0, 1]]])
    return two.astype(np.float32)


def drawn(arrays, count=COUNT):
    """Draw as the card does."""
    random = np.random.default_rng(1)
    k = random.choice(len(arrays["weights"]), count, p=arrays["weights"])
    cholesky = arrays["cholesky"][k % len(arrays["cholesky"])]
    return arrays["means"][k] + np.einsum("nij,nj->ni", cholesky, random.standard_normal((count, 2)))


@pytest.mark.parametrize("name", ["gmm", "gaussian", "kde"])
def test_the_same_distribution(name):
    sampler = registry.build("sampler", name)
    fitted = sampler.fit(codes())
    ours, theirs = sampler.draw(fitted, COUNT), drawn(density.mixture(name, fitted))
    for of in (lambda z: z.mean(0), lambda z: np.cov(z.T), lambda z: np.quantile(z, [0.1, 0.25, 0.75, 0.9], axis=0)):
        np.testing.assert_allclose(of(ours), of(theirs), atol=0.25)


def test_by_class_with_the_moves_of_rare_classes():
    game = SimpleNamespace(condition=SimpleNamespace(classes=("a", "b", "c")))
    labels = np.array([0] * 200 + [1] * 197 + [2] * 3)  # three codes are too few for a density of their own
    arrays = of_classes.fit(registry.build("sampler", "gaussian"), codes(), codes(), labels, game, 0)
    run = SimpleNamespace(source=CodeSource("gaussian", arrays, 400))
    found = density.of_run(run)
    assert sorted(found)[:3] == ["class_0_cholesky", "class_0_means", "class_0_weights"]
    for label in range(3):
        of_class = {key: found[f"class_{label}_{key}"] for key in ("weights", "means", "cholesky")}
        np.testing.assert_allclose(drawn(of_class).mean(0), codes()[labels == label].mean(0), atol=0.1)


def test_a_sampler_that_is_no_density_is_given_by_codes_that_it_drew():
    z = codes()[: density.DRAWN]
    run = SimpleNamespace(source=CodeSource("walk", {"x": z}, 400), sample_with_codes=lambda count: (None, z))
    found = density.of_run(run)
    assert {tuple(row) for row in drawn(found, 50).astype(np.float32)} <= {tuple(row) for row in z}


def test_a_prior_has_none():
    assert density.of_run(SimpleNamespace(source=CodeSource("prior"))) == {}
