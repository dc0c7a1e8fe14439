"""What a run has found, as a row of a CSV: read from its folder, and from what it said."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.evaluation_file import EvaluationFile
from tests.benchmarks.first_impressions.plan import Run, Settings

METRICS = {  # column -> metric of evaluation.json; such a column has another one beside it, of held-out rows
    **{"fid": "fid", "kid": "kid", "density": "clipped_density", "coverage": "clipped_coverage"},
    **{name: name for name in ("precision", "recall", "authenticity")},
}
ALONE = {"psnr": "psnr", "ssim": "ssim", "mae": "mae", "variation": "sample_variation"}
COLUMNS = (
    *("label", "commit", "set", "part", "shape", "rows", "model", "seed"),
    *("clock", "steps", "seconds", "images_per_second", "parameters", "features", "n"),
    *(f"{column}{end}" for column in METRICS for end in ("", "_held_out")),
    *("recognised", "recognised_held_out", "accuracy", *ALONE),
    *("accused", "not_judged", "warnings", "error"),
)
WARNING = "ganae: warning: "
NOWHERE = "samples are nowhere near the data"  # how `ganae evaluate` begins a line that is no judge's


def of_run(run: Run, settings: Settings, error: str = "") -> dict[str, str]:
    """Return the row of a run, trained and evaluated; error: why it was not."""
    status, environment = (_json(run.folder / f"{name}.json") for name in ("status", "environment"))
    data, measured = environment.get("data", {}), status.get("metrics", {})
    found: dict[str, Any] = {
        **{"label": settings.label, "commit": _short(str(environment.get("commit") or "")), "set": run.pictures.name},
        **{"part": run.pictures.part, "shape": "x".join(map(str, data.get("shape", ())))},
        **{"rows": data.get("training_rows"), "model": run.model, "seed": run.seed},
        **{"steps": status.get("step"), "seconds": status.get("seconds"), "error": error},
        "clock": "processor" if settings.by_processor else "wall",
        "images_per_second": measured.get("images_per_second"),
        "parameters": measured.get("parameters_trained") or measured.get("parameters"),
        "warnings": " | ".join(warnings(run.beside("train.log"))),
    }
    found |= of_evaluation([] if error else EvaluationFile(run.folder / "evaluation.json").read())
    known = _json(run.beside("recognised.json"))
    found |= {"recognised": known.get("recognised"), "recognised_held_out": known.get("held_out")}
    found["accuracy"] = known.get("accuracy")
    if NOWHERE in _text(run.beside("evaluate.log")):
        found["accused"] = " | ".join(filter(None, [found["accused"], NOWHERE]))
    return {column: text(found.get(column)) for column in COLUMNS}


def of_evaluation(entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the columns that entries of evaluation.json fill."""
    by_name = {one["metric"]: one for one in entries}
    found: dict[str, Any] = {}
    for column, metric in (METRICS | ALONE).items():
        entry = by_name.get(metric, {})
        found[column] = entry.get("value")
        if column in METRICS:
            found[f"{column}_held_out"] = entry.get("beside")
    protocols = [one["protocol"] for one in by_name.values()]
    spaces = dict.fromkeys(str(one["features"]) for one in protocols if "features" in one)
    verdicts = {name: one["protocol"] for name, one in by_name.items() if "verdict" in one["protocol"]}
    judged = {state: [name for name, one in verdicts.items() if one["verdict"] == state] for state in _STATES}
    return found | {
        "features": " ".join(spaces),
        "n": next((one["n"] for one in protocols if "n" in one), None),
        "accused": " | ".join(f"{name}: {verdicts[name].get('seen', '')}" for name in judged["accused"]),
        "not_judged": " ".join(judged["unknown"]),
    }


_STATES = ("healthy", "accused", "unknown")


def warnings(log: Path) -> list[str]:
    """Return what a training warned of while it ran, each once, and whether samples differed again after a collapse."""
    lines = [line for line in _text(log).splitlines() if WARNING in line or line.startswith("samples differ again")]
    return list(dict.fromkeys(line.partition(WARNING)[2] or line for line in lines))


def text(value: Any) -> str:
    """Return a value as a cell: numbers with six figures, None as nothing.

    >>> text(0.123456789), text(12000), text(None)
    ('0.123457', '12000', '')
    """
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def write(path: Path, found: Iterable[Mapping[str, str]]) -> None:
    """Write rows as a CSV, atomically."""
    content = io.StringIO()
    writer = csv.DictWriter(content, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    write_atomically(path, content.getvalue())


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV. Raises UserError for what is none of this program's."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            found = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error}") from error
    if found and (missing := [column for column in ("label", "set", "model", "seed") if column not in found[0]]):
        raise UserError(f"{path} is no table of this program: it has no column {missing[0]}")
    return found


def _short(commit: str) -> str:
    """Return the beginning of a commit, and whether files had changed since: a `+`."""
    return commit[:10] + ("+" if commit.endswith("+") else "")


def _json(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
