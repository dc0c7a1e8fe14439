"""Reading of tables with named columns: CSV with Python's own reader, Parquet with pyarrow, block by block."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from ganae_cli.errors import UserError, in_one_line

SEPARATORS = ",;\t|"
MISSING = ("", "na", "n/a", "nan", "nat", "null", "none", "?", "-")  # cells that hold nothing, in small letters
ROWS = 20_000  # that are read at once


class Block(NamedTuple):
    """Rows of a table. places: the number of each, as the file counts them. columns: one array each."""

    places: Sequence[int]
    columns: list[np.ndarray]


class Table(Protocol):
    """A table on disk. names: of its columns. row: what a row is called, "line" or "row"."""

    names: tuple[str, ...]
    row: str

    def blocks(self, names: Sequence[str]) -> Iterator[Block]:
        """Yield all rows, in blocks, with these columns. Raises UserError for what cannot be read."""


def open_table(path: str) -> Table:
    """Return the table of a file that ends in .csv, .tsv, .txt or .parquet. Raises UserError if there is none."""
    file = Path(path).expanduser()
    if not file.is_file():
        raise UserError(f"dataset.path={path}: {'is a folder, expected a file' if file.is_dir() else 'no such file'}")
    if file.suffix.lower() in (".csv", ".tsv", ".txt"):
        return Csv(file)
    if file.suffix.lower() in (".parquet", ".pq"):
        return Parquet(file)
    raise UserError(f"dataset.path={path}: expected a file that ends in .csv, .tsv, .txt or .parquet")


class Csv:
    """Text with a line for each row, whose first line names the columns; they are parted by `,` `;` `|` or a tab."""

    row = "line"

    def __init__(self, path: Path):
        self.path = path
        with self._lines() as lines:
            first: list[str] = next(lines, [])
        self.names = tuple(name.strip() for name in first)
        numbers = [name for name in self.names if _is_number(name)]
        if numbers and len(numbers) == len(self.names):
            raise UserError(
                f"dataset.path={path}: its first line holds numbers ({', '.join(numbers[:3])} …); expected the names "
                "of the columns: put a line with names on top of it"
            )
        _check_names(self.path, self.names)

    def blocks(self, names: Sequence[str]) -> Iterator[Block]:
        at = [self.names.index(name) for name in names]
        with self._lines() as lines:
            next(lines)
            while rows := list(islice(self._rows(lines), ROWS)):
                columns = [np.array([cells[i].strip() for _, cells in rows]) for i in at]
                yield Block([place for place, _ in rows], columns)

    def _rows(self, lines) -> Iterator[tuple[int, list[str]]]:
        for cells in lines:
            if len(cells) == len(self.names):
                yield lines.line_num, cells
            elif cells:
                raise UserError(
                    f"dataset.path={self.path}: line {lines.line_num} has {len(cells)} cells, expected "
                    f"{len(self.names)} as in the first line"
                )

    @contextmanager
    def _lines(self):
        """Open the file and yield its reader. Raises UserError for what is no text."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                head = file.readline()
                separator = max(SEPARATORS, key=head.count)
                file.seek(0)
                yield csv.reader(file, delimiter=separator)
        except (UnicodeDecodeError, csv.Error) as error:
            raise UserError(f"dataset.path={self.path} cannot be read: {error}; expected text in UTF-8") from error
        except OSError as error:
            raise UserError(f"dataset.path={self.path} cannot be read: {error.strerror}") from error


class Parquet:
    """A Parquet file; its columns of whole numbers, floats and True and False are numbers, all others text."""

    row = "row"

    def __init__(self, path: Path):
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError as error:
            raise UserError(
                f"dataset.path={path}: Parquet needs the extra `tabular`: pip install 'ganae[tabular]' (pyarrow), or "
                "save it as .csv"
            ) from error
        try:
            self.file = parquet.ParquetFile(path)
        except (pyarrow.ArrowException, OSError) as error:
            reason = in_one_line(error)
            raise UserError(f"dataset.path={path} cannot be read: {reason}; expected a Parquet file") from error
        self.path, self.faults = path, (pyarrow.ArrowException, OSError)
        self.names = tuple(self.file.schema_arrow.names)
        _check_names(path, self.names)

    def blocks(self, names: Sequence[str]) -> Iterator[Block]:
        first = 1
        try:
            for batch in self.file.iter_batches(ROWS, columns=list(names)):
                columns = [_as_numpy(batch.column(name)) for name in names]
                yield Block(range(first, first + len(batch)), columns)
                first += len(batch)
        except self.faults as error:
            reason = in_one_line(error)
            raise UserError(f"dataset.path={self.path} cannot be read: {reason}") from error


def _as_numpy(column) -> np.ndarray:
    """Return a column of Arrow: numbers as they are, with NaN where there are none, anything else as text."""
    from pyarrow import types

    kind = column.type
    if types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind):
        values = column.to_numpy(zero_copy_only=False)
        return values if values.dtype.kind != "O" else np.array([np.nan if v is None else v for v in values], float)
    return np.array(["" if value is None else str(value) for value in column.to_pylist()])


def _check_names(path: Path, names: tuple[str, ...]) -> None:
    """Raise UserError unless there are names, and all are different."""
    if not names:
        raise UserError(f"dataset.path={path} is empty; expected names of columns in its first line, then rows")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UserError(f"dataset.path={path} has two columns '{twice[0]}': give each another name")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def is_missing(cells: np.ndarray) -> np.ndarray:
    """Return True for cells that hold nothing: NaN, or text such as "", "NA" and "?".

    >>> is_missing(np.array(["3", "NA", ""])).tolist(), is_missing(np.array([1.5, np.nan])).tolist()
    ([False, True, True], [False, True])
    """
    if cells.dtype.kind == "U":
        return np.isin(np.char.lower(cells), MISSING)
    return np.isnan(cells) if cells.dtype.kind == "f" else np.zeros(len(cells), bool)


def are_text(cells: np.ndarray) -> bool:
    """Return True for a column of which some cell holds something, and none a number.

    >>> are_text(np.array(["", "red"])), are_text(np.array(["", "7", "x"])), are_text(np.array([True]))
    (True, False, False)
    """
    held = cells[~is_missing(cells)]
    return cells.dtype.kind == "U" and len(held) > 0 and not any(map(_is_number, held.tolist()))


def to_numbers(cells: np.ndarray) -> tuple[np.ndarray, int | None]:
    """Return a column as float64, NaN where a cell holds nothing, and the position of the first cell that is no number.

    >>> to_numbers(np.array(["1.5", "", "x"]))
    (array([1.5, nan, nan]), 2)
    """
    if cells.dtype.kind != "U":
        return cells.astype(np.float64), None
    missing = is_missing(cells)
    try:
        return np.where(missing, "nan", cells).astype(np.float64), None
    except ValueError:
        known = np.array([_is_number(cell) for cell in cells.tolist()])
        return np.where(known & ~missing, cells, "nan").astype(np.float64), int(np.argmin(known | missing))
