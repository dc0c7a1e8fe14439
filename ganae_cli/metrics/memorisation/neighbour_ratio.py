"""Distances to the nearest training row: of samples, beside those of held-out rows.

The median tells a sampler that copies always; one that copies one sample in fifty is seen in the low quantiles alone.
But samples that lie nearer to all data than data do, blurred ones, have small distances, too, and are no copies: of a
copy it is the distance to one training row alone that is small, so `first_to_second` tells the two apart.
"""

from typing import NamedTuple

import numpy as np

QUANTILES = (0.01, 0.05, 0.5)


class Ratio(NamedTuple):
    """quantile: which. value: that of samples over that of held-out rows, about 1 for an i.i.d. sampler, 0 for copies.

    samples, held_out: the two distances, in the unit of the features.
    """

    quantile: float
    value: float | None
    samples: float
    held_out: float


class Copied(NamedTuple):
    """value: share of samples that are as near to a training row as the nearest of the held-out rows; lower is better.

    expected: what an i.i.d. sampler scores on average. limit: what it exceeds once in 40 times. radius: how near that
    is, a distance. rows: bool (M,), which samples these are.
    """

    value: float
    expected: float
    limit: float
    radius: float
    rows: np.ndarray


def neighbour_ratios(
    distances: np.ndarray, held_out_distances: np.ndarray, quantiles: tuple[float, ...] = QUANTILES
) -> tuple[Ratio, ...]:
    """Return quantiles of the distance to the nearest training row: of samples (M,), over those of held-out rows (N,).

    The "distance to closest record" of tabular data, with held-out rows beside it. Below 1: samples are nearer to the
    training set than new data are; above 1: they are farther from it. The value is None where that quantile of held-out
    rows is 0, because they have copies in the training set.

    >>> neighbour_ratios(np.array([0.0, 1.0, 2.0]), np.array([2.0, 4.0, 8.0]), (0.5,))[0].value
    0.25
    """
    found = []
    for quantile in quantiles:
        ours, theirs = (float(np.quantile(given, quantile)) for given in (distances, held_out_distances))
        found.append(Ratio(quantile, ours / theirs if theirs > 0 else None, ours, theirs))
    return tuple(found)


def first_to_second(distances: np.ndarray) -> np.ndarray:
    """Return the ratio of the distances to the nearest and the second nearest training row: float64 (N,).

    distances: (N, 2 or more), as `metrics.nearest` returns them. From 0, a copy, to 1, between two training rows: the
    "nearest neighbour distance ratio" of tabular data. It can take the place of distances in `neighbour_ratios` and
    `copied_share`; of held-out rows, too. Copies of rows that the training set has twice score 0.

    >>> first_to_second(np.array([[1.0, 2.0], [0.0, 0.0]])).tolist()
    [0.5, 0.0]
    """
    first, second = distances[:, 0], distances[:, 1]
    return np.divide(first, second, out=np.zeros(len(distances)), where=first > 0)


def copied_share(distances: np.ndarray, held_out_distances: np.ndarray, quantile: float = 0.01) -> Copied:
    """Return the share of samples as near to a training row as the nearest 1 % of held-out rows, or nearer.

    distances: of samples (M,) to their nearest training row; held_out_distances: of held-out rows (N,); or
    `first_to_second` of both. The radius is the r-th smallest of the latter, r = 1 % of N, at least 1. Samples of an
    i.i.d. sampler are nearer with the probability r / (N + 1), which is `expected`, and their number has the
    beta-binomial distribution (M; r, N + 1 - r), whatever the data: `limit` is its 97.5 % point, exact for distances
    without ties. If more held-out rows than r are as near, as where 2 % of them have copies in the training set, r is
    their number.

    Of 200 held-out rows the two nearest are at the distances 1 and 2. One sample in 100 should be as near; here 10 are:

    >>> held_out, samples = np.arange(1.0, 201.0), np.concatenate([np.zeros(10), np.arange(3.0, 93.0)])
    >>> found = copied_share(samples, held_out)
    >>> found.value, found.radius, round(found.expected, 4), found.limit
    (0.1, 2.0, 0.01, 0.04)
    """
    from scipy.stats import betabinom

    least = max(1, int(quantile * len(held_out_distances)))
    radius = float(np.partition(held_out_distances, least - 1)[least - 1])
    within = int(np.count_nonzero(held_out_distances <= radius))
    rows = distances <= radius
    others = len(held_out_distances) + 1 - within
    limit = float(betabinom.ppf(0.975, len(distances), within, others)) / max(1, len(distances))
    return Copied(float(rows.mean()), within / (within + others), limit, radius, rows)
