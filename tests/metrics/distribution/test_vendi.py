"""The Vendi score of known sets, beside a transcription and the package `vendi_score`, and its interval."""

import numpy as np
import pytest

from ganae_cli.metrics.distribution import vendi as module
from ganae_cli.metrics.distribution.vendi import vendi


def by_formula(kernel):
    values = np.linalg.eigvalsh(kernel / np.trace(kernel))
    values = values[values > 1e-12]
    return np.exp(-(values * np.log(values)).sum())


def rows(count, dimensions, shift=0.5):
    return (np.random.default_rng(0).normal(size=(count, dimensions)) + shift).astype(np.float32)


@pytest.mark.parametrize(("count", "dimensions"), [(200, 10), (40, 90), (50, 50), (1, 3)])
def test_it_is_the_formula(monkeypatch, count, dimensions):
    """By the products of the columns, and by those of the rows; blocks that do not divide either."""
    monkeypatch.setattr(module, "BLOCK", 32)
    x = rows(count, dimensions).astype(np.float64)
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    assert vendi(rows(count, dimensions)).value == pytest.approx(by_formula(unit @ unit.T), rel=1e-6)
    assert vendi(rows(count, dimensions), is_cosine=False).value == pytest.approx(by_formula(x @ x.T), rel=1e-6)


@pytest.mark.parametrize(("count", "dimensions"), [(200, 10), (40, 90)])
def test_it_agrees_with_the_package(count, dimensions):
    package = pytest.importorskip("vendi_score.vendi")
    expected = package.score_dual(rows(count, dimensions).astype(np.float64), normalize=True)
    assert vendi(rows(count, dimensions)).value == pytest.approx(expected, rel=1e-6)


def test_known_scores():
    """Copies count once; k directions at right angles, equally often, score k; of lengths only the linear kernel."""
    assert vendi(np.repeat(np.eye(7, 9), 5, axis=0)).value == pytest.approx(7)
    assert vendi(np.ones((50, 3))).value == pytest.approx(1)
    assert vendi(np.array([[1.0, 0], [0, 3.0]])).value == pytest.approx(2)
    expected = np.exp(-(0.1 * np.log(0.1) + 0.9 * np.log(0.9)))
    assert vendi(np.array([[1.0, 0], [0, 3.0]]), is_cosine=False).value == pytest.approx(expected)
    assert vendi(np.zeros((4, 3))).value == 1


@pytest.mark.parametrize(("count", "dimensions"), [(60, 8), (20, 40)])
@pytest.mark.parametrize("is_cosine", [True, False])
def test_changes_are_those_of_a_little_more_weight(count, dimensions, is_cosine):
    """The derivative by the weight of each row, beside the difference of the scores."""
    x, step = rows(count, dimensions).astype(np.float64), 1e-5

    def log_score(weights):
        scaled = x / np.linalg.norm(x, axis=1, keepdims=True) if is_cosine else x
        scaled = scaled * np.sqrt(weights)[:, None]
        return np.log(by_formula(scaled @ scaled.T))

    expected = []
    for i in range(count):
        more, less = (np.ones(count) + sign * step * (np.arange(count) == i) for sign in (1, -1))
        expected.append(count * (log_score(more) - log_score(less)) / (2 * step))
    found = vendi(x, is_cosine)
    assert found.changes == pytest.approx(expected, abs=1e-4)
    assert found.changes.mean() == pytest.approx(0, abs=1e-9)


def test_the_interval_holds_the_mean_of_many_draws():
    rng = np.random.default_rng(1)
    found = [vendi(rng.normal(size=(100, 8)) * 0.3 + 1).estimate() for _ in range(200)]
    mean = np.mean([one.value for one in found])
    assert 0.9 <= np.mean([one.low <= mean <= one.high for one in found]) <= 0.995
    assert vendi(np.ones((50, 3))).estimate() == pytest.approx((1, 1, 1))


def test_what_are_no_rows_is_refused():
    with pytest.raises(ValueError, match=r"rows \(N, D\), not an array of the shape \(0, 3\)"):
        vendi(np.zeros((0, 3)))
