"""Labels as classes. Training needs none, so labels that cannot be read as classes are ignored, with a warning."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Labels(NamedTuple):
    """Classes int64 (N,) of training and test rows, or None, warnings of what was ignored, and the classes' names."""

    train: np.ndarray | None
    test: np.ndarray | None
    warnings: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


def numbered(count: int) -> tuple[str, ...]:
    """Return the names of classes that have none: their numbers.

    >>> numbered(3)
    ('0', '1', '2')
    """
    return tuple(map(str, range(count)))


def read(
    train: np.ndarray | None,
    test: np.ndarray | None,
    counts: tuple[int, int],
    names: tuple[str, str],
    classes: Sequence[str] = (),
) -> Labels:
    """Return the labels of `counts` rows as classes 0 … K - 1, with a name each.

    names: of both arrays, for the warnings. classes: names of the classes that whole numbers count, where they are
    known. Read are whole numbers (N,) or (N, 1), of any type, True and False, one-hot rows (N, K), whose number is the
    position, and text. The K different texts or numbers that occur, in training and test rows together, are numbered
    in sorted order, and each is the name of its class: so 0 … K - 1 stay as they are. Anything else is ignored.

    >>> read(np.array(["b", "a", "b"]), np.array(["c"]), (3, 1), ("y", "y_test"))
    Labels(train=array([1, 0, 1]), test=array([2]), warnings=(), classes=('a', 'b', 'c'))
    >>> read(np.array([7, 3, 7]), None, (3, 0), ("y", "y_test"))
    Labels(train=array([1, 0, 1]), test=None, warnings=(), classes=('3', '7'))
    >>> read(np.array([1, 0, 1]), None, (3, 0), ("y", "y_test"), ["cat", "dog", "eel"]).classes
    ('cat', 'dog', 'eel')
    """
    found: list[np.ndarray | None] = []
    warnings = []
    for labels, count, name in zip((train, test), counts, names, strict=True):
        flat = None if labels is None else _flat(labels, count)
        if labels is not None and flat is None:
            what = f"{labels.dtype} {labels.shape}"
            warnings.append(f"{name} is {what}, which cannot be read as one class for each of {count} rows: ignored")
        found.append(flat)
    widths = [_width(labels) for labels, flat in zip((train, test), found, strict=True) if flat is not None]
    values = _values([labels for labels in found if labels is not None], max(widths, default=0))
    words = tuple(map(str, values.tolist()))
    if classes and words:
        chosen = _of_names(values, classes)
        if chosen is None:
            some, count = ", ".join(words[:3]), len(classes)
            warnings.append(f"{names[0]} has labels such as {some}: the {count} names of classes do not fit, not used")
        else:
            values, words = chosen, tuple(classes)
    first, second = (None if labels is None else _number(labels, values) for labels in found)
    return Labels(first, second, tuple(warnings), words)


def _values(kept: list[np.ndarray], width: int) -> np.ndarray:
    """Return the different labels in sorted order, as text if some are text; 0 … width - 1 of one-hot rows."""
    if not kept:
        return np.empty(0, np.int64)
    if any(labels.dtype.kind == "U" for labels in kept):
        return np.unique(np.concatenate([labels.astype(str) for labels in kept]))
    return np.unique(np.concatenate([*kept, np.arange(width)]))


def _width(labels: np.ndarray | None) -> int:
    """Return the number of columns of one-hot rows, else 0."""
    return labels.shape[1] if labels is not None and labels.ndim == 2 and labels.shape[1] > 1 else 0


def _of_names(values: np.ndarray, names: Sequence[str]) -> np.ndarray | None:
    """Return the label of each name: its position, or the name itself; None if there is a label without a name."""
    known: np.ndarray = np.array(list(names)) if values.dtype.kind == "U" else np.arange(len(names))
    return known if len(set(names)) == len(names) and np.isin(values, known).all() else None


def _number(labels: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the position of each label among `values`."""
    order = np.argsort(values)
    return order[np.searchsorted(values, labels.astype(values.dtype.type), sorter=order)].astype(np.int64)


def _flat(labels: np.ndarray, count: int) -> np.ndarray | None:
    """Return labels (count,) as int64 or text; None for what are no classes."""
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if len(labels.shape) == 0 or len(labels) != count or labels.dtype.kind not in "uifbUS":
        return None
    if labels.dtype.kind in "US":
        return labels.astype(str) if labels.ndim == 1 and (labels.dtype.kind == "U" or _is_ascii(labels)) else None
    if labels.ndim == 2:
        ones = labels == 1
        is_one_hot = (ones.sum(axis=1) == 1).all() and np.count_nonzero(labels) == count
        return ones.argmax(axis=1).astype(np.int64) if is_one_hot else None
    if labels.ndim > 2 or (labels.dtype.kind == "f" and not _are_whole(labels)):
        return None
    return labels.astype(np.int64)


def _is_ascii(labels: np.ndarray) -> bool:
    return all(label.isascii() for label in labels.tolist())


def _are_whole(labels: np.ndarray) -> bool:
    """Return True for floats that are whole numbers which int64 holds; False for NaN and infinity."""
    return bool(np.isfinite(labels).all() and (labels == np.rint(labels)).all() and (np.abs(labels) < 2**53).all())
