"""The nearest rows of a set, found exactly and in bounded memory: of features, latent codes or images."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np
from threadpoolctl import threadpool_limits

BLOCK_ROWS, BLOCK_NUMBERS = 2048, 4_000_000  # of one block of rows, at most: about 50 MB for two blocks and distances
FEW = 32  # numbers of a row for which distances are computed in double precision
SPARE = 2  # candidates beyond those asked for: rounding may have put them in another order


class Rows(Protocol):
    """Rows of numbers (N, …): an array, or what is read from a file when its rows are asked for."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, which: Any, /) -> np.ndarray: ...


class Nearest(NamedTuple):
    """The nearest rows of each row, nearest first. distances: float64 (N, count), Euclidean. indices: int64."""

    distances: np.ndarray
    indices: np.ndarray


def nearest(
    rows: np.ndarray,
    among: Rows,
    count: int = 1,
    own: np.ndarray | None = None,
    progress: Callable[[float], object] = lambda share: None,
) -> Nearest:
    """Return the nearest `count` rows of `among` of each of `rows`, both (N, …) of any number type.

    own: int (N,), for each row its own place in `among`, which does not count as a neighbour of itself; another row of
    the same numbers does, at the distance 0. If `among` has too few rows, the last distances are infinite and their
    indices -1.

    Squared distances are |a|² - 2 ab + |b|², block by block. Single precision is good enough to find the nearest rows,
    if they have many numbers; with few, neighbours are too much nearer to each other than to the mean of all rows. The
    distances of the rows that were found are then computed exactly, so that of a copy is 0.

    >>> near = nearest(np.array([[0.0], [9.0]]), np.array([[1.0], [8.0], [3.0]]), count=2)
    >>> near.distances.tolist(), near.indices.tolist()
    ([[1.0, 3.0], [1.0, 6.0]], [[0, 2], [1, 2]])
    """
    width = max(1, math.prod(among.shape[1:]))
    size = max(1, min(BLOCK_ROWS, BLOCK_NUMBERS // width))
    kept = 1 if count == 1 else count + SPARE
    dtype = np.float64 if width <= FEW else np.float32
    best = np.full((len(rows), kept), np.inf, dtype)
    found = np.full((len(rows), kept), -1, np.int64)
    with threadpool_limits(1, "blas"):  # several threads wait for each other where another program runs
        centre = _flat(among[:size], dtype).mean(axis=0) if len(among) else np.zeros(width, dtype)
        for first in range(0, len(among), size):
            others = _flat(among[first : first + size], dtype) - centre
            squares = np.einsum("ij,ij->i", others, others)
            for begin in range(0, len(rows), size):
                part = slice(begin, begin + size)
                # |a|² is the same for all candidates of a row, so it does not matter which are the nearest.
                distances = (_flat(rows[part], dtype) - centre) @ others.T
                distances *= -2
                distances += squares
                if own is not None:
                    _leave_out(distances, own[part] - first)
                _merge(best[part], found[part], distances, first)
            progress(min(1.0, (first + size) / len(among)))
    return _exact(rows, among, found, count, max(1, size // 2))


def _leave_out(distances: np.ndarray, columns: np.ndarray) -> None:
    """Put the column of each row that is its own, if it lies in this block, infinitely far away."""
    here = np.flatnonzero((columns >= 0) & (columns < distances.shape[1]))
    distances[here, columns[here]] = np.inf


def _merge(best: np.ndarray, found: np.ndarray, distances: np.ndarray, first: int) -> None:
    """Put those candidates of a block that are nearer than the ones known into `best` and `found`, in place."""
    kept = best.shape[1]
    if kept == 1:
        columns = distances.argmin(axis=1)[:, None]
    elif distances.shape[1] > kept:
        columns = np.argpartition(distances, kept - 1, axis=1)[:, :kept]
    else:
        columns = np.broadcast_to(np.arange(distances.shape[1]), distances.shape)
    values = np.concatenate([best, np.take_along_axis(distances, columns, axis=1)], axis=1)
    indices = np.concatenate([found, columns + first], axis=1)
    order = np.argpartition(values, kept - 1, axis=1)[:, :kept]
    best[...], found[...] = np.take_along_axis(values, order, axis=1), np.take_along_axis(indices, order, axis=1)
    found[np.isinf(best)] = -1  # what is left out is as far as what is not known, in any order


def _exact(rows: np.ndarray, among: Rows, found: np.ndarray, count: int, size: int) -> Nearest:
    """Return the `count` nearest of the candidates `found`, by differences in double precision."""
    distances = np.full(found.shape, np.inf)
    for begin in range(0, len(rows), size):
        own = _flat(rows[begin : begin + size], np.float64)
        for column, indices in enumerate(found[begin : begin + size].T):
            known = np.flatnonzero(indices >= 0)
            others = _flat(among[indices[known]], np.float64)
            others -= own[known]
            distances[begin + known, column] = np.sqrt(np.einsum("ij,ij->i", others, others))
    order = np.lexsort((np.where(found < 0, len(among), found), distances))[:, :count]  # of equal ones the first
    return Nearest(np.take_along_axis(distances, order, axis=1), np.take_along_axis(found, order, axis=1))


def _flat(rows: np.ndarray, dtype: type) -> np.ndarray:
    """Return (N, numbers); a copy only where the type is another."""
    return rows.reshape(len(rows), math.prod(rows.shape[1:])).astype(dtype, copy=False)
