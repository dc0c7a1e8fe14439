"""Rows of an array that is converted when it is read, not before: a file on disk need not fit in memory twice."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

Convert = Callable[[np.ndarray], np.ndarray]
IN_MEMORY = 64 * 2**20  # bytes: smaller arrays are kept in memory as they are needed; larger ones stay where they are
BLOCK = 4 * 2**20  # bytes that are read at once by what goes through a whole array


class Rows:
    """Rows of an array, chosen by number and converted when they are asked for.

    source: the array, in memory or mapped from a file. index: numbers of its rows, in order; None: all. convert: a
    block of source rows -> the same number of rows; is_costly: it is better done once than in each epoch. `rows[i]`,
    `rows[i:j]` and `rows[numbers]` are arrays.

    >>> rows = Rows(np.arange(10.0)[:, None], lambda block: block / 10, index=np.array([9, 3, 5]))
    >>> rows.shape, rows[1:].tolist(), rows[[0]].tolist()
    ((3, 1), [[0.3], [0.5]], [[0.9]])
    """

    def __init__(
        self,
        source: "np.ndarray | Rows",
        convert: Convert | None = None,
        index: np.ndarray | None = None,
        is_costly: bool = False,
    ):
        self.source, self.convert, self.index, self.is_costly = source, convert, index, is_costly
        first = self._converted(source[:1])
        self.dtype, self._row = first.dtype, first.shape[1:]

    def __len__(self) -> int:
        return len(self.source) if self.index is None else len(self.index)

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self), *self._row)

    @property
    def ndim(self) -> int:
        return 1 + len(self._row)

    @property
    def nbytes(self) -> int:
        """Bytes of all rows, converted."""
        return len(self) * self.dtype.itemsize * int(np.prod(self._row))

    def __getitem__(self, which: Any) -> np.ndarray:
        if isinstance(which, int | np.integer):
            return self[[which]][0]
        if not isinstance(which, slice):
            which = np.asarray(which)
        return self._converted(self.source[which if self.index is None else self.index[which]])

    def _converted(self, block: np.ndarray) -> np.ndarray:
        block = np.asarray(block)
        return self.convert(block) if self.convert else block

    def __iter__(self) -> Iterator[np.ndarray]:
        for block in blocks(self):
            yield from block

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        filled, at = np.empty(self.shape, dtype or self.dtype), 0
        for block in blocks(self):
            filled[at : at + len(block)] = block
            at += len(block)
        return filled

    def chosen(self, numbers: np.ndarray) -> "Rows":
        """Return some rows, by their numbers, still not read."""
        index = numbers if self.index is None else self.index[numbers]
        return Rows(self.source, self.convert, index, self.is_costly)


Array = np.ndarray | Rows


def blocks(rows: Array) -> Iterator[np.ndarray]:
    """Yield all rows as arrays of about 4 MB, at least one row each."""
    size = max(1, BLOCK // max(1, _row_bytes(rows)))
    yield from (np.asarray(rows[i : i + size]) for i in range(0, len(rows), size))


def _row_bytes(rows: Array) -> int:
    """Return the bytes of a row, where the rows are read from if that is more."""
    own = rows.nbytes // max(1, len(rows))
    return max(own, _row_bytes(rows.source)) if isinstance(rows, Rows) else own


def settled(rows: Array) -> Array:
    """Return rows as an array in memory if they are few enough, or costly to convert; else as they are."""
    return np.asarray(rows) if isinstance(rows, Rows) and (rows.is_costly or rows.nbytes <= IN_MEMORY) else rows


class Bounds(NamedTuple):
    """Least and greatest number; NaN, or infinity, if there is such a number."""

    least: float
    greatest: float


def bounds(array: Array, enough: float = np.inf) -> Bounds:
    """Return the least and the greatest number of an array, reading until they lie `enough` apart.

    >>> bounds(np.array([[3, 7], [-2, 5]]))
    Bounds(least=-2.0, greatest=7.0)
    """
    least, greatest = np.inf, -np.inf
    for block in blocks(array):
        least, greatest = np.minimum(least, block.min()), np.maximum(greatest, block.max())  # which both keep NaN
        if np.isfinite([least, greatest]).all() and greatest - least >= enough:
            break
    return Bounds(float(least), float(greatest))


def count_bad(array: Array, is_bad: Convert) -> tuple[int, int]:
    """Return how many numbers are bad, and the first row that has one, or -1. is_bad: block -> True or False.

    >>> count_bad(np.array([[1.0, 2.0], [np.nan, np.inf]]), lambda block: ~np.isfinite(block))
    (2, 1)
    """
    count, first, at = 0, -1, 0
    for block in blocks(array):
        bad = is_bad(block)
        if first < 0 and bad.any():
            first = at + int(np.flatnonzero(bad.reshape(len(bad), -1).any(axis=1))[0])
        count, at = count + int(np.count_nonzero(bad)), at + len(block)
    return count, first
