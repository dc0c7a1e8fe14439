"""The type of a dataset, `Data`: training, validation and test arrays with labels and known modes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ganae_cli.datasets.fingerprint import fingerprint
from ganae_cli.datasets.pictures.fit import resize as resize  # plugins import it from here
from ganae_cli.datasets.room import refuse_beyond_memory
from ganae_cli.datasets.rows import Array, Rows, settled
from ganae_cli.datasets.sounds.sound import Sound
from ganae_cli.datasets.standard import Standard

SPLITS = ("train", "test", "validation")


@dataclass(frozen=True)
class Data:
    """A dataset: images uint8 (N, height, width, channels), or points float32 (N, D) in their own units.

    train, test: arrays, or `Rows`, which are read from a file when they are asked for. Labels: int64 (N,) or None.
    validation: rows held out from both, to choose among runs or checkpoints by; None where none were set aside.
    classes: name of each class, such as that of its folder: label k is of classes[k]; () where there are no labels.
    columns: name of each number of a point, as a table has them; () where they have none.
    channel_classes: each channel of an image is an image of its own, of one of so many classes, and label k is the
    number that those of the channels spell in that base; 0: as usual. modes: centres (K, D) of the Gaussians that
    points were drawn from, where label k belongs to row k; mode_std: their standard deviation in every direction.
    notes, warnings: lines for the user, said when a training starts. skipped: a line for each file that was left out
    because it cannot be read. flips: mirror training images left to right at random, in each epoch anew; see `batches`.
    sorted: rows are in the order of their names, as in a folder, so the first of them are of one class.
    standardize: points are to be standardised by their training rows; standard: they are, by this, and `in_units` leads
    back. sound: what the pixels of images of sound stand for, and the way back. train_groups: int (N,), training rows
    of one number stay together when some are set aside, such as clips of one recording; None: each is by itself.
    source: fingerprint of what the dataset was read from; "": of its rows. labels_source: that of the labels of all
    rows. Arrays of another type or shape raise ValueError: that is a mistake in the dataset's code.
    """

    name: str
    train: Array
    test: Array
    train_labels: np.ndarray | None = None
    test_labels: np.ndarray | None = None
    validation: Array | None = None
    validation_labels: np.ndarray | None = None
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    channel_classes: int = 0
    modes: np.ndarray | None = None
    mode_std: float | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    flips: bool = False
    sorted: bool = False
    train_groups: np.ndarray | None = None
    standardize: bool = False
    standard: Standard | None = None
    sound: Sound | None = None
    source: str = ""
    labels_source: str = ""

    def __post_init__(self):
        expected = (np.uint8, 4) if self.kind == "images" else (np.float32, 2)
        for split, rows, labels in self.splits():
            if (rows.dtype, rows.ndim) != expected or rows.shape[1:] != self.shape or len(rows) == 0:
                raise ValueError(
                    f"dataset '{self.name}': {split} must be uint8 (N, height, width, channels) or float32 (N, D), "
                    f"all rows of one shape, got {rows.dtype} {rows.shape}"
                )
            if labels is not None and (labels.dtype != np.int64 or labels.shape != (len(rows),)):
                found = f"{labels.dtype} {labels.shape}"
                raise ValueError(f"dataset '{self.name}': {split}_labels must be int64 ({len(rows)},), got {found}")
        base, channels = self.channel_classes, self.shape[-1]
        if base and (self.train_labels is None or len(self.classes) != base**channels):
            raise ValueError(
                f"dataset '{self.name}': channel_classes={base} needs labels and {base}^{channels} classes"
            )

    def splits(self) -> Iterator[tuple[str, Array, np.ndarray | None]]:
        """Yield (name, rows, labels) of each split that the dataset has: train, test, validation."""
        for split in SPLITS:
            rows = getattr(self, split)
            if rows is not None:
                yield split, rows, getattr(self, f"{split}_labels")

    @property
    def kind(self) -> str:
        """Return "images" or "points"."""
        return "images" if self.train.ndim == 4 else "points"

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of one image, (height, width, channels), or of one point, (D,)."""
        return tuple(int(side) for side in self.train.shape[1:])

    def first(self, count: int) -> "Data":
        """Return the dataset with `count` training rows only, the first; evenly spread where they are sorted.

        No others are read.
        """
        total = len(self.train)
        count = min(count, total)
        which = np.arange(count) * total // count if self.sorted else slice(count)
        labels = None if self.train_labels is None else self.train_labels[which]
        train = self.train.chosen(np.arange(total)[which]) if isinstance(self.train, Rows) else self.train[which]
        return replace(self, train=train, train_labels=labels, train_groups=None)

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the dataset, of all training and test rows: see `fingerprint`."""
        return self.source or fingerprint(self.train, self.test)

    @property
    def labels_fingerprint(self) -> str:
        """Return the fingerprint of all labels; "" where there are none."""
        labels = [labels for _, _, labels in self.splits() if labels is not None]
        return self.labels_source or (fingerprint(*labels) if labels else "")

    def standardized(self, standard: Standard | None = None) -> "Data":
        """Return the dataset with standardised points. standard: None: that of the training rows."""
        by = standard or Standard.of(self.train)
        return replace(self._converted(lambda rows: Rows(rows, by.apply)), standard=by)

    def in_units(self, made: np.ndarray) -> np.ndarray:
        """Return rows of this dataset, or what networks made like them, in the units that the user knows."""
        return self.standard.undo(made) if self.standard else made

    def ready(self) -> "Data":
        """Return the dataset for training: rows that are few, or costly to convert, are read into memory now.

        Raises UserError if there is not enough.
        """
        for _, rows, _ in self.splits():
            if isinstance(rows, Rows) and rows.is_costly:
                refuse_beyond_memory("dataset.image_size", rows.nbytes)
        return self._converted(settled)

    def _converted(self, convert: Callable[[Array], Array]) -> "Data":
        """Return the dataset with the rows of each split converted."""
        changes: dict[str, Any] = {split: convert(rows) for split, rows, _ in self.splits()}
        return replace(self, **changes)
