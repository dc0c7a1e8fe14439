"""All distances between the rows of a part of the data: for measures that look at pairs, whose number is bounded."""

import numpy as np
from threadpoolctl import threadpool_limits

MOST = 2000  # rows whose pairs are looked at: 2 million pairs, 32 MB for their distances


def chosen(count: int, most: int, seed: int) -> np.ndarray:
    """Return which of `count` rows are looked at: int, ascending; `most` at random if there are more.

    >>> chosen(3, 5, seed=0).tolist(), len(chosen(100, 5, seed=0))
    ([0, 1, 2], 5)
    """
    return np.sort(np.random.default_rng(seed).permutation(count)[:most])


def distances(rows: np.ndarray) -> np.ndarray:
    """Return the Euclidean distances between all rows (N, …), float64 (N, N), to nine digits.

    That of two equal rows is exactly 0, and the result symmetric.

    >>> distances(np.array([[0.0, 0.0], [3.0, 4.0]])).tolist()
    [[0.0, 5.0], [5.0, 0.0]]
    """
    flat = rows.reshape(len(rows), -1).astype(np.float64)
    flat -= flat.mean(axis=0)
    squares = np.einsum("ij,ij->i", flat, flat)
    with threadpool_limits(1, "blas"):  # several threads wait for each other where another program runs
        found = flat @ flat.T
    found *= -2
    found += squares[:, None] + squares
    np.maximum(found, 0, out=found)
    # What is near to 0 is a difference of nearly equal numbers: it is computed anew, by subtraction.
    for i, small in enumerate(found < 1e-6 * squares.max(initial=0.0)):
        near = np.flatnonzero(small[: i + 1])
        found[i, near] = found[near, i] = np.square(flat[near] - flat[i]).sum(axis=1)
    return np.sqrt(found, out=found)
