"""Images of well-known datasets: Keras' copy, which is downloaded once, or a local file of the same arrays."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ganae_cli.datasets import channels, labels
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.files import read
from ganae_cli.datasets.fingerprint import fingerprint
from ganae_cli.datasets.pictures.fit import resize
from ganae_cli.errors import UserError, in_one_line

KEYS = ("x_train", "y_train", "x_test", "y_test")
Split = tuple[np.ndarray, np.ndarray]  # images uint8 (N, height, width) or (N, height, width, 3), labels (N,) or (N, 1)


@dataclass(frozen=True)
class Known:
    """A dataset that Keras knows.

    name: of the dataset. load: Keras' function that reads it, or downloads it first. words: names of the classes; ():
    their numbers. colours: images are (N, height, width, 3), else (N, height, width). place: where in Keras' cache it
    looks for `archive`, the original file; "": it has a file of its own.
    """

    name: str
    load: Callable[[], list[Split]]
    words: Sequence[str] = ()
    colours: bool = False
    archive: str = ""
    place: str = ""

    def data(self, path: str | None, image_size: int | Sequence[int] | None) -> Data:
        """Return the dataset. path: of an .npz with x_train, y_train, x_test, y_test; None: Keras' copy."""
        (train, train_labels), (test, test_labels) = self._from_file(path) if path else self._from_keras()
        names = (f"dataset.path={path}: y_train", f"dataset.path={path}: y_test")
        found = labels.read(train_labels, test_labels, (len(train), len(test)), names, self.words)
        learned, held_out = (
            resize(images if self.colours else images[..., None], image_size) for images in (train, test)
        )
        data = Data(self.name, learned, held_out, found.train, found.test, classes=found.classes)
        return replace(data, warnings=found.warnings, source=fingerprint(train, test))

    def _from_keras(self) -> list[Split]:
        """Read Keras' cache, which is filled from the network the first time."""
        try:
            with redirect_stdout(sys.stderr):  # Keras prints its progress to standard output, which is for results
                splits = self.load()
        except Exception as error:  # keras.utils.get_file raises Exception itself when a download fails
            reason = in_one_line(error)
            archive = f", or copy {self.archive} to {cache() / self.place}" if self.archive else ""
            raise UserError(
                f"dataset '{self.name}' is not in Keras' cache, {cache()}, and cannot be downloaded ({reason}); "
                f"name a local copy with dataset.path=FILE.npz{archive}"
            ) from error
        # Keras puts channels first where its own settings (keras.json) say so.
        are_first = self.colours and splits[0][0].shape[-1] != 3
        return [(channels.to_last(images) if are_first else images, classes) for images, classes in splits]

    def _from_file(self, path: str) -> list[Split]:
        if self.archive and path.endswith((".tar.gz", ".tgz", ".tar")):
            raise UserError(
                f"dataset.path={path}: expected an .npz with {', '.join(KEYS)}; Keras reads {self.archive} itself, "
                f"without dataset.path, once it is copied to {cache() / self.place}"
            )
        arrays = read(Path(path))
        if isinstance(arrays, np.ndarray) or not set(KEYS) <= set(arrays):
            found = ", ".join(arrays) if not isinstance(arrays, np.ndarray) else "one array"
            raise UserError(f"dataset.path={path} holds {found}; expected an .npz with {', '.join(KEYS)}")
        sides = "(N, height, width, 3)" if self.colours else "(N, height, width)"
        for key in ("x_train", "x_test"):
            images = arrays[key]
            is_shaped = images.ndim == 4 and images.shape[3] == 3 if self.colours else images.ndim == 3
            if images.dtype != np.uint8 or not is_shaped or len(images) == 0:
                raise UserError(f"dataset.path={path}: {key} is {images.dtype} {images.shape}; expected uint8 {sides}")
        return [(arrays[f"x_{split}"], arrays[f"y_{split}"]) for split in ("train", "test")]


def cache() -> Path:
    """Return the folder where Keras keeps datasets; it takes one in /tmp where it cannot write into the user's."""
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    return (home if os.access(home, os.W_OK) else Path("/tmp/.keras")) / "datasets"
