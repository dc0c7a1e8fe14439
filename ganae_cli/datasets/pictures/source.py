"""All pictures of a tree as an array (N, height, width, channels) that is decoded where it is asked for."""

import abc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ganae_cli.datasets.pictures.decode import Wanted, pixels
from ganae_cli.datasets.pictures.parallel import threads
from ganae_cli.datasets.pictures.tree import Entry, Tree, Unreadable
from ganae_cli.errors import UserError

FEW = 8  # that are decoded without threads


class Decoded(abc.ABC):
    """Images that are decoded each time that they are asked for, in threads; no more are held than are asked for.

    `decoded[i:j]` and `decoded[numbers]` are arrays uint8. Raises UserError for a file that cannot be read any more. A
    subclass says which images a file has, by `image`, `images_of` and `of`. entries: the files, each with its `name`.
    what: they are, for a progress bar.
    """

    dtype, ndim = np.dtype(np.uint8), 4
    what = "pictures"

    def __init__(self, tree: Tree, entries: Sequence[Any], shape: tuple[int, ...]):
        self.tree, self.entries, self.shape = tree, entries, shape
        self._pool: ThreadPoolExecutor | None = None

    @abc.abstractmethod
    def image(self, number: int) -> np.ndarray:
        """Return one image, uint8 (height, width, channels). Raises UserError if it cannot be read any more."""

    @abc.abstractmethod
    def images_of(self, entry: Any) -> np.ndarray:
        """Return all images of a file, uint8 (N, height, width, channels). Raises Unreadable."""

    @abc.abstractmethod
    def of(self, entries: Sequence[Any]) -> "Decoded":
        """Return the same of other files."""

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def nbytes(self) -> int:
        """Bytes of all images, decoded."""
        return int(np.prod(self.shape, dtype=object))

    def __getitem__(self, which: Any) -> np.ndarray:
        numbers = np.arange(len(self))[which]
        made = np.empty((len(numbers), *self.shape[1:]), np.uint8)

        def fill(start: int, stop: int) -> None:
            for i in range(start, stop):
                made[i] = self.image(numbers[i])

        if len(numbers) < FEW:
            fill(0, len(numbers))
            return made
        self._pool = self._pool or ThreadPoolExecutor(threads())
        cuts = np.linspace(0, len(numbers), threads() + 1).astype(int).tolist()
        list(self._pool.map(fill, cuts[:-1], cuts[1:]))
        return made

    def lost(self, entry: Any, error: Unreadable) -> UserError:
        """Return the error of a file that could be read before."""
        return UserError(f"{self.tree.path}: {entry.name} cannot be read: {error}")


class Pictures(Decoded):
    """Pictures, one in each file."""

    def __init__(self, tree: Tree, entries: Sequence[Entry], wanted: Wanted):
        if wanted.size is None:
            raise ValueError("an array needs a size")
        super().__init__(tree, entries, (len(entries), *wanted.size, wanted.channels))
        self.wanted = wanted

    def image(self, number: int) -> np.ndarray:
        entry = self.entries[number]
        try:
            return one(self.tree, entry, self.wanted)
        except Unreadable as error:
            raise self.lost(entry, error) from error

    def images_of(self, entry: Entry) -> np.ndarray:
        return one(self.tree, entry, self.wanted)[None]

    def of(self, entries: Sequence[Entry]) -> "Pictures":
        return Pictures(self.tree, entries, self.wanted)


def one(tree: Tree, entry: Entry, wanted: Wanted) -> np.ndarray:
    """Return one picture, uint8 (height, width, channels). Raises Unreadable."""
    return pixels(tree.read(entry), wanted)
