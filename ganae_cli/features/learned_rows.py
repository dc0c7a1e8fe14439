"""What a classifier learns, and what tells its accuracy: rows of a dataset, large images made smaller."""

import hashlib
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.fingerprint import fingerprint
from ganae_cli.datasets.rows import Array
from ganae_cli.features import convnet
from ganae_cli.features.base import Progress
from ganae_cli.features.blocks import Blocks
from ganae_cli.features.shrink import shrunk, shrunk_size
from ganae_cli.metrics.channel_classifier import split_labels

MOST_ROWS, MOST_BYTES = 100_000, 200_000_000  # that are learned, at most
MOST_HELD_OUT = 10_000
SIDE = 64  # pixels of the longer side that a classifier sees, at most
PART = 2**24  # bytes of images that are made smaller at once
SHARE = 10  # every tenth training image is held out where no test image has a label


def seen_shape(data: Data) -> tuple[int, int, int]:
    """Return the shape of what the classifier sees: a small image, or a channel of it where that is an image."""
    height, width = shrunk_size(data.shape[0], data.shape[1], SIDE)
    return height, width, 1 if data.channel_classes else data.shape[2]


def key(data: Data, seed: int) -> str:
    """Return a name for all that determines the classifier of a dataset.

    `Data.fingerprint` alone does not: it is of the data before a size of images, or validation rows, were chosen.
    """
    labels = [one for one in (data.train_labels, data.test_labels) if one is not None]
    facts = (convnet.VERSION, tf.__version__, seed, seen_shape(data), data.channel_classes, SIDE, MOST_ROWS, MOST_BYTES)
    parts = (data.fingerprint, fingerprint(data.train), fingerprint(data.test), fingerprint(*labels))
    return hashlib.sha256(repr((facts, parts)).encode()).hexdigest()[:32]


class Learned(NamedTuple):
    """Images uint8 and labels from 0 to classes - 1, to learn and held out."""

    images: np.ndarray
    labels: np.ndarray
    held_out: np.ndarray
    held_out_labels: np.ndarray
    classes: int

    @classmethod
    def of(cls, data: Data, seed: int) -> "Learned":
        """Return rows of a dataset with labels. Held out are labelled test images; without them, every tenth one.

        A held-out image of a class that no training image has counts as a mistake.
        """
        train, labels = np.arange(len(data.train)), data.train_labels
        if labels is None:
            raise ValueError(f"dataset '{data.name}' has no labels")
        random = np.random.Generator(np.random.Philox([seed, 1]))
        random.shuffle(train)
        if data.test_labels is not None:
            source, held_labels, held = data.test, data.test_labels, random.permutation(len(data.test))
        else:
            source, held_labels, held = data.train, labels, train[: max(1, len(train) // SHARE)]
            train = train[len(held) :] if len(train) > len(held) else train
        train, held = train[: _most_rows(data)], held[:MOST_HELD_OUT]
        names = np.unique(_of_channels(labels, data))
        return cls(
            _seen(data.train, train, data),
            np.searchsorted(names, _of_channels(labels[train], data)),
            _seen(source, held, data),
            _numbered(_of_channels(held_labels[held], data), names),
            len(names),
        )


def _most_rows(data: Data) -> int:
    height, width, _ = seen_shape(data)
    return max(1, min(MOST_ROWS, MOST_BYTES // (height * width * data.shape[2])))


def _numbered(labels: np.ndarray, names: np.ndarray) -> np.ndarray:
    """Return the place of each label among names, -1 for one that is not there."""
    places = np.minimum(np.searchsorted(names, labels), len(names) - 1)
    return np.where(names[places] == labels, places, -1)


def _of_channels(labels: np.ndarray, data: Data) -> np.ndarray:
    return split_labels(labels, data.channel_classes, data.shape[2]) if data.channel_classes else labels


def _seen(source: Array, numbers: np.ndarray, data: Data) -> np.ndarray:
    """Return some rows as the classifier sees them, in one array."""
    shape, channels = seen_shape(data), data.shape[2] if data.channel_classes else 1
    found = np.empty((len(numbers), channels, *shape), np.uint8)
    size = max(1, PART // int(np.prod(data.shape)))
    for i in range(0, len(numbers), size):
        found[i : i + size] = prepared(np.asarray(source[numbers[i : i + size]]), shape, channels)
    return found.reshape(-1, *shape)


def prepared(images: np.ndarray, shape: tuple[int, ...], channels: int) -> np.ndarray:
    """Return images as the classifier sees them, (N, channels, *shape), uint8. channels: that are images, or 1."""
    if images.shape[1:3] != tuple(shape[:2]):
        images = np.rint(shrunk(images, *shape[:2])).astype(np.uint8)
    return np.moveaxis(images, 3, 1)[..., None] if channels > 1 else images[:, None]


def in_parts(
    blocks: Blocks, rows: Array, shape: tuple[int, ...], channels: int, progress: Progress
) -> tuple[np.ndarray, np.ndarray]:
    """Return the results of a classifier, (N, channels, …) each, for images of a dataset."""
    size, count = max(1, PART // max(1, int(np.prod(rows.shape[1:])))), max(1, len(rows))
    found: list[np.ndarray] = []
    for i in range(0, count, size):  # of no rows, one empty part
        part = prepared(np.asarray(rows[i : i + size]), shape, channels)
        results = blocks(part.reshape(-1, *shape), _of_part(progress, i / count, len(part) / count))
        if not found:
            found = [np.empty((len(rows), channels, *one.shape[1:]), one.dtype) for one in results]
        for whole, one in zip(found, results, strict=True):
            whole[i : i + len(part)] = one.reshape(len(part), channels, *one.shape[1:])
    return found[0], found[1]


def _of_part(progress: Progress, start: float, share: float) -> Progress:
    return lambda done: progress(min(1.0, start + share * done))
