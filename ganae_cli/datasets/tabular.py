"""Dataset of the numeric columns of a table: CSV or Parquet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ganae_cli.datasets import labels
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.fingerprint import fingerprint
from ganae_cli.datasets.room import refuse_beyond_memory
from ganae_cli.datasets.splits import check_fraction, held_out, taken
from ganae_cli.datasets.standard import hardly_told_apart
from ganae_cli.datasets.tables import Block, Table, are_text, is_missing, open_table, to_numbers
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.registry import register

LARGEST = float(np.finfo(np.float32).max)
SHOWN = 20  # names of columns in a message, at most
NUMBERED = re.compile(r"|Unnamed: \d+|__index_level_\d+__")  # names of the column of row numbers that pandas writes


@register("dataset", "tabular")
def tabular(
    path: str | None = None,
    columns: Sequence[str] | None = None,
    label_column: str | None = None,
    missing: str = "refuse",
    standardize: bool = True,
    test_fraction: float = 0.1,
) -> Data:
    """Return the rows of a table as points, a number for each column.

    path: of a .csv, .tsv or .txt file, whose first line names the columns (separated by comma, semicolon, bar or tab),
    or of a .parquet file. columns: names of those to learn, in their order; None: all but the label, which must then
    all hold numbers, and have names: the row numbers that pandas writes have none. label_column: of the class of each
    row, text or whole numbers: see `labels`. missing: "refuse" tables in which a cell of these columns holds nothing
    ("", NA, NaN, null, None, ?), or "drop" those rows. standardize: see `standard`; samples are in the units of the
    table all the same. Test rows are `test_fraction` of the rows, chosen by their number alone.

    Raises UserError, which names the line (of a CSV file) or the row and the column, for cells that are no numbers,
    infinite, or beyond float32.
    """
    if path is None:
        raise UserError("dataset 'tabular' needs a file: dataset.path=FILE.csv or dataset.path=FILE.parquet")
    if missing not in ("refuse", "drop"):
        raise UserError(f"dataset.missing must be refuse or drop, got {missing!r}")
    table = open_table(path)
    chosen = _columns(table, path, columns, label_column)
    read = _read(table, path, chosen, label_column, missing == "drop")
    points, classes = read.points(), read.classes()
    if len(points) < 2:
        raise UserError(f"dataset.path={path} has {len(points)} rows; expected 2 at least, to train and to test on")
    check_fraction(test_fraction)
    is_test = held_out(len(points), test_fraction)
    found = labels.read(classes, None, (len(points), 0), (f"dataset.path={path}: column '{label_column}'", ""))
    train, test = taken(points, ~is_test), taken(points, is_test)
    train_labels, test_labels = (None, None) if found.train is None else (found.train[~is_test], found.train[is_test])
    data = Data("tabular", train, test, train_labels, test_labels, classes=found.classes)
    data = replace(data, columns=tuple(chosen))
    note = f"dataset.path={path}: {len(points):,} rows of {_listed(chosen)}"
    notes = (note, *([f"dataset.path={path}: {read.dropped:,} rows with missing values left out"] * bool(read.dropped)))
    names = [f"dataset.path={path}: column '{name}'" for name in chosen]
    coarse = hardly_told_apart(names, np.min(read.least, axis=0), np.max(read.greatest, axis=0))
    warnings = (*found.warnings, *coarse)
    return replace(data, notes=notes, warnings=warnings, standardize=standardize, source=fingerprint(points))


def _columns(table: Table, path: str, columns: Sequence[str] | None, label_column: str | None) -> list[str]:
    """Return the names of the columns to learn. Raises UserError for a name that the table does not have."""
    for option, names in (("columns", columns or ()), ("label_column", [label_column] if label_column else ())):
        for name in names:
            if name not in table.names:
                near = did_you_mean(name, table.names)
                raise UserError(
                    f"dataset.{option}: no column '{name}' in dataset.path={path}{near} (columns: {_some(table.names)})"
                )
    if columns is not None and (not columns or len(set(columns)) < len(columns) or label_column in columns):
        raise UserError(
            f"dataset.columns={_typed(columns)}: expected different names, without dataset.label_column={label_column}"
        )
    if columns is not None:
        return list(columns)
    others = [name for name in table.names if name != label_column]
    nameless = [name for name in others if NUMBERED.fullmatch(name)]
    if nameless:
        named = [name for name in others if name not in nameless]
        raise UserError(
            f"dataset.path={path} has a column without a name ('{nameless[0]}'), such as the row numbers that pandas "
            f"writes: name it{f', or type dataset.columns={_typed(named)}' if named else ''}"
        )
    if not others:
        raise UserError(f"dataset.path={path} has no column but dataset.label_column={label_column}")
    first = next(table.blocks(others), None)
    if first is None:
        raise UserError(f"dataset.path={path} has no rows below the names of its columns ({_some(table.names)})")
    texts = {name: cells for name, cells in zip(others, first.columns, strict=True) if are_text(cells)}
    if not texts:
        return others
    name, cells = next(iter(texts.items()))
    at = int(np.argmin(is_missing(cells)))
    numeric = [other for other in others if other not in texts]
    learn = (
        f"type dataset.columns={_typed(numeric)} to learn the others" if numeric else "no other column holds numbers"
    )
    label = f", dataset.label_column={name} if these are classes" if label_column is None else ""
    hint = " (a point before decimals?)" if not are_text(np.char.replace(cells[[at]], ",", ".")) else ""
    where = f"dataset.path={path}: column '{name}' holds text ('{cells[at]}' in {table.row} {first.places[at]}){hint}"
    raise UserError(f"{where}: {learn}{label}")


@dataclass
class _Read:
    """Rows that were read so far. numbers, words: blocks of them; least, greatest: numbers of each block's columns.

    dropped: rows left out.
    """

    numbers: list[np.ndarray] = field(default_factory=list)
    words: list[np.ndarray] = field(default_factory=list)
    least: list[np.ndarray] = field(default_factory=list)
    greatest: list[np.ndarray] = field(default_factory=list)
    dropped: int = 0

    def points(self) -> np.ndarray:
        return np.concatenate(self.numbers) if self.numbers else np.empty((0, 1), np.float32)

    def classes(self) -> np.ndarray | None:
        """Return the column of labels, text that is whole numbers as numbers: 10 comes after 9."""
        if not self.words:
            return None
        words = np.concatenate(self.words)
        if words.dtype.kind != "U":
            return words
        numbers, strange = to_numbers(words)
        return numbers if strange is None and (numbers == np.rint(numbers)).all() else words


def _read(table: Table, path: str, columns: list[str], label: str | None, drops: bool) -> _Read:
    """Read the columns, and the labels."""
    read = _Read()
    for block in table.blocks([*columns, *([label] if label else [])]):
        cells = Block(block.places, block.columns[: len(columns)])
        numbers = np.stack([_numbers(cells, i, name, path, table.row) for i, name in enumerate(columns)], axis=1)
        absent = [np.isnan(numbers), *([is_missing(block.columns[-1])[:, None]] if label else [])]
        holes = np.concatenate(absent, axis=1)
        if holes.any() and not drops:
            row, column = (int(found) for found in np.argwhere(holes)[0])
            name = [*columns, label][column]
            raise UserError(
                f"dataset.path={path}: column '{name}' holds nothing in {table.row} {block.places[row]}: fill it, or "
                "type dataset.missing=drop to leave such rows out"
            )
        kept = ~holes.any(axis=1)
        read.dropped += int((~kept).sum())
        if kept.any():
            read.numbers.append(numbers[kept].astype(np.float32))
            read.least.append(numbers[kept].min(axis=0))
            read.greatest.append(numbers[kept].max(axis=0))
        read.words += [block.columns[-1][kept]] if label else []
        refuse_beyond_memory("dataset.path", sum(part.nbytes for part in read.numbers))
    return read


def _numbers(block: Block, i: int, name: str, path: str, row: str) -> np.ndarray:
    """Return a column as float64, with NaN for cells that hold nothing. Raises UserError for a bad cell."""
    numbers, strange = to_numbers(block.columns[i])
    if strange is None:
        wrong = np.flatnonzero(np.abs(numbers) > LARGEST)  # NaN is not
        if len(wrong) == 0:
            return numbers
        strange = int(wrong[0])
    cell = block.columns[i][strange]
    what = "is no number" if np.isnan(numbers[strange]) else "is infinite, or beyond float32's 3.4e38"
    hint = " (a point before decimals?)" if np.isnan(numbers[strange]) and "," in str(cell) else ""
    raise UserError(f"dataset.path={path}: column '{name}', {row} {block.places[strange]}: '{cell}' {what}{hint}")


def _listed(columns: list[str]) -> str:
    return f"{len(columns)} column{'s' if len(columns) > 1 else ''}: {_some(columns)}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (f" … ({len(names)})" if len(names) > SHOWN else "")


def _typed(names: Sequence[str]) -> str:
    """Return names as they are typed on a command line.

    >>> _typed(["a", "b"]), _typed(["a b", "c"])
    ('[a,b]', '\\'["a b",c]\\'')
    """
    plain = [name if name.replace("_", "").isalnum() else f'"{name}"' for name in names]
    text = f"[{','.join(plain)}]"
    return text if plain == list(names) else f"'{text}'"
