"""Dataset of the user's own images or points, from a NumPy file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ganae_cli.datasets import array_rows, channels, labels
from ganae_cli.datasets.array_rows import Source
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.files import grown, read, shapes
from ganae_cli.datasets.fingerprint import fingerprint
from ganae_cli.datasets.outline import IMAGES, POINTS, Outline, left
from ganae_cli.datasets.pictures.fit import resize, sides
from ganae_cli.datasets.rows import Rows, settled
from ganae_cli.datasets.splits import check_fraction, held_out, taken
from ganae_cli.errors import UserError
from ganae_cli.registry import register

KEYS = ("x_train", "images", "x", "points", "data")
LABEL_KEYS = ("y_train", "labels", "y")
NAME_KEYS = ("classes", "class_names", "label_names")


@register("dataset", "arrays")
def arrays(
    path: str | None = None,
    key: str | None = None,
    image_size: int | Sequence[int] | None = None,
    test_fraction: float = 0.1,
    range: Sequence[float] | None = None,
    channels_first: bool | None = None,
    standardize: bool = False,
) -> Data:
    """Return the images or points of an .npy file with one array, or of an .npz file.

    key: name of the array in the .npz file; None: the first of x_train, images, x, points, data that it holds. Test
    rows are x_test and y_test if the file has them, else `test_fraction` of the rows, chosen by a permutation that
    depends only on their number. Labels are y_train, labels or y, if the file has them, and classes, class_names or
    label_names the names of the classes that they count, text (K,): see `labels`.

    What becomes of an array of numbers or bool, and what is refused (with what to type where an option helps):

    =====================================  ==========================================================================
    (N, D)                                 points in their units, as float32; numbers beyond float32 are refused, and
                                           warned of where it hardly tells them apart; `standardize`: see `standard`
    (N, height, width)                     grey images
    (N, height, width, 1 to 4)             images; also more channels, if they are no more than the rows and columns
    (N, 1 to 4, height, width)             the same, channels first (`channels_first`)
    (N, 3, 32, 3), (N, 13, 64, 64)         refused: channels first or last?
    images of bool, of 0 and 1             0 black, 1 white, for every type
    uint8                                  0 black, 255 white; refused if they span less than 64, as 0 … 16 do
    floats and other whole numbers         [0, 1], [-1, 1], [0, 255] or [0, 65535] by their bounds (`range`);
                                           refused if that is not clear, as for 0 … 16
    all pixels the same                    refused, without `range`
    x_train of [0, 1], x_test of [0, 255]  refused, as any other two ranges: beside those, all of these were black
    (N, 784) of uint8                      points, and a warning: flattened images are to be reshaped
    NaN or infinity, complex, text         refused
    objects, no rows, one row              refused
    =====================================  ==========================================================================

    Images become uint8 as the rows are read (`array_rows`). Raises UserError, which names the array, its type,
    shape and range. `notes` of the result say how images were read.
    """
    if path is None:
        raise UserError("dataset 'arrays' needs a file: dataset.path=FILE.npy or dataset.path=FILE.npz")
    loaded = read(Path(path))
    held = {"data": loaded} if isinstance(loaded, np.ndarray) else loaded
    key = _training_key(held, key, path)
    named = {name: held[name] for name in dict.fromkeys([key, "x_test"]) if name in held}
    sources = [Source(f"dataset.path={path}: '{name}' is {a.dtype} {a.shape}", a) for name, a in named.items()]
    rows, notes, warnings = array_rows.read(sources, range, channels_first)
    data = _split(held, key, rows, test_fraction, path)
    warnings = (*warnings, *(f"dataset.path={path}: {line}" for line in grown(held)))
    data = replace(data, notes=notes, warnings=warnings + data.warnings, standardize=standardize)
    data = replace(data, source=fingerprint(*(source.array for source in sources)))
    if standardize and data.kind == "images":
        raise UserError(f"dataset.standardize is for points, but {sources[0].found}: images")
    return _resized(data, image_size, path)


@register("outline", "arrays")
def outline(options: Mapping[str, Any]) -> Outline:
    """Return what the shape of the array says; all options are those of `arrays`."""
    path = str(options["path"])
    loaded = read(Path(path))
    held = {"data": loaded} if isinstance(loaded, np.ndarray) else loaded
    key = _training_key(held, options["key"], path)
    count, *rest = shapes(held)[key]
    count = count if "x_test" in held else left(count, options["test_fraction"])
    if len(rest) < 2:
        return Outline(POINTS, count)
    is_first = len(rest) == 3 and channels.are_first((count, *rest), options["channels_first"], f"'{key}'")
    height, width = rest[1:] if is_first else rest[:2]
    depth = 1 if len(rest) == 2 else rest[0] if is_first else rest[2]
    return Outline(IMAGES, count, *(sides(options["image_size"]) or (height, width)), depth)


def _training_key(held: Mapping[str, np.ndarray], key: str | None, path: str) -> str:
    """Return the name of the array to train on."""
    found = ", ".join(f"'{name}' {shape}" for name, shape in shapes(held).items()) or "nothing"
    if key is not None and key not in held:
        raise UserError(f"dataset.key={key} is not in dataset.path={path}, which holds {found}")
    known = [name for name in KEYS if name in held]
    if key is None and not known:
        raise UserError(
            f"dataset.path={path} holds {found}; expected one of {', '.join(KEYS)}, or name one by dataset.key"
        )
    return key or known[0]


def _split(held: Mapping[str, np.ndarray], key: str, rows: list[Rows], fraction: float, path: str) -> Data:
    """Return training and test rows with their labels."""
    label_key = next((name for name in LABEL_KEYS if name in held), None)
    names = (f"dataset.path={path}: '{label_key}'", f"dataset.path={path}: 'y_test'")
    classes, warnings = _class_names(held, path)
    first = rows[0]
    if len(rows) == 2:
        train, test = rows
        if (train.dtype, train.shape[1:]) != (test.dtype, test.shape[1:]):
            raise UserError(f"dataset.path={path}: '{key}' {train.shape} and 'x_test' {test.shape} are not alike")
        counts = len(train), len(test)
        found = labels.read(_held(held, label_key), _held(held, "y_test"), counts, names, classes)
        data = Data("arrays", settled(train), settled(test), *found[:2], classes=found.classes)
        return replace(data, warnings=warnings + found.warnings)
    _check_fraction(len(first), fraction, path)
    is_test = held_out(len(first), fraction)
    found = labels.read(_held(held, label_key), None, (len(first), 0), names, classes)
    train_labels, test_labels = (None, None) if found.train is None else (found.train[~is_test], found.train[is_test])
    parts = taken(first, ~is_test), taken(first, is_test)
    data = Data("arrays", *parts, train_labels, test_labels, classes=found.classes)
    return replace(data, warnings=warnings + found.warnings)


def _class_names(held: Mapping[str, np.ndarray], path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the classes that the file holds, if it does, and warnings."""
    key = next((name for name in NAME_KEYS if name in held), None)
    words = _held(held, key)
    if words is None:
        return (), ()
    if words.ndim == 1 and words.dtype.kind == "U":
        return tuple(words.tolist()), ()
    return (), (f"dataset.path={path}: '{key}' is {words.dtype} {words.shape}, not text (K,): ignored",)


def _held(held: Mapping[str, np.ndarray], key: str | None) -> np.ndarray | None:
    """Return an array of labels; one that cannot be read, such as Python objects, as an array that has no classes."""
    if key is None or key not in held:
        return None
    try:
        return held[key]
    except UserError:
        return np.empty((), object)


def _resized(data: Data, image_size: int | Sequence[int] | None, path: str) -> Data:
    """Return the data at another image size; raise UserError if they are points."""
    if data.kind == "images":
        return replace(data, train=resize(data.train, image_size), test=resize(data.test, image_size))
    if image_size is not None:
        raise UserError(f"dataset.image_size={image_size}, but dataset.path={path} holds points, not images")
    return data


def _check_fraction(count: int, fraction: float, path: str) -> None:
    """Raise UserError unless `count` rows can be parted."""
    check_fraction(fraction)
    if count < 2:
        raise UserError(f"dataset.path={path} holds {count} row; expected at least 2, to train and to test on")
