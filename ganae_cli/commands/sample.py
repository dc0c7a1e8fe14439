"""Sample a trained model: a grid, an array or a folder of images"""

import argparse
from pathlib import Path

from ganae_cli.command_line.options import Options
from ganae_cli.conf_tree import declared
from ganae_cli.errors import UserError
from ganae_cli.run_folder import find_run

DEFAULT_OUT = "samples.png"


def main(argv: list[str]) -> int:
    given = options().parse_args(argv)
    out = Path(given.out).expanduser()
    kind = _kind(given.out, out)
    folder = find_run(given.run)
    if given.label is not None:
        raise UserError(
            f"--label {given.label}: the model of {folder} is unconditional, it has no labels to choose from"
        )

    from ganae_cli.quiet import import_tensorflow

    import_tensorflow()
    from ganae_cli.evaluation.export import write_samples
    from ganae_cli.evaluation.trained import Trained

    trained = Trained.open(folder, given.plugins, sampler=given.sampler)
    write_samples(trained, given.count, given.seed, out, kind)
    print(out)
    return 0


def options() -> Options:
    made = Options("sample", __doc__, EXAMPLES)
    made.add_argument("run", metavar="RUN", help="run folder, a unique beginning of its name, or latest")
    made.add_argument("--count", type=_positive, default=64, help="how many samples (default: 64)")
    made.add_argument(
        "--seed", type=int, default=0, help="seed of the codes (default: 0): the same seed, the same samples"
    )
    made.add_argument(
        "--sampler",
        metavar="NAME",
        help=f"where the codes come from: {', '.join(declared('sampler'))} (default: the model's own)",
    )
    made.add_argument("--label", help="class to sample, for models trained with labels")
    made.add_argument("--out", default=DEFAULT_OUT, help=f"FILE.png, FILE.npz or FOLDER/ (default: {DEFAULT_OUT})")
    made.add_argument("--plugins", nargs="*", default=[], metavar="PACKAGE", help="packages of your own parts")
    return made


EXAMPLES = {
    "ganae sample latest": "a grid of 64 samples of the newest run",
    "ganae sample latest --count 10000 --seed 1 --out samples.npz": "arrays: images and their codes",
    "ganae sample 2026-01-31/12-00-00 --out images/": "one PNG an image",
    "ganae sample latest --sampler kde": "codes from another density than the model's own",
}


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {value}")
    return value


def _kind(text: str, out: Path) -> str:
    if text.endswith("/") or out.is_dir():
        return "folder"
    if out.suffix in (".png", ".npz"):
        return out.suffix[1:]
    raise UserError(f"--out {text}: expected FILE.png, FILE.npz or a folder ending in /")
