"""Are the codes of all data together distributed as the prior N(0, I), from which samples are drawn?

Where they are not, a decoder is asked for codes that it has never seen (Makhzani et al. 2016, arXiv:1511.05644;
Tolstikhin et al. 2018, arXiv:1711.01558). Three distances, each 0 for equal distributions, lower is better; and what
they score for real draws from the prior in the place of codes, as many as there are codes. No encoder can do better
than these draws, other than by chance.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri
from threadpoolctl import threadpool_limits

from ganae_cli.metrics.codes.moments import eigenvalues, moments
from ganae_cli.metrics.codes.pairs import MOST, chosen

PROJECTIONS, AT_ONCE = 128, 16  # directions of the sliced distance, and those that are looked at together
DRAWS = 5  # sets of real draws from the prior
BLOCK = 512  # rows whose kernels are held at once


class Beside(NamedTuple):
    """value: of the codes. prior: float64 (R,), of R sets of real draws from the prior. rows: number of each."""

    value: float
    prior: np.ndarray
    rows: int


class Mismatch(NamedTuple):
    """How far codes are from N(0, I): MMD², KL of the fitted Gaussian in nats, sliced Wasserstein-1."""

    mmd: Beside
    gaussian_kl: Beside
    sliced_wasserstein: Beside


def mismatch(
    codes: np.ndarray,
    most: int = MOST,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Callable[[float], object] = lambda share: None,
) -> Mismatch:
    """Return how far codes (N, k) are from the prior N(0, I), N at least 2.

    For MMD, of more than `most` codes so many are taken at random; the other two take all.
    """
    random = np.random.default_rng(seed)
    part = codes[chosen(len(codes), most, seed)]
    prior = random.normal(size=part.shape)
    kernel_of_prior = mean_kernel(prior)
    found: list[tuple[float, float, float]] = []
    for number in range(draws + 1):
        rows = codes if number == 0 else random.normal(size=codes.shape)
        few = part if number == 0 else rows[: len(part)]
        squared = mean_kernel(few) + kernel_of_prior - 2 * mean_kernel(few, prior)
        found.append((squared, fitted_kl(rows), sliced_wasserstein(rows, seed=seed)))
        progress((number + 1) / (draws + 1))
    mmd, kl, sliced = np.array(found).T
    return Mismatch(
        Beside(float(mmd[0]), mmd[1:], len(part)),
        Beside(float(kl[0]), kl[1:], len(codes)),
        Beside(float(sliced[0]), sliced[1:], len(codes)),
    )


def mean_kernel(rows: np.ndarray, others: np.ndarray | None = None) -> float:
    """Return the mean of k(a, b) over the rows a and the others b, or over all pairs of two different rows.

    k(a, b) = C / (C + ‖a - b‖²), C = 2k: the inverse multiquadratic kernel of WAE for the prior N(0, I) in k
    dimensions, where C is the mean squared distance of two draws. mean(x, x') + mean(y, y') - 2 mean(x, y) is MMD²
    without bias (Gretton et al. 2012, JMLR 13); it may be less than 0.

    >>> round(mean_kernel(np.array([[0.0], [2.0], [2.0]])), 6)  # 2 / (2 + 4), twice, and 1
    0.555556
    """
    scale, total = 2.0 * rows.shape[1], 0.0
    first = rows.astype(np.float64)
    second = first if others is None else others.astype(np.float64)
    squares = np.square(second).sum(axis=1)
    with threadpool_limits(1, "blas"):
        for begin in range(0, len(first), BLOCK):
            block = first[begin : begin + BLOCK]
            distances = np.square(block).sum(axis=1)[:, None] + squares - 2 * block @ second.T
            total += float(np.sum(scale / (scale + np.maximum(distances, 0))))
    if others is None:  # without the kernel of each row with itself, which is 1
        return (total - len(first)) / (len(first) * (len(first) - 1))
    return total / (len(first) * len(second))


def fitted_kl(codes: np.ndarray) -> float:
    """Return KL(N(μ, Σ) || N(0, I)) of the mean and covariance of codes (N, k), in nats.

    ½ (tr Σ + ‖μ‖² - k - log det Σ). Infinite if the codes fill fewer than k dimensions. Of N real draws it is about
    k (k + 3) / 4N, which is what the estimation of μ and Σ costs.

    >>> fitted_kl(np.array([[-1.0], [1.0], [3.0]]))  # μ = 1, Σ = 4: (4 + 1 - 1 - log 4) / 2
    1.3068528194400546
    """
    mean, covariance = moments(codes)
    values = eigenvalues(covariance)
    if values[0] <= 1e-13 * values[-1]:
        return float("inf")
    return float(0.5 * np.sum(values - 1 - np.log(values)) + 0.5 * np.sum(np.square(mean)))


def sliced_wasserstein(codes: np.ndarray, projections: int = PROJECTIONS, seed: int = 0) -> float:
    """Return the Wasserstein-1 distance between codes (N, k) and N(0, I), the mean over random directions.

    Along a direction the prior is N(0, 1), whose quantile function is known, so that no draws of it are needed:
    ∫ |F⁻¹(u) - Φ⁻¹(u)| du over 0 < u < 1 is computed exactly, F the empirical distribution (Bonneel et al. 2015,
    doi:10.1007/s10851-014-0506-3, has the mean over directions). If k = 1 there is but one direction.
    """
    directions = np.random.default_rng(seed).normal(size=(codes.shape[1], projections if codes.shape[1] > 1 else 1))
    directions /= np.linalg.norm(directions, axis=0)
    found = np.zeros(directions.shape[1])
    with threadpool_limits(1, "blas"):
        for begin in range(0, len(found), AT_ONCE):
            part = slice(begin, begin + AT_ONCE)
            found[part] = wasserstein_to_normal(codes @ directions[:, part])
    return float(found.mean())


def wasserstein_to_normal(numbers: np.ndarray) -> np.ndarray:
    """Return the Wasserstein-1 distance between each column of numbers (N, C) and N(0, 1), exactly: float64 (C,).

    The i-th smallest is moved to the i-th of N equal shares of N(0, 1). ∫ |x - Φ⁻¹(u)| du over a share from u to u',
    with c the number x, or the end of the share that is nearer to it, and φ the density, is

        x (2 Φ(c) - u - u') + 2 φ(c) - φ(Φ⁻¹(u)) - φ(Φ⁻¹(u')).

    >>> wasserstein_to_normal(np.array([[0.0, -30.0]])).round(6).tolist()
    [0.797885, 30.0]
    """
    values = np.sort(numbers.astype(np.float64), axis=0)
    ends = np.arange(len(values) + 1) / len(values)
    quantiles = ndtri(ends)[:, None]
    nearest = np.clip(values, quantiles[:-1], quantiles[1:])
    sums = (ends[:-1] + ends[1:])[:, None]
    at_ends = _density(quantiles[:-1]) + _density(quantiles[1:])
    return np.sum(values * (2 * ndtr(nearest) - sums) + 2 * _density(nearest) - at_ends, axis=0)


def _density(values: np.ndarray) -> np.ndarray:
    """Return the density of N(0, 1); 0 at infinity."""
    return np.exp(-0.5 * np.square(values)) / np.sqrt(2 * np.pi)
