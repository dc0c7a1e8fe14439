"""The results of a sweep as a Markdown table: one row per job, with its swept keys and its final metrics."""

import csv
import json
import math
import statistics
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.storage.find_run import find_run, is_sweep, list_folders, outputs
from ganae_cli.storage.run_folder import RESULTS, SWEEP

LEFT_OUT = ("job", "folder", "peak_memory_mb")  # they say nothing of the models; results.csv has every column
STATE, SEED, SEEDS = "state", "seed", "seeds"

Row = dict[str, str]


def markdown(sweep: Path) -> list[str]:
    """Return the lines of the table. Raises UserError if the sweep has no results yet.

    Loss terms are left out, as each model has its own. Where `seed` was swept, jobs that differ in nothing else are
    one row of means and their standard errors.
    """
    if not (sweep / RESULTS).is_file():
        raise UserError(f"{sweep} has no {RESULTS} yet: it is written when the sweep ends")
    with (sweep / RESULTS).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    swept = _swept(sweep)
    columns = [column for column in rows[0] if _is_shown(column, swept)] if rows else []
    if SEED in swept:
        rows = _over_seeds(rows, [column for column in columns if column in swept and column != SEED])
        columns = [SEEDS if column == SEED else column for column in columns if column != STATE]
    elif all(row[STATE] == "done" for row in rows):
        columns = [column for column in columns if column != STATE]
    cells = [columns, ["---"] * len(columns), *([_short(row[column]) for column in columns] for row in rows)]
    return [f"| {' | '.join(line)} |" for line in cells]


def _over_seeds(rows: list[Row], keys: list[str]) -> list[Row]:
    """Return one row for all jobs of the same `keys`; `seeds` counts those that are done, and names other states."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return [_merged(group, keys) for group in groups.values()]


def _merged(group: list[Row], keys: list[str]) -> Row:
    done = [row for row in group if row[STATE] == "done"]
    others = sorted({row[STATE] for row in group} - {"done"})
    merged = {column: group[0][column] if column in keys else _mean(done, column) for column in group[0]}
    rest = f" ({len(group) - len(done)} {' or '.join(others)})" if others else ""
    return merged | {SEEDS: f"{len(done)}{rest}"}


def _mean(rows: list[Row], column: str) -> str:
    """Return mean and standard error of the mean, s / sqrt(n) with s^2 over n - 1; "" if a job has no number.

    Only finite values count. The others are named: the KL divergence of a model that finds no mode is infinite.

    >>> _mean([{"modes": "7"}, {"modes": "8"}], "modes")
    '7.5 ± 0.5'
    """
    try:
        given = [float(row[column]) for row in rows]
    except ValueError:
        return ""
    values = [value for value in given if math.isfinite(value)]
    others = [str(value) for value in given if not math.isfinite(value)]
    if not values:
        return ", ".join(others)
    text = _short(str(statistics.fmean(values)))
    if len(values) > 1 and min(values) != max(values):
        text += f" ± {_short(str(statistics.stdev(values) / math.sqrt(len(values))), digits=2)}"
    return f"{text} (and {', '.join(others)})" if others else text


def find_sweep(text: str | None) -> Path:
    """Return the sweep folder that the user named, or the newest for None. Raises UserError if there is none."""
    if text is None:
        known = list_folders("sweep")
        if not known:
            raise UserError(f"no sweep yet under {outputs()}/")
        return known[-1]
    path = find_run(text)
    if not is_sweep(path):
        raise UserError(f"{path} is a run; results are those of a sweep")
    return path


def _swept(sweep: Path) -> set[str]:
    """Return the keys that the overrides of the jobs set."""
    jobs = json.loads((sweep / SWEEP).read_text(encoding="utf-8"))["jobs"]
    return {word.lstrip("+").partition("=")[0] for words in jobs for word in words}


def _is_shown(column: str, swept: set[str]) -> bool:
    is_term = "." in column and column not in swept
    return not is_term and column not in LEFT_OUT


def _short(text: str, digits: int = 3) -> str:
    """Return a number with this many digits, from 1,000 up as a whole number; any other text as it is."""
    try:
        value = float(text)
    except ValueError:
        return text
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"
