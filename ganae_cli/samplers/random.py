"""Random numbers of samplers: named streams of a seed, whose first n rows are the same whatever the count."""

import numpy as np

from ganae_cli.runtime.rng import stream


def random(seed: int, *names: str) -> np.random.Generator:
    """The generator of a named stream of a seed."""
    return np.random.Generator(np.random.PCG64(stream(seed, *names)))


def normals(count: int, size: int, seed: int, name: str) -> np.ndarray:
    """Standard normal (count, size), float32, of a named stream: the first n rows are the same whatever the count."""
    return random(seed, name).standard_normal((count, size), dtype=np.float32)


def apply(matrix: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """A v_n of each row, (d, d) and (N, d). Not by BLAS, whose sums depend on the count."""
    return np.einsum("ij,nj->ni", matrix, vectors)


def choose(weights: np.ndarray, count: int, seed: int) -> np.ndarray:
    """So many indices, drawn with the given weights."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(edges, random(seed, "choices").random(count), side="right"), len(weights) - 1)
