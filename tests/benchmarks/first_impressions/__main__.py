"""First impressions: what the defaults of every model make of real pictures in ten minutes, a night on two cores.

    python -m tests.benchmarks.first_impressions run --label before --mnist mnist.npz --cifar cifar10.zip
    python -m tests.benchmarks.first_impressions table before/results.csv after/results.csv --page PAGE.md
    python -m tests.benchmarks.first_impressions grids --labels before,after --to FOLDER

A night that was stopped, or killed, goes on with the same command; what is done stays done.
"""

import argparse
import json
import sys
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.claim import take
from tests.benchmarks.first_impressions import grids as drawing
from tests.benchmarks.first_impressions import options, plan, rows, sets
from tests.benchmarks.first_impressions import table as tables
from tests.benchmarks.first_impressions.night import RESULTS, night


def main(argv: list[str] | None = None) -> int:
    """Run a command; return the exit code."""
    given = options.parser(__doc__, run, table, grids).parse_args(argv)
    try:
        return given.act(given)
    except UserError as error:
        print(f"first_impressions: error: {error}", file=sys.stderr)
        return 2


def run(given: argparse.Namespace) -> int:
    """Carry out the runs of a label."""
    out, code = given.out.resolve(), given.code.resolve()
    sources = sets.Sources(out / "sets", given.mnist, given.fashion, given.cifar, _yours(given.pictures))
    _check(given, code)
    steps = plan.steps_of(given.steps_of) if given.steps_of else {}
    by_processor = given.clock == "processor"
    settings = plan.Settings(given.label, given.minutes, by_processor, given.budget, tuple(given.words), steps)
    wanted, place = sets.names(sources, given.sets), out / given.label
    with take(place):
        found = list(filter(None, (_made(name, sources) for name in wanted)))
        if not found:
            raise UserError("no set of pictures can be had: name files with --mnist, --cifar, --fashion or --pictures")
        _keep_settings(place, settings)
        ended = night(plan.ordered(found, given.models, given.seeds, place), settings, code, given.jobs, say)
    print(place / RESULTS)
    return ended


def table(given: argparse.Namespace) -> int:
    """Print the tables, or put them into a page."""
    found = [row for path in given.results for row in rows.read(path)]
    labels = given.labels or list(dict.fromkeys(row["label"] for row in found))
    if not found or not 1 <= len(labels) <= 2:
        raise UserError(
            f"expected results of one label or of two, got {', '.join(labels) or 'none'}: name --labels A,B"
        )
    found = [row for row in found if row["label"] in labels]
    if given.collect:
        rows.write(given.collect, found)
    written = tables.written(found, labels)
    if given.page:
        tables.put(given.page, written)
    else:
        print(written, end="")
    return 0


def grids(given: argparse.Namespace) -> int:
    """Draw a picture for each set."""
    found = [row for label in given.labels for row in rows.read(given.out / label / RESULTS)]
    given.to.mkdir(parents=True, exist_ok=True)
    for name in given.sets or dict.fromkeys(row["set"] for row in found):
        of_set = [row for row in found if row["set"] == name and row["shape"]]
        models = given.models or list(dict.fromkeys(row["model"] for row in of_set))
        blocks = drawing.blocks_of(given.out, given.labels, name, models, of_set[0]["shape"]) if of_set else []
        if not blocks:
            say(f"{name}: no run has pictures yet")
            continue
        path = given.to / f"{name}.jpg"
        size = drawing.save(drawing.drawn(blocks), path)
        say(f"{path}: {size // 1000} KB")
    return 0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _made(name: str, sources: sets.Sources) -> sets.PictureSet | None:
    """Return a set; None, and a line that says why, if it cannot be had."""
    try:
        return sets.made(name, sources)
    except UserError as error:
        say(f"without {name}: {error}")
        return None


def _yours(given: list[list[str]]) -> dict[str, tuple[str, ...]]:
    """Return name -> path and more words, of --pictures."""
    found = {}
    for first, *more in given:
        name, equals, path = first.partition("=")
        if not equals or not name.replace("_", "").isalnum():
            raise UserError(f"--pictures {first}: expected NAME=PATH, as in faces=faces.zip")
        if name in sets.PARTS:
            raise UserError(f"--pictures {first}: {name} is a set of this program: choose another name")
        found[name] = (path, *more)
    return found


def _check(given: argparse.Namespace, code: Path) -> None:
    """Raise UserError for options that cannot be."""
    if not (code / "ganae_cli" / "__init__.py").exists():
        raise UserError(f"--code {given.code}: expected the folder of a checkout of ganae, with ganae_cli in it")
    known_keys = (code / "conf" / "train.yaml").read_text(encoding="utf-8")
    if given.budget and "\n  budget:" not in known_keys:
        raise UserError(f"--budget: ganae of {code} has no train.budget: leave it out, and train.max_minutes ends runs")
    if given.minutes <= 0 or given.jobs < 1 or not given.seeds or not given.models:
        raise UserError("--minutes must be above 0, --jobs 1 or more, and --seeds and --models must name some")
    if Path(given.label).name != given.label or given.label == "sets":
        raise UserError(f"--label {given.label}: expected a name, as before")
    known = {path.stem for path in (code / "conf" / "model").glob("*.yaml")} | set(plan.YARDSTICKS)
    for name in given.models:
        if name not in known:
            raise UserError(f"--models {name}: no such model (choices: {', '.join(sorted(known))})")


def _keep_settings(place: Path, settings: plan.Settings) -> None:
    """Write what all runs of a label share. Raises UserError where it was begun with something else."""
    path = place / "settings.json"
    now = {"minutes": settings.minutes, "by_processor": settings.by_processor, "budget": settings.uses_budget}
    now["words"] = list(settings.words)
    if path.exists() and (before := json.loads(path.read_text(encoding="utf-8"))) != now:
        raise UserError(f"{place} was begun with {before}, and this is {now}: choose another --label, or the same")
    write_atomically(path, json.dumps(now) + "\n")


if __name__ == "__main__":
    sys.exit(main())
