"""The nearest neighbours of rows, and who lies in whose ball: what all measures by neighbours share.

The answers are those of double precision, ties included, at the speed of single precision: see `distances`. Memory is
bounded by a few blocks, and k numbers for each row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ganae_cli.metrics.distribution.distances import Block, Space, exact, places

SPARE = 3  # candidates that are kept beyond the k nearest, since rounding may have changed their order
DENSE = 0.03  # share of a block: if more may be candidates, the nearest of each row are chosen first


class Nearest(NamedTuple):
    """The k nearest other rows of each row, nearest first: int64 (N, k), and squared distances, float64 (N, k)."""

    rows: np.ndarray
    squares: np.ndarray


class Balls(NamedTuple):
    """Balls around the rows on one side: squared radii, float64. Closed ones hold what lies right on their edge."""

    squares: np.ndarray
    is_left: bool = True
    is_closed: bool = False


class Pairs(NamedTuple):
    """Pairs of a row on the left and one on the right, of which one lies in the other's ball.

    of_left, of_right: how many pairs each row is in, int64 (N,) and (M,). first: int64 (N, keep), some of the partners
    of each row on the left, the first ones in the order of the rows, then -1.
    """

    of_left: np.ndarray
    of_right: np.ndarray
    first: np.ndarray


def nearest(rows: np.ndarray, k: int, progress: Callable[[float], object] = lambda share: None) -> Nearest:
    """Return the k nearest neighbours of each of the rows (N, D) among the others; a copy is a neighbour like any.

    >>> found = nearest(np.array([[0.0], [1.0], [3.0]]), 1)
    >>> found.rows.ravel().tolist(), found.squares.ravel().tolist()
    ([1, 0, 1], [1.0, 1.0, 4.0])
    """
    if not 1 <= k < len(rows):
        raise ValueError(f"{k} nearest neighbours take at least {k + 1} rows, not {len(rows)}")
    space = Space.between(rows, rows)
    kept = Kept.of(np.arange(len(rows)), k, np.full(len(rows), np.inf))
    for block in space.blocks(is_half=True):
        kept.offer(space, block)
        if block.right.start >= block.left.stop:  # before, blocks hold both (a, b) and (b, a)
            kept.offer(space, Block(block.right, block.left, block.low.T))
        progress(_share(block, len(rows), len(rows), is_half=True))
    found, is_certain = kept.exact(rows)
    if space.dtype == np.float32 and not is_certain.all():
        again = np.flatnonzero(~is_certain)
        space = Space.between(rows[again], rows, is_double=True)
        kept = Kept.of(again, k, kept.bounds[again].astype(np.float64))
        for block in space.blocks():
            kept.offer(space, block)
        found.rows[again], found.squares[again] = kept.exact(rows)[0]
    return found


def pairs(
    left: np.ndarray,
    right: np.ndarray,
    balls: Sequence[Balls],
    keep: int = 0,
    progress: Callable[[float], object] = lambda share: None,
) -> list[Pairs]:
    """Return who lies in whose ball, of rows (N, D) on the left and (M, D) on the right, for each of the Balls.

    All at the cost of one search.

    >>> centres, rows = np.array([[0.0], [5.0]]), np.array([[1.0], [2.0], [4.0]])
    >>> squares = np.array([4.0, 1.0])
    >>> opened, closed = pairs(centres, rows, [Balls(squares), Balls(squares, is_closed=True)])
    >>> opened.of_left.tolist(), opened.of_right.tolist(), closed.of_left.tolist(), closed.of_right.tolist()
    ([1, 0], [1, 0, 0], [2, 1], [1, 1, 1])
    """
    space = Space.between(left, right)
    found = [
        Pairs(np.zeros(len(left), np.int64), np.zeros(len(right), np.int64), np.full((len(left), keep), -1))
        for _ in balls
    ]
    for block in space.blocks():
        for of, into in zip(balls, found, strict=True):
            one, other = _inside(space, block, of)
            counts = np.bincount(one, minlength=len(block.low))
            place = into.of_left[block.left][one] + np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts)
            is_kept = place < keep
            into.first[block.left.start + one[is_kept], place[is_kept]] = block.right.start + other[is_kept]
            into.of_left[block.left] += counts
            into.of_right[block.right] += np.bincount(other, minlength=block.low.shape[1])
        progress(_share(block, len(left), len(right)))
    return found


def _inside(space: Space, block: Block, balls: Balls) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of a block that are closer than the radius: places in it, on the left (ascending) and right."""
    squares = balls.squares[block.left, None] if balls.is_left else balls.squares[None, block.right]
    one, other = places(block.low <= squares.astype(block.low.dtype))
    radii = np.broadcast_to(squares, block.low.shape)[one, other]
    left, right = one + block.left.start, other + block.right.start
    is_inside = block.low[one, other] + space.gaps(left, right) < radii
    unsure = np.flatnonzero(~is_inside)
    distances = exact(space.left, space.right, left[unsure], right[unsure])
    is_inside[unsure] = distances <= radii[unsure] if balls.is_closed else distances < radii[unsure]
    return one[is_inside], other[is_inside]


@dataclass(frozen=True)
class Kept:
    """The candidates for the k nearest neighbours of some rows: those of the smallest lower bounds.

    ids: int (n,), which rows these are. lows, rows: lower bound and index of the candidates, (n, k + SPARE), the
    smallest first. bounds: (n,), what the squared distance to the k-th neighbour cannot exceed.
    """

    ids: np.ndarray
    k: int
    lows: np.ndarray
    rows: np.ndarray
    bounds: np.ndarray

    @classmethod
    def of(cls, ids: np.ndarray, k: int, bounds: np.ndarray) -> "Kept":
        shape = len(ids), k + SPARE
        return cls(ids, k, np.full(shape, np.inf), np.zeros(shape, np.int64), bounds)

    def offer(self, space: Space, block: Block) -> None:
        """Take from a block, whose rows on the left are rows of this table, what may be among the nearest."""
        owners, lows, rows = self._best(*self._candidates(block))
        lows = np.concatenate([self.lows[owners], lows], axis=1)
        rows = np.concatenate([self.rows[owners], rows], axis=1)
        order = np.argsort(lows, axis=1, kind="stable")[:, : self.lows.shape[1]]
        self.lows[owners], self.rows[owners] = (np.take_along_axis(table, order, axis=1) for table in (lows, rows))
        highs = self.lows[owners] + space.gaps(owners[:, None], self.rows[owners])
        kth = np.partition(highs, self.k - 1, axis=1)[:, self.k - 1]
        self.bounds[owners] = np.minimum(self.bounds[owners], kth)

    def exact(self, rows: np.ndarray) -> tuple[Nearest, np.ndarray]:
        """Return the nearest of the candidates, and bool (n,) where there can be no other ones."""
        own, place = np.nonzero(self.lows <= self.bounds[:, None])
        squares = np.full(self.lows.shape, np.inf)
        squares[own, place] = exact(rows, rows, self.ids[own], self.rows[own, place])
        order = np.argsort(squares, axis=1, kind="stable")[:, : self.k]
        found = Nearest(np.take_along_axis(self.rows, order, axis=1), np.take_along_axis(squares, order, axis=1))
        return found, self.lows[:, -1] > self.bounds

    def _candidates(self, block: Block) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return index on the left, index on the right and lower bound of the pairs to consider, sorted by these."""
        most = self.lows.shape[1] + 1  # one more, for the row itself
        is_near = block.low <= self.bounds[block.left, None].astype(block.low.dtype)
        if np.count_nonzero(is_near) > DENSE * is_near.size and most < is_near.shape[1]:
            other = np.argpartition(block.low, most - 1, axis=1)[:, :most].reshape(-1)
            one = np.repeat(np.arange(len(is_near)), most)
        else:
            one, other = places(is_near)
        left, right, low = one + block.left.start, other + block.right.start, block.low[one, other]
        is_other = self.ids[left] != right
        left, right, low = left[is_other], right[is_other], low[is_other]
        order = np.lexsort((low, left))
        return left[order], right[order], low[order]

    def _best(self, left: np.ndarray, right: np.ndarray, low: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the rows that have candidates, (u,), and a table (u, k + SPARE) of the best of them."""
        owners, first, counts = np.unique(left, return_index=True, return_counts=True)
        rank, most = np.arange(len(left)) - np.repeat(first, counts), self.lows.shape[1]
        line, is_kept = np.repeat(np.arange(len(owners)), counts), rank < most
        lows, rows = np.full((len(owners), most), np.inf), np.zeros((len(owners), most), np.int64)
        lows[line[is_kept], rank[is_kept]], rows[line[is_kept], rank[is_kept]] = low[is_kept], right[is_kept]
        return owners, lows, rows


def _share(block: Block, left: int, right: int, is_half: bool = False) -> float:
    """Return the share of all distances that are done with this block."""
    begin, tall = block.left.start, block.left.stop - block.left.start
    if is_half:
        done = begin * left - begin**2 / 2 + tall * (block.right.stop - begin - tall / 2)
        return float(np.clip(2 * done / left**2, 0, 1))
    return (begin * right + tall * block.right.stop) / (left * right)
