"""KID: the squared maximum mean discrepancy of two sets of rows, by a cubic kernel, without bias.

Bińkowski, Sutherland, Arbel, Gretton 2018, "Demystifying MMD GANs" (arXiv:1801.01401), section 4; the estimate is that
of Gretton et al. 2012 (JMLR 13, pages 723 to 773), equation 3.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.intervals import Estimate, of_normal

BLOCK = 1024  # rows of one block of kernel values, in both directions
LONG = 128  # numbers in a row: in longer rows, the product of matrices takes the time, and is in single precision


class KernelDistance(NamedTuple):
    """KID and its standard error. Lower is better; a perfect sampler scores 0 on average, whatever the numbers."""

    value: float
    error: float

    def estimate(self) -> Estimate:
        """Return KID with its interval, value ± 1.96 standard errors, which may reach below 0."""
        return of_normal(self.value, self.error)


def kid(
    real: np.ndarray,
    samples: np.ndarray,
    progress: Callable[[float], object] = lambda share: None,
    known: "Within | None" = None,
) -> KernelDistance:
    """Return KID of real rows (N, D) and samples (M, D), at least four of each, by all pairs and no random subsets.

        mean of k(x, x') over different x, x'  +  mean of k(y, y')  -  2 mean of k(x, y),   k(x, y) = (x·y / D + 1)³

    It may be negative. The standard error is that of other real rows and other samples. It is the root of an unbiased
    estimate of the variance of this U-statistic (Sutherland 2019, arXiv:1906.02104, has it for N = M), by Hoeffding's
    decomposition: with k(x, x') = θ + α(x) + α(x') + k̃(x, x'), k(y, y') likewise with γ, and
    k(x, y) = θ' + β(x) + δ(y) + k̃'(x, y), whose parts are uncorrelated and have the mean 0, the variance is

        4 Var(α - β) / N + 4 Var(γ - δ) / M + 2 Var(k̃ of x) / N (N - 1) + 2 Var(k̃ of y) / M (M - 1) + 4 Var(k̃') / N M,

    where the first two terms, which are 0 of equal distributions, do not count if they are estimated to be negative.
    Measured with 300 draws each of equal, shifted, narrow and skewed samples, 20 to 300 rows of 4 to 64 dimensions: the
    error is 0.92 to 1.15 times the standard deviation of KID where the distributions differ, up to 1.35 times where
    they do not, and the interval holds the mean in 94 to 100 % of the draws of 64 dimensions, 85 to 100 % of fewer.

    known: `within(real)`, where several sets of samples are compared with the same real rows.

    >>> kid(np.eye(4), np.eye(4) + 1).value > kid(np.eye(4), np.eye(4) + 0.5).value > 0
    True
    """
    if min(len(real), len(samples)) < 4 or real.shape[1:] != samples.shape[1:]:
        raise ValueError(f"KID takes rows (N, D) and (M, D), at least 4 each, not {real.shape} and {samples.shape}")
    work = np.cumsum([0, 0 if known else len(real) ** 2 / 2, len(samples) ** 2 / 2, len(real) * len(samples)])

    def told(part: int) -> Callable[[float], object]:
        return lambda share: progress(float(work[part] + share * (work[part + 1] - work[part])) / float(work[-1]))

    of_real, of_samples = known or within(real, told(0)), within(samples, told(1))
    between = _between(real, samples, told(2))
    value = float(of_real.means.mean() + of_samples.means.mean() - 2 * between.rows.mean())
    if not np.isfinite(value):
        raise ValueError("rows hold numbers that are not finite: they have no kernel")
    slopes = of_real.slope(between.rows, between.of_rows), of_samples.slope(between.columns, between.of_columns)
    first = sum(4 * max(0.0, slope) / count for slope, count in zip(slopes, (len(real), len(samples)), strict=True))
    pairs = sum(2 * one.rest / (len(one.means) * (len(one.means) - 1)) for one in (of_real, of_samples))
    return KernelDistance(value, (first + pairs + 4 * between.rest / (len(real) * len(samples))) ** 0.5)


@dataclass(frozen=True)
class Within:
    """The kernel of all pairs of different rows of one set: the mean of each row with the others, (N,), and the parts.

    of_rows: Var(α). rest: Var(k̃).
    """

    means: np.ndarray
    of_rows: float
    rest: float

    def slope(self, others: np.ndarray, of_others: float) -> float:
        """Return the unbiased variance of α - β, given the means of each row with the other set, (N,), and Var(β)."""
        count = len(self.means)
        covariance = float(np.cov(self.means, others)[0, 1]) * (count - 1) / (count - 2)
        return self.of_rows + of_others - 2 * covariance


@dataclass(frozen=True)
class Between:
    """The kernel of all pairs of a row on the left and one on the right: means of each, (N,) and (M,), and the parts.

    of_rows, of_columns: Var(β) and Var(δ). rest: Var(k̃').
    """

    rows: np.ndarray
    columns: np.ndarray
    of_rows: float
    of_columns: float
    rest: float


def within(rows: np.ndarray, progress: Callable[[float], object] = lambda share: None) -> Within:
    """Return the kernel of all pairs of different rows (N, D), at least three of them."""
    count, squares, sums = len(rows), 0.0, np.zeros(len(rows))
    for left, right, kernel in _blocks(rows, rows, is_half=True):
        if left == right:
            np.fill_diagonal(kernel, 0)
        else:
            sums[right] += kernel.sum(axis=0)
        sums[left] += kernel.sum(axis=1)
        squares += float(np.vdot(kernel, kernel)) * (1 if left == right else 2)
        progress(min(1.0, (left.start * (2 * count - left.start) + 2 * BLOCK * (right.stop - left.start)) / count**2))
    means = sums / (count - 1)
    of_means, of_pairs = float(means.var(ddof=1)), squares / (count * (count - 1)) - float(means.mean()) ** 2
    # Expected: of_means = ((n - 2) / (n - 1))² Var(α) + (n - 2) / (n - 1)² Var(k̃), and
    # of_pairs = 2 (1 - 2 / n) Var(α) + (1 - 2 / (n (n - 1))) Var(k̃).
    n = count
    both = np.array([[((n - 2) / (n - 1)) ** 2, (n - 2) / (n - 1) ** 2], [2 - 4 / n, 1 - 2 / (n * (n - 1))]])
    of_rows, rest = np.linalg.solve(both, [of_means, of_pairs])
    return Within(means, float(of_rows), max(0.0, float(rest)))


def _between(rows: np.ndarray, others: np.ndarray, progress: Callable[[float], object]) -> Between:
    squares, of_left, of_right = 0.0, np.zeros(len(rows)), np.zeros(len(others))
    for left, right, kernel in _blocks(rows, others):
        of_left[left] += kernel.sum(axis=1)
        of_right[right] += kernel.sum(axis=0)
        squares += float(np.vdot(kernel, kernel))
        progress((left.start * len(others) + (left.stop - left.start) * right.stop) / (len(rows) * len(others)))
    n, m = len(rows), len(others)
    of_left, of_right = of_left / m, of_right / n
    row_means, column_means = float(of_left.var(ddof=1)), float(of_right.var(ddof=1))
    # Expected: row_means = Var(β) + Var(k̃') / m, column_means = Var(δ) + Var(k̃') / n, and the variance of all pairs
    # (1 - 1 / n) Var(β) + (1 - 1 / m) Var(δ) + (1 - 1 / nm) Var(k̃').
    of_pairs = squares / (n * m) - float(of_left.mean()) ** 2
    rest = of_pairs - (1 - 1 / n) * row_means - (1 - 1 / m) * column_means
    rest = max(0.0, rest / ((1 - 1 / n) * (1 - 1 / m)))
    return Between(of_left, of_right, row_means - rest / m, column_means - rest / n, rest)


def _blocks(left: np.ndarray, right: np.ndarray, is_half: bool = False) -> Iterator[tuple[slice, slice, np.ndarray]]:
    """Give the kernel of all pairs, block by block; is_half: of one set, those on and right of the diagonal only."""
    dtype: type[np.floating] = np.float64 if left.shape[1] <= LONG else np.float32
    for begin in range(0, len(left), BLOCK):
        rows = slice(begin, min(begin + BLOCK, len(left)))
        ours = left[rows].astype(dtype, copy=False)
        for first in range(begin if is_half else 0, len(right), BLOCK):
            columns = slice(first, min(first + BLOCK, len(right)))
            products = ours @ right[columns].astype(dtype, copy=False).T
            scaled = np.multiply(products, 1 / left.shape[1], dtype=np.float64)
            scaled += 1
            kernel = np.square(scaled)
            kernel *= scaled
            yield rows, columns, kernel
