"""Mode collapse, seen in the few samples of a picture."""

import numpy as np
import pytest

from ganae_cli.evaluation.drawn_modes import FEWEST, MOST_NUMBERS, DrawnModes

GAN, AUTOENCODER = ("generator.fool", "discriminator.loss"), ("autoencoder.loss",)


def clusters(count, of, seed=0):
    """Return rows (count, 1, 2, 1) of so many clusters of the ten there are, side by side."""
    rng = np.random.default_rng(seed)
    centres = np.stack([10.0 * (np.arange(count) % of), np.zeros(count)], axis=1)
    return (centres + rng.normal(size=(count, 2))).reshape(count, 1, 2, 1)


@pytest.fixture(scope="module")
def modes():
    return DrawnModes(clusters(500, 10))


@pytest.mark.parametrize("seed", range(5))
def test_samples_of_all_clusters_are_nothing(modes, seed):
    assert modes.warning(clusters(64, 10, 1 + seed), 1.0, GAN) is None


def test_samples_of_three_clusters_of_ten_are_said_with_what_to_try(modes):
    line = modes.warning(clusters(64, 3, 1), 0.5, GAN)
    assert line.startswith("ganae: warning: mode collapse: samples cover ")
    assert "; try model=pacgan, augmentation=diffaugment" in line
    assert modes.warning(clusters(64, 3, 1), 0.5, AUTOENCODER).endswith(
        "; try model.sampler=kde or a larger model.z_dim"
    )


def test_bad_samples_are_another_matter(modes):
    assert modes.warning(clusters(64, 10, 1) + 100.0, 1.0, GAN) is None


@pytest.mark.parametrize("variation", [None, 0.1])
def test_samples_that_hardly_differ_are_said_elsewhere(modes, variation):
    assert modes.warning(clusters(64, 3, 1), variation, GAN) is None


def test_too_few_rows_and_too_large_ones_are_not_judged(modes):
    assert modes.warning(clusters(FEWEST - 1, 3, 1), 0.5, GAN) is None
    assert DrawnModes(clusters(FEWEST - 1, 10)).warning(clusters(64, 3, 1), 0.5, GAN) is None
    large = np.zeros((FEWEST, 1, MOST_NUMBERS + 1, 1), np.float32)
    assert DrawnModes(large).warning(large, 0.5, GAN) is None
