"""The user's own images or points from a NumPy file."""

from collections.abc import Sequence
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
    """An .npy file with one array, or an .npz file with `key` or else the first of x_train, images, x, points, data.

    Images are (N, height, width) or (N, height, width, channels): uint8, or floats, which are taken to lie in [0, 1] if
    none is negative and in [-1, 1] otherwise and are rounded to uint8. Points are numbers (N, D), kept as they are, in
    float32. Labels are y_train, labels or y, if there. Test rows are x_test and y_test if there, else `test_fraction`
    of the rows, chosen by a permutation that depends on nothing but their number.
    """
    if path is None:
        raise UserError("dataset 'arrays' needs a file: dataset.path=FILE.npy or dataset.path=FILE.npz")
    held = read(Path(path))
    held = held if isinstance(held, dict) else {"data": held}
    key = _key(held, key, path)
    signed = any(held[name].min(initial=0) < 0 for name in (key, "x_test") if _numeric(held.get(name)))
    rows = _rows(held[key], signed, f"dataset.path={path}: '{key}'")
    labels = _labels(held, LABEL_KEYS, len(rows), path)
    if "x_test" in held and key != "x_test":
        train, train_labels = rows, labels
        test = _rows(held["x_test"], signed, f"dataset.path={path}: 'x_test'")
        test_labels = _labels(held, ("y_test",), len(test), path)
        if (train.dtype, train.shape[1:]) != (test.dtype, test.shape[1:]):
            raise UserError(f"dataset.path={path}: '{key}' {train.shape} and 'x_test' {test.shape} are not alike")
    else:
        testing = _testing(len(rows), test_fraction, path)
        train, test = rows[~testing], rows[testing]
        train_labels, test_labels = (None, None) if labels is None else (labels[~testing], labels[testing])
    if train.ndim == 4:
        train, test = resize(train, image_size), resize(test, image_size)
    elif image_size is not None:
        raise UserError(f"dataset.image_size={image_size}, but dataset.path={path} holds points, not images")
    return Data("arrays", train, test, train_labels, test_labels)


def _key(held: dict[str, np.ndarray], key: str | None, path: str) -> str:
    """The name of the array to train on."""
    found = ", ".join(f"'{name}' {array.shape}" for name, array in held.items()) or "nothing"
    if key is not None and key not in held:
        raise UserError(f"dataset.key={key} is not in dataset.path={path}, which holds {found}")
    known = [name for name in KEYS if name in held]
    if key is None and not known:
        raise UserError(
            f"dataset.path={path} holds {found}; expected one of {', '.join(KEYS)}, or name one by dataset.key"
        )
    return key or known[0]


def _numeric(array: np.ndarray | None) -> bool:
    return array is not None and array.dtype.kind in "uif"


def _rows(array: np.ndarray, signed: bool, name: str) -> np.ndarray:
    """Images uint8 (N, height, width, channels) or points float32 (N, D). signed: floats of images lie in [-1, 1]."""
    found = f"{name} is {array.dtype} {array.shape}"
    if not _numeric(array) or array.ndim not in (2, 3, 4):
        raise UserError(f"{found}; expected numbers, images (N, height, width[, channels]) or points (N, D)")
    if array.size == 0:
        raise UserError(f"{found}, which is empty")
    if not np.isfinite(array).all():
        raise UserError(f"{found} and has {np.count_nonzero(~np.isfinite(array))} values that are NaN or infinite")
    if array.ndim == 2:
        return _points(array, found)
    images = array if array.dtype == np.uint8 else _bytes(array, signed, found)
    return images[..., None] if images.ndim == 3 else images


def _points(points: np.ndarray, found: str) -> np.ndarray:
    """Numbers as float32, which holds none beyond 3.4e38."""
    with np.errstate(over="ignore"):
        cast = points.astype(np.float32)
    if not np.isfinite(cast).all():
        raise UserError(f"{found} and has {np.count_nonzero(~np.isfinite(cast))} values beyond float32's 3.4e38")
    return cast


def _bytes(images: np.ndarray, signed: bool, found: str) -> np.ndarray:
    """Floats in [0, 1] or [-1, 1] as uint8."""
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


def _testing(count: int, fraction: float, path: str) -> np.ndarray:
    """Which rows are kept for testing: at least one, and at least one not."""
    if not 0 < fraction < 1:
        raise UserError(f"dataset.test_fraction must lie between 0 and 1, got {fraction}")
    if count < 2:
        raise UserError(f"dataset.path={path} holds {count} row; expected at least 2, to train and to test on")
    chosen = np.random.Generator(np.random.PCG64(count)).permutation(count)
    testing = np.zeros(count, bool)
    testing[chosen[: min(count - 1, max(1, round(fraction * count)))]] = True
    return testing
