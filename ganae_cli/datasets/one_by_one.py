"""Images that come one after another, kept in memory, or in a file that is mapped where they take too much of it.

The file lies in the user's cache of decoded pictures (`pictures.cache`). It holds the pixels of all images and then
their labels, so that a later run finds both, and so that a run reads any image by its number: the order of training is
a function of seed and epoch, and a run that goes on in the middle of an epoch goes on with the next image.
"""

from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

import numpy as np

from ganae_cli.datasets.pictures.cache import VARIABLE, Cache, Facts
from ganae_cli.datasets.pictures.parallel import Progress
from ganae_cli.datasets.room import refuse_beyond_memory
from ganae_cli.errors import UserError
from ganae_cli.runtime.process import available_memory
from ganae_cli.storage.atomic import replacing
from ganae_cli.units import megabytes

LABEL = np.dtype(np.int64)
WAYS_OUT = "dataset.image_size makes images smaller, and dataset.train_split=train[:10%] takes fewer"


class Images(NamedTuple):
    """Images uint8 (N, height, width, channels), and their labels int64 (N,)."""

    pixels: np.ndarray
    labels: np.ndarray


class Place:
    """Where `count` images go. key: of their file in the cache; None: they have none. where: auto, memory or disk."""

    def __init__(self, key: str | None, count: int, where: str):
        self.count, self.where = count, where
        self.kept = None if key is None or where == "memory" else Cache(key)

    def found(self) -> Images | None:
        """Return the images that an earlier run has kept on disk; None if there are none."""
        facts = self.kept.facts() if self.kept else None
        if self.kept is None or facts is None:
            return None
        shape = (self.count, *facts.size, facts.channels)
        size = int(np.prod(shape, dtype=object))
        whole = self.kept.pixels((size + self.count * LABEL.itemsize,))
        return None if whole is None else Images(whole[:size].reshape(shape), whole[size:].view(LABEL).copy())

    def filled(self, examples: Iterable[tuple[np.ndarray, int]], title: str) -> Images | None:
        """Take `count` images, all of one shape, and their labels; None if there is none.

        title: of the bar that shows how far that is. Raises UserError where there is no room for them.
        """
        coming = iter(examples)
        first = next(coming, None)
        if first is None:
            return None
        shape = first[0].shape
        in_memory = self._is_memory(self.count * first[0].size)
        with Progress(title, self.count) as progress:
            counted = (progress.counted([one])[0] for one in chain([first], coming))
            return self._in_memory(counted, shape) if in_memory else self._on_disk(counted, shape)

    def _in_memory(self, examples: Iterable[tuple[np.ndarray, int]], shape: tuple[int, ...]) -> Images:
        images = Images(np.empty((self.count, *shape), np.uint8), np.empty(self.count, LABEL))
        for i, (pixels, label) in enumerate(examples):
            images.pixels[i], images.labels[i] = pixels, label
        return images

    def _on_disk(self, examples: Iterable[tuple[np.ndarray, int]], shape: tuple[int, ...]) -> Images:
        kept, labels = self.kept, np.empty(self.count, LABEL)
        if kept is None:
            raise ValueError("a file needs a key")
        try:
            with replacing(kept.pixels_file) as temporary, temporary.open("wb") as file:
                for i, (pixels, label) in enumerate(examples):
                    file.write(np.ascontiguousarray(pixels).data)
                    labels[i] = label
                file.write(labels.data)
                file.flush()
        except OSError as error:
            raise UserError(
                f"cannot write {kept.pixels_file}: {error.strerror or error}; the variable {VARIABLE} names another "
                "folder, and dataset.cache=memory goes without"
            ) from error
        height, width, channels = shape
        kept.write_facts(Facts((height, width), channels, 0, {}))
        found = self.found()
        if found is None:
            raise UserError(f"{kept.pixels_file} was written, and is gone or changed; is the cache being cleaned?")
        return found

    def _is_memory(self, size: int) -> bool:
        """Return where `size` bytes go: True for memory, False for the disk."""
        if self.where == "memory":
            refuse_beyond_memory("dataset.cache=memory", size)
            return True
        fault = self.kept.lacks_room(size) if self.kept else "only a dataset on a disk of this machine can be cached"
        if self.where == "disk":
            if fault:
                raise UserError(f"dataset.cache=disk: {fault}; the variable {VARIABLE} names another folder")
            return False
        free = available_memory()
        if free is None or size <= free // 2:
            return True
        if fault and size > free:
            raise UserError(
                f"the images take {megabytes(size)}: {megabytes(free)} of memory are free, and on disk: {fault}; "
                f"{WAYS_OUT}"
            )
        return bool(fault)
