"""Dataset of the user's own images or points, from a NumPy file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ganae_cli.datasets.base import Data, resize
from ganae_cli.datasets.files import read
from ganae_cli.errors import UserError
from ganae_cli.registry import register

KEYS = ("x_train", "images", "x", "points", "data")
LABEL_KEYS = ("y_train", "labels", "y")


@register("dataset", "arrays")
def arrays(
    path: str | None = None,
    key: str | None = None,
    image_size: int | Sequence[int] | None = None,
    test_fraction: float = 0.1,
) -> Data:
    """Return the images or points of an .npy file with one array, or of an .npz file.

    key: name of the array in the .npz file; None: the first of x_train, images, x, points, data that it holds. Images
    are (N, height, width) or (N, height, width, channels): uint8, or floats, which are taken as [0, 1] if none is
    negative, else as [-1, 1], and rounded to uint8. Points are numbers (N, D), kept in their units, in float32. Labels
    are y_train, labels or y, if the file has them. Test rows are x_test and y_test if the file has them, else
    `test_fraction` of the rows, chosen by a permutation that depends only on their number. Raises UserError for
    anything else, naming what was found and what was expected.
    """
    if path is None:
        raise UserError("dataset 'arrays' needs a file: dataset.path=FILE.npy or dataset.path=FILE.npz")
    loaded = read(Path(path))
    held = loaded if isinstance(loaded, dict) else {"data": loaded}
    key = _training_key(held, key, path)
    signed = any(held[name].min(initial=0) < 0 for name in (key, "x_test") if name in held and _is_numeric(held[name]))
    rows = _rows(held[key], signed, f"dataset.path={path}: '{key}'")
    labels = _labels(held, LABEL_KEYS, len(rows), path)
    if "x_test" in held and key != "x_test":
        train, train_labels = rows, labels
        test = _rows(held["x_test"], signed, f"dataset.path={path}: 'x_test'")
        test_labels = _labels(held, ("y_test",), len(test), path)
        if (train.dtype, train.shape[1:]) != (test.dtype, test.shape[1:]):
            raise UserError(f"dataset.path={path}: '{key}' {train.shape} and 'x_test' {test.shape} are not alike")
    else:
        is_test = _choose_test_rows(len(rows), test_fraction, path)
        train, test = rows[~is_test], rows[is_test]
        train_labels, test_labels = (None, None) if labels is None else (labels[~is_test], labels[is_test])
    return _resized(Data("arrays", train, test, train_labels, test_labels), image_size, path)


def _resized(data: Data, image_size: int | Sequence[int] | None, path: str) -> Data:
    """Return the data at another image size; raise UserError if they are points."""
    if data.kind == "images":
        return replace(data, train=resize(data.train, image_size), test=resize(data.test, image_size))
    if image_size is not None:
        raise UserError(f"dataset.image_size={image_size}, but dataset.path={path} holds points, not images")
    return data


def _training_key(held: dict[str, np.ndarray], key: str | None, path: str) -> str:
    """Return the name of the array to train on."""
    found = ", ".join(f"'{name}' {array.shape}" for name, array in held.items()) or "nothing"
    if key is not None and key not in held:
        raise UserError(f"dataset.key={key} is not in dataset.path={path}, which holds {found}")
    known = [name for name in KEYS if name in held]
    if key is None and not known:
        raise UserError(
            f"dataset.path={path} holds {found}; expected one of {', '.join(KEYS)}, or name one by dataset.key"
        )
    return key or known[0]


def _is_numeric(array: np.ndarray) -> bool:
    return array.dtype.kind in "uif"


def _rows(array: np.ndarray, signed: bool, name: str) -> np.ndarray:
    """Return images uint8 (N, height, width, channels) or points float32 (N, D).

    signed: True if floats of images lie in [-1, 1], else they lie in [0, 1].
    """
    found = f"{name} is {array.dtype} {array.shape}"
    if not _is_numeric(array) or array.ndim not in (2, 3, 4):
        raise UserError(f"{found}; expected numbers, images (N, height, width[, channels]) or points (N, D)")
    if array.size == 0:
        raise UserError(f"{found}, which is empty")
    if not np.isfinite(array).all():
        raise UserError(f"{found} and has {np.count_nonzero(~np.isfinite(array))} values that are NaN or infinite")
    if array.ndim == 2:
        return _points(array, found)
    images = array if array.dtype == np.uint8 else _to_uint8(array, signed, found)
    return images[..., None] if images.ndim == 3 else images


def _points(points: np.ndarray, found: str) -> np.ndarray:
    """Return points as float32; raise UserError for numbers beyond 3.4e38, which float32 cannot hold."""
    with np.errstate(over="ignore"):
        cast = points.astype(np.float32)
    if not np.isfinite(cast).all():
        raise UserError(f"{found} and has {np.count_nonzero(~np.isfinite(cast))} values beyond float32's 3.4e38")
    return cast


def _to_uint8(images: np.ndarray, signed: bool, found: str) -> np.ndarray:
    """Return float images in [0, 1], or in [-1, 1] if signed, as uint8."""
    low, high = float(images.min()), float(images.max())
    if images.dtype.kind != "f" or low < -1 or high > 1:
        raise UserError(f"{found} from {low:g} to {high:g}; expected images as uint8 or as floats in [0, 1] or [-1, 1]")
    return np.rint(((images + 1) / 2 if signed else images) * 255.0).astype(np.uint8)


def _labels(held: dict[str, np.ndarray], keys: tuple[str, ...], count: int, path: str) -> np.ndarray | None:
    for key in keys:
        if key in held:
            labels = held[key]
            if labels.dtype.kind not in "ui" or labels.shape != (count,):
                found = f"'{key}' is {labels.dtype} {labels.shape}"
                raise UserError(f"dataset.path={path}: {found}; expected whole numbers ({count},)")
            return labels.astype(np.int64)
    return None


def _choose_test_rows(count: int, fraction: float, path: str) -> np.ndarray:
    """Return a mask (count,) that is True for the test rows: at least one row, and not all of them."""
    if not 0 < fraction < 1:
        raise UserError(f"dataset.test_fraction must lie between 0 and 1, got {fraction}")
    if count < 2:
        raise UserError(f"dataset.path={path} holds {count} row; expected at least 2, to train and to test on")
    chosen = np.random.Generator(np.random.PCG64(count)).permutation(count)
    is_test = np.zeros(count, bool)
    is_test[chosen[: min(count - 1, max(1, round(fraction * count)))]] = True
    return is_test
