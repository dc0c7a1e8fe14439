"""How many numbers it takes to say where a row of data lies: the dimension of the surface that the rows lie on."""

from typing import NamedTuple

import numpy as np

KEPT = 0.9  # of the ratios: the largest tenth is of rows far from all others, as the paper advises
BLOCK = 256  # rows whose distances to all others are computed at once


class Dimension(NamedTuple):
    """An intrinsic dimension, its standard error, and the number of rows that it was estimated from."""

    value: float
    error: float
    rows: int


def two_nn(rows: np.ndarray) -> Dimension | None:
    """Return the intrinsic dimension of rows (N, …) by the distances to their two nearest neighbours (TwoNN).

    Facco et al. 2017, doi:10.1038/s41598-017-11873-y: where the rows are dense, the ratio mu = r2 / r1 of a row's
    distances to its second and to its first neighbour has the distribution 1 - mu^(-d), so that ln(mu) is exponential
    with the rate d. Of N ratios the k = 0.9 N smallest are kept, x_1 <= … <= x_k their logarithms. Where the paper fits
    a line, this is the rate of greatest likelihood given that the others are at least x_k, without its bias:

        d = (k - 1) / (x_1 + … + x_k + (N - k) x_k),  with the standard error d / sqrt(k).

    The error is that of the statistics alone: of few rows in many dimensions the estimate is too low, and noise in the
    rows counts as dimensions. Rows that are there twice count once. None for fewer than 10 different rows, and for rows
    that all have two neighbours equally far away, as the points of a grid have.

    >>> line = np.outer(np.random.default_rng(0).random(2000), [1.0, 2.0, 3.0])
    >>> round(two_nn(line).value, 1)
    1.0
    """
    flat = np.unique(rows.reshape(len(rows), -1), axis=0).astype(np.float64)
    if len(flat) < 10:
        return None
    first, second = _nearest(flat - flat.mean(axis=0)).T
    kept = max(2, int(KEPT * len(flat)))
    logs = np.sort(np.log(second / first))[:kept]
    total = float(logs.sum() + (len(flat) - kept) * logs[-1])
    if total < 1e-6 * kept:
        return None
    value = (kept - 1) / total
    return Dimension(value, value / kept**0.5, len(flat))


def _nearest(rows: np.ndarray) -> np.ndarray:
    """Return the distances (N, 2) of each row to its first and its second neighbour; no two rows are the same."""
    squares, found = np.square(rows).sum(axis=1), np.empty((len(rows), 2))
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        distances = squares[start : start + BLOCK, None] + squares - 2 * block @ rows.T
        own = np.arange(len(block))
        distances[own, own + start] = np.inf
        near = np.argpartition(distances, 2, axis=1)[:, :3]  # three, for what rounding may have put in another order
        for i, neighbours in enumerate(near):
            exact = np.sort(np.square(rows[neighbours] - block[i]).sum(axis=1))
            found[start + i] = np.sqrt(exact[exact > 0][:2])
    return found
