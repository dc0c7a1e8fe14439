"""Labels as classes. Training needs none, so labels that cannot be read as classes are ignored, with a warning."""

from typing import NamedTuple

import numpy as np


class Labels(NamedTuple):
    """Classes int64 (N,) of training and test rows, or None, and warnings of what was ignored."""

    train: np.ndarray | None
    test: np.ndarray | None
    warnings: tuple[str, ...] = ()


def read(train: np.ndarray | None, test: np.ndarray | None, counts: tuple[int, int], names: tuple[str, str]) -> Labels:
    """Return the labels of `counts` rows as classes. names: of both arrays, for the warnings.

    Read as they are: whole numbers (N,) or (N, 1), of any type, and True and False. Read by position: one-hot rows
    (N, K). Text: its number in the sorted list of all that occur, in training and test rows. Anything else is ignored.

    >>> read(np.array(["b", "a", "b"]), np.array(["c"]), (3, 1), ("y", "y_test"))[:2]
    (array([1, 0, 1]), array([2]))
    """
    found: list[np.ndarray | None] = []
    warnings = []
    for labels, count, name in zip((train, test), counts, names, strict=True):
        flat = None if labels is None else _flat(labels, count)
        if labels is not None and flat is None:
            what = f"{labels.dtype} {labels.shape}"
            warnings.append(f"{name} is {what}, which cannot be read as one class for each of {count} rows: ignored")
        found.append(flat)
    first, second = _numbered(found)
    return Labels(first, second, tuple(warnings))


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


def _numbered(found: list[np.ndarray | None]) -> list[np.ndarray | None]:
    """Return text as numbers in the sorted list of all texts, in both arrays together; numbers as they are."""
    words = [labels for labels in found if labels is not None and labels.dtype.kind == "U"]
    if not words:
        return found
    classes = np.unique(np.concatenate(words))
    return [
        np.searchsorted(classes, labels).astype(np.int64) if labels is not None and labels.dtype.kind == "U" else labels
        for labels in found
    ]
