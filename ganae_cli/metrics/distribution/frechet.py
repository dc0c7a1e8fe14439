"""FID: the Fréchet distance between two normal distributions that have the means and covariances of two sets of rows.

Heusel, Ramsauer, Unterthiner, Nessler, Hochreiter 2017, "GANs trained by a two time-scale update rule converge to a
local Nash equilibrium" (arXiv:1706.08500), equation 6, after Dowson and Landau 1982 (doi:10.1016/0047-259X(82)90077-X).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ganae_cli.metrics.intervals import Estimate, of_normal

BLOCK = 2048  # rows whose products are summed at once
ROWS_PER_DIMENSION = 5  # as the authors ask 10,000 images for the 2,048 dimensions of Inception
SMALLEST = 1e-12  # of the largest eigenvalue: what is less is rounding, and counts as 0


@dataclass(frozen=True)
class Statistics:
    """What FID looks at: mean (D,) and covariance (D, D, over N - 1) in float64, and the number of rows N."""

    mean: np.ndarray
    covariance: np.ndarray
    count: int


def statistics(rows: np.ndarray, progress: Callable[[float], object] = lambda share: None) -> Statistics:
    """Return mean and covariance of rows (N, D), N at least 2. They can be kept in place of the rows."""
    if rows.ndim != 2 or len(rows) < 2:
        raise ValueError(f"a covariance takes rows (N, D), N at least 2, not an array of the shape {rows.shape}")
    mean = np.asarray(rows.mean(axis=0, dtype=np.float64))
    if not np.isfinite(mean).all():
        raise ValueError("rows hold numbers that are not finite: they have no covariance")
    products = np.zeros((rows.shape[1], rows.shape[1]))
    for first in range(0, len(rows), BLOCK):
        centred = rows[first : first + BLOCK] - mean
        products += centred.T @ centred
        progress(min(1.0, (first + BLOCK) / len(rows)))
    return Statistics(mean, products / (len(rows) - 1), len(rows))


def enough(count: int, dimensions: int) -> bool:
    """Return True if there are rows enough to estimate a covariance: five for each dimension.

    FID of few rows is too high. Of two sets of N rows of one normal distribution of D dimensions of variance 1 it is
    about D (D + 5) / 2N, where it should be 0: with N = 5 D a tenth of the variance of all dimensions together.

    >>> enough(10_000, 2048), enough(1000, 1280), enough(1000, 112)
    (False, False, True)
    """
    return count >= ROWS_PER_DIMENSION * dimensions


def frechet_distance(one: Statistics, other: Statistics) -> float:
    """Return FID: |m1 - m2|² + tr(C1 + C2 - 2 (C1 C2)^(1/2)), never negative. Lower is better; equal rows score 0.

    The trace of the root is the sum of the roots of the eigenvalues of C1 C2, which are those of the symmetric matrix
    S C2 S with S = C1^(1/2). So no number is complex, and covariances may be singular.

    >>> one, other = Statistics(np.zeros(2), np.eye(2), 9), Statistics(np.array([3.0, 0.0]), 4 * np.eye(2), 9)
    >>> round(frechet_distance(one, other), 9)  # 3² + 2 (1 - 2)²
    11.0
    """
    root = _root(one.covariance)
    return _distance(one, other, np.linalg.eigvalsh(_symmetric(root @ other.covariance @ root)))


def fid(
    samples: np.ndarray, reference: Statistics, progress: Callable[[float], object] = lambda share: None
) -> Estimate:
    """Return FID of samples (N, D) to a reference, with the interval of what other samples of the same number score.

    A perfect sampler scores what held-out rows of the same number score, not 0: see `enough`.

    The interval is by the infinitesimal jackknife (Jaeckel 1972; Efron 1982, "The jackknife, the bootstrap and other
    resampling plans", chapter 6): how FID changes with the weight of a row x of N, which is

        2 (m1 - m2)·(x - m1) + (x - m1)ᵀ (1 - T) (x - m1), less its mean,  T = S2 (S2 C1 S2)^(-1/2) S2,  S2 = C2^(1/2),

    where T is the linear map from one normal distribution to the other (the derivative is in Rippl, Munk and Sturm
    2016, arXiv:1507.04090). A bootstrap would be wrong: a set of rows in which some are there twice has another bias
    than N different ones. Measured with 150 draws each of equal, shifted and heavy-tailed samples, the interval holds
    the mean over the draws in 92 to 100 % of them (16 dimensions and 300 rows; 64 and 1,000, 200 and 50): with equal
    distributions and few rows it is up to 1.4 times as wide as it need be.
    """
    own = statistics(samples, lambda share: progress(share / 2))
    root = _root(reference.covariance)
    values, vectors = np.linalg.eigh(_symmetric(root @ own.covariance @ root))
    is_kept = values > SMALLEST * max(values[-1], 0.0)
    scaled = root @ vectors[:, is_kept] / values[is_kept] ** 0.25  # T is this times its transpose
    slope = 2 * (own.mean - reference.mean)
    changes = np.empty(len(samples))
    for first in range(0, len(samples), BLOCK):
        centred = samples[first : first + BLOCK] - own.mean
        curved = np.square(centred).sum(axis=1) - np.square(centred @ scaled).sum(axis=1)
        changes[first : first + BLOCK] = centred @ slope + curved
        progress(0.5 + min(0.5, (first + BLOCK) / len(samples) / 2))
    error = float(changes.std(ddof=1)) / len(samples) ** 0.5
    return of_normal(_distance(own, reference, values), error, least=0.0)


def _distance(one: Statistics, other: Statistics, values: np.ndarray) -> float:
    """Return FID, given the eigenvalues of the product of the covariances."""
    traces = np.trace(one.covariance) + np.trace(other.covariance) - 2 * np.sqrt(values.clip(0)).sum()
    return float(np.maximum(0.0, np.square(one.mean - other.mean).sum() + traces))  # NaN stays NaN


def _root(covariance: np.ndarray) -> np.ndarray:
    """Return the symmetric root of a positive semidefinite matrix."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(values.clip(0))) @ vectors.T


def _symmetric(matrix: np.ndarray) -> np.ndarray:
    return (matrix + matrix.T) / 2
