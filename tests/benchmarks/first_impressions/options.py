"""The command line's options."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.first_impressions import plan, sets

VARIABLE = "FIRST_IMPRESSIONS_"  # and MNIST, FASHION or CIFAR: files of data, where no option names them
FILES = {"mnist": ".npz", "fashion": ".npz of Fashion-MNIST", "cifar": ".zip of pictures in folders train/CLASS"}
Act = Callable[[argparse.Namespace], int]


def parser(about: str, run: Act, table: Act, grids: Act) -> argparse.ArgumentParser:
    """Return the parser of the command line. about: what the program is. run, table, grids: carry out a command."""
    form = argparse.RawDescriptionHelpFormatter
    made = argparse.ArgumentParser("python -m tests.benchmarks.first_impressions", None, about, formatter_class=form)
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    add_run(commands.add_parser("run", help="train and measure, a night long; what is done stays done"), run)
    add_table(commands.add_parser("table", help="tables in Markdown, of the results of one label or of two"), table)
    add_grids(commands.add_parser("grids", help="samples of all models side by side, a JPEG for each set"), grids)
    return made


def add_run(one: argparse.ArgumentParser, act: Act) -> None:
    one.set_defaults(act=act)
    _add_out(one)
    one.add_argument("--label", default="now", help="of these runs, as before or after (%(default)s)")
    one.add_argument("--code", type=Path, default=sets.ROOT, help="checkout of the ganae that runs (this one)")
    one.add_argument("--minutes", type=float, default=10.0, help="of training each (%(default)g)")
    help_ = "of the processor (for a busy machine; the same on a quiet one) or wall (%(default)s)"
    one.add_argument("--clock", choices=("processor", "wall"), default="wall", help=help_)
    one.add_argument("--budget", action="store_true", help="by train.budget, not train.max_minutes")
    one.add_argument("--steps-of", type=Path, metavar="FILE.csv", help="as many steps as the same runs of this table")
    one.add_argument("--jobs", type=int, default=2, help="runs at a time, of one thread each (%(default)s)")
    one.add_argument("--sets", type=_listed, metavar="A,B", help=f"of {', '.join(sets.PARTS)} and your own (all)")
    help_ = f"of ganae, and {', '.join(plan.YARDSTICKS)} ({', '.join(plan.MODELS)})"
    one.add_argument("--models", type=_listed, default=plan.MODELS, metavar="A,B", help=help_)
    one.add_argument("--seeds", type=_numbers, default=(0, 1, 2), metavar="0,1", help="(0,1,2)")
    one.add_argument("--words", nargs="+", default=[], metavar="KEY=VALUE", help="more settings of ganae train")
    help_ = "a folder or .zip of your own, and words of its dataset, as dataset.image_size=64"
    metavar = ("NAME=PATH", "KEY=VALUE")
    one.add_argument("--pictures", nargs="+", action="append", default=[], metavar=metavar, help=help_)
    for name, what in FILES.items():
        help_ = f"{what}; default: ${VARIABLE}{name.upper()}, or Keras' copy"
        one.add_argument(f"--{name}", type=Path, default=_file(name), metavar="FILE", help=help_)


def add_table(one: argparse.ArgumentParser, act: Act) -> None:
    one.set_defaults(act=act)
    one.add_argument("results", nargs="+", type=Path, metavar="FILE.csv", help="results of one label or of two")
    help_ = "that of before and that of after (those in the files, in their order)"
    one.add_argument("--labels", type=_listed, metavar="A,B", help=help_)
    one.add_argument("--page", type=Path, metavar="PAGE.md", help="put them here, between two marks; default: print")
    one.add_argument("--collect", type=Path, metavar="ALL.csv", help="write all rows into one file, too")


def add_grids(one: argparse.ArgumentParser, act: Act) -> None:
    one.set_defaults(act=act)
    _add_out(one)
    one.add_argument("--labels", type=_listed, required=True, metavar="A,B", help="of one label, or of two")
    one.add_argument("--sets", type=_listed, metavar="A,B", help="(all)")
    one.add_argument("--models", type=_listed, metavar="A,B", help="(all)")
    one.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="for the JPEGs, a file for each set")


def _add_out(one: argparse.ArgumentParser) -> None:
    outputs = Path(os.environ.get("GANAE_OUTPUTS", "outputs"))
    one.add_argument("--out", type=Path, default=outputs / "first_impressions", help="folder of all (%(default)s)")


def _listed(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _numbers(text: str) -> list[int]:
    return [int(word) for word in _listed(text)]


def _file(name: str) -> Path | None:
    found = os.environ.get(f"{VARIABLE}{name.upper()}")
    return Path(found) if found else None
