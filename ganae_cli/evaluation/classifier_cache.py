"""Classifiers of real images, kept between runs in the user's cache: most runs of a user are measured by the same one.

A classifier's file is named by all that determines it: images, labels, seed, and how it is trained. It holds arrays
only: see `features.kept_arrays`.

The variable GANAE_CLASSIFIER_CACHE names another folder than the user's cache, or is `off`.
"""

import hashlib
import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import sklearn

from ganae_cli.datasets.rows import Array, blocks
from ganae_cli.features.kept_arrays import CLASSIFIERS
from ganae_cli.metrics.classifier import DEFINITION, Classifier, train_classifier


def classifier_of(
    images: Array, labels: np.ndarray, seed: int = 0, say: Callable[[str], object] = lambda line: None
) -> Classifier:
    """Return the classifier of these images, from the cache or trained now. say: told before it is trained.

    images: uint8 (N, H, W, C), labels: int (N,).
    """
    path = CLASSIFIERS.place(_name(images, labels, seed), say)
    found = _read(path, images, labels) if path else None
    if found is None:
        say("training a classifier of the training images, which measures samples …")
        found = train_classifier(images, labels, seed)
        if path:
            _write(path, found)
    return found


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
    arrays = CLASSIFIERS.read(path)
    if arrays is None:
        return None
    layers = (len(arrays) - 1) // 2
    names = {f"{kind}{i}" for kind in ("weights", "biases") for i in range(layers)} | {"classes"}
    if set(arrays) != names:
        return None
    weights = tuple(arrays[f"weights{i}"] for i in range(layers))
    biases = tuple(arrays[f"biases{i}"] for i in range(layers))
    found = Classifier(arrays["classes"], weights, biases)
    sizes = [int(np.prod(images.shape[1:])), *(len(row) for row in biases if row.ndim == 1)]
    expected = list(itertools.pairwise(sizes))
    fits = [w.shape for w in weights] == expected and np.array_equal(found.classes, np.unique(labels))
    return found if fits and len(expected) and sizes[-1] == len(found.classes) else None


def _write(path: Path, made: Classifier) -> None:
    arrays = {f"weights{i}": row for i, row in enumerate(made.weights)}
    arrays |= {f"biases{i}": row for i, row in enumerate(made.biases)} | {"classes": made.classes}
    CLASSIFIERS.write(path, arrays)
