"""How much rows of data differ from each other: hardly, if a generator or the latent codes of a decoder collapsed."""

import numpy as np


def variation(rows: np.ndarray, real: np.ndarray) -> float | None:
    """Return the root mean square distance between two of the rows, divided by that between two of the real rows.

    rows, real: (N, …), in the same unit. Rows that are all alike score 0, real data 1. Samples of few classes can score
    1 too, if they vary within their classes. None for fewer than two rows of either, or if the real rows are all alike.

    >>> variation(np.array([[0.0, 0.0], [1.0, 0.0]]), real=np.array([[0.0, 0.0], [0.0, 4.0]]))
    0.25
    """
    if min(len(rows), len(real)) < 2:
        return None
    expected = total_variance(real)
    return float(np.sqrt(total_variance(rows) / expected)) if expected > 0 else None


def total_variance(rows: np.ndarray) -> float:
    """Return the trace of the covariance (over n - 1) of rows (N, …): half the mean square distance between two rows.

    It takes memory for a few rows only, and is exactly 0 of rows that are all alike.

    >>> total_variance(np.array([[1, 0], [3, 0]], np.uint8))  # two rows, whose squared distance is 4
    2.0
    """
    first = rows[0].astype(np.float64)
    mean = sum(row - first for row in rows) / len(rows)
    return sum(float(np.square(row - first - mean).sum()) for row in rows) / (len(rows) - 1)
