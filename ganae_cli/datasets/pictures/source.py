"""All pictures of a tree as an array (N, height, width, channels) that is decoded where it is asked for."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ganae_cli.datasets.pictures.decode import Wanted, pixels
from ganae_cli.datasets.pictures.parallel import threads
from ganae_cli.datasets.pictures.tree import Entry, Tree, Unreadable
from ganae_cli.errors import UserError

FEW = 8  # that are decoded without threads


class Pictures:
    """Pictures that are decoded each time that they are asked for, in threads; no more are held than are asked for.

    `pictures[i:j]` and `pictures[numbers]` are arrays uint8. Raises UserError for a file that cannot be read any more.
    """

    dtype, ndim = np.dtype(np.uint8), 4

    def __init__(self, tree: Tree, entries: Sequence[Entry], wanted: Wanted):
        if wanted.size is None:
            raise ValueError("an array needs a size")
        self.tree, self.entries, self.wanted = tree, entries, wanted
        self.shape = (len(entries), *wanted.size, wanted.channels)
        self._pool: ThreadPoolExecutor | None = None

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def nbytes(self) -> int:
        """Bytes of all pictures, decoded."""
        return int(np.prod(self.shape, dtype=object))

    def __getitem__(self, which: Any) -> np.ndarray:
        numbers = np.arange(len(self))[which]
        made = np.empty((len(numbers), *self.shape[1:]), np.uint8)

        def fill(start: int, stop: int) -> None:
            for i in range(start, stop):
                made[i] = self.decoded(self.entries[numbers[i]])

        if len(numbers) < FEW:
            fill(0, len(numbers))
            return made
        self._pool = self._pool or ThreadPoolExecutor(threads())
        cuts = np.linspace(0, len(numbers), threads() + 1).astype(int).tolist()
        list(self._pool.map(fill, cuts[:-1], cuts[1:]))
        return made

    def decoded(self, entry: Entry) -> np.ndarray:
        """Return one picture. Raises UserError for one that cannot be read any more, or has another size now."""
        try:
            return one(self.tree, entry, self.wanted)
        except Unreadable as error:
            raise UserError(f"{self.tree.path}: {entry.name} cannot be read: {error}") from error


def one(tree: Tree, entry: Entry, wanted: Wanted) -> np.ndarray:
    """Return one picture, uint8 (height, width, channels). Raises Unreadable."""
    return pixels(tree.read(entry), wanted)
