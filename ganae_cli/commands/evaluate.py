"""Measure a trained model, or images that another program made

Numbers stand beside those that real held-out rows score in the place of samples, so that nobody has to know a metric to
read it. They go to the run's evaluation.json too, with the protocol that each of them depends on, unless --checkpoint,
--weights or --sampler choose others than tables show: the newest weights, averaged if there are any, and the model's
own sampler.
"""

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ganae_cli.command_line import run_options
from ganae_cli.command_line.options import Options
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.storage.find_run import find_run, is_sweep
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.terminal import command, tell

if TYPE_CHECKING:
    import argparse
    from types import ModuleType

    from omegaconf import DictConfig

FORMATS = ("text", "json", "csv", "md")
GROUP = "evaluation"
MAY_CHANGE = (f"{GROUP}.", "dataset.path=")


def main(argv: list[str]) -> int:
    """Run `ganae evaluate RUN [KEY=VALUE …]` or `ganae evaluate --samples PATH dataset=NAME`; print the scores."""
    given = options().parse_args(argv)
    names = [word for word in given.words if "=" not in word]
    overrides = [word for word in given.words if "=" in word]
    if given.samples is not None:
        _refuse_of_run(given, names)
        return _foreign(given, overrides)
    if len(names) != 1:
        raise UserError("name one run, or `latest`; or --samples FOLDER|FILE.npz with dataset=NAME")
    path = find_run(names[0], or_sweep=True)
    if is_sweep(path):
        return _sweep(given, path, overrides)
    if given.missing:
        raise UserError(f"--missing is for the jobs of a sweep, and {path} is a run: leave it out")
    return _run(given, path, overrides)


def _refuse_of_run(given: "argparse.Namespace", names: list[str]) -> None:
    """Raise UserError for what belongs to a run, beside --samples."""
    flags = {name: vars(given)[name] for name in ("sampler", "weights", "missing")}
    flags["checkpoint"] = given.checkpoint != "newest"
    others = [*names, *(f"--{name}" for name, value in flags.items() if value)]
    if others:
        raise UserError(f"--samples is for images of another program: leave out '{others[0]}', or --samples")


def _run(given: "argparse.Namespace", path: Path, overrides: list[str]) -> int:
    config = changed(RunFolder(path).read_config(), overrides, given.plugins)
    of_run = _evaluation("of_run")
    print(of_run.evaluate(path, config, given.plugins, given.format, **_choice(given)), end="", flush=True)
    return 0


def _sweep(given: "argparse.Namespace", path: Path, overrides: list[str]) -> int:
    """Evaluate every job that is done, then write the sweep's results anew."""
    from ganae_cli.runtime.streams import announce
    from ganae_cli.sweeps import overview

    jobs = [
        job for job in overview.job_folders(path) if overview.state_of(RunFolder(job).status()) in overview.MEASURED
    ]
    if not jobs:
        raise UserError(f"{path} is a sweep without a job that is done")
    if other := [f"--{name}" for name, value in _choice(given).items() if value not in (None, "newest")]:
        instead = command("evaluate", jobs[0], other[0], vars(given)[other[0][2:]])
        raise UserError(
            f"{other[0]} is for a run: results of a sweep are of the newest weights, averaged if there are any, and "
            f"the sampler of each job; for one of its jobs {instead}"
        )
    configs = {job: changed(RunFolder(job).read_config(), overrides, given.plugins) for job in jobs}
    failed = _evaluation("of_sweep").evaluate(path, configs, given.plugins, given.missing)
    tell(f"as a table: {command('list', 'results', path)}")
    announce(path)
    return 1 if failed else 0


def _foreign(given: "argparse.Namespace", overrides: list[str]) -> int:
    """Evaluate images that another program made."""
    from ganae_cli.commands.data import composed

    names = [word.partition("=")[2] for word in overrides if word.startswith("dataset=")]
    if not names:
        raise UserError("--samples needs the dataset that they should be like: dataset=NAME")
    if "," in names[-1]:
        raise UserError(f"ganae evaluate compares samples with one dataset, got dataset={names[-1]}")
    if not Path(given.samples).expanduser().exists():
        raise UserError(f"--samples {given.samples}: no such file or folder")
    named = [f"plugins=[{','.join(given.plugins)}]"] if given.plugins else []
    config = composed([*overrides, *named], None, "ganae evaluate compares samples with one dataset")
    of_files = _evaluation("of_files")
    print(of_files.evaluate(given.samples, config, given.plugins, given.format), end="", flush=True)
    return 0


def _evaluation(name: str) -> "ModuleType":
    """Return a module of `ganae_cli.evaluation`. Imports TensorFlow."""
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()
    from ganae_cli import evaluation

    return importlib.import_module(f"{evaluation.__name__}.{name}")


def _choice(given: "argparse.Namespace") -> dict[str, str]:
    return {"checkpoint": given.checkpoint, "weights": given.weights, "sampler": given.sampler}


def changed(config: "DictConfig", overrides: list[str], plugins: Iterable[str] = ()) -> "DictConfig":
    """Return a saved config with the words of this command. Raises UserError for what an evaluation cannot change."""
    from omegaconf import OmegaConf

    from ganae_cli.commands.resume import changed as with_overrides
    from ganae_cli.config import paths

    tree = ConfTree()
    for word in [word for word in overrides if word.startswith(f"{GROUP}=")]:
        name = word.partition("=")[2]
        part, known = tree.part(GROUP, name), tree.options(GROUP)
        if part is None:
            raise UserError(f"no {GROUP} named '{name}'{did_you_mean(name, known)} (choices: {', '.join(known)})")
        OmegaConf.set_struct(config, False)
        config[GROUP] = part.options
    others = [word for word in overrides if not word.startswith(f"{GROUP}=")]
    for word in others:
        if not word.startswith(MAY_CHANGE):
            instead = command("resume", "RUN", word)
            raise UserError(
                f"{word}: an evaluation changes {GROUP}=NAME, {GROUP}.KEY=VALUE and dataset.path=PATH only; what "
                f"the run itself is changes with {instead}"
            )
    made = with_overrides(config, others, "--plugins PACKAGE", plugins)
    paths.check(made, tree)
    return made


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: a flag, the value of one, a run, or a key."""
    from ganae_cli.command_line import completion
    from ganae_cli.config.declared import declared

    if last.startswith("-"):
        return completion.long_flags(options())
    values = {"--format": list(FORMATS), "--weights": list(run_options.WEIGHTS), "--sampler": declared("sampler")}
    if found := values.get(words[-1] if words else ""):
        return found
    keys = completion.overrides(ConfTree(), [], last)
    is_samples = "--samples" in words
    wanted = [key for key in keys if key.startswith((GROUP, "dataset") if is_samples else (GROUP, "dataset.path"))]
    return wanted if words else [*completion.run_folders(), *wanted]


def options() -> Options:
    """Return the parser of the command line."""
    made = Options("evaluate", __doc__.splitlines()[0], EXAMPLES)
    made.add_argument(
        "words",
        nargs="*",
        default=[],
        metavar="RUN [KEY=VALUE ...]",
        help="run or sweep, a unique part of its name, or latest; settings of the evaluation, as "
        f"{GROUP}.samples=2000, or of the dataset of --samples",
    )
    made.add_argument(
        "--samples",
        metavar="PATH",
        help="evaluate these images instead: FOLDER, FILE.zip or FILE.npz; or points: FILE.csv, FILE.npz",
    )
    made.add_argument("--format", choices=FORMATS, default="text", help="text (default), json, csv or md (Markdown)")
    run_options.add_sampler(made)
    run_options.add_weights(made)
    made.add_argument("--missing", action="store_true", help="of a sweep: only jobs that have not been evaluated")
    run_options.add_plugins(made)
    return made


EXAMPLES = {
    "ganae evaluate latest": "all that can be measured of the newest run",
    "ganae evaluate latest evaluation=inception": "FID, KID and Inception score by InceptionV3",
    "ganae evaluate latest --format json": "for scripts: metric, value, interval, protocol",
    "ganae evaluate --samples images/ dataset=mnist": "images that another program made",
}
