"""What came of a sweep, as a Markdown table: a row a job, with what was swept and the measures at its end."""

import csv
import json
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.run_folder import RESULTS, SWEEP, find_run, is_sweep, list_folders, outputs

NUMBER_AND_PLACE = ("job", "folder")


def table(sweep: Path) -> list[str]:
    """The lines of the table. The terms of the losses stay in results.csv: each model has its own."""
    if not (sweep / RESULTS).is_file():
        raise UserError(f"{sweep} has no {RESULTS} yet: it is written when the sweep ends")
    with (sweep / RESULTS).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = [column for column in rows[0] if _is_shown(column, _swept(sweep))] if rows else []
    if all(row["state"] == "done" for row in rows):
        columns = [column for column in columns if column != "state"]
    cells = [columns, ["---"] * len(columns), *([_short(row[column]) for column in columns] for row in rows)]
    return [f"| {' | '.join(line)} |" for line in cells]


def find_sweep(text: str | None) -> Path:
    """SWEEP as users say it; the newest for None."""
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
    jobs = json.loads((sweep / SWEEP).read_text(encoding="utf-8"))["jobs"]
    return {word.lstrip("+").partition("=")[0] for words in jobs for word in words}


def _is_shown(column: str, swept: set[str]) -> bool:
    is_term = "." in column and column not in swept
    return not is_term and column not in NUMBER_AND_PLACE


def _short(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
