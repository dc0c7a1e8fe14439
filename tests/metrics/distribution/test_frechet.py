"""FID of known distributions, beside SciPy's root of a matrix, and how often its interval holds."""

import tracemalloc

import numpy as np
import pytest
from scipy.linalg import sqrtm

from ganae_cli.metrics.distribution import frechet as module
from ganae_cli.metrics.distribution.frechet import Statistics, enough, fid, frechet_distance, statistics

pytestmark = pytest.mark.filterwarnings("error")  # the root of a negative number is one


def by_scipy(one, other):
    root = sqrtm(one.covariance @ other.covariance)
    return float(np.sum((one.mean - other.mean) ** 2) + np.trace(one.covariance + other.covariance - 2 * root.real))


def draws(rng, count, dimensions, width=1.0):
    """Return correlated rows with long tails, far from 0."""
    mixing = np.random.default_rng(5).normal(size=(dimensions, dimensions)) / dimensions**0.5
    return (rng.standard_t(5, (count, dimensions)) @ mixing * width + 7).astype(np.float32)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_mean_and_covariance_are_those_of_numpy(rng, monkeypatch):
    rows = draws(rng, 1000, 20)
    monkeypatch.setattr(module, "BLOCK", 128)  # does not divide 1,000
    found = statistics(rows)
    assert found.mean == pytest.approx(rows.mean(axis=0, dtype=np.float64), abs=1e-12)
    assert found.covariance == pytest.approx(np.cov(rows.astype(np.float64), rowvar=False), abs=1e-12)
    assert found.count == 1000


@pytest.mark.parametrize("dimensions", [3, 64])
def test_it_is_what_the_root_of_scipy_gives(rng, dimensions):
    one, other = (statistics(draws(rng, 2000, dimensions, width)) for width in (1.0, 1.5))
    expected = by_scipy(one, other)
    assert expected > 0.1
    assert frechet_distance(one, other) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(other, one) == pytest.approx(expected, rel=1e-6)
    assert fid(draws(np.random.default_rng(0), 2000, dimensions), other).value == pytest.approx(expected, rel=1e-6)


def test_covariances_that_do_not_commute():
    """C1 = diag(4, 1), C2 = [[2, 1], [1, 2]]: of 2 × 2, tr (C1 C2)^½ = √(tr C1 C2 + 2 √det C1 C2) = √(10 + 2 √12)."""
    one = Statistics(np.array([1.0, 0.0]), np.diag([4.0, 1.0]), 9)
    other = Statistics(np.array([0.0, 2.0]), np.array([[2.0, 1.0], [1.0, 2.0]]), 9)
    assert frechet_distance(one, other) == pytest.approx(1 + 4 + 5 + 4 - 2 * (10 + 2 * 12**0.5) ** 0.5, abs=1e-12)


def test_covariances_may_be_singular():
    """Rows on two lines at right angles have nothing in common: all the variance counts. One on the other: none."""
    across, up = (Statistics(np.zeros(3), np.diag(values), 9) for values in ([4.0, 0, 0], [0, 9.0, 0]))
    assert frechet_distance(across, up) == pytest.approx(13.0, abs=1e-12)
    assert frechet_distance(across, across) == pytest.approx(0.0, abs=1e-12)
    assert frechet_distance(across, Statistics(np.zeros(3), np.diag([1.0, 0, 0]), 9)) == pytest.approx(1.0, abs=1e-12)


def test_fewer_rows_than_dimensions(rng):
    rows = draws(rng, 20, 50)
    found = fid(rows, statistics(rows))
    assert found.value == pytest.approx(0, abs=1e-5)
    assert np.isfinite(found).all()


def test_two_sets_of_one_distribution_score_what_the_docstring_says(rng):
    """D = 40 and N = 200 rows each: 40 · 45 / 400 = 4.5 instead of 0."""
    found = [frechet_distance(*(statistics(rng.normal(size=(200, 40))) for _ in range(2))) for _ in range(20)]
    assert np.mean(found) == pytest.approx(40 * 45 / 400, rel=0.05)
    assert not enough(199, 40)
    assert enough(200, 40)


@pytest.mark.parametrize(("width", "shift"), [(1.0, 0.0), (1.4, 0.5)])
def test_the_interval_holds_the_mean_of_many_draws(rng, width, shift):
    reference = statistics(draws(rng, 3000, 12))
    found = [fid(draws(rng, 400, 12, width) + np.float32(shift), reference) for _ in range(120)]
    mean = np.mean([one.value for one in found])
    assert np.mean([one.low <= mean <= one.high for one in found]) >= 0.88
    spread, width = np.std([one.value for one in found]), np.mean([one.high - one.value for one in found]) / 1.96
    assert 0.8 < width / spread < 1.7


def test_samples_that_are_all_alike(rng):
    """They have no covariance: the distance is that of the means and the whole variance of the reference."""
    reference = statistics(draws(rng, 500, 6))
    found = fid(np.full((50, 6), 7, np.float32), reference)
    expected = np.square(reference.mean - 7).sum() + np.trace(reference.covariance)
    assert found == pytest.approx((expected, expected, expected), rel=1e-9)


def test_memory_is_that_of_a_block():
    rows = np.zeros((100_000, 16), np.float32)  # 12.8 MB in float64
    rows[::2] = 1
    tracemalloc.start()
    fid(rows, statistics(rows))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4e6


def test_one_row_has_no_covariance():
    with pytest.raises(ValueError, match=r"N at least 2, not an array of the shape \(1, 3\)"):
        statistics(np.zeros((1, 3), np.float32))


def test_numbers_that_are_not_finite_are_refused(rng):
    rows = draws(rng, 50, 3)
    rows[7, 1] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        statistics(rows)


def test_progress_ends_with_1(rng):
    told: list[float] = []
    fid(draws(rng, 5000, 3), statistics(draws(rng, 50, 3)), told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
