"""Mean, covariance and spread of rows, in double precision and block by block."""

import numpy as np
from threadpoolctl import threadpool_limits

BLOCK_NUMBERS = 2_000_000  # of one block of rows


def moments(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean (k,) and the covariance (k, k), over n - 1, of rows (N, …); both float64.

    Two passes: covariances lose no digits where the mean is far from 0. Rows that are all alike have exactly 0.
    """
    first = np.asarray(rows[0], np.float64).reshape(-1)
    size = max(1, BLOCK_NUMBERS // max(1, len(first)))
    parts = [slice(begin, begin + size) for begin in range(0, len(rows), size)]
    mean = sum(_from(rows[part], first).sum(axis=0) for part in parts) / len(rows)
    products = np.zeros((len(first), len(first)))
    with threadpool_limits(1, "blas"):  # several threads wait for each other where another program runs
        for part in parts:
            centred = _from(rows[part], first) - mean
            products += centred.T @ centred
    return first + mean, products / max(1, len(rows) - 1)


def eigenvalues(covariance: np.ndarray) -> np.ndarray:
    """Return the eigenvalues of a symmetric matrix (k, k), ascending."""
    with threadpool_limits(1, "blas"):
        return np.linalg.eigvalsh(covariance)


def spread(rows: np.ndarray) -> float:
    """Return the root mean square distance between two different rows (N, …), (2 tr Cov)^½.

    >>> spread(np.array([[0.0, 0.0], [3.0, 4.0]]))
    5.0
    """
    first = np.asarray(rows[0], np.float64).reshape(-1)
    size = max(1, BLOCK_NUMBERS // max(1, len(first)))
    parts = [slice(begin, begin + size) for begin in range(0, len(rows), size)]
    mean = sum(_from(rows[part], first).sum(axis=0) for part in parts) / len(rows)
    squares = sum(float(np.square(_from(rows[part], first) - mean).sum()) for part in parts)
    return float(np.sqrt(2 * squares / max(1, len(rows) - 1)))


def _from(rows: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return float64 (N, k), relative to the first row: near enough to the mean, and exact for equal rows."""
    return rows.reshape(len(rows), -1).astype(np.float64) - first
