"""The results of a sweep as a Markdown table: one row per job, with its swept keys and its final metrics."""

import csv
import io
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.storage.find_run import list_sweeps, outputs
from ganae_cli.storage.plain_file import read_text
from ganae_cli.storage.run_folder import RESULTS
from ganae_cli.sweeps.numbers import mean, short
from ganae_cli.sweeps.overview import MEASURED
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.terminal import command, one_line, wrapped

LEFT_OUT = ("job", "folder", "peak_memory_mb")  # they say nothing of the models; results.csv has every column
OF_ONE_JOB = ("job", "state", "seed", "folder")  # that several jobs have no mean of
MOST_BYTES = 2**26  # of results.csv
STATE, SEED, SEEDS = "state", "seed", "seeds"

Row = dict[str, str]


class Results(NamedTuple):
    """The results of a sweep, as text.

    rows: cells by column. keys: the swept columns, which name a row. columns: that are shown unless others are asked
    for. has_means: a row stands for several seeds.
    """

    rows: list[Row]
    keys: list[str]
    columns: list[str]
    has_means: bool


def markdown(sweep: Path, chosen: Sequence[str] = (), width: int | None = None) -> list[str]:
    """Return the lines for a sweep, as of `lines_of`. Raises UserError if it has no results yet."""
    return lines_of(read(sweep), chosen, width)


def lines_of(results: Results, chosen: Sequence[str] = (), width: int | None = None) -> list[str]:
    """Return the lines of the table and of the notes below it.

    Loss terms are left out, as each model has its own, and so are columns that are the same in all rows: a note states
    them. Where `seed` was swept, jobs that differ in nothing else are one row of means and their standard errors.

    chosen: names and patterns of the columns to show instead, in this order, behind the swept keys. width: of the
    terminal; a wider table is cut into several of whole columns, each beginning with the swept keys. None: never cut.
    """
    columns, same = _choose(results, chosen), {}
    if not chosen and len(results.rows) > 1:
        same = {column: results.rows[0][column] for column in columns if _is_same(column, results)}
        columns = [column for column in columns if column not in same]
    lines: list[str] = []
    for block in _blocks(results, columns, width):
        lines += ([""] if lines else []) + _lines(results.rows, block, is_padded=width is not None)
    notes = _notes(results, same)
    return (
        lines
        + ([""] if notes else [])
        + [line for note in notes for line in (wrapped(note, width) if width else [note])]
    )


def read(sweep: Path) -> Results:
    """Return the results of a sweep's `results.csv`. Raises UserError if there is none, or if it is damaged."""
    return results_of(_rows(sweep), SweepFile(sweep).every_key())


def results_of(rows: list[Row], swept: set[str]) -> Results:
    """Return the results of rows that all have the same columns. swept: keys that name a row, and others."""
    every = list(rows[0]) if rows else []
    columns = [column for column in every if _is_shown(column, swept)]
    keys = [column for column in every if column in swept and column != SEED]
    if SEED in swept:
        rows = [_merged(group, keys) for group in _alike(rows, keys)]
        columns = [SEEDS if column == SEED else column for column in columns if column != STATE]
        return Results(rows, keys, columns, True)
    if all(row[STATE] == "done" for row in rows):
        columns = [column for column in columns if column != STATE]
    return Results([{key: short(value) for key, value in row.items()} for row in rows], keys, columns, False)


def _rows(sweep: Path) -> list[Row]:
    """Return the rows of `results.csv`, which all have a cell in every column."""
    path = sweep / RESULTS
    try:
        text = read_text(path, MOST_BYTES)
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except FileNotFoundError:
        raise UserError(f"{sweep} has no {RESULTS} yet: it is written when the sweep ends") from None
    except csv.Error as error:
        raise UserError(f"cannot read {path}: {error}; {_anew(sweep)}") from error
    columns = lines[0] if lines else []
    if lines and (STATE not in columns or len(set(columns)) < len(columns)):
        raise UserError(f"cannot read {path}: its first line does not name the columns; {_anew(sweep)}")
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(columns):
            raise UserError(
                f"cannot read {path}: row {number} has {len(line)} cells, not {len(columns)}; {_anew(sweep)}"
            )
    return [dict(zip(columns, line, strict=True)) for line in lines[1:]]


def _anew(sweep: Path) -> str:
    return f"{command('resume', sweep)} writes it anew"


def _alike(rows: list[Row], keys: list[str]) -> list[list[Row]]:
    """Return the rows in groups of the same `keys`."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return list(groups.values())


def _merged(group: list[Row], keys: list[str]) -> Row:
    """Return one row for jobs that differ in their seed; `seeds` counts those with measures, and names other states."""
    done = [row for row in group if row[STATE] in MEASURED]
    others = sorted({row[STATE] for row in group} - set(MEASURED))
    rest = f" ({len(group) - len(done)} {' or '.join(others)})" if others else ""
    means = {column: mean([row[column] for row in done]) for column in group[0] if column not in OF_ONE_JOB}
    return {SEEDS: f"{len(done)}{rest}"} | means | {key: short(group[0][key]) for key in keys}


def _choose(results: Results, chosen: Sequence[str]) -> list[str]:
    """Return the columns that names and patterns choose, each once, behind swept keys that none chooses.

    Raises UserError for a pattern that chooses none.
    """
    if not chosen or not results.rows:
        return results.columns
    known, found = list(results.rows[0]), dict[str, None]()
    for pattern in chosen:
        matching = [column for column in known if fnmatchcase(column, pattern)]
        if not matching:
            near = did_you_mean(pattern, known)
            raise UserError(f"--columns: no column '{pattern}'{near} (columns: {', '.join(known)})")
        found |= dict.fromkeys(matching)
    return [*(key for key in results.keys if key not in found), *found]  # a row without its name says nothing


def _is_same(column: str, results: Results) -> bool:
    return column not in results.keys and len({row[column] for row in results.rows}) == 1


def _blocks(results: Results, columns: list[str], width: int | None) -> list[list[str]]:
    """Return the columns of each table that fits the width: as many as fit, behind the swept keys."""
    keys = [column for column in columns if column in results.keys]
    others = [column for column in columns if column not in keys]
    if width is None or not others:
        return [columns]
    if _length(results.rows, columns) <= width:
        return [columns]
    blocks: list[list[str]] = [[*keys, others[0]]]
    for column in others[1:]:
        if _length(results.rows, [*blocks[-1], column]) <= width:
            blocks[-1].append(column)
        else:
            blocks.append([*keys, column])
    return blocks


def _lines(rows: list[Row], columns: list[str], is_padded: bool) -> list[str]:
    """Return a table. is_padded: cells of a column are equally wide, as a terminal shows no Markdown."""
    texts = [columns, *([row[column] for column in columns] for row in rows)]
    cells = [[_cell(text) for text in line] for line in texts]
    cells.insert(1, ["---"] * len(columns))
    if is_padded:
        widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
        cells[1] = ["-" * width for width in widths]
        cells = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in cells]
    return [f"| {' | '.join(line)} |" for line in cells]


def _cell(text: str) -> str:
    """Return text as a cell of Markdown: in one line, and without the sign that ends a cell.

    >>> _cell("a|b\\nc")
    'a\\\\|b c'
    """
    return one_line(text).replace("|", "\\|")


def _length(rows: list[Row], columns: list[str]) -> int:
    return len(_lines(rows, columns, is_padded=True)[0])


def _notes(results: Results, same: Row) -> list[str]:
    """Return what holds for all rows: columns that are the same, and what stands behind ±."""
    notes = []
    seeds = same.pop(SEEDS, None)
    stated = [one_line(f"{column} {value}") for column, value in same.items() if value]
    if stated:
        notes.append(f"The same in all rows: {', '.join(stated)}.")
    if results.has_means:
        number = f"{seeds} seeds" if seeds else "the seeds of each row"
        notes.append(
            f"Means over {number}; behind ±, the standard error of the mean: the standard deviation between seeds "
            "divided by the square root of their number."
        )
    return notes


def find_sweep() -> Path:
    """Return the newest folder of a sweep or a study. Raises UserError if there is none."""
    known = list_sweeps()
    if not known:
        raise UserError(f"no sweep yet under {outputs()}/")
    return known[-1]


def _is_shown(column: str, swept: set[str]) -> bool:
    is_term = "." in column and column not in swept
    return not is_term and column not in LEFT_OUT
