"""The nearest training rows, and how near they are beside their own neighbours. Without TensorFlow."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ganae_cli.datasets.rows import Array
from ganae_cli.metrics.nearest import nearest as search


class Nearest(NamedTuple):
    """Numbers int64 (N, k) of the nearest rows, nearest first, and their distances float64 (N, k)."""

    numbers: np.ndarray
    distances: np.ndarray


def nearest(rows: np.ndarray, among: Array, count: int, progress: Callable[[float], object] = float) -> Nearest:
    """Return the `count` nearest of `among`, or all if they are fewer, by Euclidean distance.

    rows, among: images uint8 (N, H, W, C), whose pixels count from 0 to 1, or numbers (N, d). The search is that of
    `metrics.nearest`. Of equal ones the first counts. progress: is told the share that is done.

    >>> found = nearest(np.array([[1.0], [9.0]]), np.array([[8.0], [0.0], [3.0]]), count=2)
    >>> found.numbers.tolist(), found.distances.tolist()
    ([[1, 2], [0, 2]], [[1.0, 2.0], [1.0, 6.0]])
    """
    found = search(rows, among, min(count, len(among)), progress=progress)
    return Nearest(found.indices, found.distances / 255 if among.dtype == np.uint8 else found.distances)


def distance_ratios(found: Nearest, among: Array, progress: Callable[[float], object] = float) -> np.ndarray:
    """Return how near rows are to their nearest one of `among`, measured by its own nearest other one, float64 (N,).

    A copy has 0. A row below 1 is nearer to that one than any other of them: Alaa et al. 2022, arXiv:2102.08921,
    section 4.3, call such a sample not authentic. New rows of the same distribution score below 1 in about half of the
    cases, so one that does says little; values near 0 do. Infinity: that one is there twice, and the row is another.
    """
    which, place = np.unique(found.numbers[:, 0], return_inverse=True)
    own = nearest(np.asarray(among[which]), among, 2, progress)
    other = np.where(own.numbers[:, 0] == which, own.distances[:, -1], own.distances[:, 0])
    distances = found.distances[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(distances == 0, 0.0, distances / other[place])
