"""The Inception score of known probabilities, beside scikit-learn's mutual information, and its interval."""

import numpy as np
import pytest
from scipy.stats import entropy

from ganae_cli.metrics.distribution import inception_score as module
from ganae_cli.metrics.distribution.inception_score import inception_score


def drawn(rng, count, sharpness=3.0):
    logits = rng.normal(size=(count, 10)) * sharpness
    powers = np.exp(logits)
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def test_it_is_the_formula(monkeypatch):
    monkeypatch.setattr(module, "BLOCK", 64)
    probabilities = drawn(np.random.default_rng(0), 500)
    exact = probabilities.astype(np.float64)
    expected = [entropy(row, exact.mean(axis=0)) for row in exact]
    found = inception_score(probabilities)
    assert found.rows == pytest.approx(expected, abs=1e-6)
    assert found.value == pytest.approx(np.exp(np.mean(expected)), rel=1e-6)
    assert found.value > 2


def test_known_scores():
    """All of one class: 1. Sure, of all classes alike: 10. Unsure, all alike: 1. Three quarters of one of two: e^H."""
    sure = np.eye(10, dtype=np.float32)
    assert inception_score(np.repeat(sure[:1], 20, axis=0)).value == 1
    assert inception_score(np.repeat(sure, 20, axis=0)).value == pytest.approx(10)
    assert inception_score(np.full((20, 10), 0.1)).value == pytest.approx(1)
    found = inception_score(sure[[0, 0, 0, 1]]).value
    assert found == pytest.approx(np.exp(-0.75 * np.log(0.75) - 0.25 * np.log(0.25)))


def test_few_sure_samples_score_too_little():
    """By (C - 1) / 2N in the logarithm, on average: of ten classes and 100 samples 0.045."""
    rng = np.random.default_rng(0)
    found = [np.log(inception_score(np.eye(10)[rng.integers(0, 10, 100)]).value) for _ in range(400)]
    assert np.log(10) - np.mean(found) == pytest.approx(0.045, abs=0.004)


def test_the_interval_holds_the_mean_of_many_draws():
    rng = np.random.default_rng(0)
    found = [inception_score(drawn(rng, 300)).estimate() for _ in range(300)]
    mean = np.mean([one.value for one in found])
    assert 0.91 <= np.mean([one.low <= mean <= one.high for one in found]) <= 0.99
    assert inception_score(np.full((20, 10), 0.1)).estimate().low == 1


def test_what_is_no_table_is_refused():
    with pytest.raises(ValueError, match=r"probabilities \(N, C\), not of the shape \(0, 3\)"):
        inception_score(np.zeros((0, 3)))
