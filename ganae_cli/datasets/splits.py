"""Rows held out of training: chosen once and for all, by how many rows there are, never by a run's seed."""

from dataclasses import replace

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.rows import Array, Rows, settled
from ganae_cli.errors import UserError

OF_EVERY_DATASET = {"validation_fraction": 0.0}  # options, with defaults, that the dataset itself does not get
TEST, VALIDATION = (), (1,)  # the random stream of each, so that one does not follow from the other
USES = {"train": "to learn from", "validation": "for validation", "test": "to test on"}


def held_out(
    count: int, fraction: float, stream: tuple[int, ...] = TEST, labels: np.ndarray | None = None
) -> np.ndarray:
    """Return a mask (count,) that is True for a fraction of the rows: one row at least, and not all.

    The rows are the first of a permutation drawn from PCG64(count, *stream). labels: int (count,), of which each class
    gives the same share as nearly as it goes; one row of each class stays, as long as others can be taken.

    >>> np.flatnonzero(held_out(10, 0.2)).tolist(), np.flatnonzero(held_out(10, 0.2, VALIDATION)).tolist()
    ([1, 3], [0, 2])
    >>> held_out(10, 0.2, labels=np.array([0] * 5 + [1] * 5)).reshape(2, 5).sum(axis=1).tolist()
    [1, 1]
    """
    random = np.random.Generator(np.random.PCG64([count, *stream] if stream else count))
    order = random.permutation(count) if labels is None else _by_class(labels, random)
    mask = np.zeros(count, bool)
    mask[order[: min(count - 1, max(1, round(fraction * count)))]] = True
    return mask


def _by_class(labels: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return the rows in an order whose beginnings hold the same share of each class, its last row behind all others.

    Of a class of n rows each n-th of [0, 1) gets one, where in it is random.
    """
    place = np.empty(len(labels))
    for group in np.unique(labels):
        start, rows = random.random(), random.permutation(np.flatnonzero(labels == group))
        place[rows] = (np.arange(len(rows)) + start) / len(rows)
        place[rows[-1]] += 1
    return np.argsort(place, kind="stable")


def check_fraction(test_fraction: float) -> None:
    """Raise UserError for a `test_fraction` that is no part of the rows."""
    if not 0 < test_fraction < 1:
        raise UserError(f"dataset.test_fraction must lie between 0 and 1, got {test_fraction}")


def taken(rows: Array, mask: np.ndarray) -> Array:
    """Return the rows that a mask (N,) chooses, in their order; those of a large array, or of `Rows`, stay unread."""
    index = np.flatnonzero(mask)
    return settled(rows.chosen(index) if isinstance(rows, Rows) else Rows(rows, index=index))


def with_validation(data: Data, validation_fraction: float) -> Data:
    """Return the dataset with a fraction of its training rows as validation rows; 0: as it is.

    Rows of one group (`Data.train_groups`) stay together. Which rows depends on the number, the groups and the labels
    of the training rows alone, so a run that goes on has the same.
    Raises UserError for a fraction that is none, for one row, and for a dataset that has validation rows of its own.
    """
    fraction = validation_fraction
    if not 0 <= fraction < 1:
        raise UserError(f"dataset.validation_fraction must be 0 or more and less than 1, got {fraction}")
    if not fraction:
        return data
    if data.validation is not None:
        count = len(data.validation)
        raise UserError(
            f"dataset.validation_fraction={fraction}, but dataset '{data.name}' has {count:,} validation rows of its "
            "own: leave it at 0"
        )
    groups = np.arange(len(data.train)) if data.train_groups is None else data.train_groups
    _, first, group = np.unique(groups, return_index=True, return_inverse=True)
    if len(first) < 2:
        what = "1 training row only" if data.train_groups is None else "training rows of one file only"
        raise UserError(f"dataset.validation_fraction={fraction}, but dataset '{data.name}' has {what}")
    mask = held_out(len(first), fraction, VALIDATION, None if data.train_labels is None else data.train_labels[first])
    mask = mask[group]
    labels = (None, None) if data.train_labels is None else (data.train_labels[~mask], data.train_labels[mask])
    left = replace(data, train=taken(data.train, ~mask), train_labels=labels[0], train_groups=None)
    return replace(left, validation=taken(data.train, mask), validation_labels=labels[1])


def counted(data: Data) -> str:
    """Return how many rows each split has, in words.

    >>> counted(Data("x", np.zeros((1500, 2), np.float32), np.zeros((30, 2), np.float32)))
    '1,500 points of 2 to learn from, 30 to test on'
    """
    counts = {split: f"{len(rows):,}" for split, rows, _ in data.splits()}
    counts["train"] += f" {data.kind} of {'x'.join(map(str, data.shape))}"
    return ", ".join(f"{counts[split]} {use}" for split, use in USES.items() if split in counts)


def fitting_batch(count: int, parts: int = 1) -> int:
    """Return a batch that `count` training rows fill: a power of two for each of `parts` replicas; 0: there is none.

    >>> fitting_batch(27), fitting_batch(27, 3), fitting_batch(2, 3)
    (16, 24, 0)
    """
    each = count // parts
    return parts << each.bit_length() - 1 if each else 0
