"""Check a dataset before a model is trained on it: sizes, faults, duplicates, classes

Every file is read once, and none stops the others. The settings are those of `ganae train`, of which only the dataset
and train.batch_size count; whatever `ganae train` would refuse is a problem here, and what it would warn of a warning.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganae_cli.command_line import request as requests
from ganae_cli.command_line.options import Options
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError
from ganae_cli.terminal import command, tell

if TYPE_CHECKING:
    import numpy as np
    from omegaconf import DictConfig

    from ganae_cli.command_line.hydra_app import HydraApp
    from ganae_cli.doctor.survey import Survey

VERBS = ("check",)


def main(argv: list[str]) -> int:
    """Run `ganae data check [KEY=VALUE …]`. Return 0 if a model can be trained on the dataset, otherwise 2."""
    given = options().parse_args(argv)
    if given.verb not in VERBS:
        raise UserError(f"ganae data {given.verb}: expected ganae data check [KEY=VALUE ...]")
    out = None if given.out is None else _free_place(given.out)
    config = composed(given.overrides, given.config_dir, "ganae data check looks at one dataset")

    from ganae_cli.doctor import advice, report

    survey = replace(_survey(config), batch_size=int(config.train.batch_size))
    faults = report.show(report.checks("data"), survey)
    if survey.sheet is not None:
        print(f"{'ok':<8} {'Sheet':<13} {_draw(survey.sheet, out)}")
    if words := advice.of_data(survey, given.overrides):
        if line := _model(words, given.config_dir):
            tell(line)
        tell("train on it:")
        tell(f"  {command('train', *words)}")
    problems = [found for found in faults if found.level == "problem"]
    tell(f"{len(problems):,} problem(s), {len(faults) - len(problems):,} warning(s)" if faults else "all is well")
    return 2 if problems else 0


def composed(overrides: list[str], folder: str | None, what: str) -> "DictConfig":
    """Return the config that `ganae train` would have, checked, but for a model that suits the data.

    Raises UserError for a sweep. folder: of the user's own configs. what: the beginning of that error.
    """
    from ganae_cli.command_line import plan
    from ganae_cli.config import paths
    from ganae_cli.config.declared import check_code
    from ganae_cli.runtime import preflight

    if folder is not None and not Path(folder).expanduser().is_dir():
        raise UserError(f"--config-dir {folder}: no such folder")
    with _train(overrides, folder) as (app, tree):
        planned = plan.make(app, tree)
    if len(planned.jobs) != 1:
        raise UserError(f"{what}, and this is a sweep: give each key one value")
    config = planned.jobs[0].config
    check_code(plan.plain(config), "plugins=[PACKAGE]")
    preflight.check(config)
    paths.check(config, tree)
    return config


@contextmanager
def _train(overrides: list[str], folder: str | None) -> "Iterator[tuple[HydraApp, ConfTree]]":
    """Give the application of `ganae train` with these words, for the time of a block."""
    from ganae_cli.command_line import refusal
    from ganae_cli.command_line.hydra_app import HydraApp, environment
    from ganae_cli.commands.train import stamp

    request = requests.parse([*overrides, *(["--config-dir", folder] if folder else [])])
    tree = ConfTree((Path(folder).expanduser(),) if folder else ())
    with environment(GANAE_STAMP=stamp()), refusal.translated(request, tree):
        yield HydraApp("train", request, tree.folders[1:]), tree


def _model(words: list[str], folder: str | None) -> str:
    """Return what `ganae train` with these words says of its model, if it chooses one."""
    from ganae_cli.command_line import suited_plan

    with _train(words, folder) as (app, tree):
        return suited_plan.make(app, tree).line


def _survey(config: "DictConfig") -> "Survey":
    """Go through the dataset of a config once."""
    from ganae_cli.command_line import plan
    from ganae_cli.doctor import surveys

    options: dict[str, Any] = plan.plain(config)["dataset"]
    name = options.pop("name")
    settings = frozenset(options)
    if of_files := surveys.of_files(name):
        return replace(of_files(options), settings=settings)
    from ganae_cli import registry
    from ganae_cli.config import chosen
    from ganae_cli.datasets import splits
    from ganae_cli.doctor import survey
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()
    registry.import_parts("ganae_cli.datasets")
    registry.import_plugins(config.get("plugins") or ())
    of_every = splits.OF_EVERY_DATASET | {key: options.pop(key) for key in splits.OF_EVERY_DATASET if key in options}
    path = options.get("path")
    title = f"dataset.path={path}" if path else f"dataset={chosen.name(config, 'dataset')}"
    found = survey.of_data(splits.with_validation(registry.build("dataset", name, **options), **of_every), title)
    return replace(found, settings=settings)


def _free_place(text: str) -> Path:
    """Return the file of option --out. Raises UserError where nothing can be written, or something is already."""
    path = Path(text).expanduser()
    if path.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise UserError(f"--out {text}: expected FILE.png or FILE.jpg")
    if path.exists() or path.is_symlink():
        raise UserError(f"--out {text}: this file is there already; choose another name")
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK):
        raise UserError(f"--out {text}: {path.parent} is no folder that can be written in")
    return path


def _draw(sheet: "np.ndarray", out: Path | None) -> str:
    """Write the sheet of samples; return where it is, or why it is not."""
    from ganae_cli.commands.train import stamp
    from ganae_cli.evaluation import images
    from ganae_cli.storage.atomic import make_folder
    from ganae_cli.storage.find_run import outputs

    path = out or outputs() / "data" / f"{stamp()}.png"
    try:
        make_folder(path.parent, parents=True)
        images.save(images.grid(sheet), path)
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror or error}") from error
    return str(path)


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: the verb, a flag, or a setting of the dataset."""
    from ganae_cli.command_line import completion

    if not words and not last.startswith("-"):
        return list(VERBS)
    if last.startswith("-"):
        return completion.long_flags(options())
    return list(_of_dataset(completion.overrides(ConfTree(), words[1:], last)))


def _of_dataset(candidates: list[str]) -> Iterator[str]:
    yield from (word for word in candidates if word.startswith(("dataset", "plugins")))


def options() -> Options:
    """Return the parser of the command line."""
    made = Options("data", __doc__.splitlines()[0], EXAMPLES)
    made.add_argument("verb", metavar="check", help="the only one so far: go through the dataset once")
    made.add_argument(
        "overrides", metavar="KEY=VALUE", nargs="*", help="settings as of ganae train, such as dataset=NAME"
    )
    made.add_argument(
        "--out", metavar="FILE", help="FILE.png for the sheet of samples (default: a new one in outputs/data)"
    )
    made.add_argument("--config-dir", metavar="DIR", help="add a folder of your own configs")
    return made


EXAMPLES = {
    "ganae data check dataset=image_folder dataset.path=holiday/": "what is wrong with a folder, and what to type",
    "ganae data check dataset=arrays dataset.path=faces.npz --out faces.png": "an array; its samples as a picture",
    "ganae data check dataset=digits": "a dataset that comes with ganae",
}
