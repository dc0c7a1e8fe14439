"""The rows that a tool looks at: the user's own, or those of the run's data; with the classes that decoders need."""

from collections.abc import Sequence

import numpy as np

from ganae_cli.datasets.pictures.parallel import Progress
from ganae_cli.datasets.rows import Array
from ganae_cli.errors import UserError
from ganae_cli.evaluation.classes import Asked, numbers_of
from ganae_cli.evaluation.inputs import Read, numbers
from ganae_cli.evaluation.inputs_of_run import Named
from ganae_cli.evaluation.trained import CHUNK, Trained

HELD_OUT = "test"


def need_encoder(trained: Trained, what: str) -> None:
    """Raise UserError, naming the missing part, if the model has no encoder. what: needs one."""
    if not trained.game.encodes:
        raise UserError(f"{what} needs an encoder, and model '{trained.config.model.name}' has none")


def of_data(trained: Trained, split: str | None = None) -> Read:
    """Return the rows of a split of the run's data, by default those held out, points in their units.

    Raises UserError if there are none.
    """
    data, split = trained.data, split or HELD_OUT
    rows = getattr(data, split)
    if rows is None:
        there = ", ".join(name for name, _, _ in data.splits())
        raise UserError(f"--split {split}: this run set no rows aside for it (splits: {there})")
    labels = getattr(data, f"{split}_labels")
    shown = rows if data.kind == "images" else data.in_units(np.asarray(rows))
    return Read(shown, numbers(len(rows)), None if labels is None else labels.tolist())


def encoded(trained: Trained, rows: Array) -> np.ndarray:
    """Return the codes of rows, float32 (N, z_dim), with a bar if it takes long."""
    parts = []
    with Progress("encoding", len(rows), "rows") as progress:
        for i in range(0, max(1, len(rows)), CHUNK):
            parts.append(trained.encode(rows[i : i + CHUNK]))
            progress.counted([None] * len(parts[-1]))
    return np.concatenate(parts)


def labels_to_decode(trained: Trained, read: Read, asked: Asked | None) -> np.ndarray | None:
    """Return the class of each row, int64 (N,), for the decoder of a conditional model; None for any other model.

    asked: classes that the user named, in turn. Raises UserError if nothing says which class a row has.
    """
    if asked is not None or not trained.classes:
        return trained.labels(len(read.rows), asked)
    if read.labels is None:
        raise UserError(
            "the decoder of this model needs the class of each row, which the input does not say: name one by --label, "
            "put pictures into folders named like the classes, or arrays beside an array `labels`"
        )
    return numbers_of(read.labels, trained.classes)


def numbered(labels: Sequence[str | int] | None, classes: Sequence[str]) -> tuple[np.ndarray, tuple[str, ...]] | None:
    """Return labels as numbers, int64 (N,), and the names of the classes, () if they have none; None without labels.

    Names that are not all among the classes have classes of their own, in the order of the alphabet.

    >>> numbered(["dog", "cat", "dog"], ())[0].tolist(), numbered(["dog"], ["cat", "dog"])[0].tolist()
    ([1, 0, 1], [1])
    """
    if labels is None:
        return None
    if all(isinstance(label, int) for label in labels):
        return np.array(labels, np.int64), tuple(classes)
    names = [str(label) for label in labels]
    known = tuple(classes) if set(names) <= set(classes) else tuple(sorted(set(names)))
    return np.array([known.index(name) for name in names], np.int64), known


def rows_named(trained: Trained, named: Sequence[Named], flag: str) -> tuple[np.ndarray, list[str | int] | None]:
    """Return the rows (N, …) that the user named, and their classes, None unless all are known."""
    rows: list[np.ndarray] = []
    labels: list[str | int] = []
    for one in named:
        source = one.picture or of_data(trained)
        if one.number >= len(source.rows):
            count = len(source.rows)
            raise UserError(f"{flag} {one.text}: there are {count:,} held-out rows, numbered from 0 to {count - 1}")
        rows.append(source.rows[one.number : one.number + 1])
        labels += source.labels[one.number : one.number + 1] if source.labels else []
    return np.concatenate(rows), labels if len(labels) == len(rows) else None
