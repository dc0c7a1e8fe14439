"""Trustworthiness beside scikit-learn's, continuity by exchange, and codes with nothing of the inputs."""

import numpy as np
import pytest
from sklearn.datasets import make_swiss_roll
from sklearn.manifold import trustworthiness

from ganae_cli.metrics.codes.trustworthiness import preservation


@pytest.fixture(scope="module")
def roll():
    return make_swiss_roll(700, noise=0.1, random_state=0)[0]


@pytest.mark.parametrize("count", [1, 5, 40])
def test_it_is_that_of_scikit_learn(roll, count):
    codes = roll[:, :2] + 0.1 * np.random.default_rng(0).normal(size=(700, 2))
    found = preservation(roll, codes, count)
    assert found.trustworthiness.mean() == pytest.approx(trustworthiness(roll, codes, n_neighbors=count), abs=1e-9)
    assert found.continuity.mean() == pytest.approx(trustworthiness(codes, roll, n_neighbors=count), abs=1e-9)
    assert found.trustworthiness.mean() != pytest.approx(found.continuity.mean(), abs=1e-3)


def test_four_rows_by_hand():
    """N = 4, K = 1, so 2N - 3K - 1 = 4. Inputs 0, 1, 3, 7; the code puts row 3 beside row 0, and row 2 last.

    Nearest code of rows 0 … 3: 3, 0, 1, 0. Their ranks by inputs: 3, 1, 1, 3, so row 0 and row 3 each lose
    2 / 4 · (3 - 1) = 1.
    """
    inputs, codes = np.array([[0.0], [1.0], [3.0], [7.0]]), np.array([[0.0], [1.0], [9.0], [-0.5]])
    found = preservation(inputs, codes, 1)
    assert found.trustworthiness.tolist() == [0, 1, 1, 0]


def test_equal_geometry_scores_1_and_noise_one_half(roll):
    kept = preservation(roll, 4 * roll @ np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0])
    assert kept.trustworthiness.min() == kept.continuity.min() == 1
    noise = preservation(roll, np.random.default_rng(0).normal(size=(700, 2)))
    assert noise.trustworthiness.mean() == pytest.approx(0.5, abs=0.03)
    assert noise.continuity.mean() == pytest.approx(0.5, abs=0.03)


def test_tearing_costs_continuity_and_folding_trustworthiness(roll):
    flat = np.random.default_rng(0).uniform(-1, 1, (600, 2))
    torn = preservation(flat, flat + [10, 0] * (flat[:, :1] > 0), 20)
    folded = preservation(flat, np.abs(flat) * [1, 0] + flat * [0, 1], 20)
    assert torn.trustworthiness.mean() > torn.continuity.mean() + 0.01
    assert folded.continuity.mean() > folded.trustworthiness.mean() + 0.01


def test_large_and_tiny_sets(roll):
    shares = []
    assert preservation(roll, roll, most=300, progress=shares.append).rows == 300
    assert shares == [256 / 300, 1]
    assert preservation(roll[:3], roll[:3], 5).trustworthiness.tolist() == [1, 1, 1]
    with pytest.raises(ValueError, match="at least 3 rows, not 2"):
        preservation(roll[:2], roll[:2])
