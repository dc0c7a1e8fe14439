"""Points of the user's that a trained model is to look at: an array, or a table. Without TensorFlow."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ganae_cli.datasets.tables import open_table
from ganae_cli.errors import UserError
from ganae_cli.evaluation.inputs import ARRAYS, MODEL, Read, held_in, labels_in, numbers, words

KEYS = ("points", "x_test", "x_train", "x", "data")  # of an .npz file; the first that it holds counts
TABLES = (".csv", ".tsv", ".txt", ".parquet", ".pq")


def read(path: str | Path, size: int, columns: Sequence[str] = (), flag: str = "--input", taker: str = MODEL) -> Read:
    """Return points float32 (N, size) in the units of the data, with their labels if the file has such.

    path: an .npy or .npz file of numbers (N, size), or a table. columns: names of the numbers of a point: those of a
    table with these names count; without such names, a table must have `size` columns (and may have one of labels).
    flag: by which the user gave the path, and taker: what takes such points, for messages. Raises UserError in one line
    for what cannot be read, or does not fit.
    """
    place, what = Path(path).expanduser(), f"{flag} {path}"
    suffix = place.suffix.lower()
    if not place.is_file() or suffix not in (*ARRAYS, *TABLES):
        why = f"{taker} {words((size,))}: expected FILE.npz, FILE.npy, FILE.csv or FILE.parquet"
        raise UserError(f"{what}: {why if place.exists() else 'no such file'}")
    found = _of_arrays(place, size, what) if suffix in ARRAYS else _of_table(place, size, columns, what)
    bad = np.flatnonzero(~np.isfinite(found.rows).all(axis=1))
    if len(bad):
        raise UserError(f"{what}: {len(bad):,} rows are not all finite numbers of float32, the first is row {bad[0]}")
    return found


def _of_arrays(place: Path, size: int, what: str) -> Read:
    key, held = held_in(place, KEYS, what)
    array = held[key]
    if array.dtype.kind not in "fiu" or array.ndim != 2 or array.shape[1] != size or not len(array):
        raise UserError(f"{what}: '{key}' is {array.dtype} {array.shape}; expected numbers (N, {size})")
    return Read(_float32(array), numbers(len(array)), labels_in(held, key, len(array), None))


def _of_table(place: Path, size: int, columns: Sequence[str], what: str) -> Read:
    try:
        table = open_table(str(place))
        names = table.names
        label = next((name for name in ("label_", "label") if name in names and name not in columns), None)
        left = [name for name in names if name != label]
        chosen = list(columns) if columns and set(columns) <= set(names) else left
        if len(chosen) != size:
            wanted = ", ".join(columns) or f"{size} columns of numbers"
            raise UserError(f"{what} has the columns {', '.join(names)}; expected {wanted}")
        blocks = [block.columns for block in table.blocks([*chosen, *([label] if label else [])])]
    except UserError as error:
        raise UserError(str(error).replace(f"dataset.path={place}", what, 1)) from error
    if not blocks:
        raise UserError(f"{what} has no rows")
    joined = [np.concatenate(parts) for parts in zip(*blocks, strict=True)]
    try:
        rows = _float32(np.stack([np.array(column.tolist(), np.float64) for column in joined[:size]], axis=1))
    except ValueError as error:
        raise UserError(f"{what} has cells that are no numbers: {error}") from error
    return Read(rows, numbers(len(rows)), joined[size].astype(str).tolist() if label else None)


def _float32(array: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):  # what is too large becomes infinite, which is refused
        return np.asarray(array).astype(np.float32)
