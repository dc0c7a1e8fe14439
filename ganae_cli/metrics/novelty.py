"""Are samples new? Their distance to the nearest training image, beside that of images which were held out.

Samples are compared with every training image: in a random part of a large set, a copy of an image outside of that part
would look as new as any other.
"""

from typing import Any, Protocol

import numpy as np
from threadpoolctl import threadpool_limits

BLOCK_ROWS, BLOCK_NUMBERS = 2048, 4_000_000  # of one block of rows, at most: about 50 MB for two blocks and distances


class Images(Protocol):
    """Images uint8 (N, H, W, C): an array, or what is read from a file when its rows are asked for."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, which: Any, /) -> np.ndarray: ...


def novelty(samples: np.ndarray, train: Images, held_out: np.ndarray) -> float | None:
    """Return the median distance of samples to the nearest training image, divided by that of held-out images.

    samples, train, held_out: uint8 (N, H, W, C), train: the whole training set. Copies of training images score 0, and
    images of the data's own distribution 1: held-out 8x8 digits beside others 0.99 (standard deviation 0.03, 299 of
    each), those of MNIST 0.99 to 1.02 (500 of each). None if most held-out images are copies of training images.

    >>> train = np.array([0, 100, 200], np.uint8).reshape(-1, 1, 1, 1)
    >>> novelty(train + 5, train, held_out=train + 20), novelty(train, train, held_out=train + 20)
    (0.25, 0.0)
    """
    with threadpool_limits(1, "blas"):  # several threads wait for each other where another program runs
        expected = float(np.median(nearest_distances(held_out, train)))
        return float(np.median(nearest_distances(samples, train))) / expected if expected > 0 else None


def nearest_distances(rows: np.ndarray, among: Images) -> np.ndarray:
    """Return the Euclidean distance of each image to its nearest one of `among`, of pixel values from 0 to 1.

    Both uint8 (N, H, W, C); the result is float64 (N,). Squared distances are |a|^2 - 2 ab + |b|^2, block by block, in
    single precision: good enough to find the nearest image, whose distance is then computed exactly, so that of a copy
    is 0.
    """
    size = max(1, min(BLOCK_ROWS, BLOCK_NUMBERS // max(1, int(np.prod(rows.shape[1:])))))
    best, nearest = np.full(len(rows), np.inf, np.float32), np.zeros(len(rows), np.int64)
    for first in range(0, len(among), size):
        others = _flat(among[first : first + size])
        squares = np.einsum("ij,ij->i", others, others)
        for begin in range(0, len(rows), size):
            part = slice(begin, begin + size)
            # |a|^2 is the same for all candidates of a row, so it does not matter which is the nearest.
            distances = _flat(rows[part]) @ others.T
            distances *= -2
            distances += squares
            column = distances.argmin(axis=1)
            found = distances[np.arange(len(column)), column]
            is_nearer = found < best[part]
            best[part][is_nearer] = found[is_nearer]
            nearest[part][is_nearer] = first + column[is_nearer]
    parts = [slice(begin, begin + size) for begin in range(0, len(rows), size)]
    return np.concatenate([_exact(rows[part], among[nearest[part]]) for part in parts] or [np.zeros(0)])


def _exact(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.linalg.norm(_flat(rows) - _flat(others), axis=1).astype(np.float64)


def _flat(images: np.ndarray) -> np.ndarray:
    """Return float32 (N, numbers) from 0 to 1."""
    return images.reshape(len(images), -1).astype(np.float32) / 255
