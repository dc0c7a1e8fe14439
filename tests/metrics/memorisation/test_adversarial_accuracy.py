"""Adversarial accuracy and privacy loss: the formula by scikit-learn's neighbours, and the order of samplers."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from ganae_cli.metrics.memorisation.adversarial_accuracy import adversarial_accuracy, privacy_loss


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    return random.normal(size=(800, 6)), random.normal(size=(800, 6)), random.normal(size=(800, 6))


def test_it_is_its_formula(data):
    real, samples, _ = data
    trees = [NearestNeighbors(n_neighbors=2).fit(rows) for rows in (real, samples)]
    within = [tree.kneighbors(rows)[0][:, 1] for tree, rows in zip(trees, (real, samples), strict=True)]
    across = [trees[1].kneighbors(real)[0][:, 0], trees[0].kneighbors(samples)[0][:, 0]]
    expected = 0.5 * sum(np.mean(a > w) for a, w in zip(across, within, strict=True))
    assert adversarial_accuracy(real, samples) == pytest.approx(expected)
    assert expected == pytest.approx(0.5, abs=0.03)


def test_samplers_are_in_order(data):
    train, held_out, new = data
    copier = privacy_loss(train + 1e-3 * new, held_out, train)
    assert copier.train == 0
    assert copier.held_out == pytest.approx(0.5, abs=0.04)
    assert copier.privacy_loss == pytest.approx(0.5, abs=0.04)
    assert privacy_loss(new, held_out, train).privacy_loss == pytest.approx(0, abs=0.05)
    wide = privacy_loss(3 * new, held_out, train)
    assert wide.train > 0.9
    assert wide.privacy_loss == pytest.approx(0, abs=0.05)
    assert privacy_loss(0 * new, held_out, train).held_out == pytest.approx(1, abs=0.01)


def test_sets_are_made_equal(data):
    train, held_out, new = data
    shares = []
    assert privacy_loss(new, held_out[:300], train, progress=shares.append).rows == 300
    assert shares == [0.25, 0.5, 0.75, 1]
    assert privacy_loss(new, held_out, train, most=100).rows == 100
    with pytest.raises(ValueError, match="one size, not 800 and 5"):
        adversarial_accuracy(train, new[:5])
