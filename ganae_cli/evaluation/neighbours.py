"""Samples, or own images, beside their nearest training images, so that one sees copies."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from ganae_cli.datasets.rows import Array
from ganae_cli.errors import UserError
from ganae_cli.evaluation import rows_of_run
from ganae_cli.evaluation.export import save_arrays
from ganae_cli.evaluation.images import save, table
from ganae_cli.evaluation.nearest import Nearest, distance_ratios, nearest
from ganae_cli.evaluation.trained import Trained
from ganae_cli.storage.atomic import make_folder

PIXELS, CODE = "pixels", "code"


class Looked(NamedTuple):
    """Rows, their nearest training rows, and how near these are: see `nearest.distance_ratios`.

    order: numbers of the rows in the order in which they are shown.
    """

    rows: np.ndarray
    train: Array
    found: Nearest
    ratios: np.ndarray
    order: np.ndarray


def refuse_picture_of_points(trained: Trained, kind: str) -> None:
    """Raise UserError for a picture of what has none, before anything is computed."""
    if kind != "arrays" and len(trained.game.shape) == 1:
        raise UserError("neighbours of points make no picture: use --out FILE.npz")


def look(trained: Trained, rows: np.ndarray, count: int, by: str = PIXELS, sort: bool = False) -> Looked:
    """Find the `count` nearest training rows of each row, uint8 images or points in the units of the data.

    by: "pixels" (numbers of a point, standardised where the run standardises them), or "code", of the encoder. sort:
    those that are nearest to a training row first, measured by `distance_ratios`.
    """
    train = rows_of_run.of_data(trained, "train").rows
    measured: np.ndarray
    among: Array
    if by == CODE:
        measured, among = rows_of_run.encoded(trained, rows), rows_of_run.encoded(trained, train)
    elif trained.standard:
        measured, among = trained.standard.apply(rows), trained.standard.apply(np.asarray(train))
    else:
        measured, among = rows, train
    found = nearest(measured, among, count)
    ratios = distance_ratios(found, among)
    order = np.argsort(ratios, kind="stable") if sort else np.arange(len(rows))
    return Looked(rows, train, found, ratios, order)


def write(looked: Looked, out: Path, kind: str, shown: int, scale: int | None, **more: np.ndarray) -> None:
    """Write rows with their nearest training rows to a file.

    kind "picture": the first `shown` rows of images, each in front of its nearest. "arrays": of all, in
    the order in which they are shown, `number` int64 (N,) of each row, `images` or `points`, `neighbours` int64 (N, k),
    numbers of training rows, their `distances` and the `ratios` (N,), float64; and `more`, in the order of the rows.
    """
    order, are_points = looked.order, looked.rows.ndim == 2
    if kind == "arrays":
        make_folder(out.parent, parents=True)
        rows = {"points" if are_points else "images": looked.rows[order]}
        of_found = {"neighbours": looked.found.numbers[order], "distances": looked.found.distances[order]}
        rest = {name: array[order] for name, array in more.items()}
        save_arrays(out, number=order, **rows, **of_found, ratios=looked.ratios[order], **rest)
        return
    few = order[:shown]
    train = np.stack([np.asarray(looked.train[numbers]) for numbers in looked.found.numbers[few]])
    picture = table(looked.rows[few][:, None], train, scale=scale)
    make_folder(out.parent, parents=True)
    save(picture, out)


def line(looked: Looked) -> str:
    """Return what was found in words."""
    least = int(looked.ratios.argmin())
    return (
        f"number {least} is most like a training row: at {looked.ratios[least]:.2f} of the distance from that row to "
        f"the nearest other one (median of {len(looked.rows):,}: {np.median(looked.ratios):.2f}; copies: 0)"
    )
