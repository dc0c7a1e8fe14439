"""First impressions: what the defaults of every model make of real pictures in ten minutes, a night on two cores.

    python -m tests.benchmarks.first_impressions run --label before --mnist mnist.npz --cifar cifar10.zip

A night that was stopped, or killed, goes on with the same command; what is done stays done.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.claim import take
from tests.benchmarks.first_impressions import plan, sets
from tests.benchmarks.first_impressions.night import night

VARIABLE = "FIRST_IMPRESSIONS_"  # and MNIST, FASHION or CIFAR: files of data, where no option names them


def main(argv: list[str] | None = None) -> int:
    """Run a command; return the exit code."""
    given = parser().parse_args(argv)
    try:
        return given.act(given)
    except UserError as error:
        print(f"first_impressions: error: {error}", file=sys.stderr)
        return 2


def run(given: argparse.Namespace) -> int:
    """Carry out the runs of a label."""
    place = given.out.resolve() / given.label
    sources = sets.Sources(
        given.out.resolve() / "sets", given.mnist, given.fashion, given.cifar, _yours(given.pictures)
    )
    code = given.code.resolve()
    _check(given, code)
    settings = plan.Settings(
        *(given.label, given.minutes, given.budget, tuple(given.words)),
        steps=plan.steps_of(given.steps_of) if given.steps_of else {},
    )
    wanted = sets.names(sources, given.sets)
    with take(place):
        _keep_settings(place, settings)
        found = []
        for name in wanted:
            try:
                found.append(sets.made(name, sources))
            except UserError as error:
                say(f"without {name}: {error}")
        if not found:
            raise UserError("no set of pictures can be had: name files with --mnist, --cifar, --fashion or --pictures")
        runs = plan.ordered(found, given.models, given.seeds, place)
        code_of_end = night(runs, settings, code, given.jobs, say)
        print(place / "results.csv")
        return code_of_end


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


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
    options = (code / "conf" / "train.yaml").read_text(encoding="utf-8")
    if given.budget and "\n  budget:" not in options:
        raise UserError(f"--budget: ganae of {code} has no train.budget: leave it out, and train.max_minutes ends runs")
    if given.minutes <= 0 or given.jobs < 1 or not given.seeds or not given.models:
        raise UserError("--minutes must be above 0, --jobs 1 or more, and --seeds and --models must name some")
    if Path(given.label).name != given.label:
        raise UserError(f"--label {given.label}: expected a name, as before")
    known = {path.stem for path in (code / "conf" / "model").glob("*.yaml")} | set(plan.YARDSTICKS)
    for name in given.models:
        if name not in known:
            raise UserError(f"--models {name}: no such model (choices: {', '.join(sorted(known))})")


def _keep_settings(place: Path, settings: plan.Settings) -> None:
    """Write what all runs of a label share. Raises UserError where it was begun with something else."""
    path = place / "settings.json"
    now = {"minutes": settings.minutes, "budget": settings.uses_budget, "words": list(settings.words)}
    if path.exists() and (before := json.loads(path.read_text(encoding="utf-8"))) != now:
        raise UserError(f"{place} was begun with {before}, and this is {now}: choose another --label, or the same")
    write_atomically(path, json.dumps(now) + "\n")


def _file(name: str) -> Path | None:
    found = os.environ.get(f"{VARIABLE}{name.upper()}")
    return Path(found) if found else None


def _listed(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _numbers(text: str) -> list[int]:
    return [int(word) for word in _listed(text)]


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        "python -m tests.benchmarks.first_impressions",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    one = commands.add_parser("run", help="train and measure, a night long; what is done stays done")
    one.set_defaults(act=run)
    outputs = Path(os.environ.get("GANAE_OUTPUTS", "outputs"))
    one.add_argument("--out", type=Path, default=outputs / "first_impressions", help="folder of all (%(default)s)")
    one.add_argument("--label", default="now", help="of these runs, as before or after (%(default)s)")
    one.add_argument("--code", type=Path, default=sets.ROOT, help="checkout of the ganae that runs (this one)")
    one.add_argument("--minutes", type=float, default=10.0, help="of training each (%(default)g)")
    one.add_argument("--budget", action="store_true", help="by train.budget, not train.max_minutes")
    one.add_argument("--steps-of", type=Path, metavar="FILE.csv", help="as many steps as the same runs of this table")
    one.add_argument("--jobs", type=int, default=2, help="runs at a time, of one thread each (%(default)s)")
    one.add_argument("--sets", type=_listed, metavar="A,B", help=f"of {', '.join(sets.PARTS)} and your own (all)")
    help_ = f"of ganae, and {', '.join(plan.YARDSTICKS)} ({', '.join(plan.MODELS)})"
    one.add_argument("--models", type=_listed, default=plan.MODELS, metavar="A,B", help=help_)
    one.add_argument("--seeds", type=_numbers, default=(0, 1, 2), metavar="0,1", help="(0,1,2)")
    one.add_argument("--words", nargs="+", default=[], metavar="KEY=VALUE", help="more settings of ganae train")
    one.add_argument(
        *("--pictures",), nargs="+", action="append", default=[], metavar=("NAME=PATH", "KEY=VALUE"),
        help="a folder or .zip of your own, and words of its dataset, as dataset.image_size=64",
    )  # fmt: skip
    files = {"mnist": ".npz", "fashion": ".npz of Fashion-MNIST", "cifar": ".zip of pictures in folders train/CLASS"}
    for name, what in files.items():
        help_ = f"{what}; default: ${VARIABLE}{name.upper()}, or Keras' copy"
        one.add_argument(f"--{name}", type=Path, default=_file(name), metavar="FILE", help=help_)
    return made


if __name__ == "__main__":
    sys.exit(main())
