"""Random numbers of feature spaces: the same on any machine and with any version of NumPy, up to rounding."""

from functools import lru_cache

import numpy as np


def normals(seed: int, *shape: int) -> np.ndarray:
    """Return standard normal numbers, float64, a pure function of the seed: Box and Muller 1958.

    They are made of the bits of Philox4x64-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405), which stay the same,
    while NumPy may make its own normal numbers of them in another way one day (its enhancement proposal 19).

    >>> normals(0, 2, 2).round(4).tolist() == normals(0, 4).round(4).reshape(2, 2).tolist()
    True
    """
    count = int(np.prod(shape))
    pairs = -(-count // 2)
    words = np.random.Philox(seed).random_raw(2 * pairs).reshape(pairs, 2)
    unit = (words >> np.uint64(11)) * 2.0**-53  # in [0, 1)
    radius, angle = np.sqrt(-2 * np.log1p(-unit[:, 0])), 2 * np.pi * unit[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1)[:count].reshape(shape)


def orthogonal(inputs: int, outputs: int, seed: int) -> np.ndarray:
    """Return a random matrix (inputs, outputs) of orthonormal columns, float64; outputs: at most `inputs`.

    It is uniformly distributed over all of them, as the factor Q of a matrix of normal numbers is when R has a positive
    diagonal (Mezzadri 2007, arXiv:math-ph/0609050).

    >>> q = orthogonal(5, 3, seed=1)
    >>> bool(np.allclose(q.T @ q, np.eye(3)))
    True
    """
    q, r = np.linalg.qr(normals(seed, inputs, outputs))
    return q * np.sign(np.diag(r))


def projected(rows: np.ndarray, most: int, seed: int = 0) -> np.ndarray:
    """Return rows (N, D) in at most `most` dimensions, float32: as they are, or by `orthogonal`.

    A random projection looks in all directions alike; principal directions of real rows would not see what leaves them,
    nor would means of neighbouring pixels see noise. It never makes a Fréchet distance larger, and divides the squared
    distance of two means by D / most on average.

    >>> projected(np.ones((2, 3)), 3).tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    rows = rows.astype(np.float32, copy=False)
    if rows.shape[1] <= most:
        return rows
    return rows @ _projection(rows.shape[1], most, seed)


@lru_cache(maxsize=8)
def _projection(inputs: int, outputs: int, seed: int) -> np.ndarray:
    return orthogonal(inputs, outputs, seed).astype(np.float32)
