"""Sample a trained model: to a grid, an array, or a folder of images or sounds"""

import shlex
from pathlib import Path

from ganae_cli.command_line import out_option, run_at_hand, run_options
from ganae_cli.command_line.options import Options
from ganae_cli.errors import UserError
from ganae_cli.runtime.streams import announce

DEFAULT_OUT = "samples.png"
SUFFIXES = out_option.PICTURES | {".npz": out_option.ARRAYS, ".csv": out_option.TABLE}


def main(argv: list[str]) -> int:
    """Run `ganae sample RUN [FLAG …]`; the line of standard output is the file or folder that was written."""
    given = options().parse_args(argv)
    out = Path(given.out).expanduser()
    kind = _kind(given.out, out)
    _check_place(given.out, out, kind, given.count)
    out_option.check_scale(given.scale, given.out, kind)
    trained = run_at_hand.opened(given, run_at_hand.found(given))
    from ganae_cli.evaluation.export import write_samples

    labels = run_at_hand.labels(given, trained)
    with out_option.writing(given.out):
        write_samples(trained, given.count, given.seed, out, kind, labels, given.iterations, given.scale)
    announce(out)
    return 0


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: a flag, the value of one, or a run."""
    return run_options.complete(options(), words, last)


def options() -> Options:
    """Return the parser of the command line."""
    made = run_options.of_run("sample", __doc__, EXAMPLES)
    made.add_argument("--count", type=run_options.from_one, default=64, help="how many samples (default: 64)")
    run_options.add_seed(made)
    run_options.add_label(made)
    run_options.add_sampler(made)
    run_options.add_weights(made)
    made.add_argument(
        "--iterations",
        type=run_options.from_one,
        metavar="N",
        help="of Griffin-Lim, which finds the phases of sounds (default: 60); more is cleaner, and takes longer",
    )
    run_options.add_scale(made)
    out_option.add(made, SUFFIXES, DEFAULT_OUT, " or FOLDER/")
    run_options.add_plugins(made)
    return made


EXAMPLES = {
    "ganae sample latest": "a grid of 64 samples of the newest run",
    "ganae sample latest --count 10000 --seed 1 --out samples.npz": "arrays: images and their latent codes",
    "ganae sample latest --out samples.csv": "a table of points, in the units and columns of the data",
    "ganae sample 2026-01-31/12-00-00 --out images/": "one PNG file per image, or WAV file of a run on recordings",
    "ganae sample latest --label cat,dog": "two classes of a conditional model, a row of each",
    "ganae sample latest --sampler kde": "latent codes from another distribution than the model's own",
}


def _check_place(text: str, out: Path, kind: str, count: int) -> None:
    """Raise UserError if nothing can be written there, before anything is computed."""
    out_option.check_place(text, out if kind == out_option.FOLDER else out.parent)
    digits = len(str(count - 1))  # as write_samples numbers them
    places = [f"{inner}*{suffix}" for inner in ("", "*/") for suffix in (".png", ".wav")]  # a folder for each class
    found = [path for place in places for path in out.glob(place)] if kind == out_option.FOLDER else []
    numbers = [path.stem for path in found if path.stem.isdecimal()]
    others = sum(len(number) != digits or int(number) >= count for number in numbers)
    if others:
        raise UserError(f"--out {text}: {others} numbered samples of another call are there; choose an empty folder")


def _kind(text: str, out: Path) -> str:
    """Return the kind of output: picture, arrays or folder. Raises UserError for any other suffix."""
    if text.endswith("/") or out.is_dir():
        return out_option.FOLDER
    if out.suffix.lower() in SUFFIXES:
        return SUFFIXES[out.suffix.lower()]
    from ganae_cli.datasets.sounds.kinds import SUFFIXES as SOUNDS

    if out.suffix.lower() in SOUNDS:
        folder = shlex.quote(f"{text.removesuffix(out.suffix)}/")
        raise UserError(f"--out {text}: sounds are written into a folder, one .wav each: type --out {folder}")
    raise UserError(f"--out {text}: expected FILE{', FILE'.join(SUFFIXES)} or a folder ending in /")
