"""Authenticity: the definition row by row, known probabilities of i.i.d. draws, and the order of samplers."""

import numpy as np
import pytest

from ganae_cli.metrics.memorisation.authenticity import authenticity
from ganae_cli.metrics.nearest import nearest


def by_definition(samples, train):
    """Return for each sample whether it is farther from its training row than that row is from all other rows."""
    found = []
    for sample in samples:
        to_train = np.linalg.norm(train - sample, axis=1)
        i = to_train.argmin()
        others = np.linalg.norm(train - train[i], axis=1)
        others[i] = np.inf
        found.append(bool(to_train[i] > others.min()))
    return found


def test_the_definition():
    """Of 50 samples and 200 training rows: an index of one set taken for one of the other would be wrong, silently."""
    random = np.random.default_rng(0)
    train, samples = random.normal(size=(200, 3)), random.normal(size=(50, 3))
    found = authenticity(samples, train)
    assert found.authentic.tolist() == by_definition(samples, train)
    assert found.value == np.mean(found.authentic)
    assert authenticity(samples, train, nearest(samples, train, 2)).value == found.value


@pytest.mark.parametrize(("dimensions", "mutual"), [(1, 2 / 3), (2, 0.6215)])
def test_new_draws_score_the_share_of_neighbours_that_are_not_mutual(dimensions, mutual):
    """Nearest neighbours of random points are mutual with the probability 2/3 on a line, 0.6215 in a plane."""
    random = np.random.default_rng(1)
    train, samples = random.uniform(size=(20_000, dimensions)), random.uniform(size=(5000, dimensions))
    assert authenticity(samples, train).value == pytest.approx(1 - mutual, abs=0.025)


def test_samplers_are_in_order():
    """A copier 0, a smoothed copier little, new draws near one half, wide ones nearly 1."""
    random = np.random.default_rng(2)
    train = random.normal(size=(2000, 8))
    noise = random.normal(size=(1000, 8))
    found = [authenticity(samples, train).value for samples in (train[:1000] + 0.2 * noise, noise, 3 * noise)]
    assert authenticity(train[:1000], train).value == 0
    assert found[0] < 0.1
    assert 0.4 < found[1] < 0.65
    assert found[2] > 0.95


def test_a_training_set_of_duplicates_makes_everything_but_copies_authentic():
    train = np.repeat(np.random.default_rng(3).normal(size=(50, 4)), 2, axis=0)
    assert authenticity(train[:20] + 1e-3, train).value == 1
    assert authenticity(train[:20], train).value == 0


def test_of_rows_that_are_also_seen_mirrored():
    """On a line, mirrored at 0: -1.1 lies 0.1 from the row 1, nearer than the sample 1.5; 1 itself is no other row."""
    train, samples = np.array([[1.0], [-1.1], [9.0]]), np.array([[1.5], [0.95]])
    near = nearest(samples, train)
    assert authenticity(samples, train, near).authentic.tolist() == [False, False]
    assert authenticity(samples, train, near, mirror=np.negative).authentic.tolist() == [True, False]
    with pytest.raises(ValueError, match="must be given"):
        authenticity(samples, train, mirror=np.negative)
