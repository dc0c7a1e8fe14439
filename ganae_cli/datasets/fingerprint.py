"""Fingerprint of a dataset: tells whether a run that goes on has the data that it began with.

SHA-256 of the type, the shape and the numbers of the arrays, as their file holds them: neither its path nor its format
counts, and no option of how they are read. Of an array above 64 MB, 64 blocks of 1 MB at equal distances are hashed,
the first and the last row among them: a change between two blocks goes unnoticed, but nothing is read twice that takes
long. Labels have a fingerprint of their own: only conditional models are trained on them.
"""

import hashlib
from collections.abc import Iterator

import numpy as np

from ganae_cli.datasets.rows import Array, blocks

WHOLE, BLOCKS = 64 * 2**20, 64  # bytes of an array that is hashed as a whole; blocks that are hashed of a larger one


def fingerprint(*arrays: Array) -> str:
    """Return 16 hexadecimal digits for the content of arrays.

    >>> fingerprint(np.zeros((2, 3))) == fingerprint(np.zeros((2, 3)))
    True
    >>> fingerprint(np.zeros((2, 3))) == fingerprint(np.zeros((3, 2)))
    False
    """
    found = hashlib.sha256()
    for array in arrays:
        found.update(f"{array.dtype.str} {array.shape}".encode())
        for block in blocks(array) if array.nbytes <= WHOLE else _some_blocks(array):
            found.update(block.tobytes())
    return found.hexdigest()[:16]


def _some_blocks(array: Array) -> Iterator[np.ndarray]:
    """Yield blocks of rows at equal distances, from the first to the last row."""
    size = max(1, WHOLE // BLOCKS // (array.nbytes // len(array)))
    for start in np.linspace(0, len(array) - size, BLOCKS).astype(np.int64):
        yield array[start : start + size]
