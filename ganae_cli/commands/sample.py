"""Sample a trained model: to a grid, an array, or a folder of images or sounds"""

import argparse
import os
import shlex
from pathlib import Path

from ganae_cli.command_line.options import Options
from ganae_cli.config.declared import declared
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.runtime.streams import announce
from ganae_cli.storage.find_run import find_run
from ganae_cli.storage.run_folder import RunFolder

DEFAULT_OUT = "samples.png"
WEIGHTS = ("averaged", "live")
SUFFIXES = {
    ".png": "picture",
    ".jpg": "picture",
    ".jpeg": "picture",
    ".npz": "arrays",
    ".csv": "table",
}  # in any case of letters


def main(argv: list[str]) -> int:
    """Run `ganae sample RUN [FLAG …]`; the line of standard output is the file or folder that was written."""
    given = options().parse_args(argv)
    out = Path(given.out).expanduser()
    kind = _kind(given.out, out)
    _check_place(given.out, out, kind, given.count)
    folder = find_run(given.run)
    if given.sampler not in (None, *declared("sampler")) and not given.plugins:
        known = declared("sampler")
        near = did_you_mean(given.sampler, known)
        raise UserError(f"no sampler named '{given.sampler}'{near} (choices: {', '.join(known)})")
    if not given.plugins:
        _check(folder, given.label)

    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()
    from ganae_cli.evaluation.classes import words_of
    from ganae_cli.evaluation.export import write_samples
    from ganae_cli.evaluation.trained import Trained

    choice = {"sampler": given.sampler, "checkpoint": given.checkpoint, "weights": given.weights}
    trained = Trained.open(folder, given.plugins, **choice)
    labels = words_of(given.label, trained.classes) if given.label is not None else None
    try:
        write_samples(trained, given.count, given.seed, out, kind, labels, given.iterations)
    except OSError as error:
        raise UserError(f"--out {given.out}: {error.strerror or error}") from error
    announce(out)
    return 0


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
    if found := _classes_of(folder):
        numbers_of(words_of(label, found), found)


def _classes_of(folder: Path) -> list[str]:
    """Return the classes that the newest checkpoint of a run states; [] if it states none."""
    stated = [one.about.get("architecture", {}).get("classes") for one in RunFolder(folder).checkpoints.list()[:1]]
    return [str(name) for classes in stated if isinstance(classes, list) for name in classes]


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: a flag, the value of one, or a run."""
    from ganae_cli.command_line import completion

    if last.startswith("-"):
        return completion.long_flags(options())
    if words[-1:] == ["--label"]:
        done = last[: last.rfind(",") + 1]  # of several: cat,dog
        return [f"{done}{name}" for name in completion.safe(_classes_in(words)) if "," not in name]
    values = {"--sampler": declared("sampler"), "--weights": list(WEIGHTS)}
    return values.get(words[-1] if words else "") or completion.run_folders()


def _classes_in(words: list[str]) -> list[str]:
    """Return the classes of the run that the words of a command name; [] if they name none."""
    flags = [*options().flags()]
    named = [word for before, word in zip(["", *words], words, strict=False) if before not in flags and word[0] != "-"]
    try:
        return _classes_of(find_run(named[0])) if named else []
    except UserError:
        return []


def options() -> Options:
    """Return the parser of the command line."""
    made = Options("sample", __doc__, EXAMPLES)
    made.add_argument("run", metavar="RUN", help="run folder, a unique part of its name, or latest")
    made.add_argument("--count", type=_positive, default=64, help="how many samples (default: 64)")
    made.add_argument(
        "--seed",
        type=_seed,
        default=0,
        help="seed of the latent codes (default: 0); the same seed gives the same samples",
    )
    made.add_argument(
        "--label",
        type=_classes,
        metavar="A,B",
        help="classes to draw, by name or number, of a model with a condition (default: all, each as often)",
    )
    made.add_argument(
        "--sampler",
        metavar="NAME",
        help=f"distribution of the latent codes: {', '.join(declared('sampler'))} (default: the model's own)",
    )
    made.add_argument(
        "--checkpoint",
        type=_checkpoint,
        default="newest",
        metavar="STEP",
        help="newest (default), best by train.best_by, or the number of a step",
    )
    made.add_argument(
        "--weights",
        choices=WEIGHTS,
        help="averaged or live, as trained (default: averaged where the run averages them, see train.ema)",
    )
    made.add_argument(
        "--iterations",
        type=_positive,
        metavar="N",
        help="of Griffin-Lim, which finds the phases of sounds (default: 60); more is cleaner, and takes longer",
    )
    names = ", ".join(f"FILE{suffix}" for suffix in SUFFIXES)
    made.add_argument("--out", default=DEFAULT_OUT, help=f"{names} or FOLDER/ (default: {DEFAULT_OUT})")
    made.add_argument(
        "--plugins", type=_names, action="extend", default=[], metavar="A,B", help="packages of your own parts"
    )
    return made


EXAMPLES = {
    "ganae sample latest": "a grid of 64 samples of the newest run",
    "ganae sample latest --count 10000 --seed 1 --out samples.npz": "arrays: images and their latent codes",
    "ganae sample latest --out samples.csv": "a table of points, in the units and columns of the data",
    "ganae sample 2026-01-31/12-00-00 --out images/": "one PNG file per image, or WAV file of a run on recordings",
    "ganae sample latest --label cat,dog": "two classes of a conditional model, a row of each",
    "ganae sample latest --sampler kde": "latent codes from another distribution than the model's own",
}


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, got '{text}'")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 0, got '{text}'")
    return int(text)


def _classes(text: str) -> str:
    if not text.replace(",", "").strip():
        raise argparse.ArgumentTypeError(f"must be a name or a number of a class, several with commas, got '{text}'")
    return text


def _checkpoint(text: str) -> str:
    if not text.isdecimal() and text not in ("newest", "best"):
        raise argparse.ArgumentTypeError(f"expected newest, best or a step, got '{text}'")
    return text


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


def _check_place(text: str, out: Path, kind: str, count: int) -> None:
    """Raise UserError if nothing can be written there, before anything is computed."""
    folder = out if kind == "folder" else out.parent
    while not (folder.exists() or folder.is_symlink()) and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise UserError(f"--out {text}: {folder} is a file, not a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(f"--out {text}: no permission to write in {folder}")
    digits = len(str(count - 1))  # as write_samples numbers them
    places = [f"{inner}*{suffix}" for inner in ("", "*/") for suffix in (".png", ".wav")]  # a folder for each class
    found = [path for place in places for path in out.glob(place)] if kind == "folder" else []
    numbers = [path.stem for path in found if path.stem.isdecimal()]
    others = sum(len(number) != digits or int(number) >= count for number in numbers)
    if others:
        raise UserError(f"--out {text}: {others} numbered samples of another call are there; choose an empty folder")


def _kind(text: str, out: Path) -> str:
    """Return the kind of output: picture, arrays or folder. Raises UserError for any other suffix."""
    if text.endswith("/") or out.is_dir():
        return "folder"
    if out.suffix.lower() in SUFFIXES:
        return SUFFIXES[out.suffix.lower()]
    from ganae_cli.datasets.sounds.kinds import SUFFIXES as SOUNDS

    if out.suffix.lower() in SOUNDS:
        folder = shlex.quote(f"{text.removesuffix(out.suffix)}/")
        raise UserError(f"--out {text}: sounds are written into a folder, one .wav each: type --out {folder}")
    raise UserError(f"--out {text}: expected FILE{', FILE'.join(SUFFIXES)} or a folder ending in /")
