"""MNIST and Fashion-MNIST: each 60,000 training and 10,000 test images of 28x28 grey pixels, from Keras or a file."""

import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from pathlib import Path

import keras
import numpy as np

from ganae_cli.datasets import labels
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.files import read
from ganae_cli.datasets.fingerprint import fingerprint
from ganae_cli.datasets.pictures.fit import resize
from ganae_cli.errors import UserError
from ganae_cli.registry import register

Split = tuple[np.ndarray, np.ndarray]  # images uint8 (N, height, width), labels (N,)


@register("dataset", "mnist")
def mnist(path: str | None = None, image_size: int | Sequence[int] | None = None) -> Data:
    """Return handwritten digits of ten classes: LeCun et al. 1998, doi:10.1109/5.726791."""
    return _load("mnist", keras.datasets.mnist.load_data, path, image_size)


@register("dataset", "fashion_mnist")
def fashion_mnist(path: str | None = None, image_size: int | Sequence[int] | None = None) -> Data:
    """Return images of clothes of ten classes: Xiao et al. 2017, arXiv:1708.07747."""
    return _load("fashion_mnist", keras.datasets.fashion_mnist.load_data, path, image_size)


def _load(
    name: str, download: Callable[[], list[Split]], path: str | None, image_size: int | Sequence[int] | None
) -> Data:
    splits = _from_file(path) if path else _from_keras(name, download)
    (train, train_labels), (test, test_labels) = splits
    names = (f"dataset.path={path}: y_train", f"dataset.path={path}: y_test")
    classes = labels.read(train_labels, test_labels, (len(train), len(test)), names)
    learned, held_out = resize(train[..., None], image_size), resize(test[..., None], image_size)
    return Data(
        name, learned, held_out, classes.train, classes.test, warnings=classes.warnings, source=fingerprint(train, test)
    )


def _from_keras(name: str, download: Callable[[], list[Split]]) -> list[Split]:
    """Read Keras' cache, which is filled from the network the first time."""
    try:
        with redirect_stdout(sys.stderr):  # Keras prints its progress to standard output, which is for results
            return download()
    except Exception as error:  # keras.utils.get_file raises Exception itself when a download fails
        reason = " ".join(str(error).split()).rstrip(".")
        raise UserError(
            f"dataset '{name}' is not in Keras' cache and cannot be downloaded ({reason}); "
            "name a local copy with dataset.path=FILE.npz"
        ) from error


def _from_file(path: str) -> list[Split]:
    keys = ("x_train", "y_train", "x_test", "y_test")
    arrays = read(Path(path))
    if isinstance(arrays, np.ndarray) or not set(keys) <= set(arrays):
        found = ", ".join(arrays) if not isinstance(arrays, np.ndarray) else "one array"
        raise UserError(f"dataset.path={path} holds {found}; expected an .npz with {', '.join(keys)}")
    for split in ("train", "test"):
        images = arrays[f"x_{split}"]
        if images.dtype != np.uint8 or images.ndim != 3 or len(images) == 0:
            raise UserError(
                f"dataset.path={path}: x_{split} is {images.dtype} {images.shape}; expected uint8 (N, height, width)"
            )
    return [(arrays[f"x_{split}"], arrays[f"y_{split}"]) for split in ("train", "test")]
