"""Flags that the commands share which use a trained run, and their completion."""

import argparse
from collections.abc import Callable, Iterable

from ganae_cli.command_line import completion
from ganae_cli.command_line.options import Options
from ganae_cli.command_line.run_at_hand import classes_of
from ganae_cli.config.declared import declared
from ganae_cli.errors import UserError
from ganae_cli.storage.find_run import find_run

WEIGHTS = ("averaged", "live")
SPLITS = ("test", "train", "validation")


# Flags --------------------------------------------------------------------------------------------------------------


def of_run(command: str, summary: str, examples: dict[str, str]) -> Options:
    """Return a parser with the argument RUN."""
    made = Options(command, summary, examples)
    made.add_argument("run", metavar="RUN", help="run folder, a unique part of its name, or latest")
    return made


def add_input(made: Options, verb: str, is_alone: bool = False) -> None:
    """Add --input and --split. verb: what is done with the images. is_alone: without --split."""
    default = "" if is_alone else " (default: data of the run)"
    made.add_argument(
        "--input",
        metavar="PATH",
        help=f"what to {verb}: a folder or .zip of pictures, one picture, or an .npz of `images`, uint8 (N, height, "
        f"width, channels); of a run on points .npz, .csv or .parquet{default}",
    )
    if is_alone:
        return
    made.add_argument(
        "--split", choices=SPLITS, help="data of the run: test, those held out (default), train, or validation"
    )


def add_seed(made: Options, default: int | None = 0) -> None:
    """Add --seed. default: None where it matters if it was given."""
    made.add_argument(
        "--seed",
        type=from_zero,
        default=default,
        help="seed of the latent codes (default: 0); the same seed gives the same samples",
    )


def add_label(made: Options, what: str = "classes to draw", default: str = "all, each as often") -> None:
    """Add --label. what: the classes are. default: which they are without it."""
    made.add_argument(
        "--label",
        type=_classes,
        metavar="A,B",
        help=f"{what}, by name or number, of a model with a condition (default: {default})",
    )


def add_sampler(made: Options) -> None:
    """Add --sampler."""
    made.add_argument(
        "--sampler",
        metavar="NAME",
        help=f"distribution of the latent codes: {', '.join(declared('sampler'))} (default: the model's own)",
    )


def add_weights(made: Options) -> None:
    """Add --checkpoint and --weights."""
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


def add_scale(made: Options) -> None:
    """Add --scale."""
    made.add_argument(
        "--scale",
        type=from_one,
        metavar="N",
        help="enlarge images N times, with sharp pixels (default: until the picture has about 480)",
    )


def add_plugins(made: Options) -> None:
    """Add --plugins."""
    made.add_argument(
        "--plugins", type=_names, action="extend", default=[], metavar="A,B", help="packages of your own parts"
    )


# Values -------------------------------------------------------------------------------------------------------------


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return the type of a flag that takes a whole number of at least `least`, and at most `most`."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be a whole number of at least {least}, got '{text}'")
        if most is not None and int(text) > most:
            raise argparse.ArgumentTypeError(f"must be a whole number of at most {most:,}, got '{text}'")
        return int(text)

    return read


from_zero, from_one = whole(0), whole(1)


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


# Completion ---------------------------------------------------------------------------------------------------------


def complete(made: Options, words: list[str], last: str, values: dict[str, Iterable[str]] | None = None) -> list[str]:
    """Return candidates for the last word: a flag, the value of one, or a run. values: flag -> its own values."""
    flag, is_joined, _ = last.partition("=")  # --format=onnx
    if last.startswith("-") and not is_joined:
        return completion.long_flags(made)
    before = flag if is_joined else words[-1] if words else ""
    if before == "--label":
        done = last[: last.rfind(",") + 1]  # of several: cat,dog
        return [f"{done}{name}" for name in completion.safe(_classes_in(made, words)) if "," not in name]
    known = {"--weights": WEIGHTS, "--checkpoint": ("newest", "best"), "--split": SPLITS} | (values or {})
    if before == "--sampler":
        known["--sampler"] = declared("sampler")
    if is_joined:
        return [f"{flag}={value}" for value in known.get(flag, ())]
    return list(known.get(before) or completion.runs(last))


def _classes_in(made: Options, words: list[str]) -> list[str]:
    """Return the classes of the run that the words of a command name; [] if they name none."""
    flags = made.flags()
    named = [word for before, word in zip(["", *words], words, strict=False) if before not in flags and word[0] != "-"]
    try:
        return classes_of(find_run(named[0])) if named else []
    except UserError:
        return []
