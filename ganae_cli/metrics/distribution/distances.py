"""Squared Euclidean distances between two sets of rows, block by block, with the error that they may have.

They are products of matrices, |a|² - 2 ab + |b|², in single precision where rows are long. Each block holds numbers
that are surely not larger than the distances, and `Space.gaps` how much smaller they are at most. So whoever asks
which distances are less than some number knows which answers are certain, and asks `exact` for the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

LEFT, RIGHT = 4096, 1024  # rows of one block of distances, at most
BLOCK_NUMBERS = 9_000_000  # of one block of rows, at most
EXACT_NUMBERS = 1_000_000  # of the rows whose distances are computed exactly at once
LONG = 128  # numbers in a row: in longer rows, the product of matrices is what takes time, and is in single precision


class Block(NamedTuple):
    """Lower bounds of the squared distances of some rows on the left to some on the right, (left, right).

    The array is overwritten by the next block.
    """

    left: slice
    right: slice
    low: np.ndarray


@dataclass(frozen=True)
class Space:
    """Two sets of rows (N, D) and (M, D), how their distances are computed, and how wrong those may be.

    left_squares, right_squares: float64 (N,) and (M,), squared distances to the centre, which is near all rows.
    doubt: how wrong a squared distance may be at most, as a share of the sum of the two rows' squares: the square root
    of D, by which rounding errors add up, times the precision, and some for what else is rounded.
    """

    left: np.ndarray
    right: np.ndarray
    dtype: type[np.floating]
    centre: np.ndarray
    left_squares: np.ndarray
    right_squares: np.ndarray

    @classmethod
    def between(cls, left: np.ndarray, right: np.ndarray, is_double: bool = False) -> "Space":
        """Return the space of two sets of rows, or of one with itself. is_double: of long rows, too."""
        if left.ndim != 2 or right.ndim != 2 or left.shape[1] != right.shape[1]:
            raise ValueError(f"distances are between rows (N, D) and (M, D), not {left.shape} and {right.shape}")
        dtype: type[np.floating] = np.float64 if is_double or left.shape[1] <= LONG else np.float32
        centre = (
            left.mean(axis=0, dtype=np.float64).astype(np.float32).astype(np.float64)
        )  # the same in both precisions
        left_squares = _squares(left, centre)
        right_squares = left_squares if right is left else _squares(right, centre)
        if not (np.isfinite(left_squares).all() and np.isfinite(right_squares).all()):
            raise ValueError("rows hold numbers that are not finite: they have no distances")
        return cls(left, right, dtype, centre, left_squares, right_squares)

    @property
    def doubt(self) -> float:
        return float(np.finfo(self.dtype).eps) * (self.left.shape[1] ** 0.5 + 8)

    def gaps(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return how much less than the distance of two rows its lower bound is at most; both given by their indices.

        They may be of any shapes that broadcast.
        """
        return 2 * self.doubt * (self.left_squares[left] + self.right_squares[right])

    def blocks(self, is_half: bool = False) -> Iterator[Block]:
        """Give all blocks. is_half: of one set with itself, those on the diagonal, and right of it."""
        most = max(1, BLOCK_NUMBERS // (self.left.shape[1] + 2))
        wide = min(RIGHT, most)
        tall = wide if is_half else max(wide, min(LEFT, most))  # of one set, the blocks on the diagonal are done twice
        buffer = np.empty(tall * wide, self.dtype)
        for begin in range(0, len(self.left), tall):
            left = slice(begin, min(begin + tall, len(self.left)))
            ours = self._columns(self.left[left], self.left_squares[left], is_left=True)
            for first in range(begin if is_half else 0, len(self.right), wide):
                right = slice(first, min(first + wide, len(self.right)))
                theirs = self._columns(self.right[right], self.right_squares[right], is_left=False)
                low = buffer[: len(ours) * len(theirs)].reshape(len(ours), len(theirs))
                np.matmul(ours, theirs.T, out=low)
                yield Block(left, right, low)

    def _columns(self, part: np.ndarray, squares: np.ndarray, is_left: bool) -> np.ndarray:
        """Return (-2 a, |a|², 1) or (b, 1, |b|²) of each row: then the product of two is their squared distance.

        The squares are less by what is in doubt.
        """
        found = np.empty((len(part), part.shape[1] + 2), self.dtype)
        wide = np.result_type(part, self.dtype)
        np.subtract(part.astype(wide, copy=False), self.centre.astype(wide), out=found[:, :-2], casting="same_kind")
        if is_left:
            found[:, :-2] *= -2
        found[:, -2 if is_left else -1] = squares * (1 - self.doubt)
        found[:, -1 if is_left else -2] = 1
        return found


def places(is_wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of what is True in a table, bool (N, M), in the order in which it lies in memory.

    It is what `np.nonzero` returns, several times as fast where little is True.
    """
    if not is_wanted.flags.c_contiguous and is_wanted.T.flags.c_contiguous:
        column, row = np.divmod(np.flatnonzero(is_wanted.T), len(is_wanted))
    else:
        row, column = np.divmod(np.flatnonzero(is_wanted), is_wanted.shape[1])
    return row, column


def exact(left: np.ndarray, right: np.ndarray, which: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the squared distances of the rows left[which] to right[other], float64 (P,), of the differences."""
    size = max(1, EXACT_NUMBERS // left.shape[1])
    found = np.empty(len(which))
    for first in range(0, len(which), size):
        part = slice(first, first + size)
        difference = np.subtract(left[which[part]], right[other[part]], dtype=np.float64)
        found[part] = np.square(difference, out=difference).sum(axis=1)
    return found


def _squares(rows: np.ndarray, centre: np.ndarray) -> np.ndarray:
    size = max(1, EXACT_NUMBERS // rows.shape[1])
    with np.errstate(invalid="ignore"):  # of infinite numbers, which are refused
        parts = [np.square(rows[i : i + size] - centre).sum(axis=1) for i in range(0, len(rows), size)]
    return np.concatenate([np.zeros(0), *parts])
