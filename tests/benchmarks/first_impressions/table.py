"""The page of first impressions: from the rows of one label, or of two, a table for each set and one over all."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import write_atomically
from tests.benchmarks.first_impressions import targets
from tests.benchmarks.first_impressions.figures import (
    HIGHER,
    LOWER,
    Column,
    Figure,
    Row,
    cell,
    figure,
    number,
    of_held_out,
)
from tests.benchmarks.first_impressions.plan import MODELS, YARDSTICKS
from tests.benchmarks.first_impressions.sets import PARTS, PROOF, TUNING, YOURS

SCORE = Column("score", "of held-out", HIGHER, 2)
COLUMNS = (
    SCORE,
    Column("density", "density", HIGHER, 2),
    Column("coverage", "coverage", HIGHER, 2),
    Column("fid", "FID", LOWER),
    Column("recognised", "recognised", HIGHER, 2),
    Column("authenticity", "authenticity", HIGHER, 2),
    Column("psnr", "PSNR", HIGHER, 1),
    Column("steps", "steps"),
)
HELD_OUT = ("density", "coverage", "fid", "recognised", "authenticity")
TITLES = {
    TUNING: "Sets on which defaults were tuned",
    YOURS: "Other pictures",
    PROOF: "Sets on which nothing was tuned",
}
BEGIN, END = "<!-- first impressions: tables begin -->", "<!-- first impressions: tables end -->"
PAGE = f"# First impressions\n\n{BEGIN}\n{END}\n"


def written(rows: Sequence[Row], labels: Sequence[str]) -> str:
    """Return the tables as Markdown. labels: one, or that of before and that of after."""
    parts = ["## Over all", "", *_over_all(rows, labels), "", *targets.written(rows, labels[-1])]
    for part, title in TITLES.items():
        names = [name for name in _in_order((row["set"] for row in rows), PARTS) if _part(rows, name) == part]
        parts += ["", f"## {title}"] if names else []
        for name in names:
            parts += ["", *_of_set([row for row in rows if row["set"] == name], name, labels)]
    return "\n".join(parts) + "\n"


def _part(rows: Sequence[Row], name: str) -> str:
    return next(row["part"] for row in rows if row["set"] == name)


def _in_order(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return names, each once: those that are known in their order, then the others."""
    found, order = dict.fromkeys(names), list(known)
    return sorted(found, key=lambda name: order.index(name) if name in order else len(order))


def _over_all(rows: Sequence[Row], labels: Sequence[str]) -> list[str]:
    """Return the lines of the table over all sets: the best model of each label, beside the Keras programs."""
    heads = ["set", *(f"best, {label}" for label in labels), *YARDSTICKS]
    lines = _head(heads)
    for name in _in_order((row["set"] for row in rows), PARTS):
        of_set = [row for row in rows if row["set"] == name]
        bests = [_best([row for row in of_set if row["label"] == label]) for label in labels]
        sticks = [_text(_score([row for row in of_set if row["model"] == stick])) for stick in YARDSTICKS]
        lines.append(_line([f"`{name}`", *bests, *sticks]))
    return lines


def _best(rows: Sequence[Row]) -> str:
    """Return the model whose samples are nearest to held-out pictures, and how near."""
    models = _in_order((row["model"] for row in rows if row["model"] not in YARDSTICKS), MODELS)
    scores = {model: _score([row for row in rows if row["model"] == model]) for model in models}
    known = {model: score for model, score in scores.items() if score}
    if not known:
        return ""
    best = max(known, key=lambda model: known[model].mean)
    return f"`{best}` {_text(known[best])}"


def _score(rows: Sequence[Row]) -> Figure | None:
    return figure(score for row in rows if (score := of_held_out(row)) is not None)


def _text(one: Figure | None) -> str:
    return cell(SCORE, [one])


def _of_set(rows: Sequence[Row], name: str, labels: Sequence[str]) -> list[str]:
    """Return heading, facts and table of a set."""
    shown = [column for column in COLUMNS if any(_value(row, column) is not None for row in rows)]
    lines = [f"### {name}", "", _facts(rows), "", *_head(["model", *(column.title for column in shown), "verdict"])]
    for model in _in_order((row["model"] for row in rows), (*MODELS, *YARDSTICKS)):
        of_model = [row for row in rows if row["model"] == model]
        sides = [[row for row in of_model if row["label"] == label] for label in labels]
        if model in YARDSTICKS:  # one and the same, whatever ganae's defaults are
            sides = [next((side for side in reversed(sides) if side), [])]
        cells = [cell(column, [_figure(side, column) for side in sides]) for column in shown]
        lines.append(_line([f"`{model}`", *cells, " → ".join(_verdict(side) for side in sides).strip()]))
    return lines


def _figure(rows: Sequence[Row], column: Column) -> Figure | None:
    return figure(value for row in rows if (value := _value(row, column)) is not None)


def _value(row: Row, column: Column) -> float | None:
    return of_held_out(row) if column is SCORE else number(row, column.name)


def _verdict(rows: Sequence[Row]) -> str:
    """Return what runs are accused of, and in how many of them; whether a collapse was warned of; what failed."""
    if not rows:
        return ""
    accused = [[part.partition(":")[0] for part in row["accused"].split(" | ") if part] for row in rows]
    counts = Counter(name for names in accused for name in dict.fromkeys(names))
    told = [f"{name.replace('_', ' ')} {count}/{len(rows)}" for name, count in counts.items()]
    warned = sum("hardly differ" in row["warnings"] for row in rows)
    failed = sum(bool(row["error"]) for row in rows)
    told += [f"warned of while it trained {warned}/{len(rows)}"] if warned else []
    told += [f"failed {failed}/{len(rows)}"] if failed else []
    if not told and rows[0]["model"] in YARDSTICKS:  # `ganae evaluate --samples` writes no verdicts
        return "not judged"
    return ", ".join(told) or "healthy"


def _facts(rows: Sequence[Row]) -> str:
    """Return in a line how a set was measured, and what held-out pictures score."""
    known = [row for row in rows if row["features"]]
    if not known:
        return "Not measured yet."
    spaces = {(row["features"], row["n"]) for row in known}
    if len(spaces) > 1:
        listed = ", ".join(sorted(" ".join(one) for one in spaces))
        return f"**Not measured alike, so do not compare: features and samples are {listed}.**"
    shown = [column for column in COLUMNS if column.name in HELD_OUT]
    held = [(column, figure(v for row in known if (v := number(row, f"{column.name}_held_out")))) for column in shown]
    scores = ", ".join(f"{column.title} {cell(column, [one])}" for column, one in held if one)
    accuracy = next((f" (by a classifier of {float(row['accuracy']):.1%})" for row in known if row.get("accuracy")), "")
    first, seeds = known[0], len({row["seed"] for row in known})
    learned = f"{int(first['rows']):,} pictures of {first['shape']}" if first["rows"] else "pictures"
    return (
        f"{learned} to learn from; {int(first['n']):,} samples, features `{first['features']}`, {seeds} seeds. "
        f"Held-out pictures score: {scores}{accuracy}."
    )


def _head(cells: Sequence[str]) -> list[str]:
    return [_line(cells), _line(["---"] * len(cells))]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def put(path: Path, tables: str) -> None:
    """Write the tables into a page, between two marks; a page that is not there yet is made.

    Raises UserError for a page without the marks, which stays as it is.
    """
    page = path.read_text(encoding="utf-8") if path.exists() else PAGE
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise UserError(f"{path} has no lines {BEGIN} and {END}, between which tables go: add them")
    before, _, rest = page.partition(BEGIN)
    write_atomically(path, f"{before}{BEGIN}\n\n{tables}\n{END}{rest.partition(END)[2]}")
