"""Intervals, worked out by hand, beside SciPy's, and how often they hold what they should."""

import numpy as np
import pytest
from scipy import stats

from ganae_cli.metrics.intervals import bootstrap, of_mean, of_normal


@pytest.mark.parametrize(("successes", "count"), [(0, 10), (3, 10), (10, 10), (81, 263)])
def test_a_share_has_the_interval_of_wilson(successes, count):
    expected = stats.binomtest(successes, count).proportion_ci(method="wilson")
    found = of_mean(np.arange(count) < successes)
    assert found == pytest.approx((successes / count, expected.low, expected.high), abs=1e-12)
    assert found.high > found.low


def test_numbers_have_the_interval_of_student():
    rows = np.array([1.0, 4.0, 2.0, 8.0, 5.0])
    expected = stats.t.interval(0.95, 4, loc=rows.mean(), scale=stats.sem(rows))
    assert of_mean(rows) == pytest.approx((4.0, *expected), abs=1e-12)


def test_shares_at_a_bound_are_not_certain():
    """Six ones and the rows 0, 1, 0, 1: their mean is 0.8, their standard deviation 0.4, so 0.8 ± 1.96 · 0.4 / √10."""
    found = of_mean(np.ones(6), bounds=(0.0, 1.0))
    assert found == pytest.approx((1.0, 0.8 - 1.959964 * 0.4 / 10**0.5, 1.0), abs=1e-6)


def test_bounds_hardly_matter_for_many_rows():
    rows = np.random.default_rng(0).random(5000)
    assert of_mean(rows, bounds=(0.0, 1.0)) == pytest.approx(of_mean(rows), abs=1e-3)


def test_a_single_row_tells_no_interval_and_no_row_no_mean():
    assert of_mean(np.array([2.0])) == pytest.approx((2.0, np.nan, np.nan), nan_ok=True)
    with pytest.raises(ValueError, match="no mean of no rows"):
        of_mean(np.zeros(0))


def test_a_normal_interval_is_cut_at_what_is_possible():
    assert of_normal(1.0, 1.0, least=0.0) == pytest.approx((1.0, 0.0, 2.959964), abs=1e-6)


def test_95_of_100_intervals_hold_the_mean():
    """Of 2,000 draws each: shares of 0.05 of 100 rows, exponential numbers of 100 rows, bounded numbers near 1."""
    rng = np.random.default_rng(0)
    shares = [of_mean(rng.random(100) < 0.05) for _ in range(2000)]
    numbers = [of_mean(rng.exponential(size=100)) for _ in range(2000)]
    bounded = [of_mean(np.minimum(1.0, rng.random(100) * 5), (0.0, 1.0)) for _ in range(2000)]  # of the mean 0.9
    for found, mean in ((shares, 0.05), (numbers, 1.0), (bounded, 0.9)):
        held = np.mean([one.low <= mean <= one.high for one in found])
        assert 0.92 <= held <= 0.985


def test_the_bootstrap_of_a_mean_is_that_of_theory():
    rows = np.random.default_rng(1).normal(3.0, 2.0, 400)
    found = bootstrap(np.mean, rows, resamples=2000)
    assert found == pytest.approx(of_mean(rows), abs=0.02)
    assert found == bootstrap(np.mean, rows, resamples=2000)
    assert found != bootstrap(np.mean, rows, resamples=2000, seed=1)


def test_arrays_are_drawn_independently():
    """The difference of the means of one array and itself: with the same rows drawn, its interval would be empty."""
    rows = np.random.default_rng(1).normal(size=400)
    found = bootstrap(lambda a, b: float(a.mean() - b.mean()), rows, rows, resamples=1000)
    assert found.value == 0
    assert found.high - found.low == pytest.approx(2 * 1.96 * rows.std() * (2 / 400) ** 0.5, rel=0.1)


def test_progress_is_told():
    told: list[float] = []
    bootstrap(np.mean, np.arange(4.0), resamples=4, progress=told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize("count", [1, 7, 20, 110, 299, 5000])
def test_an_interval_of_a_share_holds_it_also_where_all_or_none_are(count):
    """By rounding, the upper end of 110 of 110 would be 0.9999999999999999."""
    for one in (True, False):
        found = of_mean(np.full(count, one))
        assert found.low <= found.value <= found.high
