"""Intervals of measures: what is written beside a number, so that nobody takes noise for a difference.

All are of 95 %: of a hundred evaluations with other samples, about 95 give an interval that holds the value that is
meant, which is the mean over many evaluations with as many samples.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Z = 1.959963984540054  # standard deviations on either side of the mean that hold 95 % of a normal distribution


class Estimate(NamedTuple):
    """A value and the ends of its interval of 95 %."""

    value: float
    low: float
    high: float


def of_mean(rows: np.ndarray, bounds: tuple[float, float] | None = None) -> Estimate:
    """Return the mean of the scores of independent rows (N,), with its interval.

    Booleans: Wilson's interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953), which is not empty for
    shares of 0 and 1. Numbers: mean ± t s / sqrt(N), Student's t of N - 1 degrees of freedom. bounds: of numbers that
    cannot leave them, such as shares: then two rows at each bound are added before the interval is computed, which of
    booleans is the interval of Agresti and Coull 1998 (doi:10.1080/00031305.1998.10480550), so that it is not empty
    where all rows are at a bound. Of a single number without bounds nothing is known: the ends are NaN.

    >>> [round(end, 4) for end in of_mean(np.ones(100, bool))]  # value, low, high
    [1.0, 0.963, 1.0]
    >>> [round(end, 4) for end in of_mean(np.array([1.0, 2.0, 3.0]))]  # 2 ± 4.3027 / sqrt(3)
    [2.0, -0.4841, 4.4841]
    """
    if len(rows) == 0:
        raise ValueError("there is no mean of no rows")
    value = float(np.mean(rows))
    if rows.dtype == bool:
        return Estimate(value, *_wilson(value, len(rows)))
    if bounds is not None:
        padded = np.concatenate([rows, bounds, bounds])
        middle, half = float(padded.mean()), Z * float(padded.std()) / len(padded) ** 0.5
        return Estimate(value, max(bounds[0], min(value, middle - half)), min(bounds[1], max(value, middle + half)))
    if len(rows) == 1:
        return Estimate(value, float("nan"), float("nan"))
    from scipy.stats import t

    half = float(t.ppf(0.975, len(rows) - 1)) * float(np.std(rows, ddof=1)) / len(rows) ** 0.5
    return Estimate(value, value - half, value + half)


def of_normal(value: float, error: float, least: float = -np.inf, most: float = np.inf) -> Estimate:
    """Return a value with its interval, given its standard error: value ± 1.96 error, cut at `least` and `most`."""
    return Estimate(value, max(least, value - Z * error), min(most, value + Z * error))


def of_jackknife(value: float, changes: np.ndarray, least: float = -np.inf, most: float = np.inf) -> Estimate:
    """Return a value with its interval, given by how much it changes without each of N rows, one at a time, (N,).

    The variance is (N - 1) / N Σ (change - mean change)² (Efron and Stein 1981, doi:10.1214/aos/1176345462, who show
    that it is rather too large than too small). For what looks at pairs of rows, which a bootstrap would draw twice.

    Of a mean, it is the usual variance: without one of the rows 0, 1, 5 the mean of 2 becomes 3, 2.5 or 0.5.

    >>> [round(end, 4) for end in of_jackknife(2.0, np.array([1.0, 0.5, -1.5]))]  # 2 ± 1.96 √(7 / 3)
    [2.0, -0.9939, 4.9939]
    """
    error = ((len(changes) - 1) / len(changes) * np.square(changes - changes.mean()).sum()) ** 0.5
    return of_normal(value, float(error), least, most)


def widest(*estimates: Estimate) -> Estimate:
    """Return the first value, with the ends of all intervals that are farthest apart."""
    return Estimate(estimates[0].value, min(one.low for one in estimates), max(one.high for one in estimates))


def bootstrap(
    statistic: Callable[..., float],
    *arrays: np.ndarray,
    resamples: int = 200,
    seed: int = 0,
    progress: Callable[[float], object] = lambda share: None,
) -> Estimate:
    """Return statistic(*arrays), with the percentile interval of the bootstrap.

    Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13: the rows of each array (N, …) are drawn
    anew with replacement, independently of the other arrays; the interval reaches from the 2.5 % to the 97.5 % quantile
    of what the statistic gives then. It never leaves the range of the statistic.

    Not for a statistic that looks at pairs of rows: a row that is drawn twice is its own nearest neighbour at distance
    0, and equals itself in a kernel. Of those, the measures in `distribution` have intervals of their own.

    >>> bootstrap(np.median, np.arange(101.0)).value
    50.0
    """
    rng = np.random.default_rng(seed)
    found = np.empty(resamples)
    for i in range(resamples):
        found[i] = statistic(*(array[rng.integers(0, len(array), len(array))] for array in arrays))
        progress((i + 1) / resamples)
    low, high = np.quantile(found, [0.025, 0.975])
    return Estimate(float(statistic(*arrays)), float(low), float(high))


def _wilson(share: float, count: int) -> tuple[float, float]:
    middle = (share + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z / (1 + Z**2 / count) * np.sqrt(share * (1 - share) / count + Z**2 / (4 * count**2))
    # Of 0 and of 1 that is exact, where rounding would leave 1e-17.
    return 0.0 if share == 0 else float(middle - half), 1.0 if share == 1 else float(middle + half)
