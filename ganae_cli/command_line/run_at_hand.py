"""The run that a command uses: found and checked before TensorFlow is imported, then opened; its inputs and classes."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ganae_cli.command_line.out_option import PICTURES
from ganae_cli.config.declared import declared
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.storage.find_run import find_run
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.terminal import tell

if TYPE_CHECKING:
    from ganae_cli.evaluation.inputs import Read
    from ganae_cli.evaluation.trained import Trained


def found(given: argparse.Namespace) -> Path:
    """Return the folder of the run, after all checks of the flags that need no TensorFlow. Raises UserError."""
    folder = find_run(given.run)
    sampler, label = vars(given).get("sampler"), vars(given).get("label")
    if sampler and sampler not in (known := declared("sampler")) and not given.plugins:
        near = did_you_mean(sampler, known)
        raise UserError(f"no sampler named '{sampler}'{near} (choices: {', '.join(known)})")
    if not given.plugins:
        _check(folder, label)
    return folder


def refuse_together(given: argparse.Namespace, why: str, *flags: str) -> None:
    """Raise UserError if one of the flags was given, which are for drawn codes. why: nothing is drawn."""
    for flag in flags:
        if vars(given)[flag] is not None:
            raise UserError(f"--{flag} is for drawn codes, and {why}: leave one of them out")


def _check(folder: Path, label: str | None) -> None:
    """Raise UserError for a config that is none, or of a package that was not named, and for classes there are not."""
    from ganae_cli.config.saved import ready
    from ganae_cli.evaluation.classes import numbers_of, words_of

    config = ready(RunFolder(folder).read_config(), "--plugins PACKAGE", is_for_use=True)
    if label is None:
        return
    if config.model.get("condition", "none") == "none":
        raise UserError(
            f"--label {label}: this run was trained with model.condition=none, so it draws no class of choice"
        )
    if known := classes_of(folder):
        numbers_of(words_of(label, known), known)


def classes_of(folder: Path) -> list[str]:
    """Return the classes that the newest checkpoint of a run states; [] if it states none."""
    stated = [one.about.get("architecture", {}).get("classes") for one in RunFolder(folder).checkpoints.list()[:1]]
    return [str(name) for classes in stated if isinstance(classes, list) for name in classes]


def opened(given: argparse.Namespace, folder: Path) -> "Trained":
    """Import TensorFlow, and open the run with the weights that the flags name."""
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()
    from ganae_cli.evaluation.trained import Trained

    sampler = vars(given).get("sampler")
    trained = Trained.open(folder, given.plugins, sampler=sampler, checkpoint=given.checkpoint, weights=given.weights)
    if trained.sound is not None and given.out.lower().endswith((*PICTURES, ".gif")):
        tell("ganae: images of this run are mel spectrograms: time to the right, low frequencies below")
    return trained


def read_input(given: argparse.Namespace, folder: Path) -> "Read | None":
    """Return the rows of --input, if it was given. Raises UserError for what cannot be read, or does not fit."""
    if given.input is None:
        return None
    if vars(given).get("split"):
        raise UserError(f"--split {given.split} is of the run's data, and --input names others: give one of them")
    from ganae_cli.evaluation import inputs_of_run

    return inputs_of_run.read(folder, given.input)


def labels(given: argparse.Namespace, trained: "Trained") -> list[str] | None:
    """Return the classes that --label names, or None."""
    from ganae_cli.evaluation.classes import words_of

    return None if given.label is None else words_of(given.label, trained.classes)
