"""Splits of a dataset of TensorFlow Datasets, read into arrays of one size, with its errors in one line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ganae_cli.datasets.one_by_one import Place
from ganae_cli.datasets.pictures import cache
from ganae_cli.datasets.pictures.fit import fitted
from ganae_cli.datasets.pictures.tree import Entry
from ganae_cli.errors import UserError, in_one_line

LONGEST = 200  # letters that are shown of an error of another library


@contextmanager
def refusing(builder: str) -> Iterator[None]:
    """Turn what TensorFlow Datasets raises, with its lists of names, into one line."""
    try:
        with redirect_stdout(sys.stderr):  # which is for results
            yield
    except UserError:
        raise
    except Exception as error:  # of every builder, and of every library that one uses
        raise UserError(f"dataset.builder={builder}: {reason(error)}") from error


def reason(error: BaseException) -> str:
    """Return what an error of the library says, in one line.

    Of a chain of errors that ends in one of the system, such as a host that was not found, that one counts: those of
    `requests` and `urllib3` around it repeat it within their own names and addresses.
    """
    root = error
    while (cause := root.__cause__ or root.__context__) is not None:
        root = cause
    return in_one_line(root if isinstance(root, OSError) else error, LONGEST)


class Reader:
    """Reads splits of a builder into arrays of one size. keys: names of the image and of its label."""

    def __init__(self, library: Any, made: Any, builder: str, keys: tuple[str, str | None], size, how: str, where: str):
        self.library, self.made, self.builder, self.keys = library, made, builder, keys
        self.size, self.how, self.where = size, how, where
        self.shape: tuple[int, ...] | None = None  # of the first image: all others must have it

    def read(self, name: str, split: str) -> tuple[np.ndarray, np.ndarray | None]:
        """Return images uint8 (N, height, width, channels) and labels int64 (N,), or None."""
        with refusing(self.builder):
            known = self.made.info.splits
            if split.split("[")[0] not in known:
                raise UserError(f"dataset.{name}_split={split}: dataset.builder={self.builder} has {', '.join(known)}")
            place = Place(self._key(split), known[split].num_examples, self.where)
            found = place.found() or place.filled(self._examples(split), f"reading {split} of {self.builder}")
        if found is None:
            raise UserError(f"dataset.{name}_split={split} of dataset.builder={self.builder} has no images")
        self._check_shape(found.pixels.shape[1:], 0, split)
        labels = found.labels if self.keys[1] and (found.labels >= 0).all() else None  # -1: a test split without labels
        return found.pixels, labels

    def _key(self, split: str) -> str | None:
        """Return the digest of what determines the images of a split; None if its files are on no disk of ours."""
        try:
            facts = [(path.name, path.stat()) for path in sorted(Path(str(self.made.data_path)).iterdir())]
        except OSError:
            return None
        entries = [Entry(name, stat.st_size, stat.st_mtime_ns) for name, stat in facts]
        options = self.made.info.full_name, split, self.keys, self.size, self.how, self.library.__version__
        return cache.key(entries, "tfds", *options)

    def _examples(self, split: str) -> Iterator[tuple[np.ndarray, int]]:
        """Yield the images of a split, in the order of its files, and their labels; 0, if there are none."""
        image, label = self.keys
        wanted = self.library.decode.PartialDecoding({key: True for key in self.keys if key})
        examples = self.made.as_dataset(split=split, shuffle_files=False, decoders=wanted)
        for i, example in enumerate(self.library.as_numpy(examples)):
            yield self._fitted(example[image], i, split), int(example[label]) if label else 0

    def _fitted(self, pixels: np.ndarray, i: int, split: str) -> np.ndarray:
        """Return an image uint8 at the size asked for. Raises UserError for another type, or another size."""
        if pixels.dtype != np.uint8 or pixels.shape[2] not in (1, 3, 4):
            found = f"{pixels.dtype} {pixels.shape}"
            raise UserError(f"dataset.builder={self.builder}: images are {found}; expected uint8, 1, 3 or 4 channels")
        if self.size is not None:
            plane = pixels[..., 0] if pixels.shape[2] == 1 else pixels
            fit = np.asarray(fitted(Image.fromarray(plane), self.size, self.how))
            pixels = fit[..., None] if fit.ndim == 2 else fit
        self._check_shape(pixels.shape, i, split)
        return pixels

    def _check_shape(self, shape: tuple[int, ...], i: int, split: str) -> None:
        """Raise UserError for image i of a split if it has not the shape of the first of all."""
        self.shape = self.shape or shape
        if shape != self.shape:
            one, other = ("x".join(map(str, shape)) for shape in (self.shape, shape))
            raise UserError(
                f"dataset.builder={self.builder} has images of {one} and of {other} (number {i} of {split}): type "
                f"dataset.image_size={min(self.shape[:2])}, or [height,width]"
            )
