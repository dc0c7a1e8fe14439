"""Classifiers of real images, kept between runs in the user's cache: most runs of a user are measured by the same one.

A classifier's file is named by all that determines it: images, labels, seed, and how it is trained. It holds arrays
only. A file that cannot be read, or that holds something else, is written anew; a cache that cannot be written, or that
others may have written, is done without.

The variable GANAE_CLASSIFIER_CACHE names another folder than the user's cache, or is `off`.
"""

import contextlib
import hashlib
import itertools
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import sklearn

from ganae_cli.datasets.rows import Array, blocks
from ganae_cli.metrics.classifier import DEFINITION, Classifier, train_classifier
from ganae_cli.runtime import user_cache
from ganae_cli.storage.npz_file import FAULTS

VARIABLE = "GANAE_CLASSIFIER_CACHE"
MOST_FILES = 100  # about half a megabyte each; the oldest are deleted first
LEAST_FREE = 10_000_000  # bytes


def classifier_of(
    images: Array, labels: np.ndarray, seed: int = 0, say: Callable[[str], object] = lambda line: None
) -> Classifier:
    """Return the classifier of these images, from the cache or trained now. say: told before it is trained.

    images: uint8 (N, H, W, C), labels: int (N,).
    """
    folder = _folder(say)
    path = folder / f"{_name(images, labels, seed)}.npz" if folder else None
    found = _read(path, images, labels) if path else None
    if found is None:
        say("training a classifier of the training images, which measures samples …")
        found = train_classifier(images, labels, seed)
        if path:
            _write(path, found)
    return found


def _folder(say: Callable[[str], object]) -> Path | None:
    """Return the folder of the cache, made if it is missing; None, and say why, if it cannot be used."""
    folder = user_cache.folder(VARIABLE, "classifiers")
    fault = user_cache.made(folder, LEAST_FREE) if folder else None
    if fault:
        say(f"ganae: warning: no cache of classifiers: {fault}; {VARIABLE} names another folder, or is off")
    return None if fault else folder


def _name(images: Array, labels: np.ndarray, seed: int) -> str:
    """Return a name for what determines a classifier."""
    facts = f"{DEFINITION} {sklearn.__version__} {seed} {images.dtype} {images.shape} {labels.dtype}"
    digest = hashlib.sha256(facts.encode())
    for array in (images, labels):
        for block in blocks(array):
            digest.update(np.ascontiguousarray(block).data)
    return digest.hexdigest()[:32]


def _read(path: Path, images: Array, labels: np.ndarray) -> Classifier | None:
    """Return the classifier of a file; None if there is none, or if it does not fit these images and labels."""
    try:
        if not user_cache.is_own_file(path):
            return None
        with np.load(path, allow_pickle=False) as arrays:
            layers = (len(arrays.files) - 1) // 2
            weights = tuple(arrays[f"weights{i}"] for i in range(layers))
            biases = tuple(arrays[f"biases{i}"] for i in range(layers))
            found = Classifier(arrays["classes"], weights, biases)
    except FAULTS:
        return None
    sizes = [int(np.prod(images.shape[1:])), *(len(row) for row in biases if row.ndim == 1)]
    expected = list(itertools.pairwise(sizes))
    fits = [w.shape for w in weights] == expected and np.array_equal(found.classes, np.unique(labels))
    return found if fits and len(expected) and sizes[-1] == len(found.classes) else None


def _write(path: Path, made: Classifier) -> None:
    """Write a file that others see as a whole, or not at all; two processes may write the same one at once."""
    arrays = {f"weights{i}": row for i, row in enumerate(made.weights)}
    arrays |= {f"biases{i}": row for i, row in enumerate(made.biases)} | {"classes": made.classes}
    with contextlib.suppress(OSError):
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".tmp-", suffix=".npz")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, allow_pickle=False, **arrays)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _delete_oldest(path.parent)


def _delete_oldest(folder: Path) -> None:
    files = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime)
    for path in files[: max(0, len(files) - MOST_FILES)]:
        path.unlink(missing_ok=True)
