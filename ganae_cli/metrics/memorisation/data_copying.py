"""The data-copying test C_T: are samples nearer to the training set than held-out data, region by region?

Meehan, Chaudhuri, Dasgupta 2020, "A non-parametric test to detect data-copying in generative models"
(arXiv:2004.05675).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from ganae_cli.metrics.nearest import Rows, nearest

LEAST = 20  # rows of each kind in a cell: with fewer, U is not normally distributed
MOST_CELLS, PER_CELL = 50, 40  # cells at most, and rows of each kind per cell on average at least
MOST_CLUSTERED, ROUNDS = 5000, 30  # training rows that the cells are made of, and rounds of k-means, at most


class DataCopying(NamedTuple):
    """value: C_T, a weighted mean of z-scores. Below -3: copies; above 3: farther away than held-out data are.

    scores: float64 (cells,), the z-score of each cell; nan of a cell that is left out. weights: its share of the
    held-out rows. covered: share of the held-out rows in cells that count.
    """

    value: float
    scores: np.ndarray
    weights: np.ndarray
    covered: float


def data_copying(
    samples: np.ndarray,
    held_out: np.ndarray,
    train: Rows,
    sample_distances: np.ndarray | None = None,
    held_out_distances: np.ndarray | None = None,
    cells: int | None = None,
    seed: int = 0,
    progress: Callable[[float], object] = lambda share: None,
) -> DataCopying | None:
    """Return C_T of samples (M, D), by held-out rows (N, D) and training rows (L, D).

    The distances of samples and held-out rows to their nearest training row are compared by the Mann-Whitney test
    within each cell π of a partition by k-means of the training rows:

        Z(π) = (U - mn/2) / (mn (m + n + 1) / 12)^½,  U = pairs in π whose sample is farther than its held-out row,

    ties counting one half. C_T is the mean of Z(π) weighted by the share of held-out rows in π. An i.i.d. sampler
    scores about 0, with a standard deviation of 1 or less; far below 0: samples copy; far above: they are too far from
    the data. It grows with the square root of the number of rows, so compare it at equal sizes only.

    Cells with fewer than 20 samples or 20 held-out rows are left out (the paper leaves out those with few samples);
    None if none remains. Two cases to know: the mean hides a few copies among many rows that are too far away
    (Bhattacharjee et al. 2023, arXiv:2302.13181; see `neighbour_ratio`), and samples that are all in a dense place of
    the data, as of a collapsed generator, are near to training rows without being copies (`covered` is then low).

    cells: None makes as many as leave 40 rows of each kind in a
    cell on average, 50 at most. sample_distances, held_out_distances: (M,) and (N,), to the nearest training row, where
    they are known.
    """
    if sample_distances is None:
        sample_distances = nearest(samples, train, progress=lambda share: progress(0.4 * share)).distances[:, 0]
    if held_out_distances is None:
        own = nearest(held_out, train, progress=lambda share: progress(0.4 + 0.4 * share))
        held_out_distances = own.distances[:, 0]
    count = cells or int(np.clip(min(len(samples), len(held_out)) // PER_CELL, 1, min(MOST_CELLS, len(train))))
    centres = cell_centres(train, count, seed)
    progress(0.9)
    of_samples, of_held_out = (nearest(rows, centres).indices[:, 0] for rows in (samples, held_out))
    scores = np.full(count, np.nan)
    for cell in range(count):
        ours, theirs = sample_distances[of_samples == cell], held_out_distances[of_held_out == cell]
        if min(len(ours), len(theirs)) >= LEAST:
            scores[cell] = mann_whitney_z(ours, theirs)
    weights = np.bincount(of_held_out, minlength=count) / len(held_out)
    counts = np.isfinite(scores)
    progress(1.0)
    if not counts.any():
        return None
    value = float(np.average(scores[counts], weights=weights[counts]))
    return DataCopying(value, scores, weights, float(weights[counts].sum()))


def cell_centres(train: Rows, count: int, seed: int = 0) -> np.ndarray:
    """Return the centres (count, D) of cells of training rows, by k-means of 5,000 of them at most."""
    from sklearn.cluster import KMeans

    part = np.sort(np.random.default_rng(seed).permutation(len(train))[:MOST_CLUSTERED])
    rows = train[part].reshape(len(part), -1).astype(np.float32)
    with threadpool_limits(1):
        return KMeans(count, n_init=1, max_iter=ROUNDS, random_state=seed).fit(rows).cluster_centers_


def mann_whitney_z(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the z-score of U, the number of pairs in which ours (m,) is larger than theirs (n,); ties are one half.

    The variance is that without ties, as in the paper: with them, the score is a little nearer to 0.

    >>> mann_whitney_z(np.array([1.0, 2.0]), np.array([3.0, 4.0]))  # U = 0: -2 / (4 · 5 / 12)^½
    -1.5491933384829668
    """
    ordered = np.sort(theirs)
    below, not_above = (np.searchsorted(ordered, ours, side) for side in ("left", "right"))
    pairs = float(np.sum(below + not_above)) / 2
    m, n = len(ours), len(theirs)
    return (pairs - m * n / 2) / float(np.sqrt(m * n * (m + n + 1) / 12))
