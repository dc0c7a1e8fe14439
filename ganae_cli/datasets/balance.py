"""Classes that a training does not serve well: very rare ones, and labels without rows."""

from collections.abc import Sequence

import numpy as np

from ganae_cli.datasets.base import Data

UNEVEN = 20  # times as many rows as the rarest class: the rarest is hardly ever seen
NAMED = 3


def of_training(data: Data) -> list[str]:
    """Return the faults of the classes of a dataset's training rows; none without classes."""
    has_classes = data.train_labels is not None and data.classes
    return faults(data.train_labels, data.classes) if has_classes else []  # type: ignore[arg-type]


def faults(labels: np.ndarray, classes: Sequence[str]) -> list[str]:
    """Return a line for each fault of labels int (N,), of which label k is of classes[k].

    >>> faults(np.array([0] * 40 + [1] * 2), ("cat", "dog"))
    ['the classes are uneven: cat has 40 rows, dog 2, so the rare ones are hardly learned']
    """
    counts = np.bincount(labels, minlength=len(classes))
    empty = [name for name, count in zip(classes, counts.tolist(), strict=False) if not count]
    found = []
    if empty:
        more = ", …" if len(empty) > NAMED else ""
        found.append(f"{len(empty):,} classes have no rows: {', '.join(empty[:NAMED])}{more}")
    most, least = int(counts.argmax()), int(np.where(counts > 0, counts, counts.max() + 1).argmin())
    if counts[most] >= UNEVEN * counts[least] and most != least:
        found.append(
            f"the classes are uneven: {classes[most]} has {counts[most]:,} rows, {classes[least]} {counts[least]:,}, "
            "so the rare ones are hardly learned"
        )
    return found
