"""Random numbers of samplers: named streams of a seed, of which the first n rows are the same for every count."""

import numpy as np

from ganae_cli.runtime.rng import stream


def random_stream(seed: int, *names: str) -> np.random.Generator:
    """Return NumPy's generator for a named stream of a seed.

    >>> random_stream(0, "rows").random() == random_stream(0, "rows").random()
    True
    >>> random_stream(0, "rows").random() == random_stream(0, "codes").random()
    False
    """
    return np.random.Generator(np.random.PCG64(stream(seed, *names)))


def normals(count: int, size: int, seed: int, name: str) -> np.ndarray:
    """Return standard normal numbers (count, size), float32, of a named stream.

    The first n rows are the same for every count.

    >>> bool((normals(5, 3, 0, "codes")[:2] == normals(2, 3, 0, "codes")).all())
    True
    """
    return random_stream(seed, name).standard_normal((count, size), dtype=np.float32)


def multiply_rows(matrix: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return A v_n for each row v_n of `vectors`; A: (d, d), vectors: (N, d).

    It does not use BLAS, whose sums depend on N.

    >>> multiply_rows(np.array([[1.0, 0.0], [2.0, 3.0]]), np.array([[1.0, 1.0], [0.0, 2.0]])).tolist()
    [[1.0, 5.0], [0.0, 6.0]]
    """
    return np.einsum("ij,nj->ni", matrix, vectors)


def choose_weighted(weights: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Return `count` indices into `weights`, drawn in proportion to them; the first n are the same for every count.

    >>> choose_weighted(np.array([0.0, 5.0, 0.0]), count=4, seed=0).tolist()
    [1, 1, 1, 1]
    """
    edges = np.cumsum(weights) / np.sum(weights)
    draws = random_stream(seed, "choices").random(count)
    return np.minimum(np.searchsorted(edges, draws, side="right"), len(weights) - 1)
